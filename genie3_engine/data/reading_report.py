"""What was found out about a file while it was read?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What was detected while a file was read.

    Parameters
    ----------
    format : str
        Such as ``text table``, with ``, gzip`` when compressed.
    delimiter : str
        ``tab``, ``comma``, ``semicolon``, ``bar`` or ``space``.
    has_header, has_row_names : bool
        Which axes have names.
    orientation : str
        ``genes-in-rows`` or ``genes-in-columns``.
    orientation_reason : str
        Why, in one sentence.
    n_genes, n_samples : int
        Shape.
    encoding : str
        Of the text.
    warnings : tuple of str
        What a person should know, one sentence each.
    sheet, layer : str
        Which part of the file was read, where a file of this format has several.
    sheets, layers : tuple of str
        Which parts there are.
    """

    format: str
    delimiter: str
    has_header: bool
    has_row_names: bool
    orientation: str
    orientation_reason: str
    n_genes: int
    n_samples: int
    encoding: str
    warnings: tuple[str, ...] = ()
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    layer: str = ""
    layers: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)
