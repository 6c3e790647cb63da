"""Which file formats are there, and which one is this file?

To add a format, write a module beside this one that makes a `Format` (name, endings, a sniffing
function and a reader that returns a `Table`) and name it in `FORMATS`; the first whose sniffing
function says yes reads the file. Orientation, names and missing values are not its business.
"""

from __future__ import annotations

from genie3_engine.data.formats.delimited import DELIMITED
from genie3_engine.data.formats.not_yet import NOT_YET
from genie3_engine.data.formats.table import Format, Table
from genie3_engine.data.source import Source
from genie3_engine.errors import InputError

FORMATS: tuple[Format, ...] = (*NOT_YET, DELIMITED)

__all__ = ["FORMATS", "Format", "Table", "format_of", "read_table"]


def format_of(source: Source) -> Format:
    """Recognise a file's format by its content; the ending is only checked against it.

    Parameters
    ----------
    source : Source
        An open file.

    Returns
    -------
    Format
        A format that can be read.

    Raises
    ------
    InputError
        When no format fits, when the ending promises another one, or when it is not read yet.
    """
    name = source.path.name
    found = next((form for form in FORMATS if form.sniff(source)), None)
    promised = next((form for form in NOT_YET if source.ending in form.endings), None)
    if promised is not None and found is not promised:
        looks = "binary data" if found is None else f"a {found.name}"
        raise InputError(
            f"{name} is no {promised.name} in spite of its ending; it looks like {looks}.",
            "Give it the ending that belongs to its content (.csv or .tsv for text), or export "
            "it again.",
        )
    if found is None:
        raise InputError(
            f"{name} is a binary file of an unknown kind.",
            "Save the expression matrix as CSV or TSV text.",
        )
    if found.read is None:
        raise InputError(
            f"{name} is {_with_article(found.name)}, a format that is not read yet.",
            "Save the expression matrix as CSV or TSV text.",
        )
    return found


def read_table(source: Source) -> tuple[Format, Table]:
    """Read a file of any known format.

    Parameters
    ----------
    source : Source
        An open file.

    Returns
    -------
    Format
        What it is.
    Table
        What is in it.

    Raises
    ------
    InputError
        When it cannot be read; see `format_of` and the formats' readers.
    """
    form = format_of(source)
    if form.read is None:
        raise NotImplementedError(form.name)
    return form, form.read(source)


def _with_article(name: str) -> str:
    return f"an {name}" if name[0] in "AEIORaeio" and not name.startswith("Ro") else f"a {name}"
