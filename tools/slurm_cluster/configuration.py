"""Write the configuration of a cluster: nodes, partitions, and times that suit a test."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.slurm_cluster.programs import user_name

MUNGE_SOCKET = "munge.socket"
CONFIGURATION = "slurm.conf"
LOGS = "logs"
_CGROUPS = "cgroup.conf"

_TEMPLATE = """\
ClusterName=genie3
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={port}
AuthType=auth/munge
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/controller.pid
SlurmdPidFile={folder}/%n.pid
SlurmdLogFile={folder}/{logs}/%n.log
SlurmctldDebug=info
SlurmdDebug=info
MpiDefault=none
JobAcctGatherFrequency=task=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1,sched_interval=1,batch_sched_delay=0,sched_min_interval=0
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobRequeue=1
ReturnToService=2
MaxArraySize=1001
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/ended.txt
# More cores than the machine has are believed.
SlurmdParameters=config_overrides
PartitionName=short Nodes=ALL Default=YES MaxTime=00:10:00 DefMemPerCPU=500 PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=01:00:00 DefMemPerCPU=500 PriorityTier=10 PreemptMode=OFF
"""

# A test does not wait for as long as a cluster does.
_TIMES = {
    # A requeued job waits until its old credential has expired, two minutes by default.
    "AuthInfo": "socket={folder}/" + MUNGE_SOCKET + ",cred_expire=5",
    "SlurmdTimeout": "10",
    "SlurmctldTimeout": "30",
    "MessageTimeout": "10",
    "KillWait": "3",
    "InactiveLimit": "0",
    "Waittime": "0",
}
_FREE = {
    "ProctrackType": "proctrack/linuxproc",
    "TaskPlugin": "task/none",
    "JobAcctGatherType": "jobacct_gather/linux",
    "JobAcctGatherParams": "OverMemoryKill",
}
_CONFINED = {
    "ProctrackType": "proctrack/cgroup",
    "TaskPlugin": "task/affinity,task/cgroup",
    "JobAcctGatherType": "jobacct_gather/cgroup",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a cluster consists of.

    Parameters
    ----------
    n_nodes : int
        Virtual nodes, called ``node1`` and so on.
    cpus : int
        Cores of a node; all nodes together may have more than the machine.
    memory_mb : int
        Memory of a node.
    is_confined : bool
        Whether jobs are confined by control groups, version 1, as on most clusters. Otherwise
        Slurm looks once a second at the memory that a job uses, and jobs see all cores.
    settings : mapping
        More lines of ``slurm.conf``, or others than the tool's own.
    """

    n_nodes: int = 4
    cpus: int = 2
    memory_mb: int = 2000
    is_confined: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def nodes(self) -> tuple[str, ...]:
        """The names of the nodes."""
        return tuple(f"node{number}" for number in range(1, self.n_nodes + 1))


def write_configuration(folder: Path, shape: Shape, *, port: int, version: tuple[int, int]) -> Path:
    """Write ``slurm.conf`` and ``cgroup.conf`` into a cluster's folder.

    Parameters
    ----------
    folder : Path
        The cluster's folder.
    shape : Shape
        What the cluster consists of.
    port : int
        The controller's port; each node takes one of the next.
    version : tuple of two int
        Slurm's release, such as ``(22, 5)``.

    Returns
    -------
    Path
        The file to give to Slurm as ``SLURM_CONF``.
    """
    host = socket.gethostname().split(".")[0] or "localhost"
    text = _TEMPLATE.format(host=host, user=user_name(), port=port, folder=folder, logs=LOGS)
    settings = _TIMES | (_CONFINED if shape.is_confined else _FREE) | dict(shape.settings)
    lines = [f"{name}={value.format(folder=folder)}" for name, value in settings.items()]
    lines += [
        f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port + number}"
        f" CPUs={shape.cpus} RealMemory={shape.memory_mb} State=UNKNOWN"
        for number, node in enumerate(shape.nodes, start=1)
    ]
    general: list[str] = []
    partitions: list[str] = []
    for line in text.splitlines():
        (partitions if line.startswith("PartitionName") else general).append(line)
    (folder / _CGROUPS).write_text(_control_groups(shape, version), encoding="utf-8")
    path = folder / CONFIGURATION
    path.write_text("\n".join([*general, *lines, *partitions, ""]), encoding="utf-8")
    return path


def _control_groups(shape: Shape, version: tuple[int, int]) -> str:
    if shape.is_confined:
        return "CgroupPlugin=cgroup/v1\nConstrainCores=yes\nConstrainRAMSpace=yes\n"
    # The plugin of version 2 wants systemd as soon as it is loaded; that of version 1 wants nothing
    # until it is used. Newer releases can do without either.
    return f"CgroupPlugin={'disabled' if version >= (24, 5) else 'cgroup/v1'}\n"
