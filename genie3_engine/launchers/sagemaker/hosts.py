"""What do the hosts of a job say of themselves, and which parts have they finished?"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genie3_engine.errors import CloudError
from genie3_engine.jobs import filenames

if TYPE_CHECKING:
    from genie3_engine.launchers.sagemaker.bucket import Bucket

_HOST = re.compile(r"host-(\d{4,})-of-(\d{4,})\.json")


@dataclass(frozen=True, slots=True)
class Host:
    """One instance of a job, as it described itself last.

    Parameters
    ----------
    name : str
        Such as ``algo-2``.
    rank : int
        Its shard, from 0.
    state, step : str
        As a worker's status says them.
    targets_done, targets_total : int
        Of its shard.
    heartbeat : float or None
        When it said so, in seconds since the epoch.
    timings : dict or None
        Where its time went, once it has ended.
    """

    name: str
    rank: int
    state: str
    step: str
    targets_done: int
    targets_total: int
    heartbeat: float | None
    timings: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def read_hosts(bucket: Bucket, checkpoints: str, *, job: str, n_hosts: int) -> list[Host]:
    """Return what the hosts of a job have said, by rank; silent ones are left out.

    Parameters
    ----------
    bucket : Bucket
        Where they say it.
    checkpoints : str
        The beginning of their files' keys.
    job : str
        The job; what hosts of an earlier one have said does not count.
    n_hosts : int
        How many there are.

    Raises
    ------
    CloudError
        When the bucket cannot be read.
    """
    found = []
    for stored in bucket.list(f"{checkpoints}host-"):
        named = _HOST.fullmatch(stored.key.removeprefix(checkpoints))
        if named is None or int(named[2]) != n_hosts:
            continue
        host = _read(bucket, stored.key, rank=int(named[1]), job=job)
        if host is not None:
            found.append(host)
    return sorted(found, key=lambda host: host.rank)


def _read(bucket: Bucket, key: str, *, rank: int, job: str) -> Host | None:
    """Read what a host has said; None when that is of another job, or cannot be read."""
    try:
        values = json.loads(bucket.read(key))
        status = values["status"] or {}
        if values.get("job") not in ("", None, job):
            return None
        return Host(
            name=str(values["host"]),
            rank=rank,
            state=str(status.get("state", "")),
            step=str(status.get("step", "")),
            targets_done=int(status.get("targets_done", 0)),
            targets_total=int(status.get("targets_total", 0)),
            heartbeat=status.get("heartbeat"),
            timings=values.get("timings"),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def step_of(hosts: Sequence[Host]) -> str:
    """Return what the hosts are at, in one word: computing as soon as one of them is."""
    steps = [host.step for host in hosts if host.state in {"queued", "running", "stopping"}]
    if not steps:
        return "starting" if not hosts else "uploading"
    return "computing" if "computing" in steps else steps[0] or "starting"


def download_parts(bucket: Bucket, checkpoints: str, folder: Path) -> int:
    """Bring the parts that are finished here, and return how many were not here yet.

    Parameters
    ----------
    bucket : Bucket
        Where they are.
    checkpoints : str
        The beginning of their keys.
    folder : Path
        The run's parts; made. A part never changes once it is there.

    Raises
    ------
    CloudError
        When the bucket cannot be read.
    StorageError
        When the disk is full or may not be written.
    """
    n_new = 0
    for stored in bucket.list(checkpoints):
        name = stored.key.removeprefix(checkpoints)
        if filenames.PartName.parse(name) is None:
            continue
        path = folder / name
        if path.is_file() and path.stat().st_size == stored.n_bytes:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        try:
            bucket.download(stored.key, path)
        except CloudError as error:
            if error.code == "cloud-gone":
                continue  # somebody has cleaned up meanwhile: the merge will say what is missing
            raise
        n_new += 1
    return n_new
