"""Slurm's words for the states of jobs and for why they wait, with the option that helps."""

from __future__ import annotations

WAITING = frozenset({"PENDING"})
WAITING_AGAIN = frozenset(
    {"REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "RESV_DEL_HOLD", "SPECIAL_EXIT"}
)
AT_WORK = frozenset(
    {
        "RUNNING",
        "COMPLETING",
        "CONFIGURING",
        "SUSPENDED",
        "STOPPED",
        "SIGNALING",
        "STAGE_OUT",
        "RESIZING",
        "EXPEDITING",
        "POWER_UP_NODE",
    }
)
DONE = "COMPLETED"
CANCELLED = frozenset({"CANCELLED", "REVOKED"})
OUT_OF_MEMORY = "OUT_OF_MEMORY"
OUT_OF_TIME = frozenset({"TIMEOUT", "DEADLINE"})
NODE_FAILED = frozenset({"NODE_FAIL", "BOOT_FAIL"})
PREEMPTED = "PREEMPTED"
FAILED = frozenset({"FAILED", "LAUNCH_FAILED"})
ENDED = frozenset({DONE, OUT_OF_MEMORY, PREEMPTED}) | CANCELLED | OUT_OF_TIME | NODE_FAILED | FAILED

NEVER_SATISFIED = "DependencyNeverSatisfied"
BEGINS_LATER = "BeginTime"  # of a job that begins again, for a little while
CANNOT_WRITE = 53  # the signal in ``0:53``: the job's output cannot be written

_LIMIT = "your account's or group's limit is reached"
_MEANINGS = {
    "AssocGrpCpuLimit": _LIMIT,
    "BeginTime": "it begins again soon",
    "Cleaning": "an earlier attempt is being cleaned up",
    "Dependency": "the tasks before are not done",
    "JobArrayTaskLimit": "as many tasks are at work as may be (--at-once)",
    "Licenses": "no licence is free",
    "NodeDown": "its node is down",
    "PartitionDown": "the partition is down",
    "PartitionInactive": "the partition starts no jobs",
    "Priority": "other jobs come first",
    "QOSMaxJobsPerUserLimit": _LIMIT,
    "ReqNodeNotAvail": "nodes that it needs are reserved or down",
    "Reservation": "its reservation has not begun",
    "Resources": "no node is free",
}
_SUPPORT = "Ask the support of the cluster"
_RELEASE = "Release it with `scontrol release`"
_SHORTER = "Give a shorter --time, or another --partition"
_SMALLER = "Give fewer --cpus, less --memory, or another --partition"
_CHANGE = "Cancel the run, and resume it with other options."
# What never passes by itself: what Slurm will not do, and the option that helps.
_NEVER = {
    "PartitionTimeLimit": ("the longest time is above the partition's limit", _SHORTER),
    "PartitionNodeLimit": ("the partition has too few nodes", _SMALLER),
    "PartitionConfig": ("the partition has no node of this size", _SMALLER),
    "BadConstraints": ("no node has the features and the size", "Change --constraint or --memory"),
    "InvalidAccount": ("the account is not valid", "Give another --account"),
    "AccountNotAllowed": ("the partition does not accept the account", "Give another --account"),
    "InvalidQOS": ("the quality of service is not valid", "Give another --qos"),
    "QOSNotAllowed": ("the quality of service is not allowed here", "Give another --qos"),
    "QOSMaxWallDurationPerJobLimit": (
        "the longest time is above the limit of the quality of service",
        "Give a shorter --time, or another --qos",
    ),
    "QOSMaxCpuPerJobLimit": ("a task has too many cores for its --qos", "Give fewer --cpus"),
    "QOSMaxMemoryPerJob": ("a task has too much memory for its --qos", "Give less --memory"),
    "AssocMaxWallDurationPerJobLimit": (
        "the longest time is above the limit of the account",
        "Give a shorter --time, or another --account",
    ),
    "ReservationDeleted": ("its reservation was deleted", "Leave the reservation out of --sbatch"),
    "JobHeldUser": ("it is held", _RELEASE),
    "JobHeldAdmin": ("the cluster's administrators hold it", _SUPPORT),
    "launch failed requeued held": ("its node could not start it, so it is held", _SUPPORT),
    "JobHoldMaxRequeue": ("it was requeued as often as the cluster allows", _SUPPORT),
    "MaxRequeue": ("it was requeued as often as the cluster allows", _SUPPORT),
}
_BY_FOLDED = {name.replace("_", " ").lower(): name for name in (*_NEVER, *_MEANINGS)}


def meaning(reason: str) -> str:
    """Return in words why a job waits; Slurm's own word where it is not known here.

    Parameters
    ----------
    reason : str
        As ``squeue`` reports it.

    Examples
    --------
    >>> meaning("Resources")
    'no node is free'
    >>> meaning("ReqNodeNotAvail, UnavailableNodes:node1")
    'nodes that it needs are reserved or down'
    """
    name = _name(reason)
    if name in _NEVER:
        return _NEVER[name][0]
    return _MEANINGS.get(name, reason)


def never_passes(reason: str) -> bool:
    """Return whether a job that waits for this reason will never start by itself."""
    return _name(reason) in _NEVER


def remedy(reason: str) -> str:
    """Return what to do about a reason that never passes."""
    how = _NEVER[_name(reason)][1]
    return f"{how}, or cancel the run." if how in {_SUPPORT, _RELEASE} else f"{how}. {_CHANGE}"


def _name(reason: str) -> str:
    """Return the known name of a reason; older and newer Slurms write some with underscores."""
    first = reason.partition(",")[0].strip().strip("()")
    return _BY_FOLDED.get(first.replace("_", " ").lower(), first)
