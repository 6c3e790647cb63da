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

MODULES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]


def name_of(module: Path) -> str:
    """Return a module's path from the root, with slashes."""
    return module.relative_to(ROOT).as_posix()


def texts(module: Path) -> list[str]:
    """Return all texts of a module: docstrings, and what users read; single words are values."""
    tree = ast.parse(module.read_text("utf-8"))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value
    ]


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_module_docstring__is_a_statement(module):
    docstring = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    summary = docstring.split("\n\n")[0].rstrip()
    is_question = summary.endswith("?") or docstring.rstrip().endswith("?")
    assert not is_question


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_docstrings__state_what_their_units_do(module):
    units = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = (node for node in ast.walk(ast.parse(module.read_text("utf-8"))))
    docstrings = [ast.get_docstring(node) or "" for node in nodes if isinstance(node, units)]
    assert not [each for each in docstrings if START.match(each)]


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_texts__use_the_words_of_the_field(module):
    found = sorted({match.group() for text in texts(module) for match in WORDS.finditer(text)})
    assert not found
