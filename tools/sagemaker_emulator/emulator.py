"""Start the emulator from a test, and trigger what a cloud does by itself."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from tools.sagemaker_emulator.faults import Fault

ROOT = Path(__file__).resolve().parents[2]


class Emulator:
    """An emulator in a process of its own, alive within a ``with`` block.

    Parameters
    ----------
    *options : str
        Options of the command line, such as ``--grace-seconds``.
    """

    def __init__(self, *options: str) -> None:
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> Self:
        """Start it on a free port."""
        command = [sys.executable, "-m", "tools.sagemaker_emulator", "--port", "0", "--quiet"]
        self._process = subprocess.Popen(
            [*command, *self._options], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        line = self._process.stdout.readline() if self._process.stdout else ""
        self.url = line.split()[-1] if line else ""
        if not self.url.startswith("http"):
            raise RuntimeError(f"the emulator did not start: {line!r}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()

    def interrupt(self, job: str) -> None:
        """Take a job's spot instances away; it begins again with its checkpoints."""
        self._ask("interrupt", job=job)

    def kill(self, job: str, host: str) -> None:
        """Break one machine of a job."""
        self._ask("kill", job=job, host=host)

    def processes(self, job: str) -> dict[str, int]:
        """Return the process number of each host's command."""
        found: dict[str, int] = self._ask("processes", job=job)
        return found

    def fault(self, match: str, **fault: Any) -> None:  # noqa: ANN401 - the fields of Fault
        """Make the next requests that match fail; see `Fault`."""
        self._ask("fault", body=Fault(match=match, **fault).to_dict())

    def clear(self) -> None:
        """Take all faults back."""
        self._ask("clear")

    def requests(self, operation: str) -> list[dict[str, Any]]:
        """Return the requests of an operation that were received, such as CreateTrainingJob."""
        found: list[dict[str, Any]] = self._ask("requests", operation=operation)
        return found

    def _ask(self, act: str, *, body: object = None, **query: str) -> Any:  # noqa: ANN401 - JSON
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/_emulator/{act}?{urlencode(query)}", data=data
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
