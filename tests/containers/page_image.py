"""The page's image, built without Docker: its Dockerfile replayed on a file system of its own.

The root is this machine's, read only, with what the Dockerfile copies on top and the packages of
this environment in place of those that it installs. The page runs there as the image's user,
without any right of root's, and may write to its volume and to a temporary folder alone.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from tests.waiting import HANG_SECONDS, wait_until

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "containers/page/Dockerfile"
PROGRAMS = ("unshare", "nsenter", "setpriv", "mount", "chroot")
# $1 the folder for the file systems, $2 what is copied, $3 the packages, $4 the volume,
# $5 the folder of the interpreter, which root's own home may hold; then user and command
ENTER = """\
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
mkdir -p opt/venv data
cp -r "$2/." opt
for folder in $5; do chmod o+x ".$folder"; done
mount --bind "$3" opt/venv
mount -o remount,bind,ro opt/venv
mount -o remount,ro .
mount -t tmpfs -o mode=1777,noexec,nosuid,nodev tmpfs tmp
mount --bind "$4" data
mount -t proc proc proc
shift 5
exec chroot . "$@"
"""
# Whether file systems can be put together so, and hold the interpreter, which is $1
TRY = """\
set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
test -x "/mnt/root$1"
"""


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile with what follows each, in their order."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.M)
    lines = text.replace("\\\n", " ").splitlines()
    return [
        (word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines) if word
    ]


def last(word: str) -> str:
    """Return what follows an instruction where it stands for the last time."""
    return [rest for found, rest in instructions() if found == word][-1]


def environment() -> dict[str, str]:
    """Return the variables that the image sets."""
    pairs = [each.partition("=") for each in shlex.split(last("ENV"))]
    return {
        name: value.replace("$PATH", os.defpath + ":/usr/sbin:/sbin") for name, _, value in pairs
    }


def copied(folder: Path) -> None:
    """Copy what the Dockerfile copies from the project."""
    place = Path(next(rest for word, rest in instructions() if word == "WORKDIR"))
    for word, rest in instructions():
        if word != "COPY" or rest.startswith("--from"):
            continue
        *sources, target = rest.split()
        into = folder / place.relative_to("/opt") / target
        into.mkdir(parents=True, exist_ok=True)
        for source in sources:
            path = ROOT / source
            if path.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(path, into, dirs_exist_ok=True, ignore=ignored)
            else:
                shutil.copy(path, into)


def missing() -> str:
    """Return why the image cannot be tried here; empty where it can."""
    lacking = [program for program in PROGRAMS if shutil.which(program) is None]
    if lacking:
        return f"the image needs {', '.join(lacking)} to be tried"
    python = str(Path(sys.executable).resolve())
    tried = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "sh", "-c", TRY, "sh", python],
        capture_output=True,
    )
    return "" if tried.returncode == 0 else "the image cannot be tried here: that takes root"


class Container:
    """A container of the image, alive within a ``with`` block.

    Parameters
    ----------
    folder : Path
        Where its file systems are put together, and its volume and log lie.
    *options : str
        More options of the image's command.
    health : str
        What the health check asks.
    """

    def __init__(self, folder: Path, *options: str, health: str) -> None:
        self.volume = folder / "volume"
        self.log = folder / "log"
        self._folder = folder
        self._options = options
        self._environment = {**environment(), "GENIE3_HEALTH": health, "GENIE3_WARM_UP": "off"}
        user, group = last("USER").split(":")
        self._as_user = [
            *("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"),
            *("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"),
            *("env", "--chdir", last("WORKDIR")),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the image's command."""
        for name in ("systems", "copied"):
            (self._folder / name).mkdir()
        copied(self._folder / "copied")
        self.volume.mkdir(mode=0o700)
        os.chown(self.volume, *map(int, last("USER").split(":")))
        python = Path(sys.executable).resolve()
        folders = " ".join(map(str, list(python.parents)[:-1]))
        command = [*json.loads(last("ENTRYPOINT")), *json.loads(last("CMD")), *self._options]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER),
                    *("sh", str(self._folder / "systems"), str(self._folder / "copied")),
                    *(sys.prefix, str(self.volume), folders, *self._as_user, *command),
                ],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it as Docker does."""
        assert self._process is not None
        for process in self._first():
            process.terminate()
        self._process.wait(HANG_SECONDS)

    def _first(self) -> list[psutil.Process]:
        """Return the container's first process."""
        assert self._process is not None
        ended = self._process.poll() is not None
        return [] if ended else psutil.Process(self._process.pid).children()

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in it, as its user."""
        (first,) = self._first()
        where = ["nsenter", f"--target={first.pid}", "--mount", "--pid", "--root"]
        return subprocess.run(
            [*where, *self._as_user, *command],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=HANG_SECONDS,
        )

    def await_health(self) -> None:
        """Wait until the image's health check succeeds; it is asked once the server listens."""
        check = json.loads(last("HEALTHCHECK").partition("CMD")[2])

        def is_healthy() -> bool:
            assert self._process is not None
            assert self._process.poll() is None, self.log.read_text()
            listens = "The page is on" in self.log.read_text()
            return listens and self.run(*check).returncode == 0

        wait_until(is_healthy, shown=self.log.read_text)
