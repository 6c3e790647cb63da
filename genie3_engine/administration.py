"""What an administrator of a server sees and may do: sizes of homes, jobs at work, links.

Names and contents of data, runs and genes are not among it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genie3_engine import benchmark, differential, runs
from genie3_engine.errors import Genie3Error, OptionError
from genie3_engine.jobs.disk_usage import used_bytes
from genie3_engine.model import JobState
from genie3_engine.people import homes, links
from genie3_engine.people.log import Action, record
from genie3_engine.people.person import Person


@dataclass(frozen=True, slots=True)
class PersonUse:
    """What a person takes of a server.

    Parameters
    ----------
    person : Person
        Who.
    n_bytes : int
        Size of the home.
    n_runs : int
        Runs in it.
    n_at_work : int
        Jobs that are at work or wait.
    """

    person: Person
    n_bytes: int
    n_runs: int
    n_at_work: int


@dataclass(frozen=True, slots=True)
class JobAtWork:
    """A job that is at work or waits, without its name.

    Parameters
    ----------
    person : Person
        Whose it is.
    noun : str
        What it is: a run, a comparison, an experiment.
    id : str
        Its folder's name, which is made of the time and of chance.
    state : JobState
        Its state.
    created : float or None
        When it was created, in seconds since the epoch.
    """

    person: Person
    noun: str
    id: str
    state: JobState
    created: float | None


@dataclass(frozen=True, slots=True)
class _Kind:
    noun: str
    history: Callable[[Path], list[Any]]
    cancel: Callable[[Path, Path], object]


_KINDS = (
    _Kind("run", runs.history, lambda path, home: runs.cancel(path, home=home)),
    _Kind(
        "comparison",
        differential.history,
        lambda path, home: differential.cancel(path, home=home),
    ),
    _Kind("experiment", benchmark.history, lambda path, home: benchmark.cancel(path)),
)


def use_of_people() -> list[PersonUse]:
    """Return what each person of this process's server takes, the most first."""
    at_work = jobs_at_work()
    found = []
    for person in homes.people():
        home = homes.home_of(person)
        n_at_work = sum(1 for job in at_work if job.person == person)
        found.append(PersonUse(person, used_bytes(home), len(runs.history(home)), n_at_work))
    return sorted(found, key=lambda use: -use.n_bytes)


def jobs_at_work() -> list[JobAtWork]:
    """Return the jobs of all people that are at work or wait, the oldest first."""
    found = [
        JobAtWork(person, kind.noun, each.id, each.status.state, each.status.created)
        for person in homes.people()
        for kind, each in _live(homes.home_of(person))
    ]
    return sorted(found, key=lambda job: (job.created or 0.0, job.id))


def end_job(job: JobAtWork, *, by: Person) -> None:
    """Ask a job to stop; what it has computed stays, and its owner can resume it.

    Parameters
    ----------
    job : JobAtWork
        The job, as `jobs_at_work` returns it.
    by : Person
        An administrator.

    Raises
    ------
    OptionError
        When it is not an administrator who asks, or there is no such job at work.
    RunError
        When the job is on another machine that is silent.
    StorageError
        When the request cannot be written.
    """
    if not by.is_administrator:
        raise OptionError("Only an administrator ends jobs of other people.", "Ask one.")
    home = homes.home_of(job.person)
    for kind, each in _live(home):
        if (kind.noun, each.id) == (job.noun, job.id):
            kind.cancel(each.path, home)
            subject = f"{job.noun} {job.id} of {job.person.identifier}"
            record(Action.ENDED_BY_ADMINISTRATOR, subject, who=by)
            return
    raise OptionError("This job has ended already.", "Look at the list again.")


def links_of_people() -> list[tuple[Person, int]]:
    """Return who has links for people without an account, and how many, the most first.

    A person whose home is gone has an identifier only.
    """
    known = {person.identifier: person for person in homes.people()}
    return [
        (known.get(owner, Person(owner)), number) for owner, number in links.n_links().most_common()
    ]


def take_back_links(person: Person, *, by: Person) -> None:
    """Take back all links of a person, such as one who may not log in any more.

    Parameters
    ----------
    person : Person
        Who made them, as `links_of_people` returns it.
    by : Person
        An administrator.

    Raises
    ------
    OptionError
        When it is not an administrator who asks.
    StorageError
        When a document cannot be deleted.
    """
    if not by.is_administrator:
        raise OptionError("Only an administrator takes back links of other people.", "Ask one.")
    links.take_back_every(person, by=by)


def _live(home: Path) -> Iterator[tuple[_Kind, Any]]:
    for kind in _KINDS:
        with suppress(Genie3Error):  # a home that cannot be read hides no other
            yield from ((kind, each) for each in kind.history(home) if each.status.state.may_change)
