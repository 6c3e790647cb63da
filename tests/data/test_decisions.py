"""Tests of decisions."""

from __future__ import annotations

import json

from genie3_engine.data.decisions import Alternative, Certainty, Decision, command_line

DECISION = Decision(
    "set-aside",
    "Column 'Length' is set aside.",
    "It is the genes' length.",
    Certainty.GUESS,
    (Alternative("Keep 'Length'", {"keep": ("Length",)}),),
    ("Length",),
    {"set_aside": ("Length",)},
)


def test_decision__survives_json():
    again = Decision.from_dict(json.loads(json.dumps(DECISION.to_dict())))
    assert again.to_dict() == DECISION.to_dict()


def test_decision__says_what_else_it_could_be():
    assert DECISION.sentence == "Column 'Length' is set aside. It is the genes' length."
    assert DECISION.advice == "Keep 'Length': --keep-column Length."
    assert Decision("header", "The first line is the header.").advice == ""


def test_command_line__quotes_and_repeats():
    options = {"name_column": "gene id", "set_aside": ("a", "b")}
    assert command_line(options) == "--name-column 'gene id' --set-aside a --set-aside b"
