"""How does a forecast get into the folder of the run that it is about?"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import OptionError, StorageError
from genie3_engine.jobs import atomic_write
from genie3_engine.planning.forecast_history import FILE, note
from genie3_engine.planning.forecasts import forecast
from genie3_engine.planning.instance_estimates import offer
from genie3_engine.planning.instances import catalogue
from genie3_engine.planning.pilot import find

if TYPE_CHECKING:
    from genie3_engine.data.expression import Expression
    from genie3_engine.model import RunSpec
    from genie3_engine.planning.forecasts import Forecast


def remember(
    run: Path, spec: RunSpec, expression: Expression, *, home_folder: Path | None = None
) -> None:
    """Put a forecast into the folder of a run that is about to start, where a pilot allows one.

    It is compared with what the run takes, and the next forecasts learn from it. Nothing happens
    where there is no pilot, or the disk refuses: a run needs no forecast.

    Parameters
    ----------
    run : Path
        The run's folder.
    spec : RunSpec
        What it computes, and how.
    expression : Expression
        Its data set.
    home_folder : Path, optional
        The home; the user's by default.
    """
    pilot = find(spec, home_folder=home_folder)
    if pilot is None:
        return
    found = forecast(spec, expression, pilot, home_folder=home_folder)
    with suppress(StorageError, OptionError, OSError):
        kept = found.to_dict() if spec.launcher == "local" else _rented(found, spec)
        if kept is not None:
            atomic_write.write_json(run / FILE, kept)
            note(run, home_folder)


def _rented(found: Forecast, spec: RunSpec) -> dict[str, Any] | None:
    """Return the forecast for rented instances; None where an emulator only plays them."""
    options = spec.launcher_options
    if "instance_type" not in options or options.get("endpoint_url"):
        return None
    instance = catalogue().named(options["instance_type"])
    one = offer(found, instance, n_instances=int(options.get("instances", 1)))
    return {
        **found.to_dict(),
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
