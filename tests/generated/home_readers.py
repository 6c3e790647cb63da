"""The commands and pages that read a home, which of them read what, and commands that change it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from genie3_engine.jobs import filenames
from genie3_engine.people import log
from genie3_engine.people.person import Person
from tests.pages.people import ADA, GRACE, ROOT

COMMANDS: dict[str, tuple[str, ...]] = {
    "status": ("status", "RUN"),
    "logs": ("logs", "RUN"),
    "links": ("links", "RUN", "--top", "3", "-o", "OUT/links.tsv"),
    "genes": ("genes", "RUN"),
    "views": ("views", "RUN"),
    "regulons": ("regulons", "RUN", "--rule", "targets=3", "--min-genes", "1", "-o", "OUT/r.gmt"),
    "activity": ("activity", "RUN", "--min-genes", "1", "--top-share", "0.5", "-o", "OUT/a.tsv"),
    "report": ("report", "RUN", "-o", "OUT/report.html"),
    "archive": ("archive", "RUN", "-o", "OUT/run.zip"),
    "evaluate": ("evaluate", "RUN", "--gold", "GOLD"),
    "compare": ("compare", "RUN", "OTHER"),
    "enrich": ("enrich", "RUN", "--sets", "SETS", "--min-size", "1", "-o", "OUT/e.tsv"),
    "collect": ("collect", "RUN"),
    "status of a comparison": ("status", "COMPARISON"),
    "logs of a comparison": ("logs", "COMPARISON"),
    "report of a comparison": ("report", "COMPARISON", "-o", "OUT/report.html"),
    "cleanup": ("cleanup", "--dry-run"),
    "doctor": ("doctor", "TABLE"),
}
_OF_RUNS = tuple(COMMANDS)[:13]
CHANGES: dict[str, tuple[str, ...]] = {
    "resume": ("resume", "RUN"),
    "infer": ("infer", "TABLE", "--out", "OUT/run", "--trees", "2", "--threads", "1"),
    "cancel": ("cancel", "RUN"),
    "infer again": ("infer", "TABLE", "--out", "RUN", "--resume", "--trees", "4"),
    "resume of a comparison": ("resume", "COMPARISON"),
    "cancel of a comparison": ("cancel", "COMPARISON"),
}


class Visit(NamedTuple):
    """A page that is opened.

    Parameters
    ----------
    page : str
        Its address.
    who : Person, optional
        Who opens it on a server with a login; by default the one person of a machine.
    whose : str
        ``group`` for what others share.
    """

    page: str
    who: Person | None = None
    whose: str = ""

    def __str__(self) -> str:
        """Return what a finding names it."""
        whose = ", the group's" if self.whose else ""
        return f"page {self.page}{whose}" + (f", opened by {self.who.name}" if self.who else "")


VISITS = (
    *map(Visit, ("home", "data", "regulators", "infer", "runs", "network", "regulons")),
    *map(Visit, ("compare", "accuracy", "speedup", "sagemaker", "storage")),
    Visit("people", ROOT),
    Visit("storage", ROOT),
    Visit("runs", ADA),
    Visit("network", GRACE, "group"),
    Visit("runs", GRACE, "group"),
)


def _visits(*names: str) -> tuple[Visit, ...]:
    return tuple(each for each in VISITS if each.page in names and each.who is None)


_OF_SERVER = tuple(each for each in VISITS if each.who is not None)
# What reads the things of a home, by the beginnings of their paths; the first that fits.
READERS: tuple[tuple[str, tuple[str, ...], tuple[Visit, ...]], ...] = (
    (
        f"{filenames.RUNS}/",
        _OF_RUNS,
        _visits(*["runs", "network", "regulons", "compare", "accuracy"]),
    ),
    (f"{filenames.RUNS}", _OF_RUNS, _visits("home", "runs", "network", "storage")),
    (filenames.DATA, _OF_RUNS, _visits("data", "regulators", "infer", "runs", "network")),
    (filenames.UPLOADS, ("cleanup",), _visits("data", "network", "regulators", "storage")),
    ("comparisons", tuple(COMMANDS)[13:16], _visits("compare", "runs", "storage")),
    ("experiments", ("cleanup",), _visits("speedup", "storage")),
    ("people", ("cleanup",), _OF_SERVER),
    ("group", ("cleanup",), _OF_SERVER),
    (log.FILE, (), _OF_SERVER),
    ("links", (), (*_visits("network", "runs", "storage"), *_OF_SERVER)),
    ("pilots", (), _visits("infer")),
    ("forecasts", (), _visits("infer")),
    ("queue", ("status", "cleanup"), _visits("runs", "network", "infer", "storage")),
    ("limits.toml", ("status", "cleanup"), _visits("infer", "storage", "data", "runs")),
    ("", ("status", "cleanup"), (*_visits("home", "infer", "sagemaker", "storage"),)),
)


def readers_of(
    path: str, seed: int, *, n_commands: int, n_pages: int
) -> tuple[list[str], list[Visit]]:
    """Return the commands and pages that a damaged home is given: half of them read the damage."""
    commands, visits = next(
        (commands, visits) for beginning, commands, visits in READERS if path.startswith(beginning)
    )
    if path.startswith(filenames.PEOPLE) and f"/{filenames.RUNS}" in path:
        commands = _OF_RUNS
    return (
        _in_turn(commands, tuple(COMMANDS), seed, n_commands),
        _in_turn(visits, VISITS, seed, n_pages),
    )


def _in_turn(reading: Sequence[Any], every: Sequence[Any], seed: int, n: int) -> list[Any]:
    n_reading = min(len(reading), -(-2 * n // 3))
    first = [reading[(seed * n_reading + i) % len(reading)] for i in range(n_reading)]
    rest = [each for each in every if each not in first]
    return first + [rest[(seed * n + i) % len(rest)] for i in range(n - n_reading)]
