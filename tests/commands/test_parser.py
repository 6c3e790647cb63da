from __future__ import annotations

import argparse
import json

import pytest

from genie3_engine import __version__
from genie3_engine.commands import parser, parsing, regulons_parser
from genie3_engine.data.orientation import ORIENTATIONS
from genie3_engine.networks.exports import FORMATS
from genie3_engine.regulons import activity_exports, exports, selection
from tests.commands.command_line import COMMANDS, assert_one_line_error


@pytest.mark.parametrize("command", COMMANDS)
def test_help__explains_each_command(call, command):
    code, out, err = call(command, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: genie3 {command}")


def test_help__lists_the_commands_and_exit_codes(call):
    code, out, _ = call("--help")
    assert code == 0
    assert all(command in out for command in COMMANDS)
    assert "130 interrupted" in out


def test_version__is_the_package_s(call):
    assert call("--version")[1] == f"genie3-engine {__version__}\n"


def test_choices__are_the_engine_s():
    assert set(parser.EXPORT_FORMATS) == set(FORMATS)
    assert set(parsing.ORIENTATIONS) == set(ORIENTATIONS)
    assert tuple(selection.SIGNS) == regulons_parser.SIGNS
    assert tuple(exports.FORMATS) == regulons_parser.REGULON_FORMATS
    assert tuple(activity_exports.FORMATS) == regulons_parser.ACTIVITY_FORMATS


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], ["COMMAND"]),
        (["guess"], ["invalid choice: 'guess'"]),
        (["infer"], ["EXPRESSION", "--out"]),
        (["infer", "x", "--out", "y", "--trees", "many"], ["--trees", "many"]),
        (["infer", "x", "--out", "y", "--method", "XGB"], ["--method", "XGB", "RF"]),
        (["infer", "x", "--out", "y", "--k", "half"], ["--k", "half", "sqrt"]),
        (["infer", "x", "--out", "y", "--tree", "5"], ["--tree"]),
        (["links", "x", "--format", "xlsx"], ["--format", "graphml"]),
    ],
)
def test_wrong_options__one_line_and_code_2(call, argv, words):
    assert_one_line_error(call(*argv), *words)


def test_wrong_options__are_one_json_object_for_a_script(call):
    code, out, err = call("evaluate", "--json")
    assert code == 2
    assert json.loads(out)["error"]["code"] == "option"
    assert len(err.splitlines()) == 1


def test_parser__is_documented():
    built = parser.build_parser()
    action = next(a for a in built._actions if isinstance(a, argparse._SubParsersAction))
    assert list(action.choices) == COMMANDS
