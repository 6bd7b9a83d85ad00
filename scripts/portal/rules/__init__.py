"""The rules of the content check, one small function each; `portal.checks` runs them."""
