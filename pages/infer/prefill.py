"""Fill the form with the settings of an earlier run."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from genie3_engine import runs
from genie3_engine.model import KEEP, RunSpec
from genie3_engine.runs import DatasetInfo, RunSummary
from pages.infer import launcher_choice
from pages.infer import settings_form as form
from ui import errors, settings_form, state, text_format


def earlier_run(info: DatasetInfo, restricted: tuple[str, ...] | None = None) -> RunSummary | None:
    """Fill the form from the run that the address names, once per session, and return the run.

    Parameters
    ----------
    info : DatasetInfo
        The data set.
    restricted : tuple of str, optional
        Targets that a fix of the data restricts the run to.
    """
    run = state.asked(state.LIKE)
    if run is None:
        return None
    with errors.shown():
        like = next((each for each in runs.history() if each.id == run), None)
        if like is None:
            st.warning("This run does not exist any more.", icon=":material/search_off:")
            return None
        if like.spec.parents:
            st.warning(
                "This run combines other networks: it has no settings to infer one with.",
                icon=":material/block:",
            )
            return None
        if state.is_new(state.LIKE, run):
            _fill(like.spec, info, restricted)
        with st.container(horizontal=True, vertical_alignment="center", key="like"):
            st.caption(
                f"Settings of **{text_format.plain(like.title)}**: change what you want to "
                "compare.",
                width="content",
            )
        return like
    return None


def _fill(spec: RunSpec, info: DatasetInfo, restricted: tuple[str, ...] | None) -> None:
    values = spec.forest.to_dict()
    settings_form.prefill(form.FOREST.values(), {name: values[name] for name in form.CHOOSES})
    method = spec.forest.method
    settings_form.prefill(form.own_settings(method), values, prefix=form.prefix(method))
    settings_form.prefill(form.LAYOUT.values(), asdict(spec.layout))
    settings_form.prefill([KEEP], {KEEP.name: "all" if spec.keep is None else spec.keep})
    state.set_value(form.CONFIDENCE, spec.confidence is not None)
    if spec.confidence is not None:
        state.set_value(form.CONFIDENCE_KIND, str(spec.confidence))
    launcher_choice.prefill(spec)
    state.set_value("run_name", f"{spec.name} again" if spec.name else "")
    kind = form.ALL_GENES if spec.targets is None else form.GENE_LIST
    if restricted is not None and spec.targets == restricted:
        kind = form.MOST_VARIABLE
    state.set_value(form.targets_key(restricted), kind)
    if kind == form.GENE_LIST and spec.targets is not None:
        state.set_value(form.target_list_key(info), list(spec.targets))
    state.set_value("what", True)
