"""Tests of a worker as the nodes of clusters have it: an ordinary user who may write little."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from genie3_engine import worker
from genie3_engine.jobs.filenames import TaskName
from genie3_engine.store.task_folder import TaskFolder
from tests.simulated_networks import tiny_run
from tests.waiting import HANG_SECONDS

ROOT = Path(__file__).parents[1]
NO_FLOCK = """
#include <errno.h>
int flock(int descriptor, int operation) { errno = ENOTSUP; return -1; }
"""
# Also without a compiler: what Python calls is replaced instead of what the C library has.
WITHOUT_FLOCK = """
import errno, fcntl
def refuse(descriptor, operation):
    raise OSError(errno.ENOTSUP, "Operation not supported")
fcntl.flock = refuse
"""
WITHOUT_TEMPORARY = """
import tempfile
tempfile.tempdir = "/dev/null"
"""
WORK = """
import sys
from genie3_engine import worker
from genie3_engine.kernels import _jit, ranks
assert _jit.CACHE_FOLDER is None, _jit.CACHE_FOLDER
sys.exit(worker.main(sys.argv[1:]))
"""
COMPILE = """
import sys
from genie3_engine.kernels import _jit
def double(number):
    return number + number
def find():
    kernel = _jit.kernel(double)
    assert kernel(2) == 4
    return kernel.stats
sys.stdin.readline()
first = find()
print(sum(first.cache_misses.values()), flush=True)
sys.stdin.readline()
codegen = _jit.numba.core.registry.cpu_target.target_context.codegen()
print(sum(find().cache_hits.values()), codegen.magic_tuple()[1])
"""


class Node:
    """A node of a cluster, where a program runs that its user may not write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home, self.program = folder / "me", folder / "engine"
        self.home.mkdir()
        shutil.copytree(ROOT / "genie3_engine", self.program / "genie3_engine")
        self.home.chmod(0o555)
        self.close(self.program)
        self._as_user = next(self._users(), None)

    def _users(self) -> Iterator[list[str]]:
        """Yield how a program is started as an ordinary user, where that works.

        Root of a container may have a Python that others cannot read: it can do without its rights.
        """
        ordinary = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
        for start in [ordinary, powerless] if os.getuid() == 0 else [[]]:
            self._as_user = start
            with suppress(OSError):
                if self.run(f"import numba; open({str(self.home / 'file')!r}, 'w')")[2].endswith(
                    f"PermissionError: [Errno 13] Permission denied: {str(self.home / 'file')!r}\n"
                ):
                    yield start

    @property
    def has_user(self) -> bool:
        """Whether programs can be started as an ordinary user."""
        return self._as_user is not None

    def start(self, program: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start a program, with nothing of this process's environment but its path."""
        file = self.folder / "program.py"
        file.write_text(program)
        return subprocess.Popen(
            [*(self._as_user or []), sys.executable, "-P", file, *arguments],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.home),
                "PYTHONPATH": str(self.program),
                "PYTHONDONTWRITEBYTECODE": "1",
                **environment,
            },
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, program: str, *arguments: str, **environment: str) -> tuple[int, str, str]:
        """Run a program to its end; return its exit code and what it has written."""
        process = self.start(program, *arguments, **environment)
        output, errors = process.communicate(timeout=HANG_SECONDS)
        return process.returncode, output, errors

    def close(self, folder: Path) -> None:
        """Let no user write a folder."""
        for path in (folder, *folder.rglob("*")):
            path.chmod(path.stat().st_mode & ~0o222)

    def give(self, folder: Path) -> None:
        """Let every user write a folder."""
        for path in (folder, *folder.rglob("*")):
            path.chmod(path.stat().st_mode | 0o666)
            if path.is_dir():
                path.chmod(0o777)

    def remove(self) -> None:
        """Remove all."""
        for path in (self.folder, *self.folder.rglob("*")):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def a_node():
    node = Node(Path(tempfile.mkdtemp(prefix="genie3-node-")))  # pytest's own are closed to others
    node.folder.chmod(0o755)
    yield node
    node.remove()


@pytest.fixture
def node(a_node):
    if not a_node.has_user:
        pytest.skip("no program can be started here as an ordinary user")
    return a_node


@pytest.fixture
def no_flock(node):
    """What makes a file system without locks: variables, and the beginning of a program."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return {}, WITHOUT_FLOCK
    source, stub = node.folder / "no_flock.c", node.folder / "no_flock.so"
    source.write_text(NO_FLOCK)
    made = subprocess.run([compiler, "-shared", "-fPIC", "-o", stub, source], check=False)
    return ({"LD_PRELOAD": str(stub)}, "") if made.returncode == 0 else ({}, WITHOUT_FLOCK)


def test_worker__computes_where_only_the_run_can_be_written(node, no_flock, monkeypatch):
    """Home and program are read-only, no code can be kept, and the disk has no locks."""
    home = node.folder / "home"
    monkeypatch.setenv("GENIE3_HOME", str(home))
    expected, run = (tiny_run(node.folder / name) for name in ("expected", "run"))
    worker.run(expected.path)
    node.close(home)
    node.give(run.path)
    variables, beginning = no_flock
    code, _, errors = node.run(
        beginning + WITHOUT_TEMPORARY + WORK,
        str(run.path),
        "--task",
        "1/2",
        GENIE3_HOME=str(home),
        **variables,
    )
    assert code == 0, errors
    worker.run(run.path, task=TaskName(1, 2))
    worker.run(run.path)
    assert run.links_path.read_bytes() == expected.links_path.read_bytes()
    task = TaskFolder.of(run, TaskName(0, 2))
    assert "There are no file locks here" in task.log_path.read_text()
    assert not list(run.path.rglob("lock-owner.json"))
    assert not list(node.home.iterdir())


def test_kernels__of_two_processors_share_a_cache(node):
    cache = node.folder / "cache"
    cache.mkdir()
    node.give(cache)
    processes = [
        node.start(COMPILE, NUMBA_CACHE_DIR=str(cache), **names)
        for names in ({}, {"NUMBA_CPU_NAME": "generic"})
    ]
    try:
        for process in processes:
            process.stdin.write("compile\n")
            process.stdin.flush()
        assert [process.stdout.readline() for process in processes] == ["1\n", "1\n"]
        found = [process.communicate("load\n", timeout=HANG_SECONDS) for process in processes]
    finally:
        for process in processes:
            process.kill()
    (hits, own), (other_hits, generic) = (output.split() for output, _ in found)
    assert (hits, other_hits) == ("1", "1"), found
    assert generic == "generic" != own
    assert len(list(cache.rglob("*.nbi"))) == 2
