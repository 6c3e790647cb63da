"""Collect what a run has computed elsewhere: its result, or the links so far."""

from __future__ import annotations

from pathlib import Path

from genie3_engine.errors import RunError
from genie3_engine.launchers.base import NOT_DONE
from genie3_engine.runs.launcher_lookup import launcher_of
from genie3_engine.store.merge import rank_partly
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.store.shards import genes_of


def collect(run: Path, *, home: Path | None = None) -> tuple[int, int]:
    """Bring the result of a run into its folder, or the parts that there are so far.

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
    try:
        launcher.collect(run)
    except RunError as error:
        if error.code != NOT_DONE:
            raise
        return launcher.collect_partial(run)
    total = RunFolder.open(run).read_status().targets_total
    return total, total


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
    folder = RunFolder.open(run)
    return rank_partly(folder, genes_of(folder.spec, home=home))
