"""What a pilot measured on a few targets, and where that is stored."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from genie3_engine.jobs import atomic_write
from genie3_engine.jobs.moments import is_recent
from genie3_engine.jobs.record_kinds import require_kinds
from genie3_engine.jobs.stored_files import stored_paths
from genie3_engine.jobs.user_directory import home
from genie3_engine.model import ENGINES, RunSpec

FOLDER = "pilots"
FRESH_SECONDS = 3600.0
BUSY_SHARE = 0.7
BUSY_FRESH_SECONDS = 300.0  # measured while other programs ran: soon out of date
_KEPT = 200


@dataclass(frozen=True, slots=True)
class Pilot:
    """What was measured on a few targets.

    Parameters
    ----------
    measured_at : float
        When, in seconds since the epoch.
    machine : dict
        On which machine; see `genie3_engine.jobs.machine.machine`.
    n_trees : int
        Trees grown for each target.
    targets_at_once : int
        Targets computed in parallel.
    n_workers : int
        Threads at work in parallel.
    target_seconds : tuple of float
        Computing seconds of each target measured, in the order they were finished.
    fixed_seconds : float
        Part of a target's computing seconds that does not grow with the trees.
    slot_seconds : float
        Seconds that the places for targets were taken, all together: what the targets took by the
        clock, while the machine did what else it had to do.
    step_seconds : dict
        Starting, reading, preparing, compiling and writing, as a run counts them.
    links_share : float
        Share of a target's regulators with a link.
    n_links : int
        Links written.
    n_genes_read : int
        Genes whose expression was read.
    start_bytes : int
        Resident memory before the data were opened.
    compute_bytes, rest_bytes, write_bytes : int
        Largest resident memory while forests were grown; what was held afterwards; largest while
        the links were ranked. All processes together.
    wall_seconds : float
        What the pilot itself took.
    load : float
        Programs that wanted a core in the minute before, on average.
    members : tuple of Pilot
        Those of the networks inside the run, in order, where it combines some; the other fields
        are then theirs together.
    """

    measured_at: float
    machine: dict[str, Any]
    n_trees: int
    targets_at_once: int
    n_workers: int
    target_seconds: tuple[float, ...]
    fixed_seconds: float
    slot_seconds: float
    step_seconds: dict[str, float]
    links_share: float
    n_links: int
    n_genes_read: int
    start_bytes: int
    compute_bytes: int
    rest_bytes: int
    write_bytes: int
    wall_seconds: float
    load: float = 0.0
    members: tuple[Pilot, ...] = ()

    @property
    def n_targets(self) -> int:
        """Targets measured."""
        return len(self.target_seconds)

    @property
    def mean_seconds(self) -> float:
        """Mean computing seconds of a target."""
        return sum(self.target_seconds) / self.n_targets

    @property
    def spread_seconds(self) -> float:
        """Standard deviation of the targets' computing seconds; 0 for a single one."""
        if self.n_targets < 2:
            return 0.0
        mean = self.mean_seconds
        squares = sum((seconds - mean) ** 2 for seconds in self.target_seconds)
        return math.sqrt(squares / (self.n_targets - 1))

    @property
    def core_share(self) -> float:
        """Share of its workers' time in which it computed; the rest was waiting for a core."""
        jobs = max(1, self.n_workers // self.targets_at_once)
        held = self.slot_seconds * jobs
        return min(1.0, sum(self.target_seconds) / held) if held > 0 else 1.0

    @property
    def busyness(self) -> float:
        """How busy others kept the machine, from 0 to 1: what the pilot missed of its cores.

        A pilot may be lucky for some seconds; half of what was overbooked in the minute before
        counts as well.
        """
        cores = float(self.machine.get("usable_cores") or 1)
        overbooked = max(0.0, self.load - cores) / max(self.load, cores)
        return max(1.0 - self.core_share, overbooked / 2)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Pilot:
        """Rebuild a pilot from `to_dict`'s values."""
        require_kinds(cls, values)
        return cls(
            **{
                **values,
                "target_seconds": tuple(values["target_seconds"]),
                "members": tuple(cls.from_dict(member) for member in values.get("members", ())),
            }
        )

    @classmethod
    def of_members(cls, members: Sequence[Pilot], *, n_trees: int) -> Pilot:
        """Return the pilot of a run that infers several networks in one process and combines them.

        Parameters
        ----------
        members : sequence of Pilot
            Those of the networks, in order.
        n_trees : int
            Trees of the run, which grows none itself.
        """
        first = members[0]
        n_targets = min(member.n_targets for member in members)
        slots = sum(member.slot_seconds / member.n_targets for member in members)
        return cls(
            measured_at=first.measured_at,
            machine=first.machine,
            n_trees=n_trees,
            targets_at_once=min(member.targets_at_once for member in members),
            n_workers=min(member.n_workers for member in members),
            target_seconds=tuple(
                sum(seconds)
                for seconds in zip(
                    *(member.target_seconds[:n_targets] for member in members), strict=True
                )
            ),
            fixed_seconds=sum(member.fixed_seconds for member in members),
            slot_seconds=slots * n_targets,
            step_seconds={
                step: sum(member.step_seconds[step] for member in members)
                for step in first.step_seconds
            },
            links_share=max(member.links_share for member in members),
            n_links=sum(member.n_links for member in members),
            n_genes_read=max(member.n_genes_read for member in members),
            start_bytes=first.start_bytes,
            compute_bytes=max(member.compute_bytes for member in members),
            rest_bytes=max(member.rest_bytes for member in members),
            write_bytes=max(member.write_bytes for member in members),
            wall_seconds=sum(member.wall_seconds for member in members),
            load=first.load,
            members=tuple(members),
        )


def find(
    spec: RunSpec,
    *,
    home_folder: Path | None = None,
) -> Pilot | None:
    """Return the pilot that was measured for a run like this one, here and not long ago.

    Parameters
    ----------
    spec : RunSpec
        The run. Trees, seed, targets and links kept may differ from the pilot's.
    home_folder : Path, optional
        The home; the user's by default.

    Returns
    -------
    Pilot or None
        None when there is none of the last hour, or, where other programs were at work,
        of the last minutes.
    """
    try:
        pilot = Pilot.from_dict(atomic_write.read_json(pilot_file(spec, home_folder)))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not pilot.target_seconds:
        return None
    fresh_seconds = BUSY_FRESH_SECONDS if pilot.core_share < BUSY_SHARE else FRESH_SECONDS
    return pilot if is_recent(pilot.measured_at, fresh_seconds) else None


def pilot_file(spec: RunSpec, home_folder: Path | None = None) -> Path:
    """Return the file of the pilot that runs like this one share."""
    return (home_folder or home()) / FOLDER / f"{pilot_key(spec)}.json"


def pilot_key(spec: RunSpec) -> str:
    """Return what runs have in common that share a pilot; trees and targets may differ.

    Parameters
    ----------
    spec : RunSpec
        The run.
    """
    forest, layout = spec.forest, spec.layout
    workers = layout.n_jobs if ENGINES[forest.engine].has_jobs else layout.n_threads
    decides = [
        *(spec.dataset, spec.regulators, layout.n_processes, workers),
        {
            name: value
            for name, value in forest.to_dict().items()
            if name != "seed" and not (name == "n_trees" and forest.grows_with_trees)
        },
    ]
    return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:24]


def keep(pilot: Pilot, file: Path) -> None:
    """Write a pilot where `find` looks for it, and drop the oldest of very many.

    Parameters
    ----------
    pilot : Pilot
        What was measured.
    file : Path
        Its place.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    atomic_write.write_json(file, pilot.to_dict())
    by_age = sorted(stored_paths(file.parent, "*.json"), key=_written, reverse=True)
    for old in by_age[_KEPT:]:
        old.unlink(missing_ok=True)
        shutil.rmtree(old.with_suffix(""), ignore_errors=True)


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
