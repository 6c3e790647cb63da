"""Check the language of docstrings: statements, in plain words of the field."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("benchmarks", "containers", "genie3_engine", "pages", "tools", "ui")

# What a word of the field or plain English says better: fix, immediately, cloud instance, next to,
# no one, export, per target, is not a, return, report, detect, threshold or split, preset.
WORDS = re.compile(
    r"\b(mend|mended|mends|at once|rented|beside|nobody|somebody|anybody|take away|takes away"
    r"|(?<!there )(?:is|are) no (?!longer|more|less)\w+|does not do|put aside|how thorough"
    r"|says?|said|tells?|told|speaks?|befallen|found out|finds out|thought out|without a word"
    r"|(?:trees|links|targets|names|one|number) an? (?:target|gene|line|node|second|sample)"
    r"|as (?:they|it) stands?|where (?:\w+ )+stands)\b",
    re.IGNORECASE,
)
# A docstring states what its unit does or is, not what it lets or has others do.
START = re.compile(r"(Say|Tell|Have|Let|Be)\b")

UNITS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """The syntax tree of each module, by its path from the root."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def texts(tree: ast.Module) -> list[str]:
    """Return all texts of a module: docstrings, and what users read; single words are values."""
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    ]


def is_question(text: str) -> bool:
    return any(part.rstrip().endswith("?") for part in (text.split("\n\n")[0], text))


def test_module_docstrings__are_statements(trees):
    docstrings = {name: ast.get_docstring(tree) or "" for name, tree in trees.items()}
    assert not {name: text for name, text in docstrings.items() if is_question(text)}


def test_docstrings__state_what_their_units_do(trees):
    docstrings = [
        (name, ast.get_docstring(node) or "")
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, UNITS)
    ]
    assert not [(name, text) for name, text in docstrings if START.match(text)]


def test_texts__use_the_words_of_the_field(trees):
    assert not {
        (name, match.group())
        for name, tree in trees.items()
        for text in texts(tree)
        for match in WORDS.finditer(text)
    }
