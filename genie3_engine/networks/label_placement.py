"""Place the labels of a graph so that none lies on another label or on a gene at any zoom.

Each label has a side of its gene, and the least scale from which it is shown. Labels keep their
size while a picture is enlarged, so two of them that are apart stay apart: a label appears once and
does not vanish again. Hubs come first. All lengths on paper are in heights of the font, so one
placement holds for the page, for a printed figure and for a report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from genie3_engine.networks import marks

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

RIGHT, LEFT, ABOVE, BELOW = range(4)
SIDES = ("right", "left", "above", "below")
GAP = 0.25  # between a gene and its label
SPACE = 0.4  # that keeps two labels in a line apart, and gives a wider font room
HALF_LINE = 0.55  # half the height of a label
EDGE = 1.3  # by which labels may reach beyond the outermost genes

_NEIGHBOURS, _MOST_NEIGHBOURS = 12, 36
_EXACT = 1_500  # labels whose scales are as small as they can be, at least
_SMALLEST_SHEET = 17.0  # width of the smallest picture; below its scale nothing is drawn
_NEVER = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class LabelPlacement:
    """Where labels lie, and from which scale they are shown.

    Parameters
    ----------
    side : (n_genes,) uint8
        Position in `SIDES`.
    scale : (n_genes,) float64
        The least scale at which the label is shown, in heights of the font per unit of the layout;
        infinite for a gene without a label.
    width : (n_genes,) float64
        Width kept free for each label, in heights of the font.
    """

    side: npt.NDArray[np.uint8]
    scale: Floats
    width: Floats

    def among(self, n_genes: int, places: Sequence[int]) -> LabelPlacement:
        """Return the placement for more genes, of which those placed here have a label.

        Parameters
        ----------
        n_genes : int
            All genes.
        places : sequence of int
            Positions among them of the genes placed here.
        """
        all_genes = LabelPlacement(
            np.zeros(n_genes, np.uint8), np.full(n_genes, _NEVER), np.zeros(n_genes)
        )
        for name in ("side", "scale", "width"):
            getattr(all_genes, name)[list(places)] = getattr(self, name)
        return all_genes

    def box(self, gene: int, *, radius: float) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top of a label as seen from its gene, with y upwards.

        Parameters
        ----------
        gene : int
            Position of the gene.
        radius : float
            Radius of its disc, in heights of the font as is the answer.
        """
        side, width, away = int(self.side[gene]), float(self.width[gene]), radius + GAP
        if side == RIGHT:
            return away, -HALF_LINE, away + width, HALF_LINE
        if side == LEFT:
            return -away - width, -HALF_LINE, -away, HALF_LINE
        if side == ABOVE:
            return -width / 2, away, width / 2, away + 2 * HALF_LINE
        return -width / 2, -away - 2 * HALF_LINE, width / 2, -away


def place_labels(
    points: Floats,
    sizes: Floats,
    labels: Sequence[str],
    *,
    priority: Floats,
) -> LabelPlacement:
    """Place labels next to genes.

    Parameters
    ----------
    points : (n_genes, 2) float64
        Where the genes lie, with y upwards.
    sizes : (n_genes,) float64
        From 0 to 1, by the area of a gene's disc.
    labels : sequence of str
        What is written next to each gene.
    priority : (n_genes,) float64
        The gene of higher priority keeps its place where two labels overlap.

    Returns
    -------
    LabelPlacement
        Sides and scales. At any horizontal and vertical scale, no two labels that are shown
        overlap, and none covers the disc of a gene.

    Notes
    -----
    Active ranges of labels after Been, Daiches and Yap (2006), greedy by priority. A label's side
    is the one where genes and the edge let it appear earliest. Two boxes are taken as apart from
    the scale at which they are apart for good on one axis, which holds also when a picture is
    stretched along one axis.
    """
    n = len(points)
    width = np.array([marks.text_width(label) + SPACE for label in labels])
    if n == 0:
        return LabelPlacement(np.zeros(0, np.uint8), np.zeros(0), width)
    boxes = [_label_boxes(side, width, marks.radii(sizes)) for side in range(len(SIDES))]
    least = _SMALLEST_SHEET / max(float(np.ptp(points, axis=0).max()), 1e-9)
    order = np.lexsort((np.arange(n), -priority))
    by_side = _scales_by_side(points, boxes, marks.radii(sizes), least=least, order=order)
    side = by_side.argmin(axis=0)  # the first of those that are as good
    scale = by_side[side, np.arange(n)]
    chosen = np.choose(side[:, None, None], boxes)
    _yield_to_others(points, chosen, scale, order)
    return LabelPlacement(side.astype(np.uint8), scale, width)


# A box is four numbers and four multiples of the scale of the marks: its low and high ends on both
# axes, as seen from its gene. Columns: low, high; then the multiples of the marks' scale.


def _label_boxes(side: int, width: Floats, radii: Floats) -> Floats:
    """Return the boxes of all labels on one side: (n_genes, 2 axes, 4)."""
    boxes = np.zeros((len(width), 2, 4))
    along, across = (0, 1) if side in {RIGHT, LEFT} else (1, 0)
    length = width if along == 0 else np.full(len(width), 2 * HALF_LINE)
    half = np.full(len(width), HALF_LINE) if along == 0 else width / 2
    boxes[:, across, 0], boxes[:, across, 1] = -half, half
    if side in {RIGHT, ABOVE}:
        boxes[:, along, 0], boxes[:, along, 1] = GAP, GAP + length
        boxes[:, along, 2] = boxes[:, along, 3] = radii
    else:
        boxes[:, along, 0], boxes[:, along, 1] = -GAP - length, -GAP
        boxes[:, along, 2] = boxes[:, along, 3] = -radii
    return boxes


