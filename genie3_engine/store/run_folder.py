"""Files of a run, and the lock of its writer."""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

from genie3_engine.jobs import atomic_write, filenames
from genie3_engine.jobs.cores import usable_cores
from genie3_engine.jobs.turns import Claim
from genie3_engine.model import (
    METHODS,
    ConfidenceSpec,
    RunSpec,
    TargetSummary,
    method_notes,
)
from genie3_engine.store import parts
from genie3_engine.store.confidence_folder import ConfidenceFolder
from genie3_engine.store.evidence import STABILITY, Evidence, P
from genie3_engine.store.spec_diff import differences
from genie3_engine.store.timed_folder import TimedFolder


class RunFolder(TimedFolder[RunSpec]):
    """A run on disk.

    Parameters
    ----------
    path : Path
        The folder. `create` makes one, `open` checks that it holds a run.
    """

    noun = "run"
    module = "genie3_engine.worker"
    spec_type = RunSpec

    def claim(self) -> Claim:
        """Return what the run asks of this machine; see `JobFolder.claim`."""
        return replace(super().claim(), n_cores=self.spec.layout.n_cores(usable_cores()))

    def differences(self, spec: RunSpec) -> list[str]:
        """Return what would change the result; threads, processes and names may differ."""
        own = self.spec
        if spec.confidence is not None and spec.confidence == self.confidence:
            own = replace(own, confidence=self.confidence)  # asked for after it was done
        return differences(own, spec)

    def remedy_for_another(self, spec: RunSpec) -> str:
        """Return what a user does who asked for another run; see `JobFolder`."""
        if self.differences(replace(spec, confidence=self.spec.confidence)):
            return super().remedy_for_another(spec)
        return (
            "Resume with the --confidence that the run began with; once it is done, add what is "
            f"missing with: confidence {shlex.quote(str(self.path))}"
        )

    @property
    def subject(self) -> str:
        """How the log names the run; empty inside another one, whose end the log has."""
        is_inside = self.path.parent.name == filenames.MEMBERS
        return "" if is_inside else f"{self.noun} {self.path.name}"

    @property
    def parts_folder(self) -> Path:
        """Links of finished targets, until they are ranked."""
        return self.path / filenames.PARTS

    @property
    def links_path(self) -> Path:
        """The ranked links, once they are there."""
        return self.path / filenames.LINKS

    @property
    def targets_path(self) -> Path:
        """One row per target; written last, so that its presence shows a complete result."""
        return self.path / filenames.TARGETS

    @property
    def has_result(self) -> bool:
        """True when the ranked links and the targets are in place."""
        return os.path.isfile(self.targets_path) and os.path.isfile(self.links_path)

    @property
    def evidence_path(self) -> Path:
        """The evidence for the ranked links, row by row, once it is there."""
        return self.path / filenames.EVIDENCE

    @property
    def replicates_folder(self) -> Path:
        """Parts of what is computed for the evidence, until it is there."""
        return self.path / filenames.REPLICATES

    @property
    def confidence(self) -> ConfidenceSpec | None:
        """The evidence that is asked for: with the run, or after it was done.

        Raises
        ------
        RunError
            When ``confidence.json`` is damaged.
        """
        job = self.confidence_job
        return self.spec.confidence if job is None else job.spec

    @property
    def confidence_job(self) -> ConfidenceFolder | None:
        """The job that computes evidence asked for after the run was done; None without one.

        Raises
        ------
        RunError
            When ``confidence.json`` is damaged.
        """
        folder = self.replicates_folder
        if not os.path.isfile(folder / filenames.CONFIDENCE):
            return None
        return ConfidenceFolder.open(folder)

    @property
    def lacking_evidence(self) -> ConfidenceSpec | None:
        """The evidence that is asked for and not there; None when nothing is missing.

        Raises
        ------
        RunError
            When the evidence or ``confidence.json`` is damaged.
        """
        asked = self.confidence
        if asked is None:
            return None
        evidence = Evidence.open(self.path)
        there = () if evidence is None else evidence.columns
        p_values = asked.p_values and P not in there
        stability = asked.stability and STABILITY not in there
        return ConfidenceSpec(p_values, stability) if p_values or stability else None

    @property
    def lacks_evidence(self) -> bool:
        """True when evidence is asked for that is not there; see `lacking_evidence`."""
        return self.lacking_evidence is not None

    def finished_targets(self) -> dict[str, TargetSummary]:
        """Return the targets whose links are on disk, ranked or not.

        Raises
        ------
        RunError
            When a part belongs to another data set, or ``targets.parquet`` is damaged.
        """
        if self.has_result:
            return {row.target: row for row in parts.read_targets(self.targets_path)}
        return parts.finished_targets(self.parts_folder, self.spec.dataset)

    def notes(self) -> list[str]:
        """Return what to be careful about in the network, and in those inside the run.

        Empty before there is one.
        """
        if not self.has_result:
            return []
        method = self.spec.forest.method
        found = method_notes(method, parts.read_targets(self.targets_path))
        for name in METHODS[method].members:
            inside = RunFolder(self.path / filenames.MEMBERS / name)
            found += [f"{METHODS[name].label}: {note}" for note in inside.notes()]
        return found

    def remove_leftovers(self) -> None:
        """Remove what a killed worker left half-written; only the lock's holder may ask."""
        atomic_write.remove_leftovers(
            self.path, except_ending=".json", older_than_seconds=parts.STALE_SECONDS
        )
        layout = self.spec.layout
        parts.remove_leftover_parts(
            self.parts_folder, shard_index=layout.shard_index, n_shards=layout.n_shards
        )
        shutil.rmtree(self.path / filenames.SORTING, ignore_errors=True)
