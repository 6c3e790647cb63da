"""Options of the commands ``archive`` and ``import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from genie3_engine.commands.parsing import add_command, add_json

if TYPE_CHECKING:
    from genie3_engine.commands.parsing import Commands


def add_archive(commands: Commands) -> None:
    """Add ``archive`` and ``import``."""
    parser = add_command(
        commands,
        "archive",
        "write a run into one file, for another installation or a repository",
        "The file holds the run with its data set, settings, views and evidence, and a\n"
        "description that repositories understand (RO-Crate). Another installation opens it:\n"
        "import FILE.\n"
        "A run that was stopped can be resumed there. Licence and authors are kept with the run.",
    )
    add = parser.add_argument
    add("run", metavar="RUN", type=Path, help="folder of a run that is not at work")
    add(
        "-o",
        "--output",
        metavar="FILE",
        type=Path,
        required=True,
        help="the archive, such as run.genie3.zip",
    )
    add("--without-data", action="store_true", help="leave the data set out")
    add(
        "--licence",
        "--license",
        metavar="LICENCE",
        help="an identifier of SPDX, such as CC-BY-4.0, or the address of the licence",
    )
    add(
        "--author",
        metavar="NAME",
        action="append",
        help='an author, with an ORCID if there is one: "Ann Example 0000-0002-1825-0097"; may be '
        "given several times",
    )
    add_json(parser)
    parser = add_command(
        commands,
        "import",
        "import the archive of a run into the home",
        "Every file is compared with its hash before the run appears. Nothing is overwritten: a\n"
        "run that is here already stays, and another one of the same name gets a new name.",
    )
    parser.add_argument("archive", metavar="FILE", type=Path, help="what archive has written")
    add_json(parser)
