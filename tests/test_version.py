from __future__ import annotations

import re
import tomllib
from pathlib import Path

from genie3_engine.version import __version__

ROOT = Path(__file__).resolve().parents[1]


def test_version__is_that_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
    assert project.get("version", __version__) == __version__
