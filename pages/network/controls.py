"""Controls of the threshold, of the order of the links, and of the gene in focus.

The address holds them, so that a link or the browser's back button opens the same view: widgets
take their values from it before they are shown, and write to it when they are changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import streamlit as st

from genie3_engine.errors import OptionError
from genie3_engine.networks.hub_weighting import CAUTION
from genie3_engine.networks.link_evidence import COLUMNS
from genie3_engine.networks.thresholds import RULES, Threshold, ThresholdKind
from ui import errors, networks, state

_COUNTS = (25, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000, 15_000)
_PER_TARGET = (1, 2, 3, 5, 10, 20, 50)
_Q_VALUES = (0.001, 0.005, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0)
_STABILITIES = tuple(step / 20 for step in range(21))
_KINDS_IN_HALF = 3
_KIND = "cut_kind"
_KEYS = {  # of the widgets that ask for the value
    ThresholdKind.RANK: "cut",
    ThresholdKind.SCORE: "cut_score",
    ThresholdKind.TARGET: "cut_each",
    ThresholdKind.Q: "cut_q",
    ThresholdKind.STABILITY: "cut_stability",
}
_FIRST = {ThresholdKind.TARGET: 1, ThresholdKind.Q: 0.05, ThresholdKind.STABILITY: 0.8}
_HUBS, YES = "favour_hubs", "yes"


def threshold_of_address(network: networks.Network) -> Threshold:
    """Return the threshold in the address; the default when there is none or it is unusable."""
    first = Threshold(ThresholdKind.RANK, min(networks.FIRST_THRESHOLD.value, network.n_links))
    text = state.asked(state.THRESHOLD)
    if text is None:
        return first
    try:
        asked = Threshold.parse(text)
    except OptionError as problem:
        errors.show(problem)
        return first
    if asked.kind not in _kinds(network):
        st.info(_without_evidence(network, asked), icon=":material/info:")
        return first
    return asked


def _kinds(network: networks.Network) -> list[ThresholdKind]:
    """Return the kinds of threshold that a network can be cut by."""
    return [kind for kind, rule in RULES.items() if not rule.column or network.has(rule.column)]


def _without_evidence(network: networks.Network, asked: Threshold) -> str:
    name = asked.rule.column
    why = (
        f"The {name} of a link is known in the run's own order only, and hubs are favoured"
        if network.favours_hubs
        else f"This network has no {name} of its links"
    )
    return f"{why}: the threshold {asked} is not used, and the strongest links are shown."


def choose_threshold(network: networks.Network) -> Threshold:
    """Ask for the threshold: what decides which links are kept, and its value."""
    threshold = threshold_of_address(network)
    state.set_value(_KIND, threshold.kind)
    kinds = _kinds(network)
    kind, value = st.container(), st.container()  # one below the other, where there are many kinds
    if len(kinds) <= _KINDS_IN_HALF:
        kind, value = st.columns([5, 4], gap="small", vertical_alignment="bottom")
    with kind:
        st.segmented_control(
            "Threshold by",
            kinds,
            required=True,
            format_func=lambda each: RULES[each].label,
            key=_KIND,
            on_change=lambda: _store(_first_of(state.value(_KIND), network)),
            wrap=True,
        )
    with value:
        _ASK[threshold.kind](threshold, network)
    return threshold


def favours_hubs() -> bool:
    """Return whether the address asks for the links weighted by their regulator."""
    return state.asked(state.HUBS) == YES


def choose_hubs(network: networks.Network) -> None:
    """Ask whether hubs are favoured, with a warning while they are."""
    state.set_value(_HUBS, network.favours_hubs)

    def store() -> None:
        state.put(state.HUBS, YES if state.value(_HUBS) else None)
        kind = threshold_of_address(network).kind
        if kind is ThresholdKind.SCORE or RULES[kind].column:  # importances and ranks change
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


def _ask_rank(threshold: Threshold, network: networks.Network) -> None:
    counts = [count for count in _COUNTS if count < network.n_links]
    if network.n_links <= _COUNTS[-1]:
        counts.append(network.n_links)
    _ask_step("Displayed links", threshold, counts, written="{:,.0f}")


def _ask_each(threshold: Threshold, network: networks.Network) -> None:
    del network
    _ask_step("Links per target", threshold, _PER_TARGET, written="{:,.0f}")


def _ask_q(threshold: Threshold, network: networks.Network) -> None:
    del network
    _ask_step("Largest q", threshold, _Q_VALUES, written="{:g}", help=COLUMNS["q"].meaning)


def _ask_stability(threshold: Threshold, network: networks.Network) -> None:
    del network
    meaning = COLUMNS["stability"].meaning
    _ask_step("Least stability", threshold, _STABILITIES, written="{:g}", help=meaning)


def _ask_step(
    label: str,
    threshold: Threshold,
    steps: Sequence[float],
    *,
    written: str,
    help: str | None = None,
) -> None:
    offered = sorted({*map(float, steps), float(threshold.value)})
    if len(offered) < 2:
        return
    key = _KEYS[threshold.kind]
    state.set_value(key, float(threshold.value))
    st.select_slider(
        label,
        offered,
        format_func=written.format,
        key=key,
        on_change=lambda: _store(Threshold(threshold.kind, state.value(key))),
        help=help,
    )


def _ask_score(threshold: Threshold, network: networks.Network) -> None:
    del network
    key = _KEYS[threshold.kind]
    state.set_value(key, float(threshold.value))
    st.number_input(
        "Minimum importance",
        min_value=0.0,
        max_value=1.0,
        step=max(1e-6, _two_digits(threshold.value / 10)),
        format="%.6g",
        key=key,
        on_change=lambda: _store(Threshold(ThresholdKind.SCORE, state.value(key))),
    )


_ASK: dict[ThresholdKind, Callable[[Threshold, networks.Network], None]] = {
    ThresholdKind.RANK: _ask_rank,
    ThresholdKind.SCORE: _ask_score,
    ThresholdKind.TARGET: _ask_each,
    ThresholdKind.Q: _ask_q,
    ThresholdKind.STABILITY: _ask_stability,
}


def _first_of(kind: ThresholdKind, network: networks.Network) -> Threshold:
    """Return the threshold that is used first when its kind is chosen."""
    n_first = min(int(networks.FIRST_THRESHOLD.value), network.n_links)
    if kind is ThresholdKind.SCORE:
        return Threshold(kind, _two_digits(networks.score_of(network, n_first)))
    return Threshold(kind, _FIRST.get(kind, n_first))


def _two_digits(value: float) -> float:
    """Return a score with two digits, rounded down so that it keeps its own link."""
    if value <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.floor(value / unit) * unit:.2g}")


def _store(threshold: Threshold) -> None:
    state.put(state.THRESHOLD, str(threshold))


def choose_gene(network: networks.Network) -> tuple[str | None, str | None]:
    """Ask for a gene to focus on; return it and the second gene of a link or path.

    A click in the graph or in a table asks the same.
    """
    gene = _known(state.asked(state.GENE), network)
    to = _known(state.asked(state.TO), network) if gene is not None else None
    _ask_gene("Find a gene", gene, network, key="gene_box", into=state.GENE)
    return gene, to if to != gene else None


def choose_second(network: networks.Network, to: str | None) -> None:
    """Ask for a second gene, that a path leads to."""
    _ask_gene("Path to", to, network, key="to_box", into=state.TO)


def focus(gene: str | None, to: str | None = None) -> None:
    """Put a gene in focus, or a link or path from it to a second one."""
    state.put(state.GENE, gene)
    state.put(state.TO, to)


def _ask_gene(
    label: str, chosen: str | None, network: networks.Network, *, key: str, into: str
) -> None:
    state.set_value(key, chosen)

    def store() -> None:
        if into == state.GENE:
            focus(state.value(key))
        else:
            state.put(into, state.value(key))

    st.selectbox(
        label,
        network.genes,
        index=None,
        format_func=network.gene_table.full_name,  # so that identifiers and symbols are found
        placeholder="Type a name",
        key=key,
        on_change=store,
    )


def _known(name: str | None, network: networks.Network) -> str | None:
    """Return the gene that an identifier or a symbol in the address names."""
    if name is None or name in network.genes:
        return name
    found = [gene for gene in network.gene_table.find(name) if gene in network.genes]
    return found[0] if len(found) == 1 else None
