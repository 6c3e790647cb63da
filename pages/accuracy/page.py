"""Accuracy page: compare networks with a gold standard."""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from genie3_engine.errors import Genie3Error
from genie3_engine.evaluation.comparison import require_one_truth, unique_names
from genie3_engine.model import JobState
from pages.accuracy import (
    comparison,
    figures,
    gold_columns,
    gold_standard_choice,
    match_table,
    run_choice,
)
from ui import cache, errors, layout, navigation, state, uploads

layout.head("Accuracy", "Compare networks with links that are known to be true.")
done = [run for run in runs.with_members(runs.history()) if run.status.state is JobState.DONE]
if not done:
    layout.empty(
        "**No finished network yet.** The sample has a gold standard; or infer your own network.",
        (navigation.HOME, "Try the sample", ":material/science:"),
        (navigation.DATA, "Choose data", ":material/table:"),
    )
    st.stop()

chosen = run_choice.chosen_run(done)
state.put(state.RUN, chosen.id)
of_run, of_truth = st.columns(2, gap="medium", vertical_alignment="bottom")
with of_run:
    run_choice.choose(chosen, done, page="accuracy", forgets=(state.GOLD, state.WITH))
gold = gold_standard_choice.chosen_gold_standard(chosen)
if gold is None:
    gold_standard_choice.ask(chosen)
    st.stop()

with of_truth:
    gold_standard_choice.show(gold, chosen)
others = run_choice.choose_others(chosen, done)
columns = gold_columns.chosen(gold)
try:
    with uploads.errors_by_name(gold), run_choice.errors_by_title(chosen):
        measured, links = cache.judgement(chosen, gold, columns)
except Genie3Error as error:
    errors.show(error)
    gold_columns.show(gold)
    st.stop()

compared = [measured]
for other in others:
    with errors.shown(), uploads.errors_by_name(gold), run_choice.errors_by_title(other):
        found = cache.measurement(other, gold, columns)
        require_one_truth([measured, found])
        compared.append(found)
if len(compared) > 1:
    gold_columns.show(gold, measured.accuracy.decisions)
    has_other_data = any(other.spec.dataset != chosen.spec.dataset for other in others)
    comparison.show(unique_names(compared), has_other_data=has_other_data)
else:
    figures.measures(measured)
    gold_columns.show(gold, measured.accuracy.decisions)
    figures.curves(measured.accuracy, name=chosen.title)
genes = runs.gene_table(chosen.spec.dataset)
match_table.show(links, genes, name=chosen.title, key=f"{chosen.id}_{gold.id}")
