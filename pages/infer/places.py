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


def choose(spec: RunSpec, expression: Expression) -> RunSpec:
    """Ask where the run happens; return its spec with the launcher and what that must know."""
    places = {place.name: place for place in runs.places()}
    name = next(iter(places))
    with st.container(gap="xsmall"):
        chosen = st.segmented_control(
            "Where",
            list(places),
            format_func=lambda each: places[each].label,
            default=name,
            required=True,
            key="where",
            persist_state="session",
        )
        name = chosen or name
        st.caption(places[name].sentence)
    ask = QUESTIONS.get(name)
    return replace(spec, launcher=name, **({} if ask is None else ask(spec, expression)))
