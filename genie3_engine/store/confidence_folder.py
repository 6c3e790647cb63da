"""The job that computes the evidence for the links of a run that was done before."""

from __future__ import annotations

from pathlib import Path

from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.path_checks import make_writable
from genie3_engine.model import ConfidenceSpec, RunStatus
from genie3_engine.store.timed_folder import TimedFolder


class ConfidenceFolder(TimedFolder[ConfidenceSpec]):
    """A job inside the folder of a finished run, which stays done meanwhile.

    Parameters
    ----------
    path : Path
        The run's folder of replicates: see `RunFolder.replicates_folder`.
    """

    noun = "confidence job"
    spec_file = filenames.CONFIDENCE
    module = "genie3_engine.confidence_worker"
    spec_type = ConfidenceSpec

    @classmethod
    def ask(cls, path: Path, spec: ConfidenceSpec, status: RunStatus) -> ConfidenceFolder:
        """Make the job's folder, or ask an earlier job that has ended for something else.

        What that has computed stays: it is not computed again.

        Parameters
        ----------
        path : Path
            The folder.
        spec : ConfidenceSpec
            The evidence.
        status : RunStatus
            The job's first status.

        Raises
        ------
        RunError
            When a process holds the job.
        StorageError
            When the disk is full or may not be written.
        """
        folder = cls(path)
        make_writable(path)
        with folder.lock():
            folder.write_status(status)
            atomic_write.write_json(path / cls.spec_file, spec.to_dict())
        return folder

    @property
    def subject(self) -> str:
        """How the log names the job."""
        return f"evidence of run {self.run.name}"

    @property
    def run(self) -> Path:
        """The folder of the run whose links are judged."""
        return self.path.parent
