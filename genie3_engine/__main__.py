"""Entry point of ``python -m genie3_engine``."""

from __future__ import annotations

import sys

from genie3_engine.cli import main

if __name__ == "__main__":
    sys.exit(main())
