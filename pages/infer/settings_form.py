"""Which settings does a run have, and what does each of them do?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, cast

import streamlit as st

from genie3_engine.errors import InputError
from genie3_engine.model import Engine, ForestSpec, LayoutSpec, Method, default_keep
from genie3_engine.runs import usable_cores
from ui import state, text_format

ENGINES = {Engine.COMPILED: "Compiled", Engine.SCIKIT_LEARN: "scikit-learn"}
PRESETS = {
    "Fast look": (100, "100 trees: the strongest links, in a tenth of the time."),
    "Publication": (1000, "1,000 trees, as in the paper: ranks that hold."),
}
ALL_GENES, MOST_VARIABLE = "All genes", "The {:,} most variable"
N_CORES = usable_cores()
_MOST_WORKERS = 256
_LARGEST_SEED = 2**53 - 1  # what a browser's number holds exactly


@contextmanager
def _explained(sentence: str) -> Iterator[None]:
    """Set a knob, and below it the line that says what it does."""
    with st.container(gap="xsmall"):
        yield
        st.caption(sentence)


def preset() -> None:
    """Offer numbers of trees by intent."""
    with st.container(gap="xsmall", width="content"):
        st.markdown(":small[How thorough?]")
        with st.container(horizontal=True, gap="xsmall", width="content"):
            for name, (trees, sentence) in PRESETS.items():
                st.button(
                    name,
                    key=f"preset_{trees}",
                    help=sentence,
                    icon=":material/check:" if _n_trees() == trees else None,
                    on_click=state.set_value,
                    args=("trees", trees),
                )


def _n_trees() -> int:
    state.default("trees", PRESETS["Publication"][0])
    return int(state.value("trees"))


def forest() -> ForestSpec:
    """Ask for the forests: method, K, trees and seed."""
    left, right = st.columns(2, gap="medium")
    with left:
        with _explained("Best cuts on resampled samples, or random cuts on all of them."):
            state.default("method", Method.RANDOM_FOREST)
            method = st.segmented_control(
                "Method",
                list(text_format.METHODS),
                format_func=text_format.METHODS.__getitem__,
                required=True,
                key="method",
                persist_state="session",
            )
        with _explained("Regulators tried at each branch: their square root, all, or a number."):
            k = _k()
    with right:
        with _explained("Trees for each target. More: steadier ranks, proportionally more time."):
            trees = _n_trees()
            st.number_input("Trees", 1, 1_000_000, step=100, key="trees", persist_state="session")
        with _explained("Names the network: the same seed gives the same links, bit for bit."):
            state.default("seed", 0)
            seed = st.number_input(
                "Seed", 0, _LARGEST_SEED, step=1, key="seed", persist_state="session"
            )
    return ForestSpec(method=method or Method.RANDOM_FOREST, k=k, n_trees=trees, seed=int(seed))


def _k() -> Literal["sqrt", "all"] | int:
    labels = {"sqrt": "Square root", "all": "All", "number": "A number"}
    state.default("k", "sqrt")
    kind = st.segmented_control(
        "K",
        list(labels),
        format_func=labels.__getitem__,
        required=True,
        key="k",
        persist_state="session",
    )
    if kind == "number":
        state.default("k_number", 10)
        return int(st.number_input("K, a number", 1, step=1, key="k_number"))
    return cast("Literal['sqrt', 'all']", kind or "sqrt")


def targets_key(restricted: Sequence[str] | None) -> str:
    """Return the key of the choice of targets, another one where a fix has restricted them."""
    return "targets" if restricted is None else f"targets_of_{len(restricted)}"


def targets(
    genes: Sequence[str], restricted: tuple[str, ...] | None = None
) -> tuple[str, ...] | None:
    """Ask which genes get a forest; None stands for all of them.

    Parameters
    ----------
    genes : sequence of str
        Of the data.
    restricted : tuple of str, optional
        Those that a fix of the data restricts the targets to, which are then the usual choice.

    Raises
    ------
    InputError
        When a list is asked for and empty.
    """
    with _explained("Genes whose regulators are sought. Fewer take proportionally less time."):
        kinds = [ALL_GENES, "The first few", "A list"]
        if restricted is not None:
            kinds.insert(0, MOST_VARIABLE)
        key = targets_key(restricted)
        state.default(key, kinds[0])
        kind = st.segmented_control(
            "Targets",
            kinds,
            format_func=lambda each: each.format(len(restricted or ())),
            required=True,
            key=key,
            persist_state="session",
        )
        if kind == MOST_VARIABLE:
            return restricted
        if kind == "The first few":
            most = len(genes)
            number = st.number_input("How many", 1, most, value=min(10, most), key="n_targets")
            return tuple(genes[: int(number)])
        if kind != "A list":
            return None if restricted is None else tuple(genes)
        names = st.multiselect("Target genes", genes, key="target_list", placeholder="Type a name")
    if not names:
        raise InputError("No target is chosen.", "Choose at least one gene, or all genes.")
    return tuple(sorted(names))


def keep(n_targets: int, n_regulators: int) -> int | None:
    """Ask how many links of each target stay; None keeps all."""
    default = default_keep(n_targets, n_regulators)
    with _explained("Links kept on disk for each target. The ranks of those kept stay the same."):
        key = f"keep_{default}"  # another default, another widget: it shall not keep the old one
        state.default(key, "All" if default is None else "The strongest")
        kind = st.segmented_control(
            "Links kept",
            ["All", "The strongest"],
            required=True,
            key=key,
        )
        if kind != "The strongest":
            return None
        state.default("keep_number", default or 1000)
        number = st.number_input("For each target", 1, step=100, key="keep_number")
    return int(number)


def engine() -> Engine:
    """Ask which program grows the forests."""
    with _explained("Compiled is by far the faster; scikit-learn is the reference it agrees with."):
        state.default("engine", Engine.COMPILED)
        chosen = st.segmented_control(
            "Engine",
            list(ENGINES),
            format_func=ENGINES.__getitem__,
            required=True,
            key="engine",
            persist_state="session",
        )
    return chosen or Engine.COMPILED


def layout(chosen: Engine, *, n_targets: int) -> LayoutSpec:
    """Ask how the targets share the cores; say at once when they cannot."""
    left, right = st.columns(2, gap="medium")
    with left, _explained("Python processes over targets. They never change the result."):
        processes = _workers("Processes", "processes", 1)
    with right:
        if chosen is Engine.COMPILED:
            with _explained("Threads in each process; one process with all cores is usually best."):
                workers = _workers("Threads", "threads", N_CORES)
            spec = LayoutSpec(n_threads=workers, n_processes=processes)
        else:
            with _explained("scikit-learn's n_jobs in each process: it splits a forest's trees."):
                workers = _workers("Jobs", "n_jobs", 1)
            spec = LayoutSpec(n_processes=processes, n_jobs=workers)
    _note(processes, workers, n_targets)
    return spec


def _workers(label: str, key: str, usual: int) -> int:
    state.default(key, usual)
    return int(st.number_input(label, 1, _MOST_WORKERS, key=key, persist_state="session"))


def _note(processes: int, workers: int, n_targets: int) -> None:
    """Say what a layout means for the cores."""
    total = processes * workers
    if total > N_CORES:
        st.warning(
            f"{total} workers share {text_format.count(N_CORES, 'core')}: they will wait for one "
            f"another. {N_CORES} in all are enough.",
            icon=":material/speed:",
        )
    elif processes > n_targets:
        st.warning(
            f"{processes} processes for {text_format.count(n_targets, 'target')}: some get none.",
            icon=":material/speed:",
        )
    elif total < N_CORES:
        st.caption(f"{total} of {text_format.count(N_CORES, 'core')} in use: the others stay free.")
    else:
        st.caption(f"All {text_format.count(N_CORES, 'core')} in use.")
