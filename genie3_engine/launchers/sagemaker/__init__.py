"""Run on Amazon SageMaker, on one instance or on many.

A vendor's SDK is imported only when the launcher is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genie3_engine.errors import OptionError
from genie3_engine.launchers.base import Launcher, LauncherInfo, LaunchPlan
from genie3_engine.launchers.sagemaker.options import SageMakerOptions, saved_options
from genie3_engine.model import RunSpec
from genie3_engine.model.settings import settings_of


def _create(home: Path | None) -> Launcher:
    try:
        from genie3_engine.launchers.sagemaker.launcher import SageMakerLauncher
    except ModuleNotFoundError as error:
        raise OptionError(
            f"Runs on SageMaker need {error.name}, which is not installed.",
            "Install it: pip install sagemaker-core boto3",
        ) from error

    return SageMakerLauncher(home)


def _complete(given: Mapping[str, Any], home: Path | None) -> dict[str, Any]:
    """Return all options, saved ones where none is given: later changes are for later runs."""
    return SageMakerOptions.merged(saved_options(home), given).to_dict(is_whole=True)


def _instances(options: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return the instances of a run; None for an emulator, whose times are this machine's."""
    if "instance_type" not in options or options.get("endpoint_url"):
        return None
    return str(options["instance_type"]), int(options.get("instances", 1))


def _plan(spec: RunSpec, home: Path | None) -> LaunchPlan:
    from genie3_engine.launchers.sagemaker.pricing import price_of
    from genie3_engine.launchers.sagemaker.submission import planned

    sent = planned(spec, home)
    price = price_of(sent.options)
    hourly = None if price.usd_an_hour is None else price.usd_an_hour * sent.options.instances
    uploads = tuple((item.what, item.key, item.n_bytes, item.is_shared) for item in sent.items)
    return LaunchPlan(sent.options, sent.request, uploads, hourly, price.note)


INFO = LauncherInfo(
    label="SageMaker",
    help="Cloud instances, billed per second. The run continues when this machine is off.",
    create=_create,
    settings=tuple(settings_of(SageMakerOptions).values()),
    complete=_complete,
    instances=_instances,
    plan=_plan,
    starting="Uploading the data and starting the instances…",
)
