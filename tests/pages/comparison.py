"""Comparisons in any state, without computing anything."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from genie3_engine import differential, runs
from genie3_engine.differential.comparison_folder import ComparisonFolder
from genie3_engine.jobs.process import this_process
from genie3_engine.model import ErrorRecord, ForestSpec, JobState
from tests.differential.two_groups import N_REGULATORS, stored, two_groups

KINDS = ("gained", "lost", "reversed", "kept")
NOTE = "The smaller group has 24 *samples*."


def store_groups():
    """Store a data set with two groups and pairs, and return its fingerprint."""
    patients = tuple(f"p{number // 2}" for number in range(48))
    return stored(two_groups(patient=patients))


def put_comparison(
    home, name="one", *, state=JobState.DONE, title="", labels=None, has_rewiring=True
):
    """Write a comparison into a home as if it had been computed, and return its id."""
    dataset = store_groups()
    regulators = runs.open_dataset(dataset).genes[:N_REGULATORS]
    spec = differential.of_column(
        dataset,
        "state",
        ("well", "ill"),
        differential.Choices(forest=ForestSpec(n_trees=10), name=title, labels=labels),
        regulators=regulators,
    )
    path = differential.create(spec, home / "comparisons" / name)
    folder = ComparisonFolder.open(path)
    now = time.time()
    error = ErrorRecord("storage", "The disk is full.", "Make room.")
    folder.write_status(
        replace(
            folder.read_status(),
            state=state,
            step="permuting" if state.is_live else "",
            forests_done=300,
            permutation=15,
            started=now - 60,
            heartbeat=now,
            ended=None if state.is_live else now,
            owner=this_process() if state.is_live else None,
            error=error if state is JobState.FAILED else None,
        )
    )
    if state is JobState.DONE:
        write_results(path, runs.open_dataset(dataset).genes, has_rewiring=has_rewiring)
    return name


def write_results(path, genes, *, has_rewiring=True):
    """Write the three tables of a comparison: links of four regulators to the other genes."""
    rng = np.random.default_rng(0)
    pairs = [(r, t) for r in range(N_REGULATORS) for t in range(len(genes)) if r != t]
    n = len(pairs)
    z = np.sort(rng.normal(0, 2, n).astype(np.float32))
    z = z[np.argsort(-np.abs(z))]
    first, second = rng.uniform(0.01, 0.5, (2, n)).astype(np.float32)
    correlations = rng.uniform(-0.9, 0.9, (2, n)).astype(np.float32)
    fisher = (np.arctanh(correlations[1]) - np.arctanh(correlations[0])).astype(np.float32)
    kinds = rng.permutation(np.arange(n) % len(KINDS)).astype(np.int32)
    names = pa.array(genes)

    def of(places):
        return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), names)

    ranks = np.empty(n, np.int32)
    ranks[np.argsort(-np.abs(fisher), kind="stable")] = np.arange(1, n + 1)
    p = np.clip(np.exp(-np.abs(z)), 0, 1).astype(np.float32)
    table = pa.table(
        {
            "regulator": of([r for r, _ in pairs]),
            "target": of([t for _, t in pairs]),
            "importance_1": first,
            "importance_2": second,
            "difference": second - first,
            "z": z,
            "p": p,
            "q": np.minimum(1, p * 2).astype(np.float32),
            "spearman_1": correlations[0],
            "spearman_2": correlations[1],
            "fisher_z": fisher,
            "rank_by_z": np.arange(1, n + 1, dtype=np.int32),
            "rank_by_correlation": ranks,
            "change": pa.DictionaryArray.from_arrays(pa.array(kinds), pa.array(KINDS)),
        }
    )
    about = {
        "labels": ["well", "ill"],
        "n_samples_1": 24,
        "n_samples_2": 24,
        "n_permutations": 50,
        "top": 50,
        "n_links": n,
        "notes": [NOTE],
    }
    table = table.replace_schema_metadata({b"genie3": json.dumps(about)})
    score = rng.uniform(0, 0.5, len(genes))
    numbers = {
        "oob_r2_1": score + 0.3,
        "oob_r2_2": score + 0.2,
        "r2_1_on_2": 0.2 - score,
        "r2_2_on_1": 0.1 - score,
        "rewiring": score,
        "rewiring_p": np.where(score > 0.3, 0.001, 0.5),
        "rewiring_q": np.where(score > 0.3, 0.01, 0.8),
    }
    if not has_rewiring:
        numbers = {name: pa.nulls(len(genes), pa.float64()) for name in numbers}
    pq.write_table(pa.table({"target": names, **numbers}), path / "targets.parquet")
    counts = {f"n_{kind}": [3, 2, 1, 0] for kind in KINDS}
    sums = {"regulator": names[:N_REGULATORS], **counts, "sum_abs_z": [9.0, 5.0, 2.0, 1.0]}
    pq.write_table(pa.table(sums), path / "regulators.parquet")
    pq.write_table(table, path / "changes.parquet")
