from __future__ import annotations

from dataclasses import fields

import pytest

from genie3_engine.commands.parsing import (
    FORMATS_HELP,
    Parser,
    add_command,
    add_fix,
    add_reading,
    reading_options,
)
from genie3_engine.data.io.table import ReadOptions
from genie3_engine.errors import OptionError


def test_parser__raises_an_error_of_one_line():
    with pytest.raises(OptionError) as caught:
        Parser(prog="genie3 x").parse_args(["--absent"])
    assert "\n" not in str(caught.value)
    assert caught.value.remedy == "See: genie3 x --help"


def test_parser__imports_more_help_only_when_it_is_shown():
    parser = Parser()
    parser.add_argument("file", help=FORMATS_HELP)
    parser.more_help = lambda: "the end"
    assert parser._actions[-1].help == FORMATS_HELP
    text = parser.format_help()
    assert text.endswith("the end\n")
    assert "AnnData" in text


def test_add_command__describes_itself_in_a_sentence():
    commands = Parser().add_subparsers(parser_class=Parser)
    assert add_command(commands, "go", "go away").description == "Go away."


def test_add_fix__collects_fixes_in_order():
    parser = Parser()
    add_fix(parser)
    add_reading(parser)
    args = parser.parse_args(["--fix", "log1p", "--fix", "drop-constants", "--sheet", "2"])
    assert (args.fix, args.sheet) == (["log1p", "drop-constants"], "2")


def test_reading_options__are_those_of_read_raw():
    parser = Parser()
    add_reading(parser)
    args = parser.parse_args(["--keep-column", "a", "--keep-column", "b", "--header-row", "2"])
    options = reading_options(args)
    assert (options["keep"], options["header_row"]) == (["a", "b"], "2")
    of_one_file = {field.name for field in fields(ReadOptions)}
    assert options.keys() == of_one_file - {"regulators"} | {"join"}
