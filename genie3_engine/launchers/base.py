"""The interface of a launcher, and the record that describes one."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from genie3_engine.errors import OptionError, RunError
from genie3_engine.jobs.stored_files import open_stored
from genie3_engine.jobs.user_directory import is_one_of_many
from genie3_engine.launchers.shared_jobs import open_shared
from genie3_engine.model import JobState
from genie3_engine.store.run_folder import RunFolder

if TYPE_CHECKING:
    from pathlib import Path

    from genie3_engine.model import RunSpec, RunStatus, Setting
    from genie3_engine.model.settings import Choice
    from genie3_engine.planning import PriceSource
    from genie3_engine.planning.task_estimates import Shareable

NOT_DONE = "not-done"  # the code of the error of `Launcher.collect` when it comes too early
_MOST_LOG_BYTES = 1 << 28
OK, MISSING, UNKNOWN = "ok", "missing", "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a run needs, and whether it is there.

    Parameters
    ----------
    name : str
        What was looked at, such as credentials or a quota.
    state : str
        ``ok``, ``missing``, or ``unknown`` when it could not be looked at.
    message : str
        What was found.
    remedy : str
        What to do.
    policy : str
        A text to add somewhere, such as an IAM policy as JSON; empty when none helps.
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


@dataclass(frozen=True, slots=True)
class Host:
    """One machine of a run, as it described itself last.

    Parameters
    ----------
    name : str
        Such as ``algo-2``; the lines of the run's log begin with it.
    rank : int
        Its shard, from 0.
    state, step : str
        As in a worker's status.
    targets_done, targets_total : int
        Of its shard.
    heartbeat : float or None
        When it reported this, in seconds since the epoch.
    timings : dict or None
        Where its time went, in all attempts that have ended.
    targets_per_second, expected_end : float or None
        As in a worker's status.
    note : str
        The service's message, such as why it waits or how it ended.
    replicates_done, replicates_total : int
        Of its shard, as in a worker's status.
    started : float or None
        When its worker began, in seconds since the epoch.
    error : dict or None
        Code, message and remedy of its error, where it has failed.
    node : str
        The machine of a cluster that it is on; empty before it has begun.
    n_restarts : int
        How often it has begun again.
    """

    name: str
    rank: int
    state: str
    step: str
    targets_done: int
    targets_total: int
    heartbeat: float | None
    timings: dict[str, Any] | None = None
    targets_per_second: float | None = None
    expected_end: float | None = None
    note: str = ""
    replicates_done: int = 0
    replicates_total: int = 0
    started: float | None = None
    error: dict[str, str] | None = None
    node: str = ""
    n_restarts: int = 0

    @property
    def is_live(self) -> bool:
        """True while it waits or is at work, as it has reported."""
        return any(self.state == state for state in JobState if state.is_live)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A run at a service, as the service and the machines described it last.

    Parameters
    ----------
    job : str
        Name of the last job.
    state, secondary, message : str
        As the service reports them; empty when it was not asked yet.
    hosts : tuple of Host
        The report of each machine, by rank; those that have not begun are missing.
    host_names : tuple of str
        Names of all machines that were requested.
    n_interruptions : int
        How often machines were taken away.
    n_jobs : int
        Jobs of this run so far: one, and one for each resumption.
    billing : dict
        ``billable_seconds`` of all machines, ``dollars``, ``price_note`` and what else the launcher
        knows of the price, or ``core_seconds`` where cores are charged; empty where runs have none.
    is_bill_final : bool
        Whether the service has reported the bill.
    options : dict
        Options of the last submission that were decided for it, by the names of the settings.
    url : str
        The job's page at the service; empty when there is none.
    is_emulator : bool
        Whether an emulator on this machine takes the place of the service.
    """

    job: str
    state: str = ""
    secondary: str = ""
    message: str = ""
    hosts: tuple[Host, ...] = ()
    host_names: tuple[str, ...] = ()
    n_interruptions: int = 0
    n_jobs: int = 1
    billing: dict[str, Any] = field(default_factory=dict)
    is_bill_final: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    is_emulator: bool = False


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was deleted at a service.

    Parameters
    ----------
    n_files, n_bytes : int
        Stored files.
    n_logs : int
        Logs.
    kept : str
        What stays, and why.
    """

    n_files: int
    n_bytes: int
    n_logs: int
    kept: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a run's forecast.

    Parameters
    ----------
    label, value : str
        Such as ``Time`` and ``40 min``.
    help : str
        What it means.
    """

    label: str
    value: str
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchPlan:
    """What a run would upload, request and cost.

    Parameters
    ----------
    options : dict
        Options of the launcher, with those that it detected.
    request : dict
        As the service takes it, in plain JSON values.
    uploads : tuple
        Each file: what it is, its key, its bytes, and whether it is uploaded once only.
    destination : str
        Where the files go.
    instances : tuple of str and int, optional
        Instance type and number of instances, for a forecast.
    is_spot : bool
        Whether they are spot instances.
    usd_an_hour : float or None
        Of all instances together, on demand.
    price_note : str
        Source and date of the price.
    cost : str
        Sentences on what the run can cost at most.
    is_emulator : bool
        Whether an emulator on this machine takes the place of the service.
    scripts : tuple of str and str
        Each command that submits a script, and the script, to print in place of the request.
    figures : tuple of Figure
        What the run should take, where the launcher knows more than instances.
    problems : tuple of str
        Why the place would refuse the run.
    """

    options: dict[str, Any]
    request: dict[str, Any]
    uploads: tuple[tuple[str, str, int, bool], ...] = ()
    destination: str = ""
    instances: tuple[str, int] | None = None
    is_spot: bool = False
    usd_an_hour: float | None = None
    price_note: str = ""
    cost: str = ""
    is_emulator: bool = False
    scripts: tuple[tuple[str, str], ...] = ()
    figures: tuple[Figure, ...] = ()
    problems: tuple[str, ...] = ()


