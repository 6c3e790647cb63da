"""Check the language of docstrings: statements, in plain words of the field."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("genie3_engine", "pages", "ui")

WORDS = re.compile(
    r"\b(mend|mended|mends|at once|rented|beside|nobody|somebody|take away|takes away"
    r"|trees a target|(?<!there )is no (?!longer|more|less)\w+|does not do"
    r"|put aside|how thorough)\b",
    re.IGNORECASE,
)

MODULES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]


def name_of(module: Path) -> str:
    """Return a module's path from the root, with slashes."""
    return module.relative_to(ROOT).as_posix()


def texts(module: Path) -> list[str]:
    """Return all string constants of a module: docstrings, and what users read."""
    tree = ast.parse(module.read_text("utf-8"))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_module_docstring__is_a_statement(module):
    docstring = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    summary = docstring.split("\n\n")[0].rstrip()
    is_question = summary.endswith("?") or docstring.rstrip().endswith("?")
    assert not is_question


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_texts__use_the_words_of_the_field(module):
    found = sorted({match.group() for text in texts(module) for match in WORDS.finditer(text)})
    assert not found
