"""Draw a network as SVG with editable text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
import numpy.typing as npt

from genie3_engine.figure_style import Ground, ground
from genie3_engine.networks import marks
from genie3_engine.networks.arrangement import Camera
from genie3_engine.networks.exports.graphs import NOT_XML
from genie3_engine.networks.label_placement import SIDES
from genie3_engine.networks.view_focus import in_focus
from genie3_engine.networks.views import LegendEntry, View

Points = npt.NDArray[np.float64]

_FONT = "Arial, Helvetica, sans-serif"
_ANCHORS = {"right": (0, "start"), "left": (1, "end"), "above": (0.5, "middle")}
_ANCHORS["below"] = _ANCHORS["above"]
_BASE = -0.35  # of the letters' base, from the middle of their line
_BAND = 'width="100%" height="100%"'
_TALLEST, _FLATTEST = 1.25, 0.55  # height by width, where the height follows the network
_MM_INCH = 25.4
_LEGEND_LINE = 1.5  # heights of the font
_DISCS = {"disc": 0.4, "small": marks.LEAST_RADIUS * 0.7, "large": 0.5}
_LINES = {"thin": marks.LEAST_LINE, "line": 0.2, "broad": marks.LEAST_LINE + marks.MORE_LINE}
_POINTS_A_MM = 72 / _MM_INCH


@dataclass(frozen=True, slots=True)
class FigureSize:
    """Size of an exported picture.

    Parameters
    ----------
    width : float
        In ``unit``.
    height : float or None
        In ``unit``; None follows the network's own shape.
    unit : str
        ``mm`` for print, ``px`` for a screen.
    """

    width: float
    height: float | None = None
    unit: str = "mm"

    @property
    def points(self) -> float:
        """The width in the units that everything is drawn in: points, or pixels."""
        return self.width * _POINTS_A_MM if self.unit == "mm" else self.width

    @property
    def font_size(self) -> float:
        """Size of the labels: 6 to 7 points in print, larger on a large screen."""
        return min(7.0, 5 + self.width / 90) if self.unit == "mm" else max(9, self.width / 120)


def network_svg(
    view: View,
    *,
    size: FigureSize,
    title: str = "Gene regulatory network",
    all_labels: bool = False,
    dark: bool = False,
    zoomed: bool = False,
) -> str:
    """Draw a network as SVG.

    Parameters
    ----------
    view : View
        What is shown of a network; with a gene or path in focus, its links and genes stand out.
    size : FigureSize
        Size of the picture.
    title : str
        Text for screen readers.
    all_labels : bool
        Name every gene; else the largest, where there is room.
    dark : bool
        On a dark ground.
    zoomed : bool
        Only the part that the camera of the view looks at; else the whole graph.

    Returns
    -------
    str
        A whole SVG document. Names are text; characters that XML cannot hold become a
        replacement sign.
    """
    camera = view.arrangement.camera if zoomed else None
    view, colours = in_focus(view.arranged(), dark=dark), ground(dark=dark)
    canvas = _Canvas.around(view, size, camera)
    width, height = canvas.width, canvas.height
    unit_height = size.width * height / width
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size.width:g}{size.unit}"'
        f' height="{unit_height:.6g}{size.unit}" viewBox="0 0 {width:.6g} {height:.6g}"'
        f' font-family="{_FONT}" font-size="{size.font_size:.3g}">\n'
        f"<title>{_text(title)}</title>\n"
        f'<rect width="100%" height="100%" fill="{colours.paper}"/>\n'
    ]
    parts += ['<g id="links">\n', *_links(view, canvas, colours), "</g>\n"]
    parts += ['<g id="genes">\n', *_genes(view, canvas, colours), "</g>\n"]
    parts += ['<g id="names">\n', *_names(view, canvas, colours, all_labels), "</g>\n"]
    if camera is not None:  # links may leave the part that is looked at
        top = height - _legend_height(view, width, canvas.font)
        parts.append(f'<rect y="{top:.2f}" {_BAND} fill="{colours.paper}"/>\n')
    parts += [*_legend(view, canvas, colours), "</svg>\n"]
    return "".join(parts)


def pixel_size(view: View, size: FigureSize, *, dots_an_inch: int) -> tuple[int, int]:
    """Return the width and height in dots of a view drawn in a size.

    Parameters
    ----------
    view : View
        What is shown; it decides the height where the size does not.
    size : FigureSize
        Size of the picture.
    dots_an_inch : int
        How fine it is printed; a screen's dots are dots.
    """
    canvas = _Canvas.around(view.arranged(), size)
    width = size.width / _MM_INCH * dots_an_inch if size.unit == "mm" else size.width
    return round(width), round(width * canvas.height / canvas.width)


@dataclass(frozen=True, slots=True, eq=False)
class _Canvas:
    """Where everything lies on the paper.

    Parameters
    ----------
    width, height, font : float
        Of the paper and of the labels, in the units that everything is drawn in.
    x, y : (n_genes,) float64
        Where the genes lie.
    radii : (n_genes,) float64
        Of their discs.
    scale : float
        Heights of the font per unit of the layout, along the axis that has less.
    """

    width: float
    height: float
    font: float
    x: Points
    y: Points
    radii: Points
    scale: float

    @classmethod
    def around(cls, view: View, size: FigureSize, camera: Camera | None = None) -> _Canvas:
        """Fill paper with a layout, with y upwards."""
        layout, width, font = view.layout, size.points, size.font_size
        below = _legend_height(view, width, font)
        margin = marks.MARGIN * font
        x = layout.x if len(layout.x) else np.zeros(1)
        y = layout.y if len(layout.y) else np.zeros(1)
        extent = float(np.ptp(x)), float(np.ptp(y))
        if size.height is None:
            ratio = min(_TALLEST, max(_FLATTEST, extent[1] / max(extent[0], 1e-9)))
            height = width * ratio + below
        else:
            height = size.height * width / size.width
        across, up = marks.fitted(extent, (width - 2 * margin, height - below - 2 * margin))
        middle = float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2
        if camera is not None:
            middle = camera.x, camera.y
            across, up = across * camera.zoom, up * camera.zoom
        scale = min(across, up) / font
        return cls(
            width=width,
            height=height,
            font=font,
            x=width / 2 + (layout.x - middle[0]) * across,
            y=(height - below) / 2 - (layout.y - middle[1]) * up,
            radii=marks.radii(view.sizes) * marks.mark_scale(scale) * font,
            scale=scale,
        )

    @property
    def mark(self) -> float:
        """Height that marks are drawn by: that of the font, less where genes lie close."""
        return self.font * marks.mark_scale(self.scale)


def _links(view: View, canvas: _Canvas, colours: Ground) -> Iterator[str]:
    layout = view.layout
    strongest = float(layout.importance.max()) if len(layout.importance) else 1.0
    faintest_first = layout.importance if view.opacities is None else view.opacities
    for link in np.argsort(faintest_first, kind="stable").tolist():
        source, target = int(layout.source[link]), int(layout.target[link])
        if source == target:
            continue
        share = float(layout.importance[link]) / max(strongest, 1e-12)
        broad = share if view.widths is None else float(view.widths[link])
        width = canvas.mark * (marks.LEAST_LINE + marks.MORE_LINE * broad)
        x0, y0 = float(canvas.x[source]), float(canvas.y[source])
        x1, y1 = float(canvas.x[target]), float(canvas.y[target])
        length = math.hypot(x1 - x0, y1 - y0)
        start = float(canvas.radii[source])
        head = min(canvas.mark * 0.75, 0.45 * length)
        end = float(canvas.radii[target])
        if length <= start + end + 0.2 * head:
            continue
        dx, dy = (x1 - x0) / length, (y1 - y0) / length
        tip_x, tip_y = x1 - dx * end, y1 - dy * end
        base_x, base_y = tip_x - dx * head, tip_y - dy * head
        half = head * 0.36 + width / 2
        colour = _link_colour(view, link, share, colours)
        yield (
            f'<path d="M{x0 + dx * start:.2f} {y0 + dy * start:.2f}L{base_x:.2f} {base_y:.2f}"'
            f' stroke="{colour}" stroke-width="{width:.3g}"/>'
            f'<path d="M{tip_x:.2f} {tip_y:.2f}L{base_x - dy * half:.2f} {base_y + dx * half:.2f}'
            f'L{base_x + dy * half:.2f} {base_y - dx * half:.2f}Z" fill="{colour}"/>\n'
        )


def _genes(view: View, canvas: _Canvas, colours: Ground) -> Iterator[str]:
    genes = view.layout.genes
    is_linked = np.bincount(
        np.concatenate([view.layout.source, view.layout.target]), minlength=len(genes)
    )
    for i in np.argsort(is_linked > 0, kind="stable").tolist():  # those out of focus lie below
        label = view.gene_labels[i]
        name = label if genes[i] in label else f"{label} · {genes[i]}"
        yield (
            f'<circle cx="{canvas.x[i]:.2f}" cy="{canvas.y[i]:.2f}"'
            f' r="{canvas.radii[i]:.3g}" fill="{view.colours[i]}"'
            f' stroke="{colours.paper}" stroke-width="{canvas.mark * 0.08:.2g}">'
            f"<title>{_text(name)}</title></circle>\n"
        )


def _names(view: View, canvas: _Canvas, colours: Ground, all_labels: bool) -> Iterator[str]:
    """Write the labels that the scale has room for."""
    font, placement = canvas.font, view.label_placement
    linked = np.zeros(len(view.layout.genes), np.bool_)  # others are out of focus
    linked[np.concatenate([view.layout.source, view.layout.target])] = True
    has_room = all_labels | (linked & (placement.scale <= canvas.scale))
    for i in np.flatnonzero(has_room).tolist():
        left, bottom, right, top = placement.box(i, radius=float(canvas.radii[i]) / font)
        at, anchor = _ANCHORS[SIDES[placement.side[i]]]
        x = float(canvas.x[i]) + font * (left + (right - left) * at)
        y = float(canvas.y[i]) - font * ((bottom + top) / 2 + _BASE)
        label = marks.shortened(view.gene_labels[i])
        yield (
            f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" fill="{colours.text}"'
            f' stroke="{colours.paper}" stroke-width="{font * 0.25:.2g}" paint-order="stroke"'
            f' stroke-linejoin="round">{_text(label)}</text>\n'
        )


def _link_colour(view: View, link: int, share: float, colours: Ground) -> str:
    """Return the colour of a link, mixed with the ground where it is not opaque."""
    own = view.link_colours[link] if view.link_colours else None
    if view.opacities is None:
        return own or _shaded(share, colours)
    return _mixed(colours.paper, own or _shaded(1.0, colours), float(view.opacities[link]))


def _shaded(share: float, colours: Ground) -> str:
    """Return the grey of a link: the stronger, the further from the ground."""
    return _mixed(colours.paper, colours.text, 0.2 + 0.45 * math.sqrt(share))


def _mixed(ground: str, colour: str, weight: float) -> str:
    pairs = zip(_channels(ground), _channels(colour), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * weight):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def _legend(view: View, canvas: _Canvas, colours: Ground) -> Iterator[str]:
    """Draw what colours, sizes and lines mean, below the network."""
    font, rows = canvas.font, _legend_rows(view, canvas.width, canvas.font)
    for number, row in enumerate(rows):
        x, y = font, canvas.height - font * (0.65 + _LEGEND_LINE * (len(rows) - 1 - number))
        for entry in row:
            name = marks.shortened(entry.label)
            yield (
                f"{_mark(entry, x, y - 0.35 * font, font)}"
                f'<text x="{x + font * 1.3:.2f}" y="{y:.2f}" fill="{colours.text}">'
                f"{_text(name)}</text>\n"
            )
            x += _legend_width(entry, font)


def _legend_rows(view: View, width: float, font: float) -> list[list[LegendEntry]]:
    """Return the entries of the legend, as many in a row as there is room for."""
    rows: list[list[LegendEntry]] = []
    left = 0.0
    for entry in view.legend:
        needed = _legend_width(entry, font)
        if not rows or left < needed:
            rows.append([])
            left = width - 2 * font
        rows[-1].append(entry)
        left -= needed
    return rows


def _legend_height(view: View, width: float, font: float) -> float:
    return font * _LEGEND_LINE * len(_legend_rows(view, width, font))


def _legend_width(entry: LegendEntry, font: float) -> float:
    return font * (2.8 + marks.text_width(marks.shortened(entry.label)))


def _mark(entry: LegendEntry, x: float, y: float, font: float) -> str:
    """Return what is drawn next to a label of the legend, in a space a font's height wide."""
    if entry.mark in _DISCS:
        radius = font * _DISCS[entry.mark]
        return (
            f'<circle cx="{x + font / 2:.2f}" cy="{y:.2f}" r="{radius:.3g}" fill="{entry.colour}"/>'
        )
    end = x + font
    if entry.mark == "arrow":
        head = 0.3 * font
        return (
            f'<path d="M{x:.2f} {y:.2f}L{end - head:.2f} {y:.2f}" stroke="{entry.colour}"'
            f' stroke-width="{0.12 * font:.3g}"/><path d="M{end:.2f} {y:.2f}'
            f'l{-1.5 * head:.2f} {-head:.2f}v{2 * head:.2f}z" fill="{entry.colour}"/>'
        )
    height = font * _LINES.get(entry.mark, _LINES["line"])
    return (
        f'<rect x="{x:.2f}" y="{y - height / 2:.2f}" width="{font:.3g}" height="{height:.3g}"'
        f' fill="{entry.colour}"/>'
    )


def _text(text: str) -> str:
    return escape(NOT_XML.sub("\ufffd", text))
