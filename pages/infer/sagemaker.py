"""Choose cloud instances, with the time and price of each type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine import labels, planning, runs
from genie3_engine.data.expression import Expression
from genie3_engine.model import ENGINES, LayoutSpec, RunSpec
from genie3_engine.planning import Forecast, InstanceType, Offer
from ui import launchers, settings_form, state, text_format

_GIB = 2**30
_HEIGHT = 280


def ask(spec: RunSpec, expression: Expression) -> Mapping[str, Any]:
    """Draw instances and limits, with time and price; return the fields of the run's spec."""
    launcher = runs.CLOUD
    saved = runs.saved_options(launcher)
    declared = {each.name: each for each in runs.LAUNCHERS[launcher].settings}

    def draw(name: str) -> Any:  # noqa: ANN401 -- of the setting's kind
        return settings_form.widget(declared[name], saved.get(name), prefix=f"{launcher}_")

    launchers.setup(launcher, saved)
    how_many, how = st.columns(2, gap="medium")
    with how_many:
        n_instances = draw("instances")
    with how:
        is_spot = draw("spot")
    usual = saved.get("instance_type") or declared["instance_type"].words[0]
    pilot = planning.find(spec)
    forecast = None if pilot is None else planning.forecast(spec, expression, pilot)
    chosen = _instance(usual, forecast, n_instances, is_spot=is_spot)
    if forecast is None:
        st.caption("Time, dollars and whether it fits are known once the forecast has been made.")
    else:
        _offer(planning.offer(forecast, chosen, n_instances=n_instances), is_spot=is_spot)
    given = {"instance_type": chosen.name, "instances": n_instances, "spot": is_spot}
    limits = ["max_run_seconds", "volume_gb", *(["max_wait_seconds"] if is_spot else [])]
    for column, name in zip(st.columns(3, gap="medium"), limits, strict=False):
        with column:
            given[name] = draw(name)
    # The compiled engine takes all cores of the machine that it finds; scikit-learn must be told.
    jobs = chosen.vcpu if ENGINES[spec.forest.engine].has_jobs else 1
    options = runs.complete_options(launcher, given)
    return {"launcher_options": options, "layout": LayoutSpec(n_jobs=jobs)}


def _instance(
    usual: str, forecast: Forecast | None, n_instances: int, *, is_spot: bool
) -> InstanceType:
    """Ask for an instance type of the table of all."""
    catalogue = planning.catalogue()
    kinds = catalogue.instances
    state.default("sagemaker_instance_type", usual)
    kept = state.value("sagemaker_instance_type")
    names = [kind.name for kind in kinds]
    row = names.index(kept) if kept in names else 0
    key = state.table_key("instances", names, row)

    def store() -> None:
        rows = state.value(key)["selection"]["rows"]
        if rows:
            state.set_value("sagemaker_instance_type", names[rows[0]])

    st.dataframe(
        _table(kinds, forecast, n_instances, is_spot=is_spot),
        hide_index=True,
        key=key,
        height=_HEIGHT,
        on_select=store,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [row]}},
        column_config={
            "Memory": st.column_config.NumberColumn(format="%.0f GiB"),
            "An hour": st.column_config.NumberColumn(format="$%.3f"),
            "Hours": st.column_config.NumberColumn(format="%.2f"),
            "Dollars": st.column_config.NumberColumn(format="$%.2f"),
        },
    )
    kind = kinds[row]
    st.caption(
        f"**{kind.name}**: {kind.vcpu} vCPU on {labels.count(kind.physical_cores, 'core')}, "
        f"all of "
        f"them at work. Prices of {catalogue.region}, {catalogue.price_date}."
    )
    return kind


def _table(
    kinds: tuple[InstanceType, ...], forecast: Forecast | None, n_instances: int, *, is_spot: bool
) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "Instance": [kind.name for kind in kinds],
            "vCPU": [kind.vcpu for kind in kinds],
            "Cores": [kind.physical_cores for kind in kinds],
            "Memory": [kind.memory_bytes / _GIB for kind in kinds],
            "An hour": [kind.dollars_per_hour for kind in kinds],
        }
    )
    if forecast is not None:
        found = [planning.offer(forecast, kind, n_instances=n_instances) for kind in kinds]
        table["Hours"] = [each.hours for each in found]
        table["Dollars"] = [each.spot_dollars if is_spot else each.dollars for each in found]
        table["Fits"] = ["Yes" if each.fits else "No" for each in found]
    return table


def _offer(offer: Offer, *, is_spot: bool) -> None:
    """Show what the chosen instances would take."""
    time, cost, memory = st.columns(3)
    time.metric(
        "Time",
        labels.duration(offer.wall_seconds),
        help=f"{labels.duration(offer.low_seconds)} to "
        f"{labels.duration(offer.high_seconds)}, "
        "instances starting included.",
    )
    dollars = offer.spot_dollars if is_spot else offer.dollars
    cost.metric(
        "Spot, about" if is_spot else "On demand",
        "Price unknown" if dollars is None else labels.dollars(dollars),
        help="For the billed seconds of all instances.",
    )
    memory.metric("Memory", "Fits" if offer.fits else "Does not fit", help=offer.reason)
    if not offer.fits:
        st.warning(text_format.plain(offer.reason, at_most=500), icon=":material/memory:")
