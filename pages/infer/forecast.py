"""Forecast panel of the Infer page: this machine and cloud instances."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from genie3_engine import labels, planning, runs
from genie3_engine.model import JobState
from genie3_engine.planning import Catalogue, Forecast, Offer
from genie3_engine.planning.figures import forecast_figure
from ui import actions, charts, errors, navigation, places, text_format

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression
    from genie3_engine.model import JobStatus, RunSpec

WORTH_FORECASTING = 5_000  # values: less is done before anybody has read the forecast
BUSY = 0.7  # share of the cores' time that a pilot run got, below which the page says so
QUICK = 20_000_000  # values: more takes long to prepare
VARIABLE = "GENIE3_FORECAST"  # "off": a server with many users runs pilots only on demand
FORECAST_OF = "forecast_of"  # the data set whose forecast was asked for
STARTED = "forecast_started"  # keys of the pilots that this session has started
AT_WORK = {
    JobState.QUEUED: ":material/hourglass: Pilot run: waiting for other runs to end…",
    JobState.RUNNING: ":material/schedule: Pilot run: inferring a few random targets…",
    JobState.STOPPING: ":material/stop_circle: Pilot run: stopping…",
}


def show(spec: RunSpec, expression: Expression) -> None:
    """Show the forecast of a run; start a pilot in the background if there is none.

    With ``$GENIE3_FORECAST`` set to ``off`` none starts until one was asked for.

    Parameters
    ----------
    spec : RunSpec
        The run as it would start.
    expression : Expression
        Its data set.
    """
    is_live = _is_live(planning.pilot_status(spec))
    is_wanted = st.session_state.get(FORECAST_OF) == spec.dataset
    size = expression.n_genes * expression.n_samples
    is_worth_it = size >= WORTH_FORECASTING and os.environ.get(VARIABLE) != "off"
    is_automatic = size <= QUICK and (is_wanted or is_worth_it)
    if is_automatic and not is_live and _is_new(spec) and not planning.find(spec):
        with errors.shown():
            _start(spec)
        is_live = _is_live(planning.pilot_status(spec))
    errors.fragment(_panel, every=1.0 if is_live else None)(spec, expression, was_live=is_live)


def _is_live(status: JobStatus | None) -> bool:
    return status is not None and status.state.is_live


def _is_new(spec: RunSpec) -> bool:
    """Return whether this session has started no pilot for runs like this one yet."""
    return planning.pilot_key(spec) not in st.session_state.get(STARTED, ())


def _start(spec: RunSpec) -> None:
    st.session_state[FORECAST_OF] = spec.dataset
    st.session_state[STARTED] = (*st.session_state.get(STARTED, ()), planning.pilot_key(spec))
    planning.start_pilot(spec)


def _panel(spec: RunSpec, expression: Expression, *, was_live: bool) -> None:
    """Show the forecast, or that it is being made; look once a second while it is."""
    status = planning.pilot_status(spec)
    if was_live and not _is_live(status):
        st.rerun()  # the whole page: its estimates for instances depend on the forecast too
    with st.container(border=True, key="forecast", gap="small"):
        if status is not None and status.state.is_live:
            with st.container(
                horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
            ):
                st.markdown(AT_WORK[status.state])
                actions.button(
                    "Cancel",
                    planning.cancel_pilot,
                    spec,
                    key="forecast_cancel",
                    icon=":material/cancel:",
                    type="tertiary",
                )
            return
        pilot = planning.find(spec)
        if pilot is None:
            with st.container(
                horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
            ):
                if status is not None and status.error is not None:
                    message = places.from_home(status.error.message)
                    st.markdown(text_format.plain(message, at_most=200))
                else:
                    st.markdown("Forecast of time, memory and disk")
                _button(spec, "Forecast")
            return
        estimate = planning.forecast(spec, expression, pilot)
        with st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        ):
            st.markdown(summary(estimate))
            _button(spec, "Measure again")
        refused = runs.refusal(spec, memory_bytes=estimate.high_memory_bytes)
        if refused is not None:
            errors.show(refused)
        if pilot.core_share < BUSY:
            st.caption(
                f"Other programs took {1 - pilot.core_share:.0%} of the cores' time during the"
                " pilot run. Measure again when the machine is quiet."
            )
        with st.expander("Cloud instances and assumptions", key="forecast_more"):
            _grounds(estimate, _instances(estimate))


def summary(estimate: Forecast) -> str:
    """Return a forecast as one line of Markdown."""
    icon = ":material/schedule:" if estimate.fits else ":material/warning:"
    fits = "fits" if estimate.fits else estimate.reason
    return (
        f"{icon} **About {labels.estimate(estimate.wall_seconds)}**"
        f" ({labels.estimate(estimate.low_seconds)} to"
        f" {labels.estimate(estimate.high_seconds)}) here"
        f" · {labels.size(estimate.memory_bytes)} of memory, {fits}"
        f" · {labels.size(estimate.disk_bytes)} on disk"
    )


def _button(spec: RunSpec, label: str) -> None:
    pressed = actions.button(
        label,
        _start,
        spec,
        key="forecast_measure",
        icon=":material/speed:",
        type="tertiary",
        help="A few random targets are inferred for some seconds, in a process of their own.",
    )
    if pressed:
        st.rerun()  # the whole page: only it can make the panel look again by itself


def _instances(estimate: Forecast) -> list[Offer]:
    """Show time and cost on cloud instances, and return them; none where a run stays here."""
    if estimate.members:
        st.caption("Cloud instances cannot share a run that combines networks inside it.")
        return []
    catalogue = planning.catalogue()
    if st.toggle("Today's prices, asked from AWS", key="forecast_live"):
        catalogue = _todays()
        if catalogue.price_date == planning.catalogue().price_date:
            st.caption(
                f"The price list could not be read: see the page {navigation.SAGEMAKER.title}."
            )
    with st.container(horizontal=True):
        count = int(st.number_input("Instances", 1, 64, value=1, step=1, key="forecast_instances"))
        hours = st.number_input(
            "Cheapest within (hours)", 0.1, value=None, step=1.0, key="forecast_hours"
        )
        dollars = st.number_input(
            "Fastest within (dollars)", 0.01, value=None, step=1.0, key="forecast_dollars"
        )
    offers = planning.offers(estimate, catalogue, counts=(count,))
    candidates = planning.offers(estimate, catalogue, counts=planning.COUNTS)
    if hours is not None:
        st.markdown(
            _advice(f"Cheapest within {hours:g} h", planning.cheapest_within(candidates, hours))
        )
    if dollars is not None:
        st.markdown(
            _advice(
                f"Fastest within {dollars:g} dollars", planning.fastest_within(candidates, dollars)
            )
        )
    st.caption(
        "Nothing else is both faster and cheaper than the instances on the dotted line. Bars: 9 of"
        " 10 runs should end within."
    )
    table = offers_table(offers)
    charts.show(
        forecast_figure(estimate, offers, dark=charts.is_dark()),
        key="forecast_chart",
        name="forecast",
        numbers=table,
        alt="Time of each instance type against its price, with the Pareto front and this machine.",
    )
    st.dataframe(table, hide_index=True, key="forecast_table", column_config=_columns())
    st.caption(f"Prices: {catalogue.region}, {catalogue.price_date}. {catalogue.price_source}.")
    return offers


@st.cache_data(ttl=3600, show_spinner="Asking AWS for prices…")
def _todays() -> Catalogue:
    return runs.todays_catalogue()


def _advice(wish: str, best: Offer | None) -> str:
    if best is None:
        return f"{wish}: no instance type meets this limit (up to 64 instances)."
    return (
        f"{wish}: **{best.n_instances} × {best.instance_type}**,"
        f" {labels.estimate(best.wall_seconds)}, {best.dollars:.2f} dollars"
    )


def offers_table(offers: list[Offer]) -> pd.DataFrame:
    """Return offers as a table to look at and to download."""
    return pd.DataFrame(
        [
            {
                "instance_type": one.instance_type,
                "instances": one.n_instances,
                "vcpu": one.vcpu,
                "cores": one.physical_cores,
                "hours": one.hours,
                "low_hours": one.low_seconds / 3600,
                "high_hours": one.high_seconds / 3600,
                "dollars": one.dollars,
                "spot_dollars": one.spot_dollars,
                "fits": one.fits,
                "memory": one.reason,
            }
            for one in offers
        ]
    )


def _columns() -> dict[str, Any]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return {
        "instance_type": text("Type"),
        "instances": number("Instances"),
        "vcpu": number("vCPU"),
        "cores": number("Cores"),
        "hours": number("Hours", format="%.2f"),
        "low_hours": number("From", format="%.2f"),
        "high_hours": number("To", format="%.2f"),
        "dollars": number("On demand", format="$%.2f"),
        "spot_dollars": number("Spot, assumed", format="$%.2f"),
        "fits": st.column_config.CheckboxColumn("Fits"),
        "memory": text("Memory", width="large"),
    }


def _grounds(estimate: Forecast, offers: list[Offer]) -> None:
    """Show measurements, assumptions, and the accuracy of earlier forecasts."""
    left, right = st.columns(2, gap="medium")
    date = planning.catalogue().price_date
    with left:
        st.markdown("**Measured**")
        for sentence in [*estimate.measured(), estimate.past.sentence(), *planning.past_of(offers)]:
            st.caption(text_format.plain(sentence, at_most=400))
    with right:
        st.markdown("**Assumed**")
        there = planning.assumptions(date) if offers else []
        for sentence in [*estimate.assumed(), *there]:
            st.caption(text_format.plain(sentence, at_most=400))
