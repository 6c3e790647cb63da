"""Runs in a cloud: view, logs, collection, setup and cleanup.

Nothing here loads a vendor's SDK before it is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.datasets.store import open_dataset
from genie3_engine.errors import OptionError, RunError
from genie3_engine.launchers.base import NOT_DONE, LaunchPlan, LogChunk
from genie3_engine.launchers.registry import LAUNCHERS
from genie3_engine.launchers.sagemaker.options import SageMakerOptions, save_options, saved_options
from genie3_engine.runs.launcher_lookup import launcher_of
from genie3_engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from genie3_engine.launchers.base import Check
    from genie3_engine.launchers.sagemaker.setup import Cleaned
    from genie3_engine.launchers.sagemaker.state import CloudView
    from genie3_engine.model import RunSpec
    from genie3_engine.planning import PriceSource


def cloud(run: Path) -> CloudView | None:
    """Return what is known of a run in the cloud, as of the last look; None for any other.

    Parameters
    ----------
    run : Path
        The run's folder. `status` has the cloud asked again, now and then.
    """
    from genie3_engine.launchers.sagemaker.state import view_of

    return view_of(RunFolder.open(run))


def host_log(run: Path, host: str, n_lines: int = 50) -> str:
    """Return the last lines that one host of a run has logged.

    Parameters
    ----------
    run : Path
        The run's folder.
    host : str
        Such as ``algo-2``.
    n_lines : int
        Lines at most.
    """
    from genie3_engine.launchers.sagemaker.state import log_of

    return log_of(RunFolder.open(run), host, n_lines)


def log(run: Path, since: int = 0, *, home: Path | None = None) -> LogChunk:
    """Return what a run has logged since; see `Launcher.logs`."""
    return launcher_of(run, home).logs(run, since)


def collect(run: Path, *, home: Path | None = None) -> tuple[int, int]:
    """Bring here what a run has computed: its result, or the parts that there are so far.

    Parameters
    ----------
    run : Path
        The run's folder.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    tuple of int
        Targets whose links are here, and targets of the run.

    Raises
    ------
    RunError
        When there is no run in the folder.
    CloudError
        When the cloud refuses or cannot be reached.
    Genie3Error
        When the parts are not those of the run.
    """
    launcher = launcher_of(run, home)
    folder = RunFolder.open(run)
    try:
        launcher.collect(run)
    except RunError as error:
        if error.code != NOT_DONE:
            raise
        return launcher.collect_partial(run)
    total = folder.read_status().targets_total
    return total, total


def collect_partial(run: Path, *, home: Path | None = None) -> tuple[int, int]:
    """Have finished targets brought here in the background; see `Launcher.collect_partial`."""
    return launcher_of(run, home).collect_partial(run, wait=False)


def wait_until_collected(run: Path | None = None) -> None:
    """Return when no result is on its way from the cloud to here any more.

    Parameters
    ----------
    run : Path, optional
        The run's folder; all runs by default. A program has to wait before it ends.
    """
    from genie3_engine.launchers.sagemaker import background

    background.wait(run)


def partial_links(run: Path, *, home: Path | None = None) -> Path | None:
    """Rank the links of the targets whose parts are here, while the run is not done.

    Parameters
    ----------
    run : Path
        The run's folder; `collect` brings parts into it.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    Path or None
        A file of ranked links in the run's folder, which `ranked_links` reads; None before there
        are parts.

    Raises
    ------
    Genie3Error
        When the parts are not those of the run, or the disk is full.
    """
    from genie3_engine.store.merge import rank_partly

    folder = RunFolder.open(run)
    return rank_partly(folder, open_dataset(folder.spec.dataset, home=home).genes)


def cloud_plan(spec: RunSpec, *, home: Path | None = None) -> LaunchPlan:
    """Return what a run would upload, request and cost; nothing is started.

    Parameters
    ----------
    spec : RunSpec
        The run; its data set is stored already.
    home : Path, optional
        The home; the user's by default.

    Raises
    ------
    OptionError
        When the launcher has no plans, or an option is missing or wrong.
    CloudError
        When the cloud must be asked and cannot be.
    """
    info = LAUNCHERS[spec.launcher]
    if info.plan is None:
        raise OptionError(f"There is no plan of a run on {info.label}.", "Leave --dry-run out.")
    return info.plan(spec, home)


def change_options(run: Path, options: Mapping[str, Any], *, home: Path | None = None) -> None:
    """Change the options of a run's next submission; see `Launcher.change`."""
    launcher_of(run, home).change(run, options)


def cloud_checks(options: SageMakerOptions) -> Iterator[Check]:
    """Yield what a run in the cloud needs, one thing after the other, and what is missing.

    Parameters
    ----------
    options : SageMakerOptions
        What the user chose, saved settings among them.
    """
    from genie3_engine.launchers.sagemaker.setup import checks

    return checks(options)


def cloud_policy(whose: str, options: SageMakerOptions) -> dict[str, Any]:
    """Return the least-privilege policy of the ``user``, of the ``role``, or the role's ``trust``.

    Parameters
    ----------
    whose : str
        Which one.
    options : SageMakerOptions
        Fill in the places.
    """
    from genie3_engine.launchers.sagemaker.setup import policy

    return policy(whose, options)


def clean_cloud(run: Path, *, shared: bool = False) -> Cleaned:
    """Delete what a run has left in the cloud; its folder here stays as it is.

    Parameters
    ----------
    run : Path
        The folder of a run that is not live.
    shared : bool
        Whether the data set and the program go too, which other runs may use.
    """
    from genie3_engine.launchers.sagemaker.setup import clean

    return clean(RunFolder.open(run), shared=shared)


def cloud_settings(home: Path | None = None) -> SageMakerOptions:
    """Return what the user has settled for all runs in the cloud."""
    return SageMakerOptions.from_dict(saved_options(home))


def save_cloud_settings(options: SageMakerOptions, *, home: Path | None = None) -> Path:
    """Keep settings for all runs in the cloud; there is no secret among them."""
    return save_options(options, home)


def live_prices(options: SageMakerOptions) -> PriceSource:
    """Return who knows today's prices, for `planning.priced`."""
    from genie3_engine.launchers.sagemaker.pricing import LivePrices

    return LivePrices(options)
