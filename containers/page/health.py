"""Ends well where the page's server is alive: the health check of the image.

GENIE3_HEALTH names another address than that of a page without a path.
"""

from __future__ import annotations

import os
import sys
import urllib.request

_SECONDS = 8


def main() -> int:
    """Return 0 where the server answers that it is alive, and 1 elsewhere."""
    address = os.environ.get("GENIE3_HEALTH") or "http://localhost:8501/_stcore/health"
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:
            return 0 if answer.read() == b"ok" else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
