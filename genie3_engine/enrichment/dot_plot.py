"""Arrange enriched sets as a dot plot, and draw it as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt

from genie3_engine import labels
from genie3_engine.enrichment.gene_sets import set_label
from genie3_engine.enrichment.over_representation import Enrichment
from genie3_engine.figure_style import SEQUENCE

MOST_SETS, MOST_GROUPS = 30, 12
LARGEST_AREA = 260.0  # of a dot, square pixels
_SMALLEST_AREA = 24.0
# Upper ends of classes of q, as log10, and what they are called.
_CLASSES = (
    (0.0, "q > 0.01"),
    (-2.0, "q ≤ 0.01"),
    (-4.0, "q ≤ 10⁻⁴"),
    (-8.0, "q ≤ 10⁻⁸"),
    (-16.0, "q ≤ 10⁻¹⁶"),
)
CLASS_LABELS = tuple(label for _, label in _CLASSES)
_NAME_LENGTH, _GROUP_LENGTH = 60, 24
_ROW, _COLUMN, _LETTER, _HEAD = 24, 60, 6.6, 34


@dataclass(frozen=True, slots=True, eq=False)
class DotPlot:
    """Dots of enriched sets by group.

    Parameters
    ----------
    sets : tuple of str
        Labels of the rows.
    groups : tuple of str
        Labels of the columns; one group is drawn along its ratios instead.
    row, column : (n_dots,) int64
        The set and the group of each dot.
    n_hits : (n_dots,) int64
        Genes of the set in the group: the dot's area.
    ratio : (n_dots,) float64
        Hits by those of a random draw.
    log10_q : (n_dots,) float64
        The q-value, as a logarithm.
    n_left_out, n_groups_left_out : int
        Enriched sets, folded ones aside, and groups of them that are not drawn.
    """

    sets: tuple[str, ...]
    groups: tuple[str, ...]
    row: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    n_hits: npt.NDArray[np.int64]
    ratio: npt.NDArray[np.float64]
    log10_q: npt.NDArray[np.float64]
    n_left_out: int
    n_groups_left_out: int

    def __len__(self) -> int:
        """Return the number of dots."""
        return len(self.row)

    @property
    def left_out(self) -> str:
        """What is not drawn, in a sentence; empty for nothing."""
        parts = [
            labels.count(n, noun)
            for n, noun in (
                (self.n_left_out, "further enriched set"),
                (self.n_groups_left_out, "group"),
            )
            if n
        ]
        return f"Not drawn: {' and '.join(parts)}; the table has them." if parts else ""

    @property
    def areas(self) -> npt.NDArray[np.float64]:
        """Area of each dot, square pixels."""
        most = max(1, int(self.n_hits.max(initial=1)))
        return np.maximum(LARGEST_AREA * self.n_hits / most, _SMALLEST_AREA)

    @property
    def classes(self) -> npt.NDArray[np.int64]:
        """The class of each dot's q, of `CLASS_LABELS`."""
        ends = np.array([-end for end, _ in _CLASSES])
        found: npt.NDArray[np.int64] = np.searchsorted(ends, -self.log10_q, side="right") - 1
        return found.clip(0)


