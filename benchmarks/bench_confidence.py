"""Measure what the p and q values of links are worth.

``calibration``: how often p values are small, by the kurtosis of the target, in networks in which
every target is permuted, of targets of seven shapes, some of them rare; with ``--shared``, with
null targets that all targets share. ``dream4``: how many of the links at q <= .05 are between genes
that depend on each other. ``planted``: how many links of targets that are made from known
regulators of E. coli's real expression are found, and how many of the links at q <= .05 are not
direct. ``published``: how far p values agree with those that SignifiKANTE published for simulated
cells. ``cost``: the processor time of null targets and of targets in halves, next to that of
targets, for E. coli and for human genes in few samples.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine import worker
from genie3_engine.confidence import target_groups
from genie3_engine.confidence.costs import HALVES, N_HALVES
from genie3_engine.confidence.halves import half_plan
from genie3_engine.confidence.null_forests import null_plan
from genie3_engine.confidence.replicates import ReplicatePlan, compute_replicates
from genie3_engine.data.expression import Expression
from genie3_engine.data.prepare import read_expression
from genie3_engine.datasets.store import save_dataset
from genie3_engine.inference.boosting import Boosting
from genie3_engine.inference.plan import InferencePlan, build_engine
from genie3_engine.model import (
    ConfidenceSpec,
    ForestSpec,
    JobState,
    LayoutSpec,
    RunSpec,
    RunStatus,
)
from genie3_engine.store.evidence import Evidence
from genie3_engine.store.links import RankedLinks
from genie3_engine.store.run_folder import RunFolder

DATA = ROOT.parent / "shared" / "data"
KURTOSIS = (-np.inf, 0.0, 1.0, 3.0, 9.0, 20.0, 40.0, np.inf)

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Judged:
    """p and q values of all links of a network, and its regulators and targets.

    Parameters
    ----------
    expression : Expression
        The data in canonical order.
    regulators, targets : sequence of str
        Their names.
    forest : ForestSpec
        Method, settings and seed.
    """

    def __init__(
        self,
        expression: Expression,
        regulators: tuple[str, ...],
        targets: tuple[str, ...],
        forest: ForestSpec,
    ) -> None:
        with tempfile.TemporaryDirectory() as home:
            os.environ["GENIE3_HOME"] = home
            spec = RunSpec(
                save_dataset(expression),
                regulators=tuple(sorted(regulators)),
                targets=tuple(sorted(targets)),
                forest=forest,
                layout=LayoutSpec(n_threads=1),
                confidence=ConfidenceSpec(stability=False),
            )
            queued = RunStatus(JobState.QUEUED, created=time.time())
            run = RunFolder.create(Path(home) / "run", spec, queued)
            worker.run(run.path)
            evidence = Evidence.open(run.path)
            if evidence is None:
                raise SystemExit("The run has no evidence.")
            links = RankedLinks(run.path).page(0, 10**9)
            p, q = evidence.values("p"), evidence.values("q")
        self.about = evidence.about
        self.regulators, self.targets = spec.regulators or (), spec.targets or ()
        rows = {name: row for row, name in enumerate(self.targets)}
        columns = {name: column for column, name in enumerate(self.regulators)}
        at = [rows[name] for name in links["target"]], [columns[n] for n in links["regulator"]]
        shape = len(rows), len(columns)
        self.p, self.q = np.ones(shape, np.float32), np.ones(shape, np.float32)
        self.p[at], self.q[at] = p, q
        self.importance = np.zeros(shape, np.float32)
        self.importance[at] = links["importance"].to_numpy()
        self.is_link = np.not_equal.outer(self.targets, self.regulators)


def shares(p: NDArray[np.float32]) -> str:
    """Return the shares of small p values in words."""
    return "  ".join(f"P(p <= {at}) = {np.mean(p <= at):.5f}" for at in (0.05, 0.01, 0.001))


def various(rng: np.random.Generator, n_targets: int, n_samples: int) -> Matrix:
    """Return values of six shapes, permuted, most of them normal."""
    values = rng.normal(size=(n_targets, n_samples))
    shape = np.arange(n_targets) % 12
    log_normal = np.exp(values * rng.uniform(0.3, 1.3, (n_targets, 1)))
    values[shape >= 6] = log_normal[shape >= 6]
    for each, zeros in ((7, 0.3), (8, 0.6), (9, 0.9)):
        values[shape == each, : int(zeros * n_samples)] = 0.0
    student = rng.standard_t(rng.uniform(2.2, 8.0, (n_targets, 1)), (n_targets, n_samples))
    values[shape == 10] = student[shape == 10]
    return rng.permuted(values, axis=1)


def calibration(options: argparse.Namespace) -> None:
    """Print shares of small p values of permuted targets."""
    p: list[Any] = []
    kurtosis: list[Any] = []
    n_discovered = 0
    for seed in range(options.seeds):
        rng = np.random.default_rng(seed)
        if options.real:
            regulators, targets = ecoli()[1:]
            targets = rng.permuted(rng.permutation(targets)[: options.targets], axis=1)
        else:
            regulators = various(rng, options.regulators, options.samples)
            targets = various(rng, options.targets, options.samples)
        if options.rare:  # a handful of targets with an outlier, among normal ones
            targets = rng.normal(size=targets.shape)
            targets[: options.rare, 0] = rng.uniform(15, 25, options.rare)
            targets = rng.permuted(targets, axis=1)
        names = tuple(f"g{i:05d}" for i in range(len(regulators) + len(targets)))
        samples = tuple(f"s{i:05d}" for i in range(targets.shape[1]))
        judged = Judged(
            Expression(np.vstack([regulators, targets]), names, samples),
            names[: len(regulators)],
            names[len(regulators) :],
            forest_of(options, seed),
        )
        standardised = targets - targets.mean(axis=1, keepdims=True)
        standardised /= standardised.std(axis=1, keepdims=True)
        p.append(judged.p)
        kurtosis.append(np.mean(standardised**4, axis=1) - 3.0)
        n_discovered += bool(judged.q.min() < 0.05)
        print(f"seed {seed}: smallest q {judged.q.min():.3f}, {judged.about}", flush=True)
    all_p, all_kurtosis = np.concatenate(p), np.concatenate(kurtosis)
    for low, high in pairwise(KURTOSIS):
        inside = (all_kurtosis > low) & (all_kurtosis <= high)
        if inside.any():
            found = shares(all_p[inside])
            print(f"kurtosis {low:4g} to {high:3g}, {inside.sum():5d} targets: {found}")
    print(f"all {len(all_p)} targets: {shares(all_p)}")
    print(f"smallest q below .05: {n_discovered} of {options.seeds} seeds")


def reached(links: Flags) -> Flags:
    """Return which gene has a directed path to which, itself included."""
    found = links | np.eye(len(links), dtype=bool)
    for _ in range(len(links).bit_length()):
        found = (found.astype(np.float32) @ found.astype(np.float32)) > 0
    return found


def dream4(options: argparse.Namespace) -> None:
    """Print which links of DREAM4's networks of 100 genes have q <= .05."""
    folder = DATA / "dream4_size100"
    for net in options.nets:
        file = folder / f"insilico_size100_{net}_multifactorial.tsv"
        expression = read_expression(file)[0].canonical()
        gold = folder / f"DREAM4_GoldStandard_InSilico_Size100_multifactorial_{net}.tsv"
        place = {name: at for at, name in enumerate(expression.genes)}
        direct = np.zeros((len(place), len(place)), bool)
        for line in gold.read_text().splitlines():
            regulator, target, is_true = line.split()
            direct[place[regulator], place[target]] = is_true == "1"
        paths = reached(direct)
        related = (paths.astype(np.float32).T @ paths.astype(np.float32)) > 0  # by an ancestor
        for seed in range(options.seeds):
            found = Judged(expression, expression.genes, expression.genes, forest_of(options, seed))
            kept = found.q <= 0.05
            n = max(1, int(kept.sum()))
            unrelated = found.is_link & ~related
            print(
                f"net {net}, seed {seed}: {kept.sum()} links at q <= .05, "
                f"{(kept & related).sum() / n:.3f} of them between related genes, "
                f"{(kept & direct.T).sum() / n:.3f} direct; unrelated pairs "
                f"({unrelated.sum()}): {shares(found.p[unrelated])}; {found.about}",
                flush=True,
            )


