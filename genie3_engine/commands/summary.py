"""Summarise the result of a run."""

from __future__ import annotations

import math
import statistics
from typing import Any

from genie3_engine.labels import clock
from genie3_engine.model import KEEP_ALL_UP_TO, METHODS, ImportanceScale, default_keep
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.parts import read_targets
from genie3_engine.store.run_folder import RunFolder

_TOP = 5


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
    strongest = [batch.to_pylist() for batch in RankedLinks(run.path).batches(0, _TOP)]
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
        "top_links": [
            {name: link[name] for name in ("regulator", "target", "importance")}
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
    if facts["top_links"]:
        print("Strongest links:")
        width = max(len(link["regulator"]) for link in facts["top_links"])
        for link in facts["top_links"]:
            print(f"  {link['regulator']:<{width}} -> {link['target']}  {link['importance']:.4f}")


def keep_rule(keep: str | int) -> str:
    """Return which links a run keeps, and which it would keep by default."""
    kept = "all" if keep == "all" else f"the {keep:,} strongest per target"
    otherwise = default_keep(KEEP_ALL_UP_TO, 2)
    return (
        f"{kept} (--keep; by default all if at most {KEEP_ALL_UP_TO:,} are possible, otherwise the"
        f" {otherwise:,} strongest per target)"
    )
