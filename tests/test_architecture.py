"""Tests of the architecture that the import contracts cannot hold.

The arrows between the layers are import-linter's (pyproject.toml). Here: what is loaded when the
program starts, the one script outside every package, and the two lists of requirements.
"""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = {"streamlit", "ui", "pages"}
VENDORS = {"boto3", "botocore", "sagemaker", "sagemaker_core"}
HEAVY = {"numba", "sklearn", "duckdb", "pandas", "pyarrow", "scipy", "igraph"}

LOADED = """
import importlib, sys
importlib.import_module(sys.argv[1])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def loaded_packages(module: str) -> set[str]:
    """Top-level packages that a fresh interpreter holds once the module is imported."""
    run = subprocess.run(
        [sys.executable, "-c", LOADED, module], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


class TestStart:
    @pytest.mark.parametrize(
        ("module", "unwanted"),
        [
            ("genie3_engine", PAGE | VENDORS | HEAVY),
            ("genie3_engine.cli", PAGE | VENDORS | HEAVY),
            ("genie3_engine.commands.status", PAGE | VENDORS | HEAVY),  # and so runs, differential
            ("genie3_engine.worker", PAGE | VENDORS | {"sklearn", "igraph"}),
            ("genie3_engine.inference.compiled", PAGE | VENDORS | {"sklearn", "duckdb"}),
        ],
    )
    def test_import__loads_nothing_that_it_may_not_need(self, module, unwanted):
        assert not loaded_packages(module) & unwanted

    def test_import__of_a_matrix_loads_no_reader(self):
        """Each worker imports it, on a host from files that nothing has compiled yet."""
        code = "import sys, genie3_engine.data.expression; print(*sys.modules)"
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert not re.search(r"genie3_engine\.data\.(io|quality|prepare)\b", run.stdout)


class TestRouter:
    def test_app__knows_the_page_only(self):
        tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
        imported = {
            name.partition(".")[0] for node in ast.walk(tree) for name in imported_names(node)
        }
        assert imported <= PAGE | {"starlette"} | set(sys.stdlib_module_names)


def imported_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


class TestRequirements:
    def test_requirements__pin_all_that_the_engine_declares(self):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        declared = {re.split(r"[<>=!~ ]", line)[0] for line in project["dependencies"]}
        assert declared <= set(pinned(ROOT / "requirements.txt"))

    @pytest.mark.parametrize(
        "name", ["requirements.txt", "requirements-dev.txt", "requirements-validator.txt"]
    )
    def test_requirements__give_each_package_one_version_and_a_reason(self, name):
        for line in package_lines(ROOT / name):
            assert re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==\S+\s+# \S.*", line)


def package_lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def pinned(path: Path) -> dict[str, str]:
    return dict(line.split("#")[0].strip().split("==") for line in package_lines(path))
