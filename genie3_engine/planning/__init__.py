"""What will a run take, here or on rented instances: time, memory, disk, dollars?"""

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
from genie3_engine.planning.pilot import Pilot, begin, failure, find, measure, pilot_key
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
    "begin",
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
    "priced",
    "remember",
    "workload_of",
]
