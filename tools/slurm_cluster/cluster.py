"""Start a cluster on this machine, break parts of it, and end it without a trace."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tools.slurm_cluster import processes, programs
from tools.slurm_cluster.configuration import (
    CONFIGURATION,
    LOGS,
    MUNGE_SOCKET,
    Shape,
    write_configuration,
)

CONTROLLER, MUNGE = "controller", "munge"

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 120.0
_ANSWER_SECONDS = 5.0
_PAUSE_SECONDS = 0.05
_SHOWN_LINES = 20
_DEFAULT = Shape()
# Below the ports that the system hands out for connections.
_PORTS = range(12000, 31000, 64)

# A node's first process: a host name, a boot id and process numbers of its own. It reaps what the
# node's jobs leave behind. The login shells of jobs read no profile of the user: one that a killed
# node interrupts may leave a lock behind, for which all later ones wait.
_NODE = """\
echo "$1" > /proc/sys/kernel/hostname &&
mount --bind "$2" /proc/sys/kernel/random/boot_id || exit 1
home=$(getent passwd "$(id -u)" | cut -d: -f6)
for file in .profile .bash_profile .bash_login .bashrc; do
    if [ -f "$home/$file" ]; then mount --bind /dev/null "$home/$file" || exit 1; fi
done
shift 2
"$@" & wait $!"""
_UNSHARE = "--mount --uts --pid --fork --kill-child --mount-proc"


class StartError(RuntimeError):
    """A daemon did not start; the message ends with the logs."""


class Cluster:
    """A real Slurm on this machine, which ends with this process, however that ends.

    A daemon is ``controller``, ``munge`` or the name of a node.

    Parameters
    ----------
    shape : Shape
        What the cluster consists of.
    may_isolate : bool
        Whether nodes get name spaces of their own where that is possible. Otherwise all have the
        machine's host name and processes.
    """

    def __init__(self, shape: Shape = _DEFAULT, *, may_isolate: bool = True) -> None:
        self.shape = shape
        self.is_isolated = False
        self._may_isolate = may_isolate
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        attempts = [True, False] if self._may_isolate else [False, False]
        for is_last, isolated in enumerate(attempts):
            try:
                self._begin(isolated)
            except StartError:  # the ports may have been taken, or isolation half possible
                self.close()
                if is_last:
                    raise
            except BaseException:
                self.close()
                raise
            else:
                break
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process of the cluster, and delete its folder."""
        if self._guard is None:
            return
        self._guard.communicate()
        if self._guard.returncode:  # it was killed
            _clear(self.folder)
        for process in self._daemons.values():
            process.wait()
        self._daemons.clear()
        self._guard = None

    @property
    def nodes(self) -> tuple[str, ...]:
        """The names of the nodes."""
        return self.shape.nodes

    @property
    def configuration(self) -> Path:
        """The file that Slurm's programs take as ``SLURM_CONF``."""
        return self.folder / CONFIGURATION

    def ask(self, *command: str, stdin: str | None = None, seconds: float = 60.0) -> str:
        """Run one of Slurm's programs on this cluster and return what it prints.

        Raises
        ------
        subprocess.CalledProcessError
            When it fails; its message is in ``stderr``.
        subprocess.TimeoutExpired
            When it takes longer: a program waits for a controller that is away.
        """
        return subprocess.run(
            [programs.find(command[0]), *command[1:]],
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
            timeout=seconds,
            cwd=self.folder,  # where a job writes unless told otherwise
            env=programs.environment(SLURM_CONF=str(self.configuration)),
        ).stdout

    def start(self, daemon: str) -> None:
        """Start a daemon that was killed or stopped; return before it is ready."""
        log = (self.folder / LOGS / f"{daemon}.out").open("ab")
        marks = {processes.CLUSTER: str(self.folder), processes.DAEMON: daemon}
        environment = programs.environment(SLURM_CONF=str(self.configuration), **marks)
        with log:
            self._daemons[daemon] = subprocess.Popen(
                self._command(daemon),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=environment,
                start_new_session=True,
            )

    def kill(self, daemon: str) -> None:
        """Kill a daemon; of a node everything together, as when its power fails.

        The controller forgets what it has received in the last seconds, which it has not saved.
        """
        processes.kill(str(self.folder), daemon)
        self._daemons.pop(daemon).wait()

    def stop(self, daemon: str) -> None:
        """End a daemon in order: the controller saves its queue."""
        self._daemons[daemon].terminate()
        processes.wait_until_ended(str(self.folder), daemon)
        self._daemons.pop(daemon).wait()

    def freeze(self, node: str) -> None:
        """Suspend a node and its jobs, as when its network fails."""
        processes.freeze(str(self.folder), node)

    def thaw(self, node: str) -> None:
        """Resume a node that was frozen."""
        processes.send(signal.SIGCONT, processes.processes_of(str(self.folder), node))

    def states(self) -> dict[str, str]:
        """Return the controller's state of each node, such as ``idle`` or ``down``."""
        command = ("sinfo", "-h", "-N", "-p", "short", "-o", "%N %T")
        rows = self.ask(*command, seconds=_ANSWER_SECONDS).split()
        return dict(zip(rows[::2], rows[1::2], strict=True))

    def is_idle(self) -> bool:
        """Return whether the controller answers, and all nodes are idle."""
        try:
            states = self.states()
        except subprocess.SubprocessError:  # the controller is not ready
            return False
        return [*states.values()].count("idle") == len(self.nodes)

    def logs(self) -> str:
        """Return the last lines of each daemon's log."""
        shown = []
        for path in sorted((self.folder / LOGS).iterdir()):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            shown += [f"== {path.name}", *lines[-_SHOWN_LINES:]]
        return "\n".join(shown)

    # -- starting ---------------------------------------------------------------------------------

    def _begin(self, isolated: bool) -> None:
        # a socket's path may be no longer than 107 characters, which a TMPDIR can exceed
        above = tempfile.gettempdir()
        self.folder = Path(
            tempfile.mkdtemp(prefix="genie3-slurm-", dir=above if len(above) < 60 else "/tmp")
        )
        self._guard = subprocess.Popen(
            [sys.executable, "-P", "-m", "tools.slurm_cluster", "--guard", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=programs.environment(PYTHONPATH=os.pathsep.join([str(_ROOT), *sys.path])),
            start_new_session=True,
        )
        if self._guard.stdout is None or not self._guard.stdout.readline():
            raise StartError("the process that ends the cluster did not start")
        for name in ("state", LOGS):
            (self.folder / name).mkdir()
        for node in self.nodes:
            (self.folder / "spool" / node).mkdir(parents=True)
            (self.folder / f"boot-{node}").write_text(f"{uuid.uuid4()}\n", encoding="ascii")
        key = self.folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(secrets.token_bytes(128))
        write_configuration(
            self.folder, self.shape, port=_free_port(self.shape), version=programs.version()
        )
        self.is_isolated = isolated and self._can_isolate()
        self.start(MUNGE)
        self._wait(lambda: (self.folder / MUNGE_SOCKET).exists())
        for daemon in (CONTROLLER, *self.nodes):
            self.start(daemon)
        self._wait(self.is_idle)

    def _wait(self, reached: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not reached():
            ended = [name for name, each in self._daemons.items() if each.poll() is not None]
            if ended or time.monotonic() > deadline:
                told = f"ended: {', '.join(ended)}" if ended else f"not within {_START_SECONDS:g} s"
                raise StartError(f"Slurm did not start ({told}).\n{self.logs()}")
            time.sleep(_PAUSE_SECONDS)

    def _command(self, daemon: str) -> list[str]:
        if daemon == MUNGE:
            # --force: that others may write above the socket, as in /tmp, is fine here
            names = {"key-file": "key", "socket": "socket", "pid-file": "pid", "seed-file": "seed"}
            paths = [f"--{name}={self.folder / f'munge.{end}'}" for name, end in names.items()]
            return [programs.find("munged"), "--foreground", "--force", "--num-threads=2", *paths]
        if daemon == CONTROLLER:
            return [programs.find("slurmctld"), "-D", "-f", str(self.configuration)]
        command = [programs.find("slurmd"), "-D", "-N", daemon, "-f", str(self.configuration)]
        return self._isolated(daemon, command) if self.is_isolated else command

    def _isolated(self, node: str, command: list[str]) -> list[str]:
        boot = str(self.folder / f"boot-{node}")
        return ["unshare", *_UNSHARE.split(), "bash", "-c", _NODE, "node", node, boot, *command]

    def _can_isolate(self) -> bool:
        """Return whether a node may get name spaces here; containers often forbid a part of it."""
        try:
            tried = subprocess.run(
                self._isolated(self.nodes[0], ["true"]), capture_output=True, timeout=_START_SECONDS
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return tried.returncode == 0


def _free_port(shape: Shape) -> int:
    """Return the first of as many free ports as a cluster takes."""
    for port in random.sample(_PORTS, len(_PORTS)):
        if all(_is_free(port + number) for number in range(shape.n_nodes + 1)):
            return port
    raise StartError("no free ports were found")


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        try:
            tried.bind(("", port))
        except OSError:
            return False
    return True


def guard(folder: Path) -> None:
    """Wait until the cluster's owner ends or lets it go, then end it and delete its folder.

    The owner holds the other end of the standard input, and cannot keep it open when it is killed.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.chdir("/")
    print("ready", flush=True)
    sys.stdin.buffer.read()
    _clear(folder)


def _clear(folder: Path) -> None:
    try:
        processes.kill(str(folder))
    finally:
        _remove_control_groups(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _remove_control_groups(folder: Path) -> None:
    """Remove the empty control groups of nodes whose jobs were confined."""
    for spool in (folder / "spool").glob("*"):
        for group in Path("/sys/fs/cgroup").glob(f"*/slurm_{spool.name}"):
            for inner, _, _ in os.walk(group, topdown=False):
                with suppress(OSError):
                    os.rmdir(inner)