def ecoli() -> tuple[tuple[str, ...], Matrix, Matrix]:
    """Return the names of E. coli's regulators, their expression, and that of all other genes."""
    folder = DATA / "ecoli_precise"
    expression = read_expression(folder / "log_tpm_3923x278.tsv.gz")[0].canonical()
    named = set((folder / "dream5_net3_tfs_on_precise.tsv").read_text().split())
    is_regulator = np.array([gene in named for gene in expression.genes])
    names = tuple(gene for gene in expression.genes if gene in named)
    return names, expression.values[is_regulator], expression.values[~is_regulator]


def planted(options: argparse.Namespace) -> None:
    """Print power and the share of indirect links for targets of known regulators."""
    regulators, real, _ = ecoli()
    samples = tuple(f"s{i:05d}" for i in range(real.shape[1]))
    for seed in range(options.seeds):
        rng = np.random.default_rng(seed)
        true = np.zeros((options.targets, len(real)), bool)
        values = np.zeros((options.targets, real.shape[1]))
        for target, row in enumerate(values):
            n_regulators = max(1, rng.poisson(2.0))
            for regulator in rng.choice(len(real), n_regulators, replace=False):
                true[target, regulator] = True
                steps = real[regulator] > np.median(real[regulator])
                row += np.where(steps, 1.0, 0.0)
            row += rng.normal(0.0, options.noise, row.size)
        targets = tuple(f"planted{number:04d}" for number in range(options.targets))
        data = Expression(np.vstack([real, values]), regulators + targets, samples).canonical()
        found = Judged(data, regulators, targets, forest_of(options, seed))
        kept = found.q <= 0.05
        best = found.importance.max(axis=1, keepdims=True)
        strong = kept & (found.importance >= 0.5 * best)
        correlation = np.abs(np.corrcoef(real))
        with_true = np.array([correlation[:, row].max(axis=1) for row in true])
        false = kept & ~true
        print(
            f"seed {seed}: {kept.sum()} links at q <= .05 of {true.sum()} planted; power "
            f"{(kept & true).sum() / true.sum():.3f}, share not direct "
            f"{false.sum() / kept.sum():.3f}, of these {np.mean(with_true[false] > 0.3):.3f} "
            f"correlate above .3 with a planted regulator; with at least half of the target's "
            f"largest importance: power {(strong & true).sum() / true.sum():.3f}, share not direct "
            f"{(strong & ~true).sum() / max(1, strong.sum()):.3f}; {found.about}",
            flush=True,
        )


