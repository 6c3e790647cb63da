"""How are the settings of an earlier run taken over?"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import RunSpec, default_keep
from genie3_engine.runs import DatasetInfo
from pages.infer import settings_form
from ui import errors, state, text_format


def prefill(
    info: DatasetInfo, genes: Sequence[str], restricted: tuple[str, ...] | None = None
) -> None:
    """Set the knobs as they were in the run that the address names, once a session."""
    run = state.asked(state.LIKE)
    if run is None:
        return
    with errors.shown():
        like = next((each for each in runs.history() if each.id == run), None)
        if like is None:
            st.warning("That run is not here any more.", icon=":material/search_off:")
            return
        if state.is_new(state.LIKE, run):
            _set_knobs(like.spec, genes, restricted)
            chosen_from = info.labels.regulators_from
            if like.spec.regulators != info.labels.regulators:
                chosen_from = f"the run {text_format.shorten(like.title)}"
            runs.choose_regulators(info.fingerprint, like.spec.regulators, chosen_from=chosen_from)
        with st.container(horizontal=True, vertical_alignment="center", key="like"):
            st.caption(
                f"Set as in **{text_format.plain(like.title)}**: change what you want to compare.",
                width="content",
            )


def _set_knobs(spec: RunSpec, genes: Sequence[str], restricted: tuple[str, ...] | None) -> None:
    forest, work = spec.forest, spec.layout
    state.set_value("method", forest.method)
    state.set_value("k", forest.k if isinstance(forest.k, str) else "number")
    if not isinstance(forest.k, str):
        state.set_value("k_number", forest.k)
    state.set_value("trees", forest.n_trees)
    state.set_value("seed", forest.seed)
    state.set_value("engine", forest.engine)
    state.set_value("processes", work.n_processes)
    state.set_value("n_jobs", work.n_jobs)
    if work.n_threads is not None:
        state.set_value("threads", work.n_threads)
    state.set_value("run_name", f"{spec.name} again" if spec.name else "")
    kind = settings_form.ALL_GENES if spec.targets is None else "A list"
    if restricted is not None and spec.targets == restricted:
        kind = settings_form.MOST_VARIABLE
    state.set_value(settings_form.targets_key(restricted), kind)
    if kind == "A list" and spec.targets is not None:
        state.set_value("target_list", list(spec.targets))
    n_targets, n_regulators = (
        len(genes) if names is None else len(names) for names in (spec.targets, spec.regulators)
    )
    default = default_keep(n_targets, n_regulators)
    state.set_value(f"keep_{default}", "All" if spec.keep is None else "The strongest")
    if spec.keep is not None:
        state.set_value("keep_number", spec.keep)
    state.set_value("what", True)
