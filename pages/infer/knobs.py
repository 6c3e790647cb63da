"""Which settings does a run have, and what does each of them do?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, cast

import streamlit as st

from genie3_engine.errors import InputError
from genie3_engine.model import Engine, ForestSpec, LayoutSpec, Method, default_keep
from genie3_engine.runs import usable_cores
from ui import state, words

ENGINES = {Engine.COMPILED: "Compiled", Engine.SCIKIT_LEARN: "scikit-learn"}
PRESETS = {"Fast look": 100, "Publication": 1000}
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
        st.markdown(
            ":small[How thorough?]", help="100 trees for each target, or 1,000 as in the paper."
        )
        with st.container(horizontal=True, gap="xsmall", width="content"):
            for name, trees in PRESETS.items():
                st.button(
                    name,
                    key=f"preset_{trees}",
                    icon=":material/check:" if _n_trees() == trees else None,
                    on_click=state.set_value,
                    args=("trees", trees),
                )


def _n_trees() -> int:
    state.default("trees", PRESETS["Publication"])
    return int(state.value("trees"))


def forest() -> ForestSpec:
    """Ask for the forests: method, K, trees and seed."""
    left, right = st.columns(2, gap="medium")
    with left:
        with _explained("Best cuts on resampled samples, or random cuts on all of them."):
            method = st.segmented_control(
                "Method",
                list(words.METHODS),
                format_func=words.METHODS.__getitem__,
                default=Method.RANDOM_FOREST,
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
            seed = st.number_input(
                "Seed", 0, _LARGEST_SEED, value=0, step=1, key="seed", persist_state="session"
            )
    return ForestSpec(method=method or Method.RANDOM_FOREST, k=k, n_trees=trees, seed=int(seed))


def _k() -> Literal["sqrt", "all"] | int:
    labels = {"sqrt": "Square root", "all": "All", "number": "A number"}
    kind = st.segmented_control(
        "K",
        list(labels),
        format_func=labels.__getitem__,
        default="sqrt",
        required=True,
        key="k",
        persist_state="session",
    )
    if kind == "number":
        return int(st.number_input("K, a number", 1, value=10, step=1, key="k_number"))
    return cast("Literal['sqrt', 'all']", kind or "sqrt")


def targets(genes: Sequence[str]) -> tuple[str, ...] | None:
    """Ask which genes get a forest; None stands for all of them.

    Raises
    ------
    InputError
        When a list is asked for and empty.
    """
    with _explained("Genes whose regulators are sought. Fewer take proportionally less time."):
        kind = st.segmented_control(
            "Targets",
            ["All genes", "The first few", "A list"],
            default="All genes",
            required=True,
            key="targets",
            persist_state="session",
        )
        if kind == "The first few":
            most = len(genes)
            number = st.number_input("How many", 1, most, value=min(10, most), key="n_targets")
            return tuple(genes[: int(number)])
        if kind != "A list":
            return None
        names = st.multiselect("Target genes", genes, key="target_list", placeholder="Type a name")
    if not names:
        raise InputError("No target is chosen.", "Choose at least one gene, or all genes.")
    return tuple(sorted(names))


def keep(n_targets: int, n_regulators: int) -> int | None:
    """Ask how many links of each target stay; None keeps all."""
    default = default_keep(n_targets, n_regulators)
    with _explained("Links kept on disk for each target. The ranks of those kept stay the same."):
        kind = st.segmented_control(
            "Links kept",
            ["All", "The strongest"],
            default="All" if default is None else "The strongest",
            required=True,
            key=f"keep_{default}",  # another default, another widget: it shall not keep the old one
        )
        if kind != "The strongest":
            return None
        number = st.number_input(
            "For each target", 1, value=default or 1000, step=100, key="keep_number"
        )
    return int(number)


def engine() -> Engine:
    """Ask which program grows the forests."""
    with _explained("Compiled is by far the faster; scikit-learn is the reference it agrees with."):
        chosen = st.segmented_control(
            "Engine",
            list(ENGINES),
            format_func=ENGINES.__getitem__,
            default=Engine.COMPILED,
            required=True,
            key="engine",
            persist_state="session",
        )
    return chosen or Engine.COMPILED


def layout(chosen: Engine) -> LayoutSpec:
    """Ask how the targets share the cores; warn when they cannot."""
    left, right = st.columns(2, gap="medium")
    with left, _explained("Python processes over targets. They never change the result."):
        processes = int(st.number_input("Processes", 1, _MOST_WORKERS, value=1, key="processes"))
    with right:
        if chosen is Engine.COMPILED:
            with _explained("Threads in each process; one process with all cores is usually best."):
                workers = int(
                    st.number_input("Threads", 1, _MOST_WORKERS, value=N_CORES, key="threads")
                )
            spec = LayoutSpec(n_threads=workers, n_processes=processes)
        else:
            with _explained("scikit-learn's n_jobs in each process: it splits a forest's trees."):
                workers = int(st.number_input("Jobs", 1, _MOST_WORKERS, value=1, key="n_jobs"))
            spec = LayoutSpec(n_processes=processes, n_jobs=workers)
    if processes * workers > N_CORES:
        st.warning(
            f"{processes * workers} workers share {N_CORES} cores: they will wait for one another.",
            icon=":material/speed:",
        )
    return spec
