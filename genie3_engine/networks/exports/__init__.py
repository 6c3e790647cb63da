"""Export formats of links, and the programs that read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import IO

from genie3_engine.errors import OptionError
from genie3_engine.networks.exports import graphs, tables
from genie3_engine.networks.exports.link_source import Links, links_of_run, open_links


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
        Programs that read it, in a few words.
    is_text : bool
        Whether a terminal can show it.
    write : callable
        Writes `Links` to an open binary file.
    mime : str
        What a browser calls it.
    refused : re.Pattern or None
        What no gene's name may hold, because the format cannot.
    write_other : mapping of str to callable
        How it is written to a file with another ending, where its readers go by the ending.
    """

    name: str
    suffix: str
    purpose: str
    is_text: bool
    write: Callable[[Links, IO[bytes]], None]
    mime: str
    refused: re.Pattern[str] | None = None
    write_other: Mapping[str, Callable[[Links, IO[bytes]], None]] = field(default_factory=dict)

    def for_suffix(self, suffix: str) -> ExportFormat:
        """Return the format as a file with an ending such as ``.csv`` has it."""
        return replace(self, write=self.write_other.get(suffix, self.write))

    def unfit(self, names: Iterable[str]) -> str | None:
        """Return the first name that the format cannot hold; None when it holds all."""
        if self.refused is None:
            return None
        return next((name for name in names if self.refused.search(name)), None)


_TSV = "text/tab-separated-values"
FORMATS = {
    form.name: form
    for form in (
        ExportFormat("tsv", ".tsv", "spreadsheets, R, Python", True, tables.write_tsv, _TSV),
        ExportFormat("csv", ".csv", "spreadsheets, R, Python", True, tables.write_csv, "text/csv"),
        ExportFormat(
            *("parquet", ".parquet", "R, Python, DuckDB", False, tables.write_parquet),
            mime="application/vnd.apache.parquet",
        ),
        ExportFormat(
            *("graphml", ".graphml", "Cytoscape, yEd, igraph", True, graphs.write_graphml),
            mime="application/xml",
            refused=graphs.NOT_XML,
        ),
        ExportFormat(
            *("gexf", ".gexf", "Gephi", True, graphs.write_gexf),
            mime="application/xml",
            refused=graphs.NOT_XML,
        ),
        ExportFormat(
            *("sif", ".sif", "Cytoscape, without scores", True, graphs.write_sif),
            mime="text/plain",
            refused=graphs.NOT_SIF,
        ),
        ExportFormat("cx2", ".cx2", "Cytoscape, NDEx", True, graphs.write_cx2, "application/json"),
        ExportFormat(
            *("pyscenic", ".tsv", "pySCENIC's adjacencies", True, tables.write_pyscenic),
            mime=_TSV,
            write_other={".csv": partial(tables.write_pyscenic, delimiter=",")},
        ),
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
