"""Colours of genes and links, and their legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from genie3_engine import labels
from genie3_engine.figure_style import (
    ACTIVATION,
    COLOURS,
    REPRESSION,
    SEQUENCE,
    UNCLEAR,
    ground,
)
from genie3_engine.networks.annotations import Annotation
from genie3_engine.networks.communities import detect_modules, has_modules
from genie3_engine.networks.graph_layout import GraphLayout
from genie3_engine.networks.views import LegendEntry

_ACCENT = {False: "#1f6f8b", True: "#4aa8c9"}  # as in .streamlit/config.toml
_FAINT = {False: "#c3cbd0", True: "#46535a"}  # for links without a clear sign
_STEPS = 32
_FAINTEST = 0.1  # so that every link can be seen
_LINE = 0.65  # of the way from the ground to the text: the grey of a link of full weight


@dataclass(frozen=True, slots=True)
class Colouring:
    """Colours of a graph.

    Parameters
    ----------
    genes, links : tuple of str
        ``#rrggbb`` of each; ``links`` is empty when links have no colours of their own.
    legend : tuple of LegendEntry
        What the colours mean.
    """

    genes: tuple[str, ...]
    links: tuple[str, ...]
    legend: tuple[LegendEntry, ...]


def accent(*, dark: bool) -> str:
    """Return the colour of what matters most, such as regulators and the links in focus."""
    return _ACCENT[dark]


def by_role(shown: GraphLayout, *, dark: bool = False) -> Colouring:
    """Distinguish regulators from genes that are targets only.

    Parameters
    ----------
    shown : GraphLayout
        The genes and links drawn.
    dark : bool
        Whether the page is dark.
    """
    regulators = np.zeros(len(shown.genes), np.bool_)
    regulators[shown.source] = True
    other = ground(dark=dark).muted
    return Colouring(
        tuple(_ACCENT[dark] if is_one else other for is_one in regulators),
        (),
        (LegendEntry("Regulator", _ACCENT[dark]), LegendEntry("Target only", other)),
    )


def by_group(
    groups: Sequence[str | None], *, dark: bool = False, order: Sequence[str] | None = None
) -> Colouring:
    """Colour the largest groups of genes; all others are grey.

    Parameters
    ----------
    groups : sequence of str or None
        Each gene's group; None for a gene in none.
    dark : bool
        Whether the page is dark.
    order : sequence of str, optional
        Groups in the order of the colours; by size otherwise.
    """
    if order is None:
        named = [group for group in groups if group is not None]
        order = sorted(set(named), key=lambda group: (-named.count(group), group))
    colour = dict(zip(order, COLOURS, strict=False))
    other = ground(dark=dark).muted
    legend = [LegendEntry(label, of) for label, of in colour.items()]
    if any(group not in colour for group in groups):
        legend.append(LegendEntry("Other", other))
    return Colouring(
        tuple(other if group is None else colour.get(group, other) for group in groups),
        (),
        tuple(legend),
    )


def by_module(membership: npt.NDArray[np.int64], *, dark: bool = False) -> Colouring:
    """Colour the largest modules.

    Parameters
    ----------
    membership : (n_genes,) int64
        From `genie3_engine.networks.communities.detect_modules`.
    dark : bool
        Whether the page is dark.
    """
    names = [f"Module {module + 1}" for module in membership]
    order = [f"Module {module + 1}" for module in range(int(membership.max(initial=-1)) + 1)]
    return by_group(names, dark=dark, order=order)


def by_module_or_role(shown: GraphLayout, *, dark: bool = False) -> Colouring:
    """Colour modules where there are some, and else regulators apart from targets.

    Parameters
    ----------
    shown : GraphLayout
        The genes and links drawn.
    dark : bool
        Whether the page is dark.
    """
    membership = detect_modules(shown)
    return (
        by_module(membership, dark=dark) if has_modules(membership) else by_role(shown, dark=dark)
    )


def by_number(values: npt.NDArray[np.float64], *, label: str, dark: bool = False) -> Colouring:
    """Colour genes by a number, from the lowest to the highest.

    Parameters
    ----------
    values : (n_genes,) float64
        NaN where unknown: grey.
    label : str
        What the numbers are.
    dark : bool
        Whether the page is dark.
    """
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    scale = list(SEQUENCE[1:] if not dark else SEQUENCE[:-1][::-1])
    shares = np.clip((values - low) / ((high - low) or 1.0), 0, 1)
    other = UNCLEAR
    colours = tuple(
        _between(scale, round(float(share) * _STEPS) / _STEPS) if np.isfinite(share) else other
        for share in shares
    )
    legend = [
        LegendEntry(f"{label} {low:.3g}", _between(scale, 0)),
        LegendEntry(f"{high:.3g}", _between(scale, 1)),
    ]
    if len(known) < len(values):
        legend.append(LegendEntry("Unknown", other))
    return Colouring(colours, (), tuple(legend))


def by_sign(shown: GraphLayout, signs: npt.NDArray[np.int8], *, dark: bool = False) -> Colouring:
    """Colour links by whether regulator and target rise together or against each other.

    Parameters
    ----------
    shown : GraphLayout
        The genes and links drawn.
    signs : (n_links,) int8
        1, -1, or 0 where that is unclear.
    dark : bool
        Whether the page is dark.
    """
    of = {1: ACTIVATION, -1: REPRESSION, 0: _FAINT[dark]}
    return Colouring(
        (ground(dark=dark).muted,) * len(shown.genes),
        tuple(of[int(sign)] for sign in signs),
        (
            LegendEntry("Activation (rise together)", ACTIVATION, "line"),
            LegendEntry("Repression (one falls)", REPRESSION, "line"),
            LegendEntry("Unclear", _FAINT[dark], "line"),
        ),
    )


def by_change(
    shown: GraphLayout, changes: Sequence[str], labels: tuple[str, str], *, dark: bool = False
) -> Colouring:
    """Colour links by what happened to them from one condition to another.

    Parameters
    ----------
    shown : GraphLayout
        The genes and links drawn.
    changes : sequence of str
        Of each link: ``gained``, ``lost``, ``reversed`` or ``kept``.
    labels : tuple of two str
        What the conditions are called.
    dark : bool
        Whether the page is dark.
    """
    of = change_colours(dark=dark)
    words = {
        "gained": f"Gained in {labels[1]}",
        "lost": f"Lost, in {labels[0]} only",
        "reversed": "Correlation reversed",
        "kept": "Kept",
    }
    return Colouring(
        (ground(dark=dark).muted,) * len(shown.genes),
        tuple(of[change] for change in changes),
        tuple(LegendEntry(words[change], colour, "line") for change, colour in of.items()),
    )


def change_colours(*, dark: bool = False) -> dict[str, str]:
    """Return the colour of each kind of change, ``#rrggbb``, safe for the colour-blind."""
    return {
        "gained": COLOURS[0],
        "lost": COLOURS[5],
        "reversed": COLOURS[3],
        "kept": _FAINT[dark],
    }


