"""Where shall the run happen?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from genie3_engine import runs

# By launcher: asks what else it must know, and returns the fields of the run's spec that say so.
QUESTIONS: Mapping[str, Callable[[], Mapping[str, Any]]] = {}


def choose() -> tuple[str, Mapping[str, Any]]:
    """Ask where the run happens; return the launcher's name and what its spec has of it."""
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
    return name, {} if ask is None else ask()
