"""Summarise the result of a run."""

from __future__ import annotations

import math
import statistics
from pathlib import Path
from typing import Any

from genie3_engine.labels import clock
from genie3_engine.model import KEEP_ALL_UP_TO, METHODS, ImportanceScale, default_keep
from genie3_engine.networks.gene_names import gene_table_of_run
from genie3_engine.store.evidence import STABILITY, Evidence, Q
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.parts import read_targets
from genie3_engine.store.run_folder import RunFolder

_TOP = 5
SMALL_Q = 0.05
STABLE = 0.8


def summarise(run: RunFolder, *, seconds: float) -> dict[str, Any]:
    """Return the main results of a finished run as plain JSON values.

    Parameters
    ----------
    run : RunFolder
        The finished run.
    seconds : float
        Duration of this attempt.
    """
    spec, targets = run.spec, read_targets(run.targets_path)
    method = METHODS[spec.forest.method]
    trees = [row.n_trees for row in targets if row.n_trees is not None]
    known = [row.oob_r2 for row in targets if not math.isnan(row.oob_r2)]
    genes = gene_table_of_run(run.path)
    strongest = [batch.to_pylist() for batch in RankedLinks(run.path).batches(0, _TOP)]
    ends = ("regulator", "target")
    return {
        "run": str(run.path),
        "state": str(run.read_status().state),
        "n_links": sum(row.n_links for row in targets),
        "n_targets": len(targets),
        "n_regulators": None if spec.regulators is None else len(spec.regulators),
        "keep": "all" if spec.keep is None else spec.keep,
        "scale": ImportanceScale.RAW.value,
        **spec.forest.to_dict(),
        "importance": method.scale,
        "median_n_trees": statistics.median(trees) if trees else None,
        "notes": run.notes(),
        "shard": f"{spec.layout.shard_index}/{spec.layout.n_shards}",
        "median_oob_r2": statistics.median(known) if known else None,
        "seconds": round(seconds, 3),
        **evidence_facts(run.path),
        "top_links": [
            {
                **{name: link[name] for name in ("regulator", "target", "importance")},
                **{f"{end}_symbol": genes.symbol(link[end]) for end in ends if genes.has_symbols},
            }
            for links in strongest
            for link in links
        ],
    }


def print_summary(facts: dict[str, Any]) -> None:
    """Print a summary for people."""
    r2 = facts["median_oob_r2"]
    shard = "" if facts["shard"].endswith("/1") else f" (shard {facts['shard']})"
    print(
        f"{facts['n_links']:,} links into {facts['n_targets']:,} targets in"
        f" {clock(facts['seconds'])}: {facts['run']}{shard}"
    )
    print(f"Links kept: {keep_rule(facts['keep'])}. Importance: {facts['importance']}.")
    if r2 is not None:
        print(f"Median out-of-bag R²: {r2:.3f}")
    if facts["median_n_trees"] is not None:
        print(f"Median trees per target: {facts['median_n_trees']:g}")
    for note in facts["notes"]:
        print(note)
    print_evidence(facts)
    if facts["top_links"]:
        print("Strongest links:")
        ends = [
            [link.get(f"{end}_symbol") or link[end] for end in ("regulator", "target")]
            for link in facts["top_links"]
        ]
        width = max(len(regulator) for regulator, _ in ends)
        for link, (regulator, target) in zip(facts["top_links"], ends, strict=True):
            print(f"  {regulator:<{width}} -> {target}  {link['importance']:.4f}")


def evidence_facts(run: Path) -> dict[str, Any]:
    """Return how many links the evidence of a run supports; empty where there is none."""
    evidence = Evidence.open(run)
    if evidence is None:
        return {}
    facts: dict[str, Any] = {}
    if Q in evidence.columns:
        facts[f"n_links_q_{SMALL_Q:g}"] = evidence.count(Q, most=SMALL_Q)
        facts["pi0"] = evidence.about.get("pi0")
        facts["n_tests"] = evidence.about.get("n_tests")
    if STABILITY in evidence.columns:
        facts[f"n_links_stability_{STABLE:g}"] = evidence.count(STABILITY, least=STABLE)
    return {"confidence": facts}


def print_evidence(facts: dict[str, Any]) -> None:
    """Print what `evidence_facts` has found, in sentences."""
    found = facts.get("confidence", {})
    n_small = found.get(f"n_links_q_{SMALL_Q:g}")
    if n_small is not None:
        pi0 = "" if found["pi0"] is None else f"; pi0: {found['pi0']:.3f}"
        print(f"Links at q ≤ {SMALL_Q:g}: {n_small:,} of {found['n_tests']:,} possible{pi0}.")
    n_stable = found.get(f"n_links_stability_{STABLE:g}")
    if n_stable is not None:
        print(f"Links with a stability of at least {STABLE:g}: {n_stable:,}.")


def keep_rule(keep: str | int) -> str:
    """Return which links a run keeps, and which it would keep by default."""
    kept = "all" if keep == "all" else f"the {keep:,} strongest per target"
    otherwise = default_keep(KEEP_ALL_UP_TO, 2)
    return (
        f"{kept} (--keep; by default all if at most {KEEP_ALL_UP_TO:,} are possible, otherwise the"
        f" {otherwise:,} strongest per target)"
    )
