"""Forecast time, memory, disk space and cost of a run, here or on cloud instances."""

from __future__ import annotations

from genie3_engine.planning.forecast_file import remember
from genie3_engine.planning.forecast_history import Experience, Outcome, learned, outcome_of, past
from genie3_engine.planning.forecasts import Forecast, OwnProcess, forecast
from genie3_engine.planning.hardware_factors import assumptions
from genie3_engine.planning.instance_estimates import (
    COUNTS,
    Offer,
    cheapest_within,
    fastest_within,
    offer,
    offers,
    pareto_front,
    past_of,
)
from genie3_engine.planning.instances import (
    Catalogue,
    InstanceType,
    Price,
    PriceSource,
    catalogue,
    priced,
)
from genie3_engine.planning.pilot import Pilot, find, pilot_key
from genie3_engine.planning.pilot_job import (
    cancel_pilot,
    failure,
    measure,
    pilot_status,
    start_pilot,
)
from genie3_engine.planning.workloads import Workload, workload_of

__all__ = [
    "COUNTS",
    "Catalogue",
    "Experience",
    "Forecast",
    "InstanceType",
    "Offer",
    "Outcome",
    "OwnProcess",
    "Pilot",
    "Price",
    "PriceSource",
    "Workload",
    "assumptions",
    "cancel_pilot",
    "catalogue",
    "cheapest_within",
    "failure",
    "fastest_within",
    "find",
    "forecast",
    "learned",
    "measure",
    "offer",
    "offers",
    "outcome_of",
    "pareto_front",
    "past",
    "past_of",
    "pilot_key",
    "pilot_status",
    "priced",
    "remember",
    "start_pilot",
    "workload_of",
]
