"""The command-line options of a forecast."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from genie3_engine.commands.parsing import Parser, add_command

if TYPE_CHECKING:
    from genie3_engine.commands.parsing import Commands

EPILOG = """\
Takes the options of infer: put forecast in the place of infer. The data are stored as infer stores
them, a few random targets are inferred for some seconds, and nothing else is computed.
  forecast data.tsv --trees 1000 --instances 4 --within-hours 2"""


def add_forecast(commands: Commands, add_inference: Callable[[Parser], None]) -> None:
    """Add ``forecast``.

    Parameters
    ----------
    commands : Commands
        Where.
    add_inference : callable
        Adds the options of ``infer``.
    """
    parser = add_command(
        commands, "forecast", "estimate time, memory, disk and price of a run", EPILOG
    )
    add_inference(parser)
    for action in parser._actions:
        if action.dest == "out":  # nothing is written there
            action.required = False
    add = parser.add_argument
    add(
        "--instances",
        type=int,
        metavar="N",
        help="cloud instances that share the targets (default: 1; advice tries up to 64)",
    )
    add(
        "--within-hours",
        type=float,
        metavar="H",
        help="suggest the cheapest instances that finish within this time",
    )
    add(
        "--budget",
        type=float,
        metavar="DOLLARS",
        help="suggest the fastest instances within this price on demand",
    )
    add(
        "--live-prices",
        action="store_true",
        help="current prices from AWS, which needs credentials (default: a dated table)",
    )
