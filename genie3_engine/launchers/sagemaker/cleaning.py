"""What of a run is left in the cloud, and how does it go away?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from genie3_engine.errors import CloudError, RunError
from genie3_engine.launchers.sagemaker import logs
from genie3_engine.launchers.sagemaker.bucket import Bucket
from genie3_engine.launchers.sagemaker.record import alone, recall
from genie3_engine.launchers.sagemaker.session import session_of

if TYPE_CHECKING:
    from genie3_engine.store.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was deleted in the cloud.

    Parameters
    ----------
    n_files, n_bytes : int
        In the bucket.
    n_logs : int
        Log streams.
    kept : str
        What stays, and why.
    """

    n_files: int
    n_bytes: int
    n_logs: int
    kept: str


def clean(folder: RunFolder, *, shared: bool = False) -> Cleaned:
    """Delete what a run has left in the cloud; its folder here stays as it is.

    Parameters
    ----------
    folder : RunFolder
        A run that is not live.
    shared : bool
        Whether the data set and the program go too; other runs send them again when they need them.

    Raises
    ------
    RunError
        When the run is live, or was never submitted.
    CloudError
        When AWS refuses.
    """
    if folder.read_status().state.is_live:
        raise RunError(f"The run in {folder.path} is at work.", "Cancel it, or wait until it ends.")
    with alone(folder):
        record = recall(folder)
        if record is None or record.job is None:
            raise RunError(f"The run in {folder.path} left nothing in a cloud.", "")
        session = session_of(record.options)
        bucket = Bucket(session, record.options.bucket)
        prefixes = [f"{record.base}/"]
        kept = "the data set and the program, which other runs share (--shared deletes them)"
        if shared:
            prefix = record.options.prefix
            prefixes += [
                f"{prefix}/data/{folder.spec.dataset}/",
                f"{prefix}/engine/{record.engine}/",
            ]
            kept = "nothing of this run in the bucket"
        found = [stored for prefix in prefixes for stored in bucket.list(prefix)]
        bucket.delete(stored.key for stored in found)
        try:
            n_logs = logs.delete(session, record)
        except CloudError as error:
            n_logs = 0
            kept += f"; the logs: {error.message}"
    n_bytes = sum(stored.n_bytes for stored in found)
    return Cleaned(len(found), n_bytes, n_logs, kept)
