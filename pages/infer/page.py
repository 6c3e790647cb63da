"""How shall the network be inferred?"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from genie3_engine import runs
from genie3_engine.data.recipes import parse_recipe, targets_of
from genie3_engine.model import LayoutSpec
from pages.infer import data, forecast, launcher_choice, prefill, settings_form
from ui import cache, errors, layout, state

layout.head("Infer", "One forest for each target gene says which regulators explain it.")
dataset = state.get(state.DATASET)
if dataset is None:  # nobody has chosen: the newest, as its box says
    dataset = next((each.fingerprint for each in runs.list_datasets()), None)
info = None
if dataset is not None:
    with errors.shown():
        info = runs.dataset(dataset)
if info is None:
    layout.empty(
        "**No data yet.** Choose an expression table first.",
        (layout.DATA, "Choose data", ":material/table:"),
        (layout.HOME, "Try the sample", ":material/science:"),
    )
    st.stop()

expression = cache.expression(info.fingerprint)
restricted = targets_of(expression, parse_recipe(info.recipe))
prefill.prefill(info, expression.genes, restricted)
regulators = runs.dataset(info.fingerprint).labels.regulators
data.summary(info, regulators)

top = st.container(horizontal=True, vertical_alignment="bottom", key="start")
with top:
    settings_form.preset()
ahead = st.container(key="ahead")
with st.expander("What is computed", icon=":material/forest:", key="what", on_change="rerun"):
    forest = settings_form.forest()
    left, right = st.columns(2, gap="medium")
    targets = None
    ready = False
    with left, errors.shown():
        targets = settings_form.targets(expression.genes, restricted)
        ready = True
    with right:
        n_targets = info.n_genes if targets is None else len(targets)
        n_regulators = info.n_genes if regulators is None else len(regulators)
        keep = settings_form.keep(n_targets, n_regulators)
with st.expander("Where it runs, and how the work is laid out", icon=":material/memory:"):
    launcher = launcher_choice.choose()
    there = st.container()
    forest = replace(forest, engine=settings_form.engine())
    work = LayoutSpec()
    if launcher == "local":
        work = settings_form.layout(forest.engine, n_targets=n_targets)

with top:
    name = st.text_input("Name of the run", key="run_name", placeholder="Optional", max_chars=120)
    pressed = st.button(
        "Run", type="primary", icon=":material/play_arrow:", key="run", disabled=not ready
    )
if not ready:
    st.stop()
spec = runs.prepare_spec(
    expression,
    dataset=info.fingerprint,
    regulators=regulators,
    targets=targets,
    forest=forest,
    keep=keep or "all",
    layout=work,
    name=name.strip() if name else "",
    source=info.name,
    recipe=info.recipe,
)
with there:
    spec = launcher_choice.settle(spec, expression, launcher)
if pressed:
    with st.spinner(launcher_choice.STARTING.get(launcher, "Starting…"), show_time=True):
        folder = runs.start(spec)
    state.put(state.LIKE, None)
    layout.go(layout.RUNS, run=folder.name)
with ahead, errors.shown():
    forecast.show(spec, expression)