class Launcher(Protocol):
    """A place where runs happen: this machine, a cloud.

    A run is its folder: a method of a run takes the folder, and whatever a launcher must remember
    it keeps in there, so that another process can go on asking. The worker is the same everywhere.
    A launcher has to `submit`, to know the `status` and to `cancel`. The other methods have
    defaults, for workers that write into the run's folder and for services without a bill.
    """

    name: str

    @abstractmethod
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

    @abstractmethod
    def status(self, run: Path) -> RunStatus:
        """Return the status of a run, never an invented state.

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

    def status_now(self, run: Path) -> RunStatus:
        """Return the status of a run after the place was asked, which may take seconds.

        Pages look at `status`, which may answer with what is known; a command that ends after one
        look has to wait for the answer.

        Parameters
        ----------
        run : Path
            The run's folder.

        Raises
        ------
        RunError
            When there is no run in the folder.
        """
        return self.status(run)

    @abstractmethod
    def cancel(self, run: Path) -> None:
        """Request a stop and return immediately; what it has computed stays, and it can be resumed.

        A run that has ended is left as it is. ``status`` is ``stopping`` until it has stopped.

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
            When there is no run in the folder, or its log cannot be read or is too large.
        """
        folder = open_shared(run)
        try:
            with open_stored(folder.log_path) as log:
                if log.seek(0, os.SEEK_END) - since > _MOST_LOG_BYTES:
                    raise RunError(
                        f"{folder.log_path} is too large to be shown.",
                        "Look at it with another program, or delete it.",
                    )
                log.seek(since)
                text = log.read()
        except FileNotFoundError:
            return LogChunk("", since)
        except OSError as error:
            reason = error.strerror or "the disk refuses"
            raise RunError(
                f"{folder.log_path} cannot be read: {reason}.", "Delete it, or restore it."
            ) from error
        return LogChunk(text.decode(errors="replace"), since + len(text))

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
        if not (RunFolder.open(run).has_result and self.status(run).state is JobState.DONE):
            raise RunError(
                f"The run in {run} is not done.", "Wait until it is, or resume it.", code=NOT_DONE
            )

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
        del wait
        status = RunFolder.open(run).read_status()
        return status.targets_done, status.targets_total

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
        RunFolder.open(run)
        if options:
            raise OptionError("A run here has no such options.", "Leave them out.")

    def view(self, run: Path) -> JobView | None:
        """Return the job of a run as of the last look at it; None where runs have no jobs.

        Parameters
        ----------
        run : Path
            The run's folder. `status` has the service asked again, now and then.

        Raises
        ------
        RunError
            When there is no run in the folder.
        """
        del run
        return None

    def checks(self, options: Mapping[str, Any]) -> Iterator[Check]:
        """Yield what a run needs, one thing after the other, and what is missing.

        Parameters
        ----------
        options : mapping
            Values by the names of the launcher's settings, saved ones among them.

        Raises
        ------
        OptionError
            When an option is wrong.
        """
        del options
        return iter(())

    def policy(self, name: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return one of the launcher's policies, as plain JSON values.

        Parameters
        ----------
        name : str
            One of `LauncherInfo.policies`.
        options : mapping
            Fill in the places.

        Raises
        ------
        OptionError
            When there is no such policy.
        """
        del options
        raise OptionError(f"There is no policy {name!r} of {self.name}.", "Leave it out.")

    def estimate_cost(self, spec: RunSpec) -> LaunchPlan:
        """Return what a run would upload, request and cost; nothing is started.

        Parameters
        ----------
        spec : RunSpec
            The run; its data set is stored already.

        Raises
        ------
        OptionError
            When runs of this launcher cost nothing, or an option is missing or wrong.
        CloudError
            When the service must be asked and cannot be.
        """
        raise OptionError(f"There is no plan of a run on {spec.launcher}.", "Leave --dry-run out.")

    def cleanup(self, run: Path, *, shared: bool = False) -> Cleaned:
        """Delete what a run has left at the service; its folder here stays as it is.

        Parameters
        ----------
        run : Path
            The folder of a run that is not live.
        shared : bool
            Whether files that other runs may use are deleted too.

        Raises
        ------
        RunError
            When the run is live, or has left nothing.
        CloudError
            When the service refuses.
        """
        del shared
        raise RunError(f"The run in {run} left nothing in a cloud.", "")


