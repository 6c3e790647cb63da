"""Download buttons of files that are written when they are asked for."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeAlias, cast

import pandas as pd
import streamlit as st

from genie3_engine import people

_PACKED_BY = 3  # of 9: a fifth larger than by most, in a seventh of the time
Writable: TypeAlias = IO[bytes]
_HTML = '<button type="button"><span></span></button><p role="alert"></p>'
BUTTON_CSS = """
button {
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius, var(--st-base-radius));
  background: var(--st-background-color);
  color: var(--st-text-color);
  font: 0.875rem var(--st-font);
  cursor: pointer;
}
button:hover, button:focus-visible {
  border-color: var(--st-primary-color);
  color: var(--st-primary-color);
}
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
button:disabled { opacity: 0.5; cursor: progress; }
p { margin: 0.25rem 0 0; color: var(--st-text-color); font-size: 0.875rem; }
p:empty { display: none; }
"""
_png = st.components.v2.component(
    "genie3.png",
    html=_HTML,
    css=BUTTON_CSS,
    js=(Path(__file__).parent / "save_png.js").read_text(encoding="utf-8"),
)


def file_button(
    label: str,
    write: Callable[[Writable], None],
    *,
    file_name: str,
    mime: str,
    key: str,
    is_packed: bool = False,
) -> None:
    """Offer a file that is written only when it is asked for, aside on the disk.

    Parameters
    ----------
    label : str
        Label of the button.
    write : callable
        Writes the file to an open binary file.
    file_name : str
        What the file is called; ``.gz`` is added when it is packed.
    mime : str
        What a browser calls its content.
    key : str
        The widget's key.
    is_packed : bool
        Whether it is compressed: large text shrinks to a quarter.
    """

    def made() -> bytes:
        with tempfile.TemporaryFile() as file:
            if is_packed:
                with gzip.GzipFile("", "wb", _PACKED_BY, file, mtime=0) as packed:
                    write(cast("Writable", packed))
            else:
                write(file)
            file.seek(0)
            return file.read()

    st.download_button(
        label,
        people.with_this_home(made),  # it is asked for in another thread
        file_name=f"{file_name}.gz" if is_packed else file_name,
        mime="application/gzip" if is_packed else mime,
        icon=":material/download:",
        key=key,
        on_click="ignore",
    )


def table_buttons(table: pd.DataFrame, *, name: str, key: str) -> None:
    """Offer a table as TSV and as CSV.

    Parameters
    ----------
    table : DataFrame
        What is written, without its index; numbers with the fewest digits that give them back.
    name : str
        What the files are called, without ending.
    key : str
        Begins the keys of the widgets.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        _table_button(table, "\t", label="TSV", file_name=f"{name}.tsv", key=f"{key}_tsv")
        _table_button(table, ",", label="CSV", file_name=f"{name}.csv", key=f"{key}_csv")


def _table_button(
    table: pd.DataFrame, separator: str, *, label: str, file_name: str, key: str
) -> None:
    st.download_button(
        label,
        lambda: table.to_csv(index=False, sep=separator, lineterminator="\n"),
        file_name=file_name,
        mime="text/csv" if separator == "," else "text/tab-separated-values",
        icon=":material/download:",
        key=key,
        type="tertiary",
        on_click="ignore",
    )


def png_button(
    label: str, svg: str, *, size: tuple[int, int], file_name: str, key: str, dots_a_metre: int = 0
) -> None:
    """Offer a drawing as a PNG; the browser makes it, with the fonts it shows the page in.

    Parameters
    ----------
    label : str
        Label of the button.
    svg : str
        The drawing.
    size : (width, height)
        In dots.
    file_name : str
        What the file is called.
    key : str
        The widget's key.
    dots_a_metre : int
        How fine it is printed; 0 leaves it unset.
    """
    width, height = size
    data = {
        "label": label,
        "svg": svg,
        "width": width,
        "height": height,
        "dotsAMetre": dots_a_metre,
        "name": file_name,
    }
    _png(key=key, data=data)
