"""Colours and sizes of genes and links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import streamlit as st

from genie3_engine import labels
from genie3_engine.errors import InputError
from genie3_engine.networks import colours, link_signs
from genie3_engine.networks.annotations import Annotation, annotations_of, read_annotations
from genie3_engine.networks.colours import Colouring
from genie3_engine.networks.graph_layout import GraphLayout
from genie3_engine.networks.link_evidence import COLUMNS
from genie3_engine.networks.thresholds import Threshold
from genie3_engine.networks.views import LegendEntry
from ui import cache, errors, networks, state

ROLE, MODULE, DEGREE, FIT, SIGN, OWN = "role", "module", "degree", "fit", "sign", "own"
_NAMES = {
    ROLE: "Regulator or target",
    MODULE: "Module",
    DEGREE: "Number of targets",
    FIT: "Out-of-bag R²",
    SIGN: "Activation or repression",
    OWN: "Column of a table",
}
IMPORTANCE, OPACITY, WIDTH = "importance", "opacity", "width"
_LINES = {
    IMPORTANCE: "Importance, as width",
    OPACITY: "Stability, as opacity",
    WIDTH: "Stability, as width",
}
_SIZES = {"targets": "Number of targets", "links": "Number of links", "same": "Equal"}
_LARGEST_MB = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """How genes and links are coloured and sized.

    Parameters
    ----------
    by : str
        What the colours show.
    size : str
        What the sizes show.
    annotation : Annotation or None
        Columns of an uploaded table.
    line : str
        What the lines show.
    """

    by: str
    size: str
    annotation: Annotation | None = None
    line: str = IMPORTANCE


def settings_of(choice: Choice) -> dict[str, Any]:
    """Return a choice as plain values, which `restore` takes back."""
    own = choice.annotation
    return {
        "colour": choice.by,
        "size": choice.size,
        "line": choice.line,
        "column": None if own is None else {"name": own.name, "of": dict(own.of)},
    }


def restore(settings: Mapping[str, Any], network: networks.Network) -> None:
    """Give the menus the choice that `settings_of` has returned, before they are shown."""
    for key, options in (("colour", _NAMES), ("size", _SIZES), ("line", _LINES)):
        value = settings.get(key)
        is_offered = isinstance(value, str) and value in options
        state.set_value(key, value if is_offered else next(iter(options)))
    own = settings.get("column")
    if isinstance(own, Mapping) and isinstance(own.get("of"), Mapping):
        values = {str(gene): str(value) for gene, value in own["of"].items()}
        annotation = Annotation(str(own.get("name", "")), values)
        state.set_value(f"annotation_{network.version}", (annotation,))
        state.set_value("column", 0)


def choose(network: networks.Network, threshold: Threshold) -> Choice:
    """Ask what colours and sizes show; modules, where there are some, until something is chosen."""
    state.default("colour", MODULE if networks.has_modules(network, threshold) else ROLE)
    with st.popover("Colours", icon=":material/palette:", key="colours", width="stretch"):
        by = st.selectbox("Colour by", list(_NAMES), format_func=_NAMES.__getitem__, key="colour")
        annotation = _own_table(network) if by == OWN else None
        if by == SIGN:
            st.caption(
                "Spearman's correlation of regulator and target over the samples. It shows "
                "association, not causation."
            )
        size = st.selectbox("Size by", list(_SIZES), format_func=_SIZES.__getitem__, key="size")
        line = _line(network)
    return Choice(by, size, annotation, line)


def _line(network: networks.Network) -> str:
    if not network.has("stability"):
        return IMPORTANCE
    help_ = COLUMNS["stability"].meaning
    line: str = st.selectbox(
        "Lines show", list(_LINES), format_func=_LINES.__getitem__, key="line", help=help_
    )
    return line


def _own_table(network: networks.Network) -> Annotation | None:
    file = st.file_uploader(
        "A table of genes",
        type=["csv", "tsv", "txt"],
        max_upload_size=_LARGEST_MB,
        key="annotation",
        help="A column of gene names and columns of groups or numbers; the first line names them.",
    )
    key = f"annotation_{network.version}"
    if file is not None:
        with errors.shown():
            content, table = file.getvalue(), network.gene_table
            found = read_annotations(content, network.genes, gene_table=table)
            state.set_value(key, found)
    annotations: tuple[Annotation, ...] = st.session_state.get(key, ())
    annotations = annotations or annotations_of(network.gene_table)
    if not annotations:
        return None
    names = [annotation.name for annotation in annotations]
    column = st.selectbox("Column", range(len(names)), format_func=names.__getitem__, key="column")
    genes = set(network.genes).intersection(annotations[column].of)
    st.caption(f"{labels.count(len(genes), 'gene')} of this network.")
    return annotations[column]


def colours_of(
    shown: GraphLayout,
    network: networks.Network,
    threshold: Threshold,
    choice: Choice,
    *,
    around: str | None,
    dark: bool,
) -> tuple[Colouring, npt.NDArray[np.float64] | None]:
    """Return the colours of a graph, and the correlation of its links when it was needed."""
    if choice.by == MODULE and around is None:
        return colours.by_module(networks.detect_modules(network, threshold), dark=dark), None
    if choice.by == DEGREE:
        counts = np.bincount(shown.source, minlength=len(shown.genes)).astype(np.float64)
        return colours.by_number(counts, label="Targets", dark=dark), None
    if choice.by == FIT:
        fit = networks.fits(network)
        values = np.array([fit.get(gene, np.nan) for gene in shown.genes])
        return colours.by_number(np.maximum(values, 0), label="R²", dark=dark), None
    if choice.by == SIGN:
        return _by_sign(shown, network, threshold, around=around, dark=dark)
    if choice.by == OWN and choice.annotation is not None:
        return colours.by_annotation(shown, choice.annotation, dark=dark), None
    return colours.by_role(shown, dark=dark), None


def _by_sign(
    shown: GraphLayout,
    network: networks.Network,
    threshold: Threshold,
    *,
    around: str | None,
    dark: bool,
) -> tuple[Colouring, npt.NDArray[np.float64] | None]:
    try:
        correlation = networks.correlation(network, threshold, gene=around)
        n_samples = len(cache.expression(network.dataset).samples)
    except InputError:
        st.warning("The data of this run were deleted, so the signs are unknown.")
        return colours.by_role(shown, dark=dark), None
    link_sign = link_signs.signs(correlation, n_samples=n_samples)
    return colours.by_sign(shown, link_sign, dark=dark), correlation


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """How lines are drawn besides their colour; as in `View`, with entries of the legend."""

    widths: npt.NDArray[np.float64] | None = None
    opacities: npt.NDArray[np.float64] | None = None
    legend: tuple[LegendEntry, ...] = ()


def lines_of(
    network: networks.Network,
    threshold: Threshold,
    choice: Choice,
    *,
    around: str | None,
    dark: bool,
) -> Lines:
    """Return how broad and how opaque the lines of a graph are."""
    if choice.line == IMPORTANCE or not network.has("stability"):
        return Lines()
    stability = networks.stability(network, threshold, gene=around)
    if choice.line == WIDTH:
        return Lines(widths=np.nan_to_num(stability))
    label = COLUMNS["stability"].label
    return Lines(
        opacities=colours.opacities(stability),
        legend=colours.opacity_legend(label, dark=dark),
    )


def sizes_of(shown: GraphLayout, choice: Choice) -> npt.NDArray[np.float64]:
    """Return the genes' sizes from 0 to 1."""
    if choice.size == "same":
        return np.full(len(shown.genes), 0.1)
    counts = _counts(shown, choice)
    return counts / max(1.0, float(counts.max(initial=0.0)))


def mark_legend_of(
    shown: GraphLayout, network: networks.Network, choice: Choice, *, dark: bool
) -> tuple[LegendEntry, ...]:
    """Return what arrows, the sizes of discs and the widths of lines mean."""
    shows_stability = choice.line == WIDTH and network.has("stability")
    return colours.mark_legend(
        shown,
        size={"targets": "target", "links": "link"}.get(choice.size, ""),
        n_largest=int(_counts(shown, choice).max(initial=0)),
        line=COLUMNS["stability"].label if shows_stability else "Importance",
        ends=(0.0, 1.0) if shows_stability else None,
        dark=dark,
    )


def _counts(shown: GraphLayout, choice: Choice) -> npt.NDArray[np.float64]:
    """Return the targets or the links of each gene, whichever its size shows."""
    n = len(shown.genes)
    counts = np.bincount(shown.source, minlength=n).astype(np.float64)
    if choice.size == "links":
        counts += np.bincount(shown.target, minlength=n)
    return counts
