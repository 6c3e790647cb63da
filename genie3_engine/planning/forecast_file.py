"""Write a run's forecast into its folder."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import Genie3Error
from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.planning.forecast_history import note
from genie3_engine.planning.forecasts import forecast
from genie3_engine.planning.instance_estimates import offer
from genie3_engine.planning.instances import catalogue
from genie3_engine.planning.pilot import find

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression
    from genie3_engine.model import RunSpec
    from genie3_engine.planning.forecasts import Forecast

log = logging.getLogger(__name__)


def remember(
    run: Path,
    spec: RunSpec,
    expression: Expression,
    *,
    instances: tuple[str, int] | None = None,
    home_folder: Path | None = None,
) -> None:
    """Write the forecast of a run that is about to start, when a pilot allows one.

    It is later compared with the measured time, and the next forecasts learn from it. A run needs
    no forecast: without a pilot, or when forecasting or writing fails, there is none, and the
    reason is logged.

    Parameters
    ----------
    run : Path
        The run's folder.
    spec : RunSpec
        What it computes, and how.
    expression : Expression
        Its data set.
    instances : tuple of str and int, optional
        Instance type and number of instances; this machine by default.
    home_folder : Path, optional
        The home; the user's by default.
    """
    try:
        pilot = find(spec, home_folder=home_folder)
        if pilot is None:
            return
        estimate = forecast(spec, expression, pilot, home_folder=home_folder)
        values = estimate.to_dict() if instances is None else _on_instances(estimate, *instances)
        atomic_write.write_json(run / filenames.FORECAST, values)
        note(run, home_folder)
    except (Genie3Error, OSError, ValueError, ArithmeticError, LookupError, TypeError) as error:
        # A pilot's file that another program damaged may hold any value.
        log.warning("The run has no forecast: %s", error)


def _on_instances(estimate: Forecast, instance_type: str, n_instances: int) -> dict[str, Any]:
    """Return the forecast for cloud instances."""
    one = offer(estimate, catalogue().named(instance_type), n_instances=n_instances)
    return {
        **estimate.to_dict(),
        "wall_seconds": one.wall_seconds,
        "low_seconds": one.low_seconds,
        "high_seconds": one.high_seconds,
        "raw_memory_bytes": one.memory_bytes,
        "dollars": one.dollars,
        "spot_dollars": one.spot_dollars,
        "instance_type": one.instance_type,
        "n_instances": one.n_instances,
        "raw_thread_seconds": one.raw_thread_seconds,
    }
