"""In which formats can links leave, and which program reads which?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from genie3_engine.analysis.exports import graphs, tables
from genie3_engine.analysis.exports.links import Links, links_of_run, open_links
from genie3_engine.errors import OptionError


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format that links can be written in.

    Parameters
    ----------
    name : str
        What the user asks for.
    suffix : str
        How its files' names end.
    purpose : str
        Who reads it, in a few words.
    is_text : bool
        Whether a terminal can show it.
    write : callable
        Writes `Links` to an open binary file.
    """

    name: str
    suffix: str
    purpose: str
    is_text: bool
    write: Callable[[Links, IO[bytes]], None]


FORMATS = {
    form.name: form
    for form in (
        ExportFormat("tsv", ".tsv", "spreadsheets, R, Python", True, tables.write_tsv),
        ExportFormat("csv", ".csv", "spreadsheets, R, Python", True, tables.write_csv),
        ExportFormat("parquet", ".parquet", "R, Python, DuckDB", False, tables.write_parquet),
        ExportFormat("graphml", ".graphml", "Cytoscape, yEd, igraph", True, graphs.write_graphml),
        ExportFormat("gexf", ".gexf", "Gephi", True, graphs.write_gexf),
        ExportFormat("sif", ".sif", "Cytoscape, without scores", True, graphs.write_sif),
        ExportFormat("cx2", ".cx2", "Cytoscape, NDEx", True, graphs.write_cx2),
        ExportFormat("pyscenic", ".tsv", "pySCENIC's adjacencies", True, tables.write_pyscenic),
    )
}


def export_format(name: str) -> ExportFormat:
    """Return a format by its name.

    Parameters
    ----------
    name : str
        One of `FORMATS`.

    Returns
    -------
    ExportFormat
        The format.

    Raises
    ------
    OptionError
        When there is none of that name.
    """
    if name not in FORMATS:
        raise OptionError(
            f"There is no export format {name!r}.", f"Give one of {', '.join(FORMATS)}."
        )
    return FORMATS[name]


__all__ = ["FORMATS", "ExportFormat", "Links", "export_format", "links_of_run", "open_links"]
