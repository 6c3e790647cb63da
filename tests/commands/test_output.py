from __future__ import annotations

import json

import pytest

from genie3_engine.commands import output
from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.errors import OptionError


def test_print_json__is_one_line_without_infinite_numbers(capsys):
    output.print_json({"a": float("nan"), "b": [1, (2.5, float("inf"))], "c": {"ü": None}})
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == {"a": None, "b": [1, [2.5, None]], "c": {"ü": None}}


def test_print_error_json__has_code_message_and_remedy(capsys):
    output.print_error_json(OptionError("Wrong.", "Do right."))
    error = {"code": "option", "message": "Wrong.", "remedy": "Do right."}
    assert json.loads(capsys.readouterr().out) == {"error": error}


@pytest.mark.parametrize(
    ("write", "start"), [(output.complain, "genie3: error: "), (output.note, "genie3: ")]
)
def test_messages__are_one_line_on_standard_error(capsys, write, start):
    write("two\nlines")
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"{start}two lines\n")


def test_print_facts__aligns_the_values(capsys):
    output.print_facts([("a", 1), ("long", "text")])
    assert capsys.readouterr().out == "a     1\nlong  text\n"


def test_tell__prints_guesses_and_what_is_set_aside(capsys):
    other = Alternative("Keep it", {"keep": ("x",)})
    decisions = [
        Decision("orientation", "Genes are in the rows."),
        Decision("set-aside", "Column 'Length' is set aside."),
        Decision("unlike-lines", "Column 'x' is kept.", "", Certainty.GUESS, (other,)),
    ]
    output.tell(decisions)
    aside, guess = capsys.readouterr().err.splitlines()
    assert aside == "genie3: Column 'Length' is set aside."
    assert guess == (
        "genie3: warning: this is a guess: Column 'x' is kept. Keep it: --keep-column x."
    )
    output.tell(decisions, also_clear=True)
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_print_table__aligns_columns(capsys):
    output.print_table(("Run", "AUPR"), [("a long name", "0.1"), ("b", "")])
    assert capsys.readouterr().out == "Run          AUPR\na long name  0.1\nb\n"
