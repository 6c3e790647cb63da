"""Choose cloud instances, with the time and price of each type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from genie3_engine import labels, planning, runs
from genie3_engine.data.expression import Expression
from genie3_engine.model import ENGINES, LayoutSpec, RunSpec
from genie3_engine.planning import Forecast, InstanceType, Offer
from ui import layout, navigation, state, text_format

_GIB = 2**30
_HOUR = 3600
_MOST_INSTANCES = 64
_USUAL_TYPE = "ml.c5.2xlarge"
_HEIGHT = 280


def ask(spec: RunSpec, expression: Expression) -> Mapping[str, Any]:
    """Draw instances and limits, with time and price; return the fields of the run's spec."""
    saved = runs.cloud_settings()
    _introduce(is_ready=saved.is_emulator or bool(saved.role), is_emulator=saved.is_emulator)
    state.default("sagemaker_instances", saved.instances)
    state.default("sagemaker_spot", saved.spot)
    how_many, how = st.columns(2, gap="medium")
    with how_many:
        n_instances = int(
            st.number_input("Instances", 1, _MOST_INSTANCES, key="sagemaker_instances")
        )
        st.caption("They share the targets; twice as many take about half the time.")
    with how:
        is_spot = st.toggle("Spot instances", key="sagemaker_spot")
        st.caption("Cheaper; interrupted at times, then the run continues where it was.")
    pilot = planning.find(spec)
    forecast = None if pilot is None else planning.forecast(spec, expression, pilot)
    chosen = _instance(saved.instance_type or _USUAL_TYPE, forecast, n_instances, is_spot=is_spot)
    if forecast is None:
        st.caption("Time, dollars and whether it fits are known once the forecast has been made.")
    else:
        _offer(planning.offer(forecast, chosen, n_instances=n_instances), is_spot=is_spot)
    options = replace(
        saved,
        instance_type=chosen.name,
        instances=n_instances,
        spot=is_spot,
        **_limits(is_spot=is_spot),
    )
    # The compiled engine takes all cores of the machine that it finds; scikit-learn must be told.
    jobs = chosen.vcpu if ENGINES[spec.forest.engine].has_jobs else 1
    return {"launcher_options": options.to_dict(is_whole=True), "layout": LayoutSpec(n_jobs=jobs)}


def _introduce(*, is_ready: bool, is_emulator: bool) -> None:
    if is_emulator:
        st.badge("Emulator: nothing reaches AWS", icon=":material/science:", color="orange")
    if not is_ready:
        st.info(
            "SageMaker needs a role and a bucket of your AWS account; the emulator needs neither.",
            icon=":material/cloud:",
        )
    layout.page_link(navigation.SAGEMAKER, label="Set up SageMaker", icon=":material/settings:")


def _instance(
    usual: str, forecast: Forecast | None, n_instances: int, *, is_spot: bool
) -> InstanceType:
    """Let an instance type be picked from the table of all."""
    catalogue = planning.catalogue()
    kinds = catalogue.instances
    state.default("sagemaker_instance_type", usual)
    kept = state.value("sagemaker_instance_type")
    names = [kind.name for kind in kinds]
    row = names.index(kept) if kept in names else 0
    key = state.table_key("instances", names, row)

    def take() -> None:
        rows = state.value(key)["selection"]["rows"]
        if rows:
            state.set_value("sagemaker_instance_type", names[rows[0]])

    st.dataframe(
        _table(kinds, forecast, n_instances, is_spot=is_spot),
        hide_index=True,
        key=key,
        height=_HEIGHT,
        on_select=take,
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


def _limits(*, is_spot: bool) -> dict[str, Any]:
    """Ask how long the job may take at most, and for its disk."""
    run, wait, disk = st.columns(3, gap="medium")
    longest = run.number_input("Maximum run time (h)", 1, 28 * 24, 24, key="cloud_max_run")
    limits: dict[str, Any] = {"max_run_seconds": int(longest) * _HOUR, "max_wait_seconds": None}
    if is_spot:
        least = int(longest)
        hours = wait.number_input(
            "Maximum time including queue (h)",
            least,
            28 * 24,
            min(28 * 24, 2 * least),
            key=f"cloud_max_wait_{least}",
        )
        limits["max_wait_seconds"] = int(hours) * _HOUR
    limits["volume_gb"] = int(disk.number_input("Disk (GB)", 1, 16_384, 30, key="cloud_volume"))
    return limits
