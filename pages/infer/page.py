"""The Infer page: settings, forecast and start of a run."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from genie3_engine import runs
from genie3_engine.data.quality import parse_recipe, targets_of
from genie3_engine.model import ForestSpec, LayoutSpec, run_title
from pages.infer import data, forecast, launcher_choice, prefill, settings_form
from ui import cache, datasets, errors, layout, navigation, state

layout.head("Infer", "The candidate regulators of each target gene are scored and ranked.")
info = datasets.chosen()
if info is None:
    st.stop()

expression = cache.expression(info.fingerprint)
restricted = targets_of(expression, parse_recipe(info.recipe))
like = prefill.earlier_run(info, restricted)
regulators, regulators_from = info.labels.regulators, info.labels.regulators_from
if (
    like is not None
    and like.spec.dataset == info.fingerprint
    and like.spec.regulators != regulators
):
    regulators = like.spec.regulators
    regulators_from = like.spec.regulators_from or f"the run {like.title}"
data.summary(info, regulators, regulators_from)

top = st.container(horizontal=True, vertical_alignment="bottom", key="start")
with top:
    settings_form.preset(info)
ahead = st.container(key="ahead")
with st.expander("What is computed", icon=":material/forest:", key="what", on_change="rerun"):
    chosen = settings_form.forest()
    left, right = st.columns(2, gap="medium")
    targets = None
    ready = False
    with left, errors.shown():
        targets = settings_form.targets(info, expression.genes, restricted)
        ready = True
    with right:
        keep = settings_form.keep()
    of_links = st.container()
with st.expander("Launcher, engine and layout", icon=":material/memory:"):
    launcher = launcher_choice.choose()
    there = st.container()
    forest = ForestSpec(**chosen, engine=settings_form.engine())  # type: ignore[arg-type]
    with of_links:
        confidence = settings_form.confidence(forest, info)
    work = LayoutSpec()
    if runs.LAUNCHERS[launcher].is_this_machine:
        n_targets = info.n_genes if targets is None else len(targets)
        work = settings_form.layout(forest.engine, n_targets=n_targets)

with top:
    named = st.container()
    pressed = st.button(
        "Run", type="primary", icon=":material/play_arrow:", key="run", disabled=not ready
    )
if not ready:
    st.stop()
spec = runs.build_run_spec(
    expression,
    dataset=info.fingerprint,
    regulators=regulators,
    targets=targets,
    forest=forest,
    keep=keep,
    layout=work,
    confidence=confidence,
    source=info.name,
    recipe=info.recipe,
    regulators_from=regulators_from,
)
with named:
    name = st.text_input(
        "Name of the run", key="run_name", placeholder=run_title(spec), max_chars=120
    )
    spec = replace(spec, name=name.strip())
with there:
    spec = launcher_choice.settle(spec, expression, launcher)
with of_links:
    settings_form.confidence_cost(spec, expression)
if pressed:
    with st.spinner(runs.LAUNCHERS[launcher].starting, show_time=True):
        folder = runs.start(spec)
    state.put(state.LIKE, None)
    layout.go(navigation.RUNS, run=folder.name)
with ahead, errors.shown():
    forecast.show(spec, expression)
