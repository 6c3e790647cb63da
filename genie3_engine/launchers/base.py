"""What can be asked of a place where runs happen?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from genie3_engine.model import RunStatus

NOT_DONE = "not-done"  # the code of the error of `Launcher.collect` when it comes too early


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
        """Have the worker started on a run, or on what is missing of it; return at once.

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
            A live state only when somebody is at work or the run waits for its turn; ``lost`` with
            the log's last lines when the worker has vanished; ``unknown`` with the reason when the
            place cannot be asked.

        Raises
        ------
        RunError
            When there is no run in the folder.
        """
        ...

    def cancel(self, run: Path) -> None:
        """Ask a run to stop and return at once; what it has computed stays, and it can be resumed.

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
