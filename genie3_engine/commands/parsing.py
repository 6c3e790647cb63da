"""Parsers and options that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from genie3_engine.data.regulator_lists import REGULATOR_LISTS
from genie3_engine.errors import OptionError

ORIENTATIONS = ("auto", "genes-in-rows", "genes-in-columns")


FORMATS_HELP = "a file of expression"  # replaced by the names of the formats when the help is shown


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, like all errors of the program."""

    more_help: Callable[[], str] | None = None  # the end of the help, where it needs imports

    def format_help(self) -> str:
        """Return the help; the parts that need imports are made here."""
        for action in self._actions:
            if action.help == FORMATS_HELP:
                action.help = _formats()
        if self.more_help is not None:
            self.epilog = self.more_help()
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        """Raise an error of the options.

        Raises
        ------
        OptionError
            Always.
        """
        raise OptionError(f"{' '.join(message.split())}.", f"See: {self.prog} --help")


if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[Parser]


def add_command(commands: Commands, name: str, text: str, epilog: str = "") -> Parser:
    """Add a command, described by one line in lower case, and return its parser."""
    return commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object last on standard output"
    )


def _formats() -> str:
    from genie3_engine.data.io import readable_names

    *names, last = readable_names()
    return f"{', '.join(names)} or {last}, plain or .gz; or a folder of 10x"


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options for reading an expression file."""
    add = parser.add_argument
    add(
        "--orientation",
        choices=ORIENTATIONS,
        default="auto",
        help="table orientation (default: detect)",
    )
    add(
        "--header-row",
        metavar="INT|none",
        help="row with the names of the columns (default: detect)",
    )
    add(
        "--name-column",
        metavar="NAME|INT|none",
        help="column with the names of the rows (default: detect)",
    )
    add(
        "--set-aside",
        metavar="COLUMN",
        action="append",
        help="column that is not a measurement; repeatable (default: detect)",
    )
    add(
        "--keep-column",
        metavar="COLUMN",
        action="append",
        dest="keep_columns",
        help="column that is a measurement; repeatable (default: detect)",
    )
    add(
        "--gene-names",
        metavar="NAME",
        help="column or attribute with the names of the genes (default: detect)",
    )
    add("--sheet", metavar="NAME|INT", help="sheet of a workbook (default: the first with numbers)")
    add(
        "--layer",
        metavar="NAME",
        help="layer of an .h5ad or .loom file, or genome of an .h5 file of 10x (default: the main "
        "matrix)",
    )
    add(
        "--join",
        metavar="FILE",
        type=Path,
        action="append",
        help="further expression file of the same genes, whose samples are added; repeatable",
    )
    add(
        "--sample-sheet",
        metavar="FILE|none|names|diagonal",
        help="table of the samples' time series, perturbed genes, replicates and blocks; names: "
        "from the names of the samples; diagonal: sample i has gene i perturbed (default: from "
        "the expression file)",
    )
    add(
        "--sheet-columns",
        metavar="ROLE=COLUMN,...",
        action="append",
        help="columns of the sample sheet by name or number: sample=, series=, time=, perturbed=, "
        "perturbation= (or KO, KD, OE), replicate=, block= (default: detect)",
    )


def reading_options(args: argparse.Namespace) -> dict[str, Any]:
    """Return the options of `add_reading` as keyword arguments of `read_raw`."""
    return {
        "orientation": args.orientation,
        "header_row": args.header_row,
        "name_column": args.name_column,
        "set_aside": args.set_aside,
        "keep": args.keep_columns,
        "gene_names": args.gene_names,
        "sheet": args.sheet,
        "layer": args.layer,
        "join": args.join,
        "sample_sheet": args.sample_sheet,
        "sheet_columns": args.sheet_columns,
    }


def add_regulators(parser: argparse.ArgumentParser, default: str = "") -> None:
    """Add the options of a list of regulators; ``default`` is what is used without one."""
    text = (
        "file with one gene name per line, or a table with a column of names; or a list that ships "
        "with the program: " + ", ".join(REGULATOR_LISTS.names())
    )
    parser.add_argument(
        "--regulators",
        metavar="FILE|LIST",
        type=Path,
        help=f"{text} (default: {default})" if default else text,
    )
    parser.add_argument(
        "--regulators-column",
        metavar="NAME|INT",
        default="auto",
        help="column with the names of the regulators (default: the one with most genes)",
    )


def add_gene_table(parser: argparse.ArgumentParser) -> None:
    """Add the options of a gene table."""
    parser.add_argument(
        "--gene-table",
        metavar="FILE",
        type=Path,
        help="table with a column of the genes' identifiers, and symbols and descriptions, which "
        "then label the genes: of BioMart, NCBI, GEO or your own",
    )
    parser.add_argument(
        "--gene-table-columns",
        metavar="ROLE=COLUMN,...",
        action="append",
        default=[],
        help="columns of the gene table by name or number: identifier=, symbol=, description=; "
        "the last two may be none (default: detect)",
    )


def gene_table_columns(args: argparse.Namespace) -> dict[str, str]:
    """Return the columns of ``--gene-table-columns`` by role.

    Raises
    ------
    OptionError
        When they have another form, or there is no gene table.
    """
    from genie3_engine.data.role_options import columns_of

    option = "--gene-table-columns"
    if args.gene_table_columns and args.gene_table is None:
        raise OptionError(f"{option} is given without a table.", "Give --gene-table FILE.")
    return columns_of(args.gene_table_columns, option, example="symbol=gene_name")


def add_fix(parser: Parser) -> None:
    """Add ``--fix``."""
    parser.add_argument(
        "--fix",
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help="apply a fix before inference; repeatable, in order (doctor --help lists the fixes)",
    )
