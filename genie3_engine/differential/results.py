"""Write the results of a comparison: changed links, targets and regulators."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from genie3_engine.differential.classes import (
    CLASSES,
    Candidates,
    link_classes,
    ranks_of,
    regulator_sums,
)
from genie3_engine.differential.comparison_folder import REGULATORS, TARGETS, ComparisonFolder
from genie3_engine.differential.correlation import fisher_z, spearman
from genie3_engine.jobs.atomic_write import written_aside
from genie3_engine.store.arrow_arrays import number_array, text_array
from genie3_engine.store.parts import METADATA_KEY
from genie3_engine.version import __version__

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from genie3_engine.data.expression import Expression
    from genie3_engine.differential.pooled_samples import PooledSamples
    from genie3_engine.differential.rewiring import Rewiring
    from genie3_engine.differential.statistics import Changes


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What a comparison has found, before it is written.

    Parameters
    ----------
    candidates : Candidates
        The links compared.
    importance : (2, n_links) float
        Their importance in both observed networks.
    changes : Changes
        How each link changed.
    fits : (2, n_targets, 2) float
        For the forest of each group: its R² out of bag, and on the samples of the other group.
    rewiring : Rewiring
        How each target changed.
    n_refined : int
        Targets with further permutations.
    """

    candidates: Candidates
    importance: NDArray[np.floating]
    changes: Changes
    fits: NDArray[np.floating]
    rewiring: Rewiring
    n_refined: int


def write_results(
    comparison: ComparisonFolder,
    pooled: PooledSamples,
    expression: Expression,
    findings: Findings,
) -> int:
    """Write the results into the folder of a comparison; ``changes.parquet`` comes last.

    Parameters
    ----------
    comparison : ComparisonFolder
        The comparison.
    pooled : PooledSamples
        The samples of both groups.
    expression : Expression
        Their expression.
    findings : Findings
        What was found.

    Returns
    -------
    int
        Links written.

    Raises
    ------
    StorageError
        When the disk is full or may not be written.
    """
    correlations = _correlations(expression, pooled, findings.candidates)
    classes = link_classes(findings.candidates.is_in, correlations, n_samples=pooled.n_samples)
    table = _changes_table(pooled, findings, correlations, classes)
    _write(comparison.path / TARGETS, _targets_table(pooled, findings))
    _write(comparison.path / REGULATORS, _regulators_table(pooled, findings, classes))
    about = _about(pooled, findings, classes)
    _write(
        comparison.changes_path,
        table.replace_schema_metadata({METADATA_KEY: json.dumps(about)}),
    )
    return int(table.num_rows)


def _correlations(
    expression: Expression, pooled: PooledSamples, candidates: Candidates
) -> NDArray[np.float64]:
    """Return Spearman's correlation of each link in both groups."""
    genes = np.union1d(candidates.regulators, candidates.targets)
    places = [np.searchsorted(genes, each) for each in (candidates.regulators, candidates.targets)]
    groups = (np.flatnonzero(~pooled.is_second), np.flatnonzero(pooled.is_second))
    values = expression.values[genes]
    return np.array([spearman(values[:, samples], *places) for samples in groups])


def _changes_table(
    pooled: PooledSamples,
    findings: Findings,
    correlations: NDArray[np.float64],
    classes: list[str],
) -> pa.Table:
    """Return the links, the most changed first."""
    import pyarrow as pa

    found, links = findings.changes, findings.candidates
    fisher = fisher_z(correlations[0], correlations[1], n_samples=pooled.n_samples)
    order = np.lexsort((links.targets, links.regulators, -np.abs(found.z)))
    numbers = {
        "importance_1": findings.importance[0],
        "importance_2": findings.importance[1],
        "difference": found.difference,
        "z": found.z,
        "p": found.p,
        "q": found.q,
        "spearman_1": correlations[0],
        "spearman_2": correlations[1],
        "fisher_z": fisher,
    }
    columns = {
        "regulator": _names(links.regulators[order], pooled.genes),
        "target": _names(links.targets[order], pooled.genes),
        **{
            name: number_array(values[order], pa.float32(), nan_is_null=True)
            for name, values in numbers.items()
        },
        "rank_by_z": number_array(ranks_of(found.z[order]), pa.int32()),
        "rank_by_correlation": number_array(ranks_of(fisher[order]), pa.int32()),
        "change": _names(
            np.array([CLASSES.index(classes[link]) for link in order], np.int32), CLASSES
        ),
    }
    return pa.table(columns)


def _targets_table(pooled: PooledSamples, findings: Findings) -> pa.Table:
    import pyarrow as pa

    fits, rewiring = findings.fits, findings.rewiring
    numbers = {
        "oob_r2_1": fits[0, :, 0],
        "oob_r2_2": fits[1, :, 0],
        "r2_1_on_2": fits[0, :, 1],
        "r2_2_on_1": fits[1, :, 1],
        "rewiring": rewiring.score,
        "rewiring_p": rewiring.p,
        "rewiring_q": rewiring.q,
    }
    columns = {
        name: number_array(np.asarray(values, np.float64), pa.float64(), nan_is_null=True)
        for name, values in numbers.items()
    }
    names = text_array([pooled.genes[target] for target in pooled.targets])
    return pa.table({"target": names, **columns})


def _regulators_table(pooled: PooledSamples, findings: Findings, classes: list[str]) -> pa.Table:
    import pyarrow as pa

    sums = regulator_sums(findings.candidates.regulators, classes, findings.changes.z)
    counts = {
        f"n_{name}": number_array(sums.counts[:, column], pa.int64())
        for column, name in enumerate(CLASSES)
    }
    return pa.table(
        {
            "regulator": text_array([pooled.genes[regulator] for regulator in sums.regulators]),
            **counts,
            "sum_abs_z": number_array(sums.sum_abs_z, pa.float64()),
        }
    )


def _about(pooled: PooledSamples, findings: Findings, classes: list[str]) -> dict[str, Any]:
    """Return the footer of ``changes.parquet``."""
    spec = pooled.spec
    return {
        "labels": list(spec.labels),
        "n_samples_1": pooled.n_samples[0],
        "n_samples_2": pooled.n_samples[1],
        "n_genes": len(pooled.genes),
        "n_targets": int(pooled.targets.size),
        "n_regulators": int(pooled.regulators.size),
        "n_permutations": spec.n_permutations,
        "n_more": spec.n_more,
        "n_refined_targets": findings.n_refined,
        "top": spec.top,
        "least_importance": [float(least) for least in findings.candidates.least],
        "n_links": len(classes),
        **{f"n_{name}": classes.count(name) for name in CLASSES},
        "forest": spec.forest.to_dict(),
        "blocks": spec.blocks,
        "members": [list(members) for members in pooled.members],
        "notes": [*spec.notes, *pooled.notes()],
        "version": __version__,
    }


def _names(positions: NDArray[np.integer], names: tuple[str, ...]) -> pa.DictionaryArray:
    import pyarrow as pa

    indices = number_array(positions, pa.int32())
    return pa.DictionaryArray.from_arrays(indices, text_array(names))


def _write(path: Path, table: pa.Table) -> None:
    import pyarrow.parquet as pq

    with written_aside(path) as aside, aside.open("wb") as stream:
        pq.write_table(table, stream, compression="zstd")
