"""The order in which the jobs of several people take turns on a machine.

The next turn goes to the person with the fewest jobs at work; between equals, to the one whose last
turn began longest ago. The jobs of one person keep the order in which they were handed in. So a
person with a hundred jobs delays the first job of another by one job at most.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a job asks of a machine.

    Parameters
    ----------
    person : str
        Whose job it is; empty where one person has the machine.
    job : str
        The job's folder; empty where it has none.
    n_cores : int
        Cores that it keeps busy.
    memory_bytes : float
        Memory that it holds at its fullest, by its forecast; 0 where that is not known.
    is_alone : bool
        Whether no other job may be at work meanwhile, because its time is measured.
    """

    person: str = ""
    job: str = ""
    n_cores: int = 1
    memory_bytes: float = 0.0
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A job in the queue.

    Parameters
    ----------
    number : int
        Counts the jobs in the order in which they were handed in.
    name : str
        Its name in the queue.
    claim : Claim
        What it asks.
    """

    number: int
    name: str
    claim: Claim


def in_line(
    waiting: Iterable[Entry], at_work: Iterable[Entry], last_turns: Mapping[str, int]
) -> Iterator[Entry]:
    """Yield jobs in the order of their turns.

    Parameters
    ----------
    waiting : iterable of Entry
        The jobs that wait.
    at_work : iterable of Entry
        The jobs at work, the earliest first. Each of the turns after the next one is supposed to
        begin when the earliest job at work ends.
    last_turns : mapping of str to int
        When the last turn of each person began, counted in turns; a person who had none is missing.

    Yields
    ------
    Entry
        The waiting jobs; the first has the next turn.
    """
    of_person: dict[str, deque[Entry]] = {}
    for entry in sorted(waiting, key=lambda each: (each.number, each.name)):
        of_person.setdefault(entry.claim.person, deque()).append(entry)
    working = deque(entry.claim.person for entry in at_work)
    n_at_work = Counter(working)
    last = dict(last_turns)
    turn = max(last.values(), default=0)
    while of_person:
        person = min(
            of_person,
            key=lambda each: (n_at_work[each], last.get(each, 0), of_person[each][0].number),
        )
        yield of_person[person].popleft()
        if not of_person[person]:
            del of_person[person]
        turn += 1
        last[person] = turn
        working.append(person)
        n_at_work[person] += 1
        n_at_work[working.popleft()] -= 1