def _merged(given: Mapping[str, Any], saved: Mapping[str, Any]) -> dict[str, Any]:
    return {**saved, **given}


def _nothing(options: Mapping[str, Any]) -> None:
    return None


def _no_notice(options: Mapping[str, Any]) -> str:
    return ""


def _always() -> bool:
    return True


def _no_suggestions(setting: str) -> tuple[Choice, ...]:
    return ()


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
        Validates the options given for a run, adds the saved ones, and returns all of them as plain
        JSON values, stored as ``launcher_options`` of the run.
    is_this_machine : bool
        Whether runs take the cores of this machine, so that its layout and forecast apply.
    shares_folder : bool
        Whether its machines write into the run's folder, where one of them combines the networks
        inside a run that all have inferred.
    takes_comparisons : bool
        Whether comparisons of two conditions can be computed there: methods of a run then take the
        folder of a comparison as well, see `open_shared`.
    machines : str
        Name of the setting that counts the machines which share the targets of a run; empty where
        a run takes one.
    machine_type : str
        Name of the setting that chooses the type of the machines; empty where there are no types.
    cores : callable
        Returns the cores of each machine with some options; None where they are unknown.
    cores_setting : str
        Name of the setting that chooses the cores of each machine; empty where its type does.
    instances : callable
        Returns the instance type and the number of instances of some options, or None where no
        forecast applies.
    prices : callable
        Returns the source of today's prices with some options; None where there is none.
    notice : callable
        Returns a sentence to show next to the choice of the launcher, such as what must be set up
        first; empty when there is none.
    is_here : callable
        Returns whether this machine can reach the place; the pages offer it only then.
    figures : callable or None
        Returns what a run should take with some options, from its forecast on this machine; None
        where the launcher has no forecast of its own.
    refuse : callable
        Raises `OptionError` for options that the place can never grant, where it can be asked.
    suggest : callable
        Returns values to suggest for a setting of a name, as the place knows them now.
    machine : str
        What one of the machines is called, such as ``instance``.
    policies : tuple of Choice
        What `Launcher.policy` returns, each with its label and a sentence on what it is for.
    starting : str
        Shown while a run is submitted.
    about : str
        What leaves this machine and what stays, in Markdown.

    Notes
    -----
    A setting named ``experiment`` gets the name of the experiment that a run is part of.
    """

    label: str
    help: str
    create: Callable[[Path | None], Launcher]
    settings: tuple[Setting, ...] = ()
    complete: Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]] = _merged
    is_this_machine: bool = False
    shares_folder: bool = False
    takes_comparisons: bool = False
    machines: str = ""
    machine_type: str = ""
    cores: Callable[[Mapping[str, Any]], int | None] = _nothing
    cores_setting: str = ""
    instances: Callable[[Mapping[str, Any]], tuple[str, int] | None] = _nothing
    prices: Callable[[Mapping[str, Any]], PriceSource | None] = _nothing
    notice: Callable[[Mapping[str, Any]], str] = _no_notice
    is_here: Callable[[], bool] = _always
    figures: Callable[[Mapping[str, Any], Shareable], tuple[Figure, ...]] | None = None
    refuse: Callable[[Mapping[str, Any]], None] = _nothing
    suggest: Callable[[str], tuple[Choice, ...]] = _no_suggestions
    machine: str = "instance"
    policies: tuple[Choice, ...] = ()
    starting: str = "Starting…"
    about: str = ""

    def of_home(self, home: Path | None) -> Launcher:
        """Return the launcher of a home, None for the user's own.

        Raises
        ------
        OptionError
            When the home is that of one of several people of a server, and runs would leave it:
            clusters and clouds take all of them for the server's own account.
        """
        if not self.is_this_machine and is_one_of_many():
            raise OptionError(
                f"Runs of this server are computed on the server itself, not on {self.label}.",
                "Start a run here, or take the data to an installation of your own.",
            )
        return self.create(home)
