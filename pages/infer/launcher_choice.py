"""Where shall the run happen?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from genie3_engine import runs
from genie3_engine.data.expression import Expression
from genie3_engine.model import RunSpec
from pages.infer import sagemaker

# By launcher: asks what else it must know, and returns the fields of the run's spec that say so.
QUESTIONS: Mapping[str, Callable[[RunSpec, Expression], Mapping[str, Any]]] = {
    "sagemaker": sagemaker.ask
}
# By launcher: what takes a while when a run starts.
STARTING: Mapping[str, str] = {"sagemaker": "Sending the data, and asking for the instances…"}


def choose() -> str:
    """Ask where the run happens; return the launcher's name."""
    places = {place.name: place for place in runs.places()}
    usual = next(iter(places))
    with st.container(gap="xsmall"):
        chosen = st.segmented_control(
            "Where",
            list(places),
            format_func=lambda each: places[each].label,
            default=usual,
            required=True,
            key="where",
            persist_state="session",
        )
        st.caption(places[chosen or usual].sentence)
    return chosen or usual


def settle(spec: RunSpec, expression: Expression, launcher: str) -> RunSpec:
    """Ask what else that place must know; return the run's spec with it."""
    ask = QUESTIONS.get(launcher)
    return replace(spec, launcher=launcher, **({} if ask is None else ask(spec, expression)))
