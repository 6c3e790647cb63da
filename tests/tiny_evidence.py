"""Small runs with evidence: few null forests, and evidence that only sums what was computed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from genie3_engine.confidence.halves import MIN_SAMPLES, half_plan
from genie3_engine.confidence.replicates import ReplicatePlan, read_replicates
from genie3_engine.data.expression import Expression
from genie3_engine.inference.plan import build_engine
from genie3_engine.model import COMPILED, ConfidenceSpec
from genie3_engine.store.evidence import EvidenceWriter
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.run_folder import RunFolder
from tests.simulated_networks import tiny_run

N_NULLS = 7
N_GENES = 5


def tiny_null_plan(expression, *, targets, regulators, forest) -> ReplicatePlan:
    """The first targets, some of them twice, in the place of null forests."""
    members = np.resize(targets, N_NULLS)
    build = partial(build_tiny_nulls, members=members)
    return ReplicatePlan("nulls", [f"null 0 {n}" for n in range(N_NULLS)], build, None)


def build_tiny_nulls(expression, regulators, forest, *, members, n_jobs):
    return _TinyNulls(build_engine(expression, regulators, forest, n_jobs=n_jobs), members)


class _TinyNulls:
    def __init__(self, engine, members):
        self._engine, self._members = engine, members

    def importance(self, number):
        return self._engine.importance(int(self._members[number]))


def tiny_write_evidence(run: RunFolder, parts, expression) -> None:
    """Write in each row what the links of all replicate targets sum to."""
    asked = run.confidence
    plans = {"p": (tiny_null_plan, asked.p_values), "stability": (half_plan, asked.stability)}
    genes = np.arange(expression.n_genes, dtype=np.int32)
    sums = {}
    for column, (make, is_asked) in plans.items():
        if is_asked:
            plan = make(expression, targets=genes, regulators=genes, forest=run.spec.forest)
            found = [
                (links.numbers, links.regulators, links.importance)
                for links in read_replicates(plan, parts, run.spec.dataset)
            ]
            table = np.rec.fromarrays([np.concatenate(each) for each in zip(*found, strict=True)])
            table.sort()
            weights = np.arange(table.size) % 97
            sums[column] = float(np.sum(table["f2"].astype(np.float64) * weights))
    if "p" in sums:
        sums["q"] = 0.04
    n_links = len(RankedLinks(run.path))
    about = {"pi0": 0.5, "n_tests": 20}
    with EvidenceWriter(
        run.evidence_path, genes=expression.genes, columns=list(sums), about=about
    ) as writer:
        writer.add({name: np.full(n_links, value) for name, value in sums.items()})


def use_tiny_evidence(monkeypatch) -> None:
    """Let runs compute the evidence of this module."""
    from genie3_engine.confidence import computation

    monkeypatch.setattr(computation, "null_plan", tiny_null_plan)
    monkeypatch.setattr(computation, "write_evidence", tiny_write_evidence)


def enough_samples(n_genes: int = N_GENES) -> Expression:
    """Independent genes in as many samples as halves need."""
    return Expression(
        values=np.random.default_rng(5).normal(size=(n_genes, MIN_SAMPLES)),
        genes=tuple(f"gene {gene:02d}" for gene in range(n_genes)),
        samples=tuple(f"sample {sample + 1}" for sample in range(MIN_SAMPLES)),
        has_sample_names=False,
    )


def judged_run(folder: Path, confidence: ConfidenceSpec | None = None, **spec: Any) -> RunFolder:
    """Make a run with both kinds of evidence, or those given, that nobody has begun."""
    return tiny_run(
        folder,
        engine=COMPILED,
        expression=enough_samples(),
        confidence=confidence or ConfidenceSpec(),
        **spec,
    )
