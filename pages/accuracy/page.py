"""How near does a network come to the links that are known to be true?"""

from __future__ import annotations

import streamlit as st

from genie3_engine import runs
from genie3_engine.errors import Genie3Error
from genie3_engine.model import RunState
from pages.accuracy import choice, figures, judged, truth
from ui import cached, errors, layout, state, uploads

layout.head("Accuracy", "How near a network comes to the links that are known to be true.")
found = [run for run in runs.history() if run.status.state is RunState.DONE]
if not found:
    layout.empty(
        "**No finished network yet.** The sample comes with its truth; or infer your own.",
        (layout.HOME, "Try the sample", ":material/science:"),
        (layout.DATA, "Choose data", ":material/table:"),
    )
    st.stop()

chosen = choice.wanted(found)
state.put(state.RUN, chosen.id)
of_run, of_truth = st.columns(2, gap="medium", vertical_alignment="bottom")
with of_run:
    choice.choose(chosen, found)
gold = truth.wanted(chosen)
if gold is None:
    truth.ask(chosen)
    st.stop()

with of_truth:
    truth.show(gold, chosen)
try:
    with uploads.called(gold), choice.called(chosen):
        accuracy, links = cached.judgement(chosen, gold)
except Genie3Error as error:
    errors.show(error)
    st.stop()

figures.measures(accuracy)
figures.curves(accuracy, name=chosen.title)
judged.show(links, name=chosen.title, key=f"{chosen.id}_{gold.id}")
