"""How shall the network be inferred?"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from genie3_engine import runs
from pages.infer import knobs
from ui import cached, errors, layout, state, words

layout.head("Infer", "One forest for each target gene says which regulators explain it.")
dataset = state.get(state.DATASET)
info = None
if dataset is not None:
    with errors.shown():
        info = runs.dataset(dataset)
if info is None or dataset is None:
    layout.empty(
        "**No data yet.** Choose an expression table first.",
        (layout.DATA, "Choose data", ":material/table:"),
        (layout.HOME, "Try the sample", ":material/science:"),
    )
    st.stop()

expression = cached.expression(dataset)
regulators = info.labels.regulators
with st.container(
    border=True,
    horizontal=True,
    horizontal_alignment="distribute",
    vertical_alignment="center",
    key="data_summary",
):
    st.markdown(
        f"**{words.plain(info.name or 'Data')}**  \n"
        f"{words.count(info.n_genes, 'gene')} in {words.count(info.n_samples, 'sample')} · "
        + (
            "every gene may regulate"
            if regulators is None
            else f"{words.count(len(regulators), 'regulator')} from your list"
        )
    )
    st.page_link(
        layout.DATA, label="Change", icon=":material/edit:", query_params={"data": dataset}
    )

top = st.container(horizontal=True, vertical_alignment="bottom", key="start")
with top:
    knobs.preset()
with st.expander("What is computed", expanded=True, icon=":material/forest:"):
    forest = knobs.forest()
    left, right = st.columns(2, gap="medium")
    targets = None
    ready = False
    with left, errors.shown():
        targets = knobs.targets(expression.genes)
        ready = True
    with right:
        n_targets = info.n_genes if targets is None else len(targets)
        n_regulators = info.n_genes if regulators is None else len(regulators)
        keep = knobs.keep(n_targets, n_regulators)
with st.expander("How the work is laid out", icon=":material/memory:"):
    forest = replace(forest, engine=knobs.engine())
    work = knobs.layout(forest.engine)

with top:
    name = st.text_input("Name of the run", key="run_name", placeholder="Optional", max_chars=120)
    pressed = st.button(
        "Run", type="primary", icon=":material/play_arrow:", key="run", disabled=not ready
    )
if pressed:
    spec = runs.prepare_spec(
        expression,
        dataset=dataset,
        regulators=regulators,
        targets=targets,
        forest=forest,
        keep=keep or "all",
        layout=work,
        name=name.strip() if name else "",
        source=info.name,
    )
    folder = runs.start(spec)
    layout.go(layout.RUNS, run=folder.name)