def dot_plot(enrichment: Enrichment) -> DotPlot:
    """Choose the strongest sets of each group, and every group in which they are enriched.

    Parameters
    ----------
    enrichment : Enrichment
        The enriched sets.

    Returns
    -------
    DotPlot
        At most 12 groups and 30 sets: the strongest of each group in turn, folded ones aside.
    """
    heads = enrichment.heads
    enriched = set(heads["group"])
    groups = [group for group in enrichment.groups if group in enriched][:MOST_GROUPS]
    strongest = [heads.loc[heads["group"] == group, "set"].tolist() for group in groups]
    most = max(1, MOST_SETS // max(1, len(groups)))
    names = list(dict.fromkeys(name for sets in strongest for name in sets[:most]))[:MOST_SETS]
    table = enrichment.table
    table = table[table["group"].isin(groups) & table["set"].isin(names)]
    described = dict(zip(table["set"], table["description"], strict=True))
    rows = {name: i for i, name in enumerate(names)}
    columns = {group: i for i, group in enumerate(groups)}
    return DotPlot(
        sets=tuple(set_label(name, described[name]) for name in names),
        groups=tuple(groups),
        row=np.array([rows[name] for name in table["set"]], np.int64),
        column=np.array([columns[group] for group in table["group"]], np.int64),
        n_hits=table["n_hits"].to_numpy(np.int64),
        ratio=table["ratio"].to_numpy(np.float64),
        log10_q=table["log10_q"].to_numpy(np.float64),
        n_left_out=len(set(heads["set"]) - set(names)),
        n_groups_left_out=len(enriched) - len(groups),
    )


def dot_plot_svg(plot: DotPlot) -> str:
    """Draw a dot plot as a part of an HTML document; its text has the document's colour.

    Parameters
    ----------
    plot : DotPlot
        What is drawn.

    Returns
    -------
    str
        An ``svg`` element.
    """
    names = [_shortened(name, _NAME_LENGTH) for name in plot.sets]
    left = 12 + _LETTER * max((len(name) for name in names), default=0)
    heads = [_shortened(name, _GROUP_LENGTH) for name in plot.groups]
    top = _HEAD + (8 + _LETTER * 0.72 * max(map(len, heads), default=0))
    width = left + _COLUMN * max(len(heads), 1) + 110
    height = top + _ROW * len(names) + 16
    parts = [
        f'<svg class="dots" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" font-size="12" fill="currentColor">'
        f"<title>Enriched gene sets by group</title>"
    ]
    parts += _legend(plot)
    for column, name in enumerate(heads):
        x = left + _COLUMN * (column + 0.5)
        parts.append(
            f'<text transform="translate({x:.1f} {top - 6:.1f}) rotate(-45)">{escape(name)}</text>'
        )
    for row, name in enumerate(names):
        y = top + _ROW * (row + 0.5)
        parts.append(
            f'<path d="M{left:.1f} {y:.1f}H{left + _COLUMN * len(heads):.1f}" '
            'stroke="currentColor" stroke-opacity="0.15"/>'
            f'<text x="{left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{escape(name)}</text>'
        )
    radii, classes = np.sqrt(plot.areas / np.pi), plot.classes
    for dot in range(len(plot)):
        x = left + _COLUMN * (plot.column[dot] + 0.5)
        y = top + _ROW * (plot.row[dot] + 0.5)
        about = _on_one_line(f"{plot.sets[plot.row[dot]]}, {plot.groups[plot.column[dot]]}")
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radii[dot]:.1f}" {_paint(classes[dot])}>'
            f"<title>{escape(about)}: {plot.n_hits[dot]:,} genes, {plot.ratio[dot]:.1f} times "
            f"expected</title></circle>"
        )
    return "".join([*parts, "</svg>"])


def _legend(plot: DotPlot) -> Iterator[str]:
    x = 8.0
    for each in sorted(set(plot.classes.tolist())):
        yield (
            f'<circle cx="{x + 6:.0f}" cy="12" r="6" {_paint(each)}/>'
            f'<text x="{x + 17:.0f}" y="16">{escape(CLASS_LABELS[each])}</text>'
        )
        x += 28 + _LETTER * len(CLASS_LABELS[each])
    yield f'<text x="{x:.0f}" y="16">Area: genes of the set in the group</text>'


def _paint(number: int) -> str:
    """Return the attributes of a dot of a class; a style sheet may give the class other colours."""
    return (
        f'class="q{number}" fill="{SEQUENCE[1 + number]}" stroke="currentColor" '
        'stroke-opacity="0.5"'
    )


def _shortened(name: str, at_most: int) -> str:
    line = _on_one_line(name)
    return line if len(line) <= at_most else f"{line[: at_most - 1]}…"


def _on_one_line(name: str) -> str:
    """Return a name without the control characters that SVG cannot hold."""
    return "".join(sign if sign >= " " else "\ufffd" for sign in " ".join(name.split()))