def published(options: argparse.Namespace) -> None:
    """Print how far p values of boosting agree with published ones, by generation and scale."""
    folder = DATA / "signifikante_sim"
    expression = read_expression(folder / "10_sources_expression.tsv.gz")[0].canonical()
    table = pd.read_csv(folder / "10_sources_published_grn.tsv.gz", sep="\t", index_col=0)
    theirs = table.pivot(index="target", columns="TF").reindex(expression.genes)
    is_known = theirs["pvalue"].notna().to_numpy()
    small = theirs["pvalue"].to_numpy() <= 0.05
    importance = theirs["importance"].to_numpy()
    regulators = np.array([expression.genes.index(name) for name in theirs["pvalue"]], np.int32)
    print(f"published: {trees_of(np.nansum(importance, axis=1))}")
    rng = np.random.default_rng(0)
    members = rng.integers(0, expression.n_genes, options.nulls)
    permuted = rng.permuted(expression.values[members], axis=1)
    null_data = Expression(
        np.vstack([expression.values[regulators], permuted]),
        tuple(theirs["pvalue"]) + tuple(f"null {number:05d}" for number in range(options.nulls)),
        expression.samples,
    )
    rows = np.arange(regulators.size, dtype=np.int32)
    for generation in ("G1", "G2", "G3"):
        forest = ForestSpec("GRNBoost2", generation=generation)
        real, n_trees = boosted(Boosting(expression, regulators, forest), expression.n_genes)
        null, n_null_trees = boosted(Boosting(null_data, rows, forest), options.nulls, rows.size)
        print(f"{generation}: {trees_of(n_trees)}; null {trees_of(n_null_trees)}")
        for scale, ours, nulls in (
            ("sums over trees", real, null),
            ("shares of a target", real / n_trees[:, None], null / n_null_trees[:, None]),
        ):
            n_larger = np.array([(nulls >= row).sum(axis=0) for row in ours])
            kept = is_known & ((1 + n_larger) / (1 + options.nulls) <= 0.05)
            f1 = 2 * (kept & small).sum() / (kept.sum() + small.sum())
            print(
                f"  {scale}: {kept.sum()} links at p <= .05, published {small.sum()}, both "
                f"{(kept & small).sum()}, F1 {f1:.3f}"
            )


def boosted(engine: Boosting, n_targets: int, first: int = 0) -> tuple[Matrix, Matrix]:
    """Return the importances and the trees of some targets."""
    scores = [engine.importance(target) for target in range(first, first + n_targets)]
    trees = np.array([each.n_trees for each in scores], np.float64)
    return np.array([each.importance for each in scores]), np.maximum(trees, 1.0)


def trees_of(n_trees: Matrix) -> str:
    """Return numbers of trees in words."""
    low, median, high = np.quantile(n_trees, [0.0, 0.5, 1.0])
    return f"{low:.0f} to {high:.0f} trees per target, median {median:.0f}"


