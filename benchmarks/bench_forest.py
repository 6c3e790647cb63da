"""Compare the compiled forests with scikit-learn's, and two threads with one.

Both grow trees for the same targets with the same K, one thread each, in turn, several times; the
figures are medians of the times of a tree, and the ratios are medians of the ratios of neighbours.
scikit-learn grows fewer trees where they take long, since a tree costs the same there. Time to
compile, to rank the expression and to import is not counted; the engines are compared by the
time of the processor, threads by that of the clock. The compiled engine's time includes importances
and out-of-bag predictions; scikit-learn's is the bare fit of the forest.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from genie3_engine.data.expression import Expression
from genie3_engine.data.name_lists import read_names
from genie3_engine.data.prepare import read_expression
from genie3_engine.data.regulators import match_names
from genie3_engine.data.simulate import simulate_network
from genie3_engine.inference.compiled import CompiledForests
from genie3_engine.inference.genie3 import unit_variance
from genie3_engine.inference.layout import infer_targets
from genie3_engine.inference.plan import InferencePlan
from genie3_engine.model import EXTRA_TREES, RANDOM_FOREST, ForestSpec, LayoutSpec

DATA = ROOT.parent / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Case:
    """A data set, its candidate regulators, and the trees that one measurement grows.

    The compiled engine prepares each target, so that it grows more of the 1,000 trees of a run.
    """

    title: str
    expression: Expression
    regulators: NDArray[np.int32]
    n_trees: int
    n_reference_trees: int
    n_threaded_targets: int
    n_threaded_trees: int


def dream4(data: Path) -> Case:
    """100 genes, 100 samples, every gene a candidate."""
    path = data / "dream4_size100" / "insilico_size100_1_multifactorial.tsv"
    expression = read_expression(path)[0].canonical()
    every = np.arange(expression.n_genes, dtype=np.int32)
    return Case("DREAM4, 100 genes x 100 samples", expression, every, 500, 500, 100, 1_000)


def ecoli(data: Path) -> Case:
    """3,923 genes, 278 samples, known regulators."""
    folder = data / "ecoli_precise"
    expression = read_expression(folder / "log_tpm_3923x278.tsv.gz")[0].canonical()
    found = match_names(read_names(folder / "tf_ids_derived.tsv"), expression.genes).found
    rows = np.flatnonzero(np.isin(expression.genes, found)).astype(np.int32)
    title = f"E. coli, 3,923 genes x 278 samples, {rows.size} regulators"
    return Case(title, expression, rows, 300, 300, 60, 1_000)


def large(_: Path) -> Case:
    """49,196 simulated genes, 193 samples, every gene a candidate."""
    expression = simulate_network(49_196, 193, seed=1).expression.canonical()
    every = np.arange(expression.n_genes, dtype=np.int32)
    return Case("simulated, 49,196 genes x 193 samples", expression, every, 200, 20, 12, 500)


def sized(n_samples: int, has_counts: bool, _: Path) -> Case:
    """303 simulated genes, 300 of them candidates: log2 values, or counts after log1p."""
    network = simulate_network(303, n_samples, seed=1, n_regulators=N_REGULATORS)
    expression = network.expression.canonical()
    if has_counts:
        rng = np.random.default_rng(1)
        means = rng.lognormal(0.5, 1.5, size=(expression.n_genes, 1))
        values = np.asarray(expression.values)
        folds = np.exp2(values - values.mean(axis=1, keepdims=True))
        expression = replace(expression, values=np.log1p(rng.poisson(means * folds)))
    rows = np.flatnonzero(np.isin(expression.genes, network.regulators)).astype(np.int32)
    n_reference = max(1, 20_000 // n_samples)
    kind = "counts" if has_counts else "continuous"
    title = f"simulated, {kind}, {N_REGULATORS} regulators x {n_samples:,} samples"
    n_threaded = max(10, 250_000 // n_samples)  # a second or two, so that starting does not count
    n_trees = max(40, 200_000 // n_samples)
    return Case(title, expression, rows, n_trees, n_reference, 32, n_threaded)


N_REGULATORS = 300
SIZES = (500, 600, 1_000, 2_000, 5_000, 20_000)
CASES: dict[str, Callable[[Path], Case]] = {
    "dream4": dream4,
    "ecoli": ecoli,
    "large": large,
    **{
        f"{kind}-{n_samples}": partial(sized, n_samples, kind == "counts")
        for kind in ("continuous", "counts")
        for n_samples in SIZES
    },
}


def seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    """Return the seconds that a call takes on a clock."""
    start = clock()
    work()
    return clock() - start


def in_turn(
    first: Callable[[], object],
    second: Callable[[], object],
    repeats: int,
    clock: Callable[[], float],
) -> tuple[float, float, float]:
    """Time two calls in turn; return both medians and the median ratio, first to second."""
    pairs = [(seconds(first, clock), seconds(second, clock)) for _ in range(repeats)]
    return (
        median(a for a, _ in pairs),
        median(b for _, b in pairs),
        median(a / b for a, b in pairs),
    )


def compare_engines(case: Case, method: str, repeats: int) -> None:
    """Print milliseconds a tree of both engines, for three targets."""
    forest = ForestSpec(method=method, n_trees=case.n_trees, seed=1)
    compiled = CompiledForests(case.expression, case.regulators, forest)
    compiled.warm_up()
    kind = RandomForestRegressor if method == RANDOM_FOREST else ExtraTreesRegressor
    ratios = []
    for target in np.linspace(0, case.expression.n_genes - 1, 3).astype(int):
        candidates = case.regulators[case.regulators != target]
        features = np.ascontiguousarray(case.expression.values[candidates].T, dtype=np.float32)
        response = unit_variance(case.expression.values[target])
        if response is None:
            continue
        k = forest.max_features(candidates.size)
        model = kind(n_estimators=case.n_reference_trees, max_features=k, n_jobs=1, random_state=1)
        compiled.importance(int(target))
        theirs, ours, ratio = in_turn(
            partial(model.fit, features, response),
            partial(compiled.importance, int(target)),
            repeats,
            time.process_time,
        )
        theirs, ours = theirs / case.n_reference_trees, ours / case.n_trees
        ratios.append(ratio * case.n_trees / case.n_reference_trees)
        print(
            f"  {method} {case.expression.genes[target]:>12}: K {k}, scikit-learn "
            f"{1e3 * theirs:.3f} ms a tree, compiled {1e3 * ours:.4f} ms, {ratios[-1]:.1f}x"
        )
    print(f"  {method} median ratio: {median(ratios):.1f}x")


def compare_threads(case: Case, repeats: int) -> None:
    """Print how much faster two threads are than one, over many targets."""
    forest = ForestSpec(n_trees=case.n_threaded_trees, seed=1)
    engine = CompiledForests(case.expression, case.regulators, forest)
    engine.warm_up()

    def infer(n_threads: int) -> None:
        plan = InferencePlan(
            open_expression=lambda: case.expression,
            regulators=case.regulators,
            targets=np.arange(case.n_threaded_targets, dtype=np.int32),
            forest=forest,
            layout=LayoutSpec(n_threads=n_threads),
            build=lambda *_, **__: engine,
        )
        for _ in infer_targets(plan, should_stop=lambda: False):
            pass

    one, two, ratio = in_turn(partial(infer, 1), partial(infer, 2), repeats, time.perf_counter)
    print(
        f"  {case.n_threaded_targets} targets of {case.n_threaded_trees} trees: "
        f"one thread {one:.2f} s, two threads {two:.2f} s, {ratio:.2f}x"
    )


def main() -> None:
    """Measure each case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=CASES, nargs="+", help="some of the data sets")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the real data sets")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--extra-trees", action="store_true", help="measure Extra-Trees too")
    parser.add_argument("--no-threads", action="store_true", help="leave out two threads")
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores")
    for name, build in CASES.items():
        if options.only is None or name in options.only:
            case = build(options.data)
            print(case.title)
            compare_engines(case, RANDOM_FOREST, options.repeats)
            if options.extra_trees:
                compare_engines(case, EXTRA_TREES, options.repeats)
            if (os.cpu_count() or 1) > 1 and not options.no_threads:
                compare_threads(case, options.repeats)


if __name__ == "__main__":
    main()
