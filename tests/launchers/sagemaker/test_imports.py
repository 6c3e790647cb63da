"""Tests that the SDK is imported only when it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

INFER = """
import sys
from genie3_engine.cli import main
from pathlib import Path
folder = sys.argv[1]
main(["simulate", "--genes", "5", "--samples", "10", "--out", folder + "/data"])
main(["infer", folder + "/data/expression.tsv", "--out", folder + "/run", "--trees", "2"])
"""
APP = """
import sys
from streamlit.testing.v1 import AppTest
from tests.waiting import HANG_SECONDS
page = AppTest.from_file("app.py", default_timeout=HANG_SECONDS).run()
assert not page.exception, page.exception
"""
LOADED = """
vendors = {"boto3", "botocore", "sagemaker", "sagemaker_core"}
found = sorted({name.partition(".")[0] for name in sys.modules} & vendors)
sys.exit("loaded: " + " ".join(found) if found else 0)
"""


@pytest.mark.parametrize("program", [INFER, APP], ids=["infer", "app"])
def test_vendors__are_not_loaded_by(program, home, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", program + LOADED, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
