"""Regulators page: choose the candidate regulators of a data set."""

from __future__ import annotations

import streamlit as st

from pages.regulators import dataset_header, proposal, regulator_choice, shipped_lists
from ui import cache, datasets, layout

layout.head(
    "Regulators",
    "Which genes may regulate the others: the transcription factors, where they are known.",
)
info = datasets.chosen()
if info is None:
    st.stop()
proposed = shipped_lists.proposed(info.fingerprint)
dataset_header.show(info, has_proposal=proposed is not None)
if proposed is not None:
    proposal.show(info, proposed)
regulator_choice.choose(info, cache.expression(info.fingerprint).genes, proposed)
