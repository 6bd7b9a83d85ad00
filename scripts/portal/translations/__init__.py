"""Both languages say the same: structure, freshness, and the words of each."""
