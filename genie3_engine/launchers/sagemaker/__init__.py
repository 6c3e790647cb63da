"""Run on Amazon SageMaker, on one instance or on many.

A vendor's SDK is imported only when the service is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import OptionError
from genie3_engine.launchers.base import Launcher, LauncherInfo
from genie3_engine.launchers.sagemaker.options import POLICIES, SageMakerOptions
from genie3_engine.model.settings import settings_of

if TYPE_CHECKING:
    from genie3_engine.planning import PriceSource

_ABOUT = """\
The expression matrix with its gene and sample names, the regulators, the settings of the run, and \
the engine's own source go to **your** bucket and instances, encrypted. Names of runs and files, \
and every credential, stay here: this program stores none and takes what your AWS configuration \
gives it. Instances end with the job; `cleanup` on the command line removes what a run left in the \
bucket.

Without an account, try the emulator: `make emulator` in a terminal runs jobs on this machine as \
SageMaker would, with S3, logs and spot interruptions. Enter its address as the endpoint."""


def _create(home: Path | None) -> Launcher:
    from genie3_engine.launchers.sagemaker.launcher import SageMakerLauncher

    return SageMakerLauncher(home)


def _complete(given: Mapping[str, Any], saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return all options, so that later changes of saved ones are for later runs."""
    return SageMakerOptions.merged(saved, given).to_dict(is_whole=True)


def _instances(options: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return the instances of a run; None for an emulator, whose times are this machine's."""
    if "instance_type" not in options or options.get("endpoint_url"):
        return None
    return str(options["instance_type"]), int(options.get("instances", 1))


def _cores(options: Mapping[str, Any]) -> int | None:
    from genie3_engine import planning

    try:
        return planning.catalogue().named(str(options.get("instance_type", ""))).vcpu
    except OptionError:
        return None


def _prices(options: Mapping[str, Any]) -> PriceSource:
    from genie3_engine.launchers.sagemaker.pricing import LivePrices

    return LivePrices(SageMakerOptions.from_dict(options))


def _notice(options: Mapping[str, Any]) -> str:
    if SageMakerOptions.from_dict(options).is_emulator:
        return "Emulator: nothing reaches AWS and nothing costs."
    if not options.get("role"):
        return "SageMaker needs a role of your AWS account; the emulator needs none."
    return ""


INFO = LauncherInfo(
    label="SageMaker",
    help="Cloud instances, billed per second. The run continues when this machine is off.",
    create=_create,
    takes_comparisons=True,
    settings=tuple(settings_of(SageMakerOptions).values()),
    complete=_complete,
    machines="instances",
    machine_type="instance_type",
    cores=_cores,
    instances=_instances,
    prices=_prices,
    notice=_notice,
    policies=POLICIES,
    starting="Uploading the data and starting the instances…",
    about=_ABOUT,
)
