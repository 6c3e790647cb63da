"""The command line as a process of its own."""
# ruff: noqa: F811 -- fixtures are imported

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.command_line import QUICK, assert_one_line_error
from tests.commands.conftest import call, data  # noqa: F401

ROOT = Path(__file__).resolve().parents[1]
# The command line as a process that receives a signal once its first target is computed.
SIGNALLED = """
import signal, sys
from genie3_engine import cli
from genie3_engine.store.parts import PartWriter
add = PartWriter.add
def add_and_ask(self, links):
    PartWriter.add = add
    signal.raise_signal(int(sys.argv[1]))
    return add(self, links)
PartWriter.add = add_and_ask
sys.exit(cli.main(sys.argv[2:]))
"""


class TestProcess:
    """As its own process: what only the whole program can show."""

    def run(self, *argv, **options):
        return subprocess.run(
            [sys.executable, "-m", "genie3_engine", *map(str, argv)],
            cwd=ROOT, capture_output=True, text=True, check=False, **options,
        )  # fmt: skip

    def test_main__error_is_one_line_with_code_2(self, tmp_path):
        run = self.run("infer", tmp_path / "absent.tsv", "--out", tmp_path / "run")
        assert_one_line_error((run.returncode, run.stdout, run.stderr), "absent.tsv")

    @pytest.mark.slow(4)
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_infer__stopped_by_a_signal_resumes_to_the_same_bytes(
        self, call, data, tmp_path, number
    ):
        options = [*QUICK, "--threads", 1]
        argv = ["infer", data, "--out", tmp_path / "run", *options]
        run = subprocess.run(
            [sys.executable, "-c", SIGNALLED, str(int(number)), *map(str, argv)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        last = run.stderr.splitlines(keepends=True)[-1]  # after progress on a slow machine
        result = run.returncode, run.stdout, last
        assert_one_line_error(result, "12 targets", "--resume", code=130)
        status = json.loads((tmp_path / "run" / "status.json").read_text())
        assert status["state"] == "cancelled"
        assert status["targets_done"] < 12
        assert call(*argv, "--resume")[0] == 0
        call("infer", data, "--out", tmp_path / "whole", *options)
        links = [(tmp_path / name / "links.parquet").read_bytes() for name in ("run", "whole")]
        assert links[0] == links[1]

    def test_main__head_is_quiet(self, call, data, tmp_path, home):
        call("infer", data, "--out", tmp_path / "run", *QUICK)
        links = f"{sys.executable} -m genie3_engine links {tmp_path / 'run'}"
        run = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {links} | head -n 1"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (run.returncode, run.stderr) == (0, "")

    def test_main__terminal_without_our_signs(self, call, data, tmp_path, home):
        argv = ["infer", data, "--out", tmp_path / "run", *QUICK]
        run = self.run(*argv, env={**os.environ, "PYTHONIOENCODING": "ascii"})
        assert run.returncode == 0, run.stderr  # which has progress on a slow machine
        assert "out-of-bag R\\xb2" in run.stdout

    def test_parser__has_no_heavy_imports(self):
        code = "import sys, genie3_engine.cli as c; c.build_parser(); print('numpy' in sys.modules)"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT,
                             check=True)  # fmt: skip
        assert run.stdout == "False\n"
