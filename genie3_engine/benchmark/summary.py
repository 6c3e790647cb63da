"""Summarise measured results in plain sentences.

Every sentence is computed: it is there only when the numbers support it, and contains them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from genie3_engine.benchmark import summary_text as said
from genie3_engine.benchmark.scaling import SeriesFits
from genie3_engine.benchmark.speedup import Kind, ResultRow, Series, fits_cores
from genie3_engine.labels import count, percent
from genie3_engine.model import COMPILED, ENGINES, SCIKIT_LEARN

MOST_SENTENCES = 3  # next to the chart
_BUSY = 0.25  # load for each core from which a machine is not quiet
_HEAVY = 0.2  # a share of the total time that is worth a sentence
_WORTH_DOUBTING = 0.05  # a use of each worker above 100 % that is no longer chance


def summary_sentences(
    rows: Sequence[ResultRow],
    fitted: Sequence[SeriesFits],
    *,
    n_cores: int,
    load_at_start: float | None = None,
) -> tuple[str, ...]:
    """Return the results of an experiment in sentences.

    Parameters
    ----------
    rows : sequence of ResultRow
        Its results.
    fitted : sequence of SeriesFits
        The laws of its series.
    n_cores : int
        Cores of the machine.
    load_at_start : float, optional
        Processes that wanted a core before it began.
    """
    measured = [row for row in rows if row.elapsed is not None]
    if not measured:
        return ()
    return (
        *_fastest(measured),
        *_engines(measured),
        *_each_series(fitted, n_cores),
        *_processes_or_inner(measured),
        *_both(measured),
        *_overhead(measured),
        *_failures(rows),
        *_trust(measured, n_cores, load_at_start),
    )


@dataclass(frozen=True, slots=True)
class Headline:
    """The result of an experiment at a glance.

    Parameters
    ----------
    number, about : str
        One number, and what it is.
    sentences : tuple of str
        Three at most, of those of `summary_sentences`.
    """

    number: str
    about: str
    sentences: tuple[str, ...] = ()


def headline(
    rows: Sequence[ResultRow],
    fitted: Sequence[SeriesFits],
    *,
    n_cores: int,
    load_at_start: float | None = None,
) -> Headline | None:
    """Return the result of an experiment at a glance; None before anything is measured.

    Parameters
    ----------
    rows, fitted, n_cores, load_at_start
        As in `summary_sentences`.
    """
    measured = [row for row in rows if row.elapsed is not None and row.rate]
    if not measured:
        return None
    best = max(measured, key=lambda row: row.rate or 0.0)
    series = [each for each in fitted if each.series.engine == best.configuration.engine]
    gains = [
        sentence
        for each in sorted(_largest(series), key=lambda each: best not in each.series.rows)
        for sentence in _gains(each, n_cores)
    ]
    sentences = (
        *list(_engines(measured))[:1],
        *gains[:1],
        *list(_trust(measured, n_cores, load_at_start))[-1:],
    )
    number, about = _at_a_glance(best)
    return Headline(number, about, sentences[:MOST_SENTENCES])


def _at_a_glance(best: ResultRow) -> tuple[str, str]:
    """Return the number of the fastest configuration, and what it is."""
    one, elapsed = best.configuration, best.elapsed
    seconds = "" if elapsed is None else said.seconds(elapsed.median)
    how = f"{one.label}: {seconds} for {count(one.n_targets, 'target')}"
    if best.over_reference and best.over_reference > 1 + said.WORTH_SAYING:
        return f"{best.over_reference:,.3g} ×", f"as fast as one scikit-learn job ({how})"
    if best.speedup and best.efficiency is None:
        return f"{best.speedup:,.3g} ×", f"as fast as the first instance type ({how})"
    if best.speedup and best.speedup > 1 + said.WORTH_SAYING:
        return f"{best.speedup:,.3g} ×", f"as fast as one worker ({how})"
    return seconds, f"is the fastest ({how})"


def _fastest(rows: Sequence[ResultRow]) -> Iterator[str]:
    best = max(rows, key=lambda row: row.rate or 0.0)
    if len(rows) < 2 or best.elapsed is None:
        return
    text = (
        f"Fastest: {best.configuration.label}, {said.seconds(best.elapsed.median)} for "
        f"{count(best.configuration.n_targets, 'target')}"
    )
    if best.over_reference and best.over_reference > 1 + said.WORTH_SAYING:
        text += f", {best.over_reference:,.3g} times as fast as one scikit-learn job"
    elif best.speedup and best.speedup > 1 + said.WORTH_SAYING:
        which = "its own serial run" if best.efficiency else "the first instance type"
        text += f", {best.speedup:,.3g} times as fast as {which}"
    yield f"{text}."


def _engines(rows: Sequence[ResultRow]) -> Iterator[str]:
    """Compare the engines where both have a row with the same number of workers."""
    for workers in sorted({row.configuration.workers for row in rows}):
        best = {engine: _best(rows, engine, workers) for engine in ENGINES}
        compiled, other = best[COMPILED], best[SCIKIT_LEARN]
        if compiled and other and compiled.rate and other.rate:
            ratio = compiled.rate / other.rate
            names = ("the compiled engine", "scikit-learn")
            faster, slower = names if ratio >= 1 else names[::-1]
            yield (
                f"With {count(workers, 'worker')}, {faster} is "
                f"{max(ratio, 1 / ratio):,.3g} times as fast as {slower}."
            )
            return


def _best(rows: Sequence[ResultRow], engine: str, workers: int) -> ResultRow | None:
    own = [
        row
        for row in rows
        if row.configuration.engine == engine and row.configuration.workers == workers
    ]
    return max(own, key=lambda row: row.rate or 0.0, default=None)


def _each_series(fitted: Sequence[SeriesFits], n_cores: int) -> Iterator[str]:
    for each in _largest(fitted):
        yield from _gains(each, n_cores)
        if each.amdahl is not None:
            yield f"{said.name(each)}: {each.amdahl.words}{said.misfit(each.amdahl.misses)}"
        if each.universal is not None:
            yield (
                f"{said.name(each)}, by the Universal Scalability Law: {each.universal.words}"
                f"{said.misfit(each.universal.misses)}"
            )
        yield from _too_many(each, n_cores)


def _gains(each: SeriesFits, n_cores: int) -> Iterator[str]:
    """Describe what the most workers that fit the cores gain."""
    one = each.series
    last = max(
        (row for row in one.rows if fits_cores(row, n_cores)),
        key=lambda row: row.configuration.workers,
    )
    if last.speedup and last.efficiency and last.kind is not Kind.SERIAL:
        yield _gain(one, last)
    if one.is_weak:
        yield from _weak(one.rows[0], last)


def _largest(fitted: Sequence[SeriesFits]) -> list[SeriesFits]:
    """Return one series of each kind: of those with different numbers of targets, the largest."""
    largest: dict[tuple[str, Kind], SeriesFits] = {}
    for each in sorted(fitted, key=lambda each: each.series.n_targets or 0):
        largest[each.series.engine, each.series.kind] = each
    return [each for each in fitted if each in largest.values()]


def _gain(one: Series, last: ResultRow) -> str:
    """Describe what the workers of one kind gain over the serial row, all cores busy."""
    first, speedup = one.rows[0], last.speedup or 1.0
    engine = ENGINES[last.configuration.engine].phrase
    if one.n_targets is not None:
        engine += f" with {one.n_targets:,} targets"
    workers = f"{last.configuration.workers} {last.kind}"
    if abs(speedup - 1) <= said.noise([first, last]):
        return f"{workers} are as fast as one for {engine}."
    if speedup < 1:
        return f"{workers} take {percent(1 / speedup - 1)} longer than one for {engine}."
    gain, used = f"{workers} make {engine} {speedup:.2f} times as fast", last.efficiency or 0.0
    if used > 1 + _WORTH_DOUBTING:
        return f"{gain}, more than their number explains: the run on one may have been disturbed."
    return f"{gain}: {percent(min(used, 1.0))} of each worker is used."


def _weak(first: ResultRow, last: ResultRow) -> Iterator[str]:
    """Describe whether the time stays when work and workers grow together."""
    if first.elapsed is None or last.elapsed is None:
        return
    growth = last.elapsed.median / first.elapsed.median - 1
    factor = last.configuration.n_targets / first.configuration.n_targets
    change = (
        "stays the same"
        if abs(growth) <= said.noise([first, last])
        else f"grows by {percent(growth)}"
        if growth > 0
        else f"falls by {percent(-growth)}"
    )
    yield (
        f"With {factor:.3g} times the targets on {factor:.3g} times the workers the time {change}."
    )


def _too_many(each: SeriesFits, n_cores: int) -> Iterator[str]:
    """Describe what more workers than cores cost or gain."""
    inside = [row for row in each.series.rows if fits_cores(row, n_cores)]
    outside = [row for row in each.series.rows if not fits_cores(row, n_cores)]
    if not inside or not outside or each.series.kind is Kind.BOTH:
        return
    best = max(inside, key=lambda row: row.speedup or 0.0)
    worst = max(outside, key=lambda row: row.configuration.workers)
    if not best.speedup or not worst.speedup:
        return
    change = worst.speedup / best.speedup - 1
    crowd = f"{worst.configuration.workers} {each.series.kind} on {count(n_cores, 'core')}"
    if best.kind is Kind.SERIAL:
        yield (
            f"{crowd} make {ENGINES[each.series.engine].phrase} {worst.speedup:.2f} times as fast: "
            f"{percent(worst.speedup / min(n_cores, worst.configuration.workers))} of the ideal "
            f"for {count(n_cores, 'core')}."
        )
    elif change > said.noise([best, worst]):
        yield f"{crowd} are {said.faster(1 + change)} the best that fits the cores."
    elif change < -said.noise([best, worst]):
        yield f"{crowd} take {percent(-change / (1 + change))} longer than the best that fits them."
    else:
        yield f"{crowd} are as fast as the best that fits the cores."


def _processes_or_inner(rows: Sequence[ResultRow]) -> Iterator[str]:
    """Compare processes with jobs or threads, as many of either."""
    for engine in ENGINES:
        inner_kind = Kind.JOBS if ENGINES[engine].has_jobs else Kind.THREADS
        own = {
            (row.kind, row.configuration.workers, row.configuration.n_targets): row
            for row in rows
            if row.configuration.engine == engine
        }
        pairs = [
            (row, other)
            for (kind, *size), row in own.items()
            if kind is Kind.PROCESSES and (other := own.get((inner_kind, *size))) is not None  # type: ignore[arg-type]
        ]
        if not pairs:
            continue
        processes, inner = max(pairs, key=lambda pair: pair[0].configuration.workers)
        if not processes.rate or not inner.rate:
            continue
        ratio = processes.rate / inner.rate
        what = f"{processes.configuration.workers} processes and {inner.configuration.workers} "
        if abs(ratio - 1) <= said.noise([processes, inner]):
            yield f"{engine}: {what}{inner_kind} take the same time, as far as can be measured."
        else:
            names = ("processes", str(inner_kind))
            faster, slower = names if ratio > 1 else names[::-1]
            yield (
                f"{engine}, {count(processes.configuration.workers, 'worker')}: {faster} are "
                f"{said.faster(max(ratio, 1 / ratio))} {slower}."
            )


def _both(rows: Sequence[ResultRow]) -> Iterator[str]:
    """Describe whether processes and jobs together pay."""
    for row in rows:
        single = [
            each
            for each in rows
            if each.kind in {Kind.PROCESSES, Kind.JOBS, Kind.THREADS}
            and each.configuration.engine is row.configuration.engine
            and each.configuration.n_targets == row.configuration.n_targets
        ]
        if row.kind is not Kind.BOTH or not single or row.total is None:
            continue
        best = min(single, key=lambda each: each.total.median if each.total else float("inf"))
        if best.total is None:
            continue
        change = row.total.median / best.total.median - 1
        verdict = (
            "as long as"
            if abs(change) <= said.noise([row, best])
            else f"{percent(change)} longer than"
            if change > 0
            else f"{percent(-change)} less time than"
        )
        yield (
            f"Both together ({row.configuration.label}) take {verdict} "
            f"{best.configuration.label}, start-up included."
        )


def _overhead(rows: Sequence[ResultRow]) -> Iterator[str]:
    best = min(
        (row for row in rows if row.total is not None),
        key=lambda row: row.total.median if row.total else float("inf"),
    )
    if best.total is None or best.elapsed is None or best.total.median <= 0:
        return
    share = 1 - best.elapsed.median / best.total.median
    if share >= _HEAVY:
        yield (
            f"In the quickest run ({best.configuration.label}) {percent(share)} of the total time "
            "goes to starting, reading, compiling and writing. With more targets that share is "
            "smaller."
        )


def _failures(rows: Sequence[ResultRow]) -> Iterator[str]:
    for row in rows:
        if row.error:
            yield f"{row.configuration.label} was not measured: {row.error}"


def _trust(rows: Sequence[ResultRow], n_cores: int, load_at_start: float | None) -> Iterator[str]:
    extrapolated = [row for row in rows if row.configuration.is_extrapolated]
    for row in extrapolated:
        yield (
            f"{row.configuration.label} is extrapolated: "
            f"{count(row.configuration.targets_to_compute, 'target')} were computed for "
            f"{row.configuration.n_targets:,}."
        )
    repeated = [row.elapsed.share for row in rows if row.elapsed is not None and row.n_repeats > 1]
    if repeated:
        yield (
            f"Repeats of the same configuration differ by up to {percent(max(repeated))}: smaller "
            "differences may be chance."
        )
    else:
        yield "Each configuration ran once: small differences may be chance."
    if load_at_start is not None and load_at_start > _BUSY * n_cores:
        yield (
            f"The machine was busy when it began (load {load_at_start:.1f} on "
            f"{count(n_cores, 'core')}): times may be too long."
        )
