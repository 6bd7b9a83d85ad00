"""Check every external link of the portal; see `--help`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from portal.links.command import main

if __name__ == "__main__":
    sys.exit(main())