def _disc_boxes(radii: Floats) -> Floats:
    boxes = np.zeros((len(radii), 2, 4))
    boxes[:, :, 2], boxes[:, :, 3] = -radii[:, None], radii[:, None]
    return boxes


def _scales_by_side(
    points: Floats, boxes: Sequence[Floats], radii: Floats, *, least: float, order: Indices
) -> Floats:
    """Return the scale from which each label is clear of all genes and the edge, on each side.

    Genes are looked at from the nearest on, until those farther away can ask for no larger scale.
    Beyond some neighbours, labels of low priority wait for the scale that is certain instead.
    """
    n = len(points)
    found = np.array([_clear_of_edge(points, box) for box in boxes])
    discs = _disc_boxes(radii)
    tree = cKDTree(points)
    rows = np.arange(n)
    is_exact = np.zeros(n, np.bool_)
    is_exact[order[:_EXACT]] = True
    own = np.max(
        [(np.abs(b[..., :2]) + np.abs(b[..., 2:])).max(axis=(1, 2)) for b in boxes], axis=0
    )
    reach = np.sqrt(2) * (own + float(radii.max()))
    seen, count = 1, min(n, _NEIGHBOURS)
    while len(rows) and seen < n:
        distance, near = tree.query(points[rows], k=range(seen + 1, count + 1))
        offset = points[near] - points[rows][:, None]
        for side, box in enumerate(boxes):
            apart = _apart_from(offset, box[rows][:, None], discs[near])
            found[side, rows] = np.maximum(found[side, rows], apart.max(axis=1))
        beyond = reach[rows] / np.maximum(distance[:, -1], 1e-12)
        is_open = np.maximum(found[:, rows].min(axis=0), least) < beyond
        is_late = is_open & ~is_exact[rows] & (count >= _MOST_NEIGHBOURS) & (count < n)
        found[:, rows[is_late]] = np.maximum(found[:, rows[is_late]], beyond[is_late])
        rows = rows[is_open & ~is_late]
        seen, count = count, min(n, 3 * count)
    scales: Floats = np.maximum(found, least)
    return scales


def _clear_of_edge(points: Floats, boxes: Floats) -> Floats:
    """Return the scale from which each box lies inside the frame of all genes."""
    low, high = points.min(axis=0), points.max(axis=0)
    after = _scale_of(high - points, boxes[:, :, 1] - EDGE, boxes[:, :, 3])
    before = _scale_of(points - low, -boxes[:, :, 0] - EDGE, -boxes[:, :, 2])
    edge: Floats = np.maximum(after, before).max(axis=1)
    return edge


def _yield_to_others(points: Floats, boxes: Floats, scale: Floats, order: Indices) -> None:
    """Raise scales so that a label appears only where no label of higher priority lies."""
    first, second, apart = _label_pairs(points, boxes, scale)
    place = np.empty(len(points), np.int64)
    place[order] = np.arange(len(points))
    is_swapped = place[first] > place[second]
    above = np.where(is_swapped, second, first)
    below = np.where(is_swapped, first, second)
    for row in np.lexsort((place[above], place[below])).tolist():
        high, low = above[row], below[row]
        if apart[row] > scale[high] and apart[row] > scale[low]:
            scale[low] = apart[row]


def _label_pairs(points: Floats, boxes: Floats, scale: Floats) -> tuple[Indices, Indices, Floats]:
    """Return pairs of labels that overlap at a scale at which genes let both be shown."""
    known = np.arange(len(points))
    ends = np.abs(boxes[:, :, :2]).max(axis=(1, 2)) + np.abs(boxes[:, :, 2:]).max(axis=(1, 2))
    octave = np.floor(np.log2(scale[known])).astype(np.int64)
    firsts, seconds, scales = [], [], []
    for each in np.unique(octave):
        mine, others = known[octave == each], known[octave <= each]
        radius = np.sqrt(2) * (ends[mine] + ends[others].max()) / scale[mine]
        lists = cKDTree(points[others]).query_ball_point(points[mine], radius, return_sorted=True)
        first = np.repeat(mine, [len(each) for each in lists])
        second = others[np.concatenate(lists).astype(np.int64)]
        is_tie = (scale[first] == scale[second]) & (first > second)
        is_new = (scale[first] > scale[second]) | is_tie
        first, second = first[is_new], second[is_new]
        apart = _apart_from(points[second] - points[first], boxes[first], boxes[second])
        is_close = apart > np.maximum(scale[first], scale[second])
        firsts.append(first[is_close])
        seconds.append(second[is_close])
        scales.append(apart[is_close])
    if not firsts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(scales)


def _apart_from(offset: Floats, mine: Floats, other: Floats) -> Floats:
    """Return the scale from which two boxes are apart for good, by the offset of their genes."""
    is_after = offset >= 0
    room = np.where(is_after, mine[..., 1] - other[..., 0], other[..., 1] - mine[..., 0])
    grown = np.where(is_after, mine[..., 3] - other[..., 2], other[..., 3] - mine[..., 2])
    scale: Floats = _scale_of(np.abs(offset), room, grown).min(axis=-1)
    return scale


def _scale_of(distance: Floats, room: Floats, grown: Floats) -> Floats:
    """Return the least scale from which ``scale * distance >= room + grown * marks`` for good."""
    apart = np.maximum(distance, 1e-12)
    full = (room + grown) / apart
    rest = apart - grown * marks.GROWTH
    between = room / np.where(rest > 0, rest, 1.0)
    small = (room + grown * marks.SMALLEST) / apart
    part = np.where(between * marks.GROWTH >= marks.SMALLEST, between, small)
    scale = np.where((full * marks.GROWTH >= 1) | (rest <= 0), full, part)
    return np.maximum(scale, 0.0)
