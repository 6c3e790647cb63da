"""Check that every module of the engine with code has a test file of its name, at its place."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENGINE, TESTS = ROOT / "genie3_engine", ROOT / "tests"


def has_code(module: Path) -> bool:
    """Return whether a module holds more than imports, a docstring and, if a package, names."""
    kinds: tuple[type[ast.stmt], ...] = (ast.Import, ast.ImportFrom, ast.Expr)
    if module.name == "__init__.py":
        kinds += (ast.Assign, ast.AnnAssign, ast.If)
    return any(not isinstance(node, kinds) for node in ast.parse(module.read_text("utf-8")).body)


def file_of_tests(module: Path) -> Path:
    """Return where the tests of a module belong."""
    name = "init" if module.name == "__init__.py" else module.stem.lstrip("_")
    return TESTS / module.parent.relative_to(ENGINE) / f"test_{name}.py"


def test_modules__have_their_test_files():
    modules = [
        module
        for module in sorted(ENGINE.rglob("*.py"))
        if module.name != "__main__.py" and has_code(module)
    ]
    files = {module.relative_to(ENGINE).as_posix(): file_of_tests(module) for module in modules}
    assert files
    assert not [module for module, file in files.items() if not file.exists()]
