"""Arrangement of a graph by its reader: genes selected, hidden, kept and pinned, and the camera."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Camera:
    """Part of a graph that is looked at.

    Parameters
    ----------
    x, y : float
        Its middle, in the unit of the layout.
    zoom : float
        1 where all genes fill the picture, larger for a smaller part.
    """

    x: float
    y: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Changes of a reader to a graph, which its links do not determine.

    Parameters
    ----------
    selected : tuple of str
        Genes of the selection.
    hidden : tuple of str
        Genes that are not drawn.
    kept : tuple of str or None
        The only genes that are drawn; None draws all.
    pinned : mapping of str to (x, y)
        Places of genes that were dragged, in the unit of the layout.
    camera : Camera or None
        What is looked at; None for all genes.
    """

    selected: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    kept: tuple[str, ...] | None = None
    pinned: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    camera: Camera | None = None

    @classmethod
    def from_dict(cls, given: Mapping[str, Any] | None) -> Arrangement:
        """Return an arrangement from plain values.

        Parameters
        ----------
        given : mapping or None
            As `as_dict` returns it. What is missing or unusable is as in a new graph: the values
            come from browsers and files.
        """
        given = given if isinstance(given, Mapping) else {}
        kept, pinned, camera = (given.get(name) for name in ("kept", "pinned", "camera"))
        places = pinned.items() if isinstance(pinned, Mapping) else ()
        camera = camera if isinstance(camera, Mapping) else {}
        numbers = _numbers([camera.get(name) for name in ("x", "y", "zoom")])
        return cls(
            selected=_names(given.get("selected")),
            hidden=_names(given.get("hidden")),
            kept=None if kept is None else _names(kept),
            pinned={
                str(gene): (place[0], place[1])
                for gene, where in places
                if (place := _numbers(where)) is not None and len(place) == 2
            },
            camera=Camera(*numbers) if numbers and numbers[2] > 0 else None,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the arrangement as plain JSON values."""
        camera = self.camera
        return {
            "selected": list(self.selected),
            "hidden": list(self.hidden),
            "kept": None if self.kept is None else list(self.kept),
            "pinned": {gene: list(place) for gene, place in self.pinned.items()},
            "camera": camera and {"x": camera.x, "y": camera.y, "zoom": camera.zoom},
        }

    def drawn(self, genes: Sequence[str]) -> list[int]:
        """Return the positions of the genes that are drawn, of all in a layout."""
        hidden, kept = set(self.hidden), None if self.kept is None else set(self.kept)
        return [
            place
            for place, gene in enumerate(genes)
            if gene not in hidden and (kept is None or gene in kept)
        ]


AS_LAID_OUT = Arrangement()


def _names(given: object) -> tuple[str, ...]:
    if not isinstance(given, list | tuple):
        return ()
    return tuple(name for name in given if isinstance(name, str))


def _numbers(given: object) -> list[float] | None:
    if not isinstance(given, list | tuple):
        return None
    are_numbers = all(
        isinstance(each, int | float) and abs(each) <= sys.float_info.max for each in given
    )
    return [float(each) for each in given] if are_numbers else None
