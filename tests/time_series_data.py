"""Time series for tests and benchmarks: simulated ones, dynGENIE3's example, DREAM4's."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd

from genie3_engine.data.expression import Expression
from genie3_engine.data.sample_sheet import Row, SampleSheet

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
EXAMPLE, DREAM4 = DATA / "dyngenie3_example", DATA / "dream4_perturbations"
GOLD = DREAM4 / "DREAM4_GoldStandard_InSilico_Size100_1.tsv.gz"


def point(series: str, time: float) -> Row:
    """Return the row of a sample in a time series."""
    return series, time, (), "", "", ""


def steady(*genes: str, how: str = "") -> Row:
    """Return the row of a steady state, in which genes are perhaps perturbed."""
    return "", math.nan, genes, how, "", ""


def expression_of(values, rows, genes) -> Expression:
    """Return samples, one row each, with their sheet, in canonical order."""
    return Expression(
        values=np.ascontiguousarray(np.array(values, dtype=np.float64).T),
        genes=tuple(genes),
        samples=tuple(f"s{at:04d}" for at in range(len(rows))),
        sheet=SampleSheet.of_rows(rows),
    ).canonical()


def small_series(n_genes=8, n_series=4, n_points=6, n_steady=5, seed=1) -> Expression:
    """Return series at unequal times in which each gene follows the one before, and steady states.

    The first three genes are knocked out in a steady state each.
    """
    rng = np.random.default_rng(seed)
    values, rows = [], []
    for series in range(n_series):
        state = rng.random(n_genes)
        time = 0.0
        for _ in range(n_points):
            values.append(state + rng.normal(0, 0.01, n_genes))
            rows.append(point(f"series {series}", time))
            step = float(rng.choice([0.5, 1.0, 2.0]))
            time += step
            inflow = np.r_[rng.random(), state[:-1]]
            state = state + (inflow - state) * (1 - math.exp(-step))
    genes = [f"g{at:03d}" for at in range(n_genes)]
    for at in range(n_steady):
        state = np.full(n_genes, rng.random()) + rng.normal(0, 0.01, n_genes)
        if at < 3:
            state[at:] -= 0.3
        values.append(state)
        rows.append(steady(genes[at], how="KO") if at < 3 else steady())
    return expression_of(values, rows, genes)


def example() -> Expression:
    """Return the example of dynGENIE3: three series of ten genes, and steady states."""
    values, rows = [], []
    for number in (1, 2, 3):
        table = pd.read_csv(EXAMPLE / f"time_series_{number}.txt", sep="\t")
        values += table.iloc[:, 1:].to_numpy().tolist()
        rows += [point(f"series {number}", float(time)) for time in table["time_points"]]
    table = pd.read_csv(EXAMPLE / "SS_data.txt", sep="\t")
    values += table.to_numpy().tolist()
    rows += [steady()] * len(table)
    return expression_of(values, rows, table.columns)


def dream4() -> Expression:
    """Return network 1 of DREAM4: ten series, the wild type, knock-outs and knock-downs."""
    series = pd.read_csv(DREAM4 / "insilico_size100_1_timeseries.tsv.gz", sep="\t")
    genes = list(series.columns[1:])
    values = series.iloc[:, 1:].to_numpy().tolist()
    number = (series.iloc[:, 0] == 0).cumsum()
    rows = [
        point(f"series {n:02d}", float(t)) for n, t in zip(number, series.iloc[:, 0], strict=True)
    ]
    values += pd.read_csv(DREAM4 / "insilico_size100_1_wildtype.tsv", sep="\t").to_numpy().tolist()
    rows.append(steady())
    for name, how in (("knockouts", "KO"), ("knockdowns", "KD")):
        table = pd.read_csv(DREAM4 / f"insilico_size100_1_{name}.tsv.gz", sep="\t")
        values += table.to_numpy().tolist()
        rows += [steady(gene, how=how) for gene in genes]
    return expression_of(values, rows, genes)
