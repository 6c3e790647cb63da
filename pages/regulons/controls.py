"""Choice of the rule, the sign and the size of regulons, and of the settings of activity."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from genie3_engine.errors import OptionError
from genie3_engine.regulons.activity import TOP_SHARE
from genie3_engine.regulons.rules import (
    PYSCENIC,
    PYSCENIC_RULES,
    RULES,
    Rule,
    has_evidence,
    parse_rules,
)
from genie3_engine.regulons.selection import SIGNS, RegulonOptions
from ui import state, text_format

_DEFAULTS = RegulonOptions()
_SIGNS = {"activating": "Activating", "both": "Both", "none": "Unsigned"}


@dataclass(frozen=True, slots=True)
class ActivityChoice:
    """How activity is computed and shown."""

    top_share: float
    seed: int
    n_regulons: int


def choose(run: Path) -> RegulonOptions:
    """Ask how regulons are made; the answers are in the address.

    Parameters
    ----------
    run : Path
        The run's folder. Rules that need evidence are offered where it has that.

    Raises
    ------
    RunError
        When the evidence is damaged.
    """
    rules = _asked_rules()
    name = PYSCENIC if rules == PYSCENIC_RULES else rules[0].name
    offered = [
        kind.name
        for kind in RULES.records()
        if not kind.evidence or kind.name == name or has_evidence(run, kind.evidence)
    ]
    offered.append(PYSCENIC)
    with st.container(horizontal=True, vertical_alignment="bottom", key="regulon_rule"):
        key = f"rule_{name}"
        st.selectbox(
            "Rule",
            offered,
            index=offered.index(name),
            format_func=lambda each: (
                "Six rules of pySCENIC" if each == PYSCENIC else RULES[each].label
            ),
            key=key,
            on_change=lambda: state.put(state.RULE, _first(state.value(key))),
            width=218,
        )
        if name != PYSCENIC:
            _ask_number(name, rules[0].value)
        _ask_sign()
        _ask_size()
    return RegulonOptions(rules, _asked_sign(), _asked_size())


def choose_activity() -> ActivityChoice:
    """Ask how activity is computed and how much of it is shown."""
    with st.popover("Settings", icon=":material/tune:"):
        n_regulons = st.number_input("Regulons shown", 5, 200, 40, 5, key="n_regulons_shown")
        share = st.number_input(
            "Top genes of a sample, %",
            min_value=0.1,
            max_value=99.0,
            value=100 * TOP_SHARE,
            step=1.0,
            key="top_share",
            help="The recovery curve runs over these genes of each sample.",
        )
        seed = st.number_input(
            "Seed",
            0,
            2**31,
            0,
            key="tie_seed",
            help="Orders genes of the same expression, such as zeros.",
        )
    return ActivityChoice(share / 100, int(seed), int(n_regulons))


def choose_group(names: list[str]) -> str | None:
    """Ask which annotation groups the samples; None when there is none."""
    if not names:
        return None
    asked = state.get(state.GROUP)
    chosen = asked if asked in names else None
    key = f"group_{names.index(chosen) if chosen else ''}"
    st.selectbox(
        "Group samples by",
        [None, *names],
        index=0 if chosen is None else 1 + names.index(chosen),
        format_func=lambda name: (
            "Nothing" if name is None else text_format.shorten(name, at_most=40)
        ),
        key=key,
        on_change=lambda: state.put(state.GROUP, state.value(key)),
        width=230,
    )
    return chosen


def _asked_rules() -> tuple[Rule, ...]:
    text = state.get(state.RULE)
    if text is not None:
        try:
            rules = parse_rules(text)
        except OptionError as error:
            st.warning(text_format.plain(str(error), at_most=300), icon=":material/error:")
        else:
            return rules if rules == PYSCENIC_RULES else rules[:1]
    return _DEFAULTS.rules


def _first(name: str) -> str:
    return name if name == PYSCENIC else str(parse_rules(name)[0])


def _ask_number(name: str, value: float) -> None:
    kind = RULES[name]
    key = f"rule_value_{name}"
    is_whole = kind.is_whole
    state.set_value(key, int(value) if is_whole else float(value))

    def store() -> None:
        state.put(state.RULE, f"{name}={state.value(key)}")

    highest = min(kind.maximum, 1e12)
    st.number_input(
        kind.value_label,
        min_value=int(kind.minimum) if is_whole else float(kind.minimum),
        max_value=int(highest) if is_whole else float(highest),
        step=max(1, int(kind.default) // 10) if is_whole else kind.default / 10,
        format="%d" if is_whole else "%.4g",
        key=key,
        on_change=store,
        width=180,
    )


def _asked_sign() -> str:
    sign = state.get(state.SIGN)
    return sign if sign in SIGNS else _DEFAULTS.signs


def _ask_sign() -> None:
    state.set_value("regulon_sign", _asked_sign())
    st.segmented_control(
        "Sign",
        list(_SIGNS),
        required=True,
        format_func=_SIGNS.__getitem__,
        key="regulon_sign",
        on_change=lambda: state.put(state.SIGN, state.value("regulon_sign")),
        help="Activating: targets that correlate with their regulator (Pearson, above 0.03), as "
        "pySCENIC. Both: also regulons of targets that correlate negatively. Unsigned: all.",
    )


def _asked_size() -> int:
    text = state.get(state.MIN_GENES) or ""
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else _DEFAULTS.min_genes


def _ask_size() -> None:
    state.set_value("regulon_size", _asked_size())
    st.number_input(
        "Fewest genes",
        1,
        1_000_000,
        key="regulon_size",
        on_change=lambda: state.put(state.MIN_GENES, str(state.value("regulon_size"))),
        width=120,
        help="Of a regulon; its regulator is one of them.",
    )
