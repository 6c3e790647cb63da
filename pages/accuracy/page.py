"""Accuracy page: compare a network with a gold standard."""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from genie3_engine.errors import Genie3Error
from genie3_engine.model import JobState
from pages.accuracy import figures, gold_columns, gold_standard_choice, match_table, run_choice
from ui import cache, errors, layout, navigation, state, uploads

layout.head("Accuracy", "Compare a network with links that are known to be true.")
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
    run_choice.choose(chosen, done)
gold = gold_standard_choice.chosen_gold_standard(chosen)
if gold is None:
    gold_standard_choice.ask(chosen)
    st.stop()

with of_truth:
    gold_standard_choice.show(gold, chosen)
try:
    with uploads.errors_by_name(gold), run_choice.errors_by_title(chosen):
        accuracy, links = cache.judgement(chosen, gold, gold_columns.chosen(gold))
except Genie3Error as error:
    errors.show(error)
    gold_columns.show(gold)
    st.stop()

figures.measures(accuracy)
gold_columns.show(gold, accuracy.decisions)
figures.curves(accuracy, name=chosen.title)
match_table.show(links, name=chosen.title, key=f"{chosen.id}_{gold.id}")
