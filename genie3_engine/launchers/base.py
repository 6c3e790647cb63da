"""The interface of a launcher, and the record that describes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from genie3_engine.model import RunSpec, RunStatus, Setting

NOT_DONE = "not-done"  # the code of the error of `Launcher.collect` when it comes too early


OK, MISSING, UNKNOWN = "ok", "missing", "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a run needs, and whether it is there.

    Parameters
    ----------
    name : str
        credentials, region, role, bucket or quota.
    state : str
        ``ok``, ``missing``, or ``unknown`` when it could not be looked at.
    message : str
        What was found.
    remedy : str
        What to do.
    policy : str
        The IAM policy to add, as JSON; empty when none helps.
    """

    name: str
    state: str
    message: str
    remedy: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Handle:
    """What a launcher calls a run that it has taken.

    Parameters
    ----------
    launcher : str
        The launcher's name.
    job : str
        The run's name there: a process number, a training job. For people and logs; the launcher
        itself finds everything in the run's folder.
    """

    launcher: str
    job: str


@dataclass(frozen=True, slots=True)
class LogChunk:
    """A piece of a run's log.

    Parameters
    ----------
    text : str
        Whole lines, and the last as far as it is written.
    end : int
        What ``since`` must be to get what comes after.
    """

    text: str
    end: int


class Launcher(Protocol):
    """A place where runs happen: this machine, a cloud.

    A run is its folder: every method takes the folder, and whatever a launcher must remember it
    keeps in there, so that another process can go on asking. The worker is the same everywhere.
    """

    name: str

    def submit(self, run: Path) -> Handle:
        """Start or resume a run; returns immediately.

        Parameters
        ----------
        run : Path
            The run's folder: new, or of a run that has ended and is not done.

        Returns
        -------
        Handle
            What the launcher calls it.

        Raises
        ------
        RunError
            When there is no run in the folder, or it is live or done.
        StorageError
            When the folder may not be written.
        """
        ...

    def status(self, run: Path) -> RunStatus:
        """Return where a run stands, never an invented state.

        Parameters
        ----------
        run : Path
            The run's folder.

        Returns
        -------
        RunStatus
            A live state only when a worker computes or the run waits in the queue; ``lost`` with
            the log's last lines when the worker has vanished; ``unknown`` with the reason when the
            place cannot be asked.

        Raises
        ------
        RunError
            When there is no run in the folder.
        """
        ...

    def cancel(self, run: Path) -> None:
        """Request a stop and return immediately; what it has computed stays, and it can be resumed.

        A run that has ended is left as it is. ``status`` says ``stopping`` until it has stopped.

        Parameters
        ----------
        run : Path
            The run's folder.

        Raises
        ------
        RunError
            When there is no run in the folder, or it cannot be stopped from here.
        """
        ...

    def logs(self, run: Path, since: int = 0) -> LogChunk:
        """Return what the worker has logged.

        Parameters
        ----------
        run : Path
            The run's folder.
        since : int
            0, or the ``end`` of an earlier answer.

        Returns
        -------
        LogChunk
            What was logged since; empty when nothing was.

        Raises
        ------
        RunError
            When there is no run in the folder.
        """
        ...

    def collect(self, run: Path) -> None:
        """Bring the result of a run that is done into its folder, where it is not there already.

        Parameters
        ----------
        run : Path
            The run's folder.

        Raises
        ------
        RunError
            When there is no run in the folder, or it is not done.
        """
        ...

    def collect_partial(self, run: Path, *, wait: bool = True) -> tuple[int, int]:
        """Bring the finished targets of a run into its folder, also while it is at work.

        Parameters
        ----------
        run : Path
            The run's folder.
        wait : bool
            Whether to return when they are there. Otherwise the method returns immediately; what
            takes time happens in the background, no more often than `status` asks.

        Returns
        -------
        tuple of int
            Targets whose links are in the folder, and targets of the run.

        Raises
        ------
        RunError
            When there is no run in the folder, or it was never submitted.
        CloudError
            When the place refuses or cannot be reached.
        """
        ...

    def change(self, run: Path, options: Mapping[str, Any]) -> None:
        """Change the options of a run's next submission.

        Parameters
        ----------
        run : Path
            The folder of a run that is not live.
        options : mapping
            Values by the names of the launcher's settings.

        Raises
        ------
        RunError
            When there is no run in the folder, or it was never submitted.
        OptionError
            When the launcher has no such option, or it cannot be changed.
        """
        ...


@dataclass(frozen=True, slots=True)
class LaunchPlan:
    """What a run would upload, request and cost.

    Parameters
    ----------
    options : object
        Options of the launcher, with those that it found out.
    request : dict
        As the service takes it, in plain JSON values.
    uploads : tuple
        Each file: what it is, its key, its bytes, and whether it is uploaded once only.
    usd_an_hour : float or None
        Of all instances together, on demand.
    price_note : str
        Source and date of the price.
    """

    options: Any
    request: dict[str, Any]
    uploads: tuple[tuple[str, str, int, bool], ...]
    usd_an_hour: float | None
    price_note: str


def _as_given(given: Mapping[str, Any], home: Path | None) -> dict[str, Any]:
    return dict(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class LauncherInfo:
    """Description of a launcher, as `LAUNCHERS` registers it under the launcher's name.

    Parameters
    ----------
    label : str
        Its name for people.
    help : str
        One sentence on what it means for a run.
    create : callable
        Returns the launcher of a home, None for the user's own.
    settings : tuple of Setting
        Its options: command-line flags, form on the page, a run's details and the report follow
        from them. Those that name accounts or paths are advanced, and in no report.
    complete : callable
        Validates the options given for a run in a home, adds saved ones, and returns all of them
        as plain JSON values, stored as ``launcher_options`` of the run.
    is_this_machine : bool
        Whether runs take the cores of this machine, so that its layout and forecast apply.
    instances : callable, optional
        Returns the instance type and the number of instances of some options, or None where no
        forecast applies. Launchers without instances and prices, such as a cluster's, have none.
    plan : callable, optional
        Returns what a run would upload, request and cost.
    starting : str
        Shown while a run is submitted.
    """

    label: str
    help: str
    create: Callable[[Path | None], Launcher]
    settings: tuple[Setting, ...] = ()
    complete: Callable[[Mapping[str, Any], Path | None], dict[str, Any]] = _as_given
    is_this_machine: bool = False
    instances: Callable[[Mapping[str, Any]], tuple[str, int] | None] | None = None
    plan: Callable[[RunSpec, Path | None], LaunchPlan] | None = None
    starting: str = "Starting…"
