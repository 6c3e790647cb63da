"""Controls of the threshold, of the order of the links, and of the gene in focus.

The address holds them, so that a link or the browser's back button opens the same view: widgets
take their values from it before they are shown, and write to it when they are changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from genie3_engine.errors import OptionError
from genie3_engine.networks.hub_weighting import CAUTION
from genie3_engine.networks.thresholds import Threshold, ThresholdKind
from ui import errors, networks, state

_COUNTS = (25, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000, 15_000)
_PER_TARGET = (1, 2, 3, 5, 10, 20, 50)
_KINDS = {
    ThresholdKind.RANK: "Rank",
    ThresholdKind.SCORE: "Importance",
    ThresholdKind.TARGET: "Target",
}
_KIND, _COUNT, _SCORE, _EACH = "cut_kind", "cut", "cut_score", "cut_each"
_HUBS, _YES = "favour_hubs", "yes"


def threshold_of_address(network: networks.Network) -> Threshold:
    """Return the threshold in the address; the default when there is none or it is invalid."""
    first = Threshold(ThresholdKind.RANK, min(networks.FIRST_THRESHOLD.value, network.n_links))
    text = state.asked(state.THRESHOLD)
    if text is None:
        return first
    try:
        return Threshold.parse(text)
    except OptionError as problem:
        errors.show(problem)
        return first


def choose_threshold(network: networks.Network) -> Threshold:
    """Ask for the threshold: by rank, by importance, or per target."""
    threshold = threshold_of_address(network)
    state.set_value(_KIND, threshold.kind)
    kind, value = st.columns([5, 4], gap="small", vertical_alignment="bottom")
    with kind:
        st.segmented_control(
            "Threshold by",
            list(_KINDS),
            required=True,
            format_func=_KINDS.__getitem__,
            key=_KIND,
            on_change=lambda: _store(_first_of(state.value(_KIND), network)),
        )
    with value:
        if threshold.kind is ThresholdKind.SCORE:
            _ask_score(threshold)
        elif threshold.kind is ThresholdKind.TARGET:
            _ask_count("Links per target", threshold, _PER_TARGET, key=_EACH)
        else:
            counts = [count for count in _COUNTS if count < network.n_links]
            if network.n_links <= _COUNTS[-1]:
                counts.append(network.n_links)
            _ask_count("Displayed links", threshold, counts, key=_COUNT)
    return threshold


def favours_hubs() -> bool:
    """Return whether the address asks for the links weighted by their regulator."""
    return state.asked(state.HUBS) == _YES


def choose_hubs(network: networks.Network) -> None:
    """Ask whether hubs are favoured, with a warning while they are."""
    state.set_value(_HUBS, network.favours_hubs)

    def store() -> None:
        state.put(state.HUBS, _YES if state.value(_HUBS) else None)
        if threshold_of_address(network).kind is ThresholdKind.SCORE:  # importances change
            state.put(state.THRESHOLD, None)

    st.toggle(
        "Favour hubs",
        key=_HUBS,
        on_change=store,
        help="Multiply each importance by the variance of its regulator's importances, in this "
        "view and its exports. The run keeps its links as they are.",
    )
    if network.favours_hubs:
        st.warning(CAUTION, icon=":material/warning:")


def _ask_count(label: str, threshold: Threshold, counts: Sequence[int], *, key: str) -> None:
    offered = sorted({*counts, int(threshold.value)})
    if len(offered) < 2:
        return
    state.set_value(key, int(threshold.value))
    st.select_slider(
        label,
        offered,
        format_func=lambda count: f"{count:,}",
        key=key,
        on_change=lambda: _store(Threshold(threshold.kind, state.value(key))),
    )


def _ask_score(threshold: Threshold) -> None:
    state.set_value(_SCORE, float(threshold.value))
    st.number_input(
        "Minimum importance",
        min_value=0.0,
        max_value=1.0,
        step=max(1e-6, _two_digits(threshold.value / 10)),
        format="%.6g",
        key=_SCORE,
        on_change=lambda: _store(Threshold(ThresholdKind.SCORE, state.value(_SCORE))),
    )


def _first_of(kind: ThresholdKind, network: networks.Network) -> Threshold:
    """Return a threshold of another kind that keeps about as many links."""
    n_first = min(int(networks.FIRST_THRESHOLD.value), network.n_links)
    if kind is ThresholdKind.SCORE:
        return Threshold(kind, _two_digits(networks.score_of(network, n_first)))
    return Threshold(kind, n_first if kind is ThresholdKind.RANK else 1)


def _two_digits(value: float) -> float:
    """Return a score with two digits, rounded down so that it keeps its own link."""
    if value <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.floor(value / unit) * unit:.2g}")


def _store(threshold: Threshold) -> None:
    state.put(state.THRESHOLD, str(threshold))


def choose_gene(genes: Sequence[str]) -> tuple[str | None, str | None]:
    """Ask for a gene to focus on; return it and the second gene of a link or path.

    A click in the graph or in a table asks the same.
    """
    gene = _known(state.asked(state.GENE), genes)
    to = _known(state.asked(state.TO), genes) if gene is not None else None
    _ask_gene("Find a gene", gene, genes, key="gene_box", into=state.GENE)
    return gene, to if to != gene else None


def choose_second(genes: Sequence[str], to: str | None) -> None:
    """Ask for a second gene, that a path leads to."""
    _ask_gene("Path to", to, genes, key="to_box", into=state.TO)


def focus(gene: str | None, to: str | None = None) -> None:
    """Put a gene in focus, or a link or path from it to a second one."""
    state.put(state.GENE, gene)
    state.put(state.TO, to)


def _ask_gene(label: str, chosen: str | None, genes: Sequence[str], *, key: str, into: str) -> None:
    state.set_value(key, chosen)

    def store() -> None:
        if into == state.GENE:
            focus(state.value(key))
        else:
            state.put(into, state.value(key))

    st.selectbox(label, genes, index=None, placeholder="Type a name", key=key, on_change=store)


def _known(name: str | None, genes: Sequence[str]) -> str | None:
    return name if name in genes else None
