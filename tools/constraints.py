"""Write the versions of everything that the page's packages need, for the page's image.

``python -m tools.constraints`` reads the environment that it runs in, which is that of
``requirements.txt``, and writes ``containers/page/constraints.txt``.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements.txt"
CONSTRAINTS = ROOT / "containers/page/constraints.txt"
_HEAD = "# Written by python -m tools.constraints: what requirements.txt needs, and that in turn.\n"


def requirements() -> list[Requirement]:
    """Return the packages that the project itself names for the page."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    texts = [line.split("#")[0].strip() for line in lines]
    return [Requirement(text) for text in texts if text]


def versions() -> dict[str, str]:
    """Return the version here of each package that is needed, directly or by another one."""
    found: dict[str, str] = {}
    asked: set[tuple[str, frozenset[str]]] = set()
    waiting = requirements()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if (name, extras := frozenset(wanted.extras)) in asked:
            continue
        asked.add((name, extras))
        try:
            here = distribution(name)
        except PackageNotFoundError:  # of another system
            continue
        found[name] = here.version
        for text in here.requires or ():
            needed = Requirement(text)
            marker = needed.marker
            if marker is None or any(marker.evaluate({"extra": each}) for each in ("", *extras)):
                waiting.append(needed)
    return found


def main() -> int:
    """Write the file."""
    lines = [f"{name}=={version}\n" for name, version in sorted(versions().items())]
    CONSTRAINTS.write_text(_HEAD + "".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
