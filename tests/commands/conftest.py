"""Fixtures of the tests of commands: the command line, a small file and a run of it."""

from __future__ import annotations

import numpy as np
import pytest

from genie3_engine import cli
from tests.commands.command_line import QUICK


@pytest.fixture
def call(capsys, home):
    """Run the command line in this process: exit code, standard output, standard error."""

    def run(*argv):
        code = cli.main([str(arg) for arg in argv])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def data(tmp_path):
    """Expression of 12 genes in 20 samples, genes in rows."""
    rng = np.random.default_rng(0)
    genes = [f"gene{letter}" for letter in "ABCDEFGHIJKL"]
    values = rng.normal(size=(12, 20))
    values[1] += 2 * values[0]
    rows = [["gene", *(f"s{j}" for j in range(20))]]
    rows += [[name, *map(str, row)] for name, row in zip(genes, values, strict=True)]
    path = tmp_path / "expression.tsv"
    path.write_text("".join("\t".join(row) + "\n" for row in rows))
    return path


@pytest.fixture
def run(call, data, tmp_path):
    """A run of the small file."""
    call("infer", data, "--out", tmp_path / "run", *QUICK)
    return tmp_path / "run"