def human(n_targets: int) -> tuple[Expression, tuple[str, ...]]:
    """Return the genes with the largest counts in 69 samples, and the regulators among them."""
    folder = DATA / "human_lcl"
    expression = read_expression(folder / "pickrell1_counts_38415x69.tsv.gz")[0].canonical()
    largest = np.argsort(-np.asarray(expression.values).sum(axis=1), kind="stable")[:n_targets]
    chosen = np.sort(largest)
    genes = tuple(expression.genes[gene] for gene in chosen)
    values = np.log1p(expression.values[chosen])
    named = set((folder / "pickrell1_tf_ids.tsv").read_text().split())
    data = Expression(values, genes, expression.samples, expression.has_sample_names)
    return data, tuple(gene for gene in genes if gene in named)


def cost(options: argparse.Namespace) -> None:
    """Print the processor time of null targets and of halves, as shares of that of a run."""
    folder = DATA / "ecoli_precise"
    of_ecoli = read_expression(folder / "log_tpm_3923x278.tsv.gz")[0].canonical()
    names_of_ecoli = (folder / "dream5_net3_tfs_on_precise.tsv").read_text().split()
    networks = {"E. coli": (of_ecoli, tuple(names_of_ecoli)), "human": human(15_000)}
    for name, (data, names) in networks.items():
        forest = forest_of(options, 1)
        targets = np.arange(data.n_genes, dtype=np.int32)
        regulators = np.flatnonzero(np.isin(data.genes, names)).astype(np.int32)
        plans = (
            ReplicatePlan("targets", data.genes, build_engine, None),
            null_plan(data, targets=targets, regulators=regulators, forest=forest),
            half_plan(data, targets=targets, regulators=regulators, forest=forest),
        )
        inference = InferencePlan(
            partial(take, data), regulators, targets, forest, layout=LayoutSpec(n_threads=1)
        )
        seconds = np.array(
            [
                [seconds_of(plan, inference, at, options.targets) for plan in plans]
                for at in range(-1, options.seeds)
            ]
        )[1:]  # the first compiles
        work = seconds * [len(plan.names) for plan in plans]
        shares = np.median(work / work[:, :1], axis=0)
        print(
            f"{name}: {len(targets)} targets, {regulators.size} regulators, {data.n_samples} "
            f"samples, {1000 * np.median(seconds[:, 0]):.1f} ms a target; p and q "
            f"{shares[1]:.3f} of the run, stability {shares[2]:.3f}",
            flush=True,
        )


def take(data: Expression) -> Expression:
    """Return the data, as a plan opens them."""
    return data


def seconds_of(plan: ReplicatePlan, inference: InferencePlan, at: int, n: int) -> float:
    """Return the processor seconds of one replicate target, of some drawn at random."""
    rng = np.random.default_rng(max(0, at))
    drawn = np.sort(rng.choice(len(plan.names), min(n, len(plan.names)), replace=False))
    if plan.name == HALVES:  # many of one half: an engine is built for each half
        drawn = np.arange(64 * n) + rng.integers(len(plan.names) // N_HALVES - 64 * n)
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        compute_replicates(
            plan, drawn.astype(np.int32), Path(folder), inference=inference, dataset="benchmark"
        )
        return (time.process_time() - start) / drawn.size


def forest_of(options: argparse.Namespace, seed: int) -> ForestSpec:
    """Return the settings of the forests of a seed."""
    n_trees = {} if options.trees is None else {"n_trees": options.trees}
    return ForestSpec(method=options.method, seed=seed, **n_trees)


MEASURES = {
    "calibration": calibration,
    "dream4": dream4,
    "planted": planted,
    "published": published,
    "cost": cost,
}


def main() -> None:
    """Measure what the options name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=tuple(MEASURES))
    parser.add_argument("--method", default="RF")
    parser.add_argument("--trees", type=int, help="trees; the method's default when left out")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--targets", type=int, default=150, help="targets of a network")
    parser.add_argument("--regulators", type=int, default=100, help="of calibration")
    parser.add_argument("--samples", type=int, default=100, help="of calibration")
    parser.add_argument("--rare", type=int, default=0, help="targets of kurtosis 60, others normal")
    parser.add_argument("--real", action="store_true", help="genes of E. coli for calibration")
    parser.add_argument("--shared", action="store_true", help="one null for all targets")
    parser.add_argument("--nets", type=int, nargs="*", default=[1], help="of DREAM4")
    parser.add_argument("--nulls", type=int, default=1000, help="permuted targets of published")
    parser.add_argument("--noise", type=float, default=0.5, help="of planted targets")
    options = parser.parse_args()
    if options.shared:
        target_groups._most_groups = lambda shapes: 1
    start = time.process_time()
    MEASURES[options.what](options)
    print(f"{time.process_time() - start:.0f} s of processor")


if __name__ == "__main__":
    main()