def by_annotation(shown: GraphLayout, annotation: Annotation, *, dark: bool = False) -> Colouring:
    """Colour genes by the numbers or groups of an uploaded table.

    Parameters
    ----------
    shown : GraphLayout
        The genes and links drawn.
    annotation : Annotation
        A column of the table.
    dark : bool
        Whether the page is dark.
    """
    numbers: Mapping[str, float] | None = annotation.numbers
    if numbers is not None and len(set(numbers.values())) > len(COLOURS):
        values = np.array([numbers.get(gene, np.nan) for gene in shown.genes])
        return by_number(values, label=annotation.name, dark=dark)
    return by_group([annotation.of.get(gene) for gene in shown.genes], dark=dark)


def opacities(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how opaque lines are that show a share from 0 to 1; unknown ones are the faintest."""
    return _FAINTEST + (1 - _FAINTEST) * np.nan_to_num(np.clip(shares, 0, 1))


def opacity_legend(label: str, *, dark: bool = False) -> tuple[LegendEntry, ...]:
    """Return what opacity means: the faintest line and the strongest.

    Parameters
    ----------
    label : str
        What is drawn by it.
    dark : bool
        Whether the page is dark.
    """
    colours = ground(dark=dark)
    line = _between((colours.paper, colours.text), _LINE)
    ends = (0.0, 1.0)
    return tuple(
        LegendEntry(
            f"{label} {share:.0f}",
            _between((colours.paper, line), float(opacities(np.array([share]))[0])),
            "line",
        )
        for share in ends
    )


def mark_legend(
    shown: GraphLayout,
    *,
    size: str = "target",
    n_largest: int | None = None,
    line: str = "Importance",
    ends: tuple[float, float] | None = None,
    dark: bool = False,
) -> tuple[LegendEntry, ...]:
    """Return what arrows, the sizes of discs and the widths of lines mean.

    Parameters
    ----------
    shown : GraphLayout
        The genes and links drawn.
    size : str
        What is counted by the sizes, in the singular; empty where all are equal.
    n_largest : int, optional
        The count of the largest disc; the most targets of a regulator by default.
    line : str
        What the widths show; empty where they show nothing.
    ends : (float, float), optional
        What the thinnest and the broadest line stand for; the least and the largest importance by
        default.
    dark : bool
        Whether the page is dark.
    """
    if not len(shown.source):
        return ()
    colour = ground(dark=dark).muted
    found = [LegendEntry("Regulator to target", colour, "arrow")]
    if size:
        most = int(np.bincount(shown.source).max()) if n_largest is None else n_largest
        few = 0 if size == "target" else 1
        found.append(LegendEntry(labels.count(few, size), colour, "small"))
        found.append(LegendEntry(labels.count(most, size), colour, "large"))
    if line:
        low, high = ends or (float(shown.importance.min()), float(shown.importance.max()))
        found.append(LegendEntry(f"{line} {low:.2g}", colour, "thin"))
        found.append(LegendEntry(f"{high:.2g}", colour, "broad"))
    return tuple(found)


def _between(scale: Sequence[str], share: float) -> str:
    """Return the colour at a share of the way along a scale."""
    at = share * (len(scale) - 1)
    first = min(int(at), len(scale) - 2)
    low, high = (
        np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        for colour in scale[first : first + 2]
    )
    mixed = np.round(low + (high - low) * (at - first)).astype(int)
    return "#" + "".join(f"{part:02x}" for part in mixed)
