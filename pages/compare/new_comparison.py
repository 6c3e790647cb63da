"""Form of a new comparison of two conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from genie3_engine import differential, labels, runs
from genie3_engine.data.quality import parse_recipe, targets_of
from genie3_engine.differential import Choices, ComparisonSpec
from genie3_engine.model import METHODS, ForestSpec
from genie3_engine.runs import DatasetInfo, RunSummary
from pages.compare import forecast
from ui import (
    actions,
    cache,
    errors,
    launchers,
    layout,
    navigation,
    regulons,
    settings_form,
    state,
    text_format,
)

_COLUMN, _RUNS = "One data set, two groups", "Two finished runs"
_MOST_TREES, _MOST_PERMUTATIONS = 100_000, 10_000
_LARGEST_SEED = 2**53 - 1
_KEY = "compare"


def show(done: Sequence[RunSummary]) -> None:
    """Ask what is compared and how; forecast it, and start it."""
    kind = st.segmented_control(
        "Groups of samples", [_COLUMN, _RUNS], default=_COLUMN, required=True, key=f"{_KEY}_groups"
    )
    spec = None
    with errors.shown():
        asked = _of_column() if kind == _COLUMN else _of_runs(done)
        if asked is not None:
            _check(asked)
            spec = _somewhere(asked)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            "Name of the comparison", key=f"{_KEY}_name", placeholder="Optional", max_chars=120
        )
        if actions.button(
            "Compare",
            _start,
            spec,
            name.strip() if name else "",
            type="primary",
            icon=":material/play_arrow:",
            key="start_comparison",
            disabled=spec is None,
        ):
            st.rerun()


def _somewhere(spec: ComparisonSpec) -> ComparisonSpec:
    """Ask where the forests grow; show the forecast for this machine or that place."""
    able = [name for name in runs.LAUNCHERS.names() if runs.LAUNCHERS[name].takes_comparisons]
    key = f"{_KEY}_where"
    launcher = launchers.choose(key, launchers.here(able, chosen=st.session_state.get(key)))
    info = runs.LAUNCHERS[launcher]
    if info.is_this_machine:
        forecast.show(spec)
        return spec
    saved = runs.saved_options(launcher)
    launchers.setup(launcher, saved)
    asked = [each for each in launchers.settings(launcher) if not each.is_advanced]
    needed = [each for each in asked if each.kind == "text" and each.words and not each.placeholder]
    suggested = {each.name: each.words[0] for each in needed}
    given = settings_form.form(
        asked, {**suggested, **saved}, prefix=f"{_KEY}_{launcher}_", n_columns=3
    )
    options = runs.complete_options(launcher, given)
    spec = replace(spec, launcher=launcher, launcher_options=options)
    if info.figures is not None:
        forecast.show(spec)
    return spec


def _start(spec: ComparisonSpec, name: str) -> None:
    state.put(state.COMPARISON, differential.start(replace(spec, name=name)).name)
    for key in (state.GENE, state.TO):
        state.put(key, None)


def _of_column() -> ComparisonSpec | None:
    """Ask for a data set, a column of it, and two of its values."""
    infos = {info.fingerprint: info for info in cache.datasets()}
    grouped = [each for each in infos if regulons.sample_groups(each)]
    if not grouped:
        st.info(
            "No stored data set has a column that groups its samples. Upload a table with an "
            "annotation of the samples, or a sample sheet, or several files to join.",
            icon=":material/info:",
        )
        layout.page_link(navigation.DATA, label="Choose data", icon=":material/table:")
        return None
    asked = state.get(state.DATASET)
    names = _data_names([infos[each] for each in grouped])
    first, second = st.columns(2, gap="small")
    third, fourth = st.columns(2, gap="small")
    with first:
        dataset = st.selectbox(
            "Data",
            grouped,
            index=grouped.index(asked) if asked in grouped else 0,
            format_func=names.__getitem__,
            key=f"{_KEY}_data",
        )
    info, columns = infos[dataset], regulons.sample_groups(dataset)
    with second:
        column = st.selectbox(
            "Groups by", list(columns), format_func=_short, key=f"{_KEY}_column_{dataset[:12]}"
        )
    counts = Counter(label for label in columns[column] if label)
    values = [value for value, _ in counts.most_common()]
    key = f"{_KEY}_{dataset[:12]}_{column}"
    with third:
        one = st.selectbox(
            "First group",
            values,
            format_func=lambda value: f"{_short(value)} ({counts[value]:,})",
            key=f"{key}_first",
        )
    others = [value for value in values if value != one]
    with fourth:
        other = st.selectbox(
            "Second group",
            others,
            format_func=lambda value: f"{_short(value)} ({counts[value]:,})",
            key=f"{key}_second_{one}",
        )
    _describe(info)
    choices = _choices([name for name in columns if name != column], has_forest=True)
    expression = cache.expression(dataset)
    return differential.of_column(
        dataset,
        column,
        (one, other),
        choices,
        regulators=info.labels.regulators,
        targets=targets_of(expression, parse_recipe(info.recipe)),
    )


def _of_runs(done: Sequence[RunSummary]) -> ComparisonSpec | None:
    """Ask for two finished runs of different data."""
    single = [run for run in done if run.spec.has_data]
    if len({run.spec.dataset for run in single}) < 2:
        st.info(
            "This takes finished runs of two data sets with the same genes, one for each "
            "condition. Infer a network from each, or choose two groups of one data set.",
            icon=":material/info:",
        )
        return None
    names = {run.id: text_format.shorten(f"{run.title} · {run.spec.source}") for run in single}
    of = {run.id: run for run in single}
    left, right = st.columns(2, gap="small")
    with left:
        first = st.selectbox(
            "First run", list(names), format_func=names.__getitem__, key=f"{_KEY}_run_1"
        )
    others = [run for run in names if of[run].spec.dataset != of[first].spec.dataset]
    with right:
        second = st.selectbox(
            "Second run", others, format_func=names.__getitem__, key=f"{_KEY}_run_2_{first}"
        )
    st.caption(
        "Method and settings are those of the runs, with at most "
        f"{differential.N_TREES:,} trees per target; regulators and targets are those of both."
    )
    annotations = [regulons.sample_groups(of[run].spec.dataset) for run in (first, second)]
    blocks = [name for name in annotations[0] if name in annotations[1]]
    choices = _choices(blocks, has_forest=False)
    return differential.of_runs(of[first].path, of[second].path, choices)


def _data_names(infos: Sequence[DatasetInfo]) -> dict[str, str]:
    """Return what each data set is called; those of the same name and size by a number, too."""
    names = {}
    for info in infos:
        name = text_format.shorten(info.name, at_most=40) or info.fingerprint[:12]
        names[info.fingerprint] = f"{name} ({info.n_genes:,} × {info.n_samples:,})"
    counts = Counter(names.values())
    return {
        each: f"{name} {each[:6]}" if counts[name] > 1 else name for each, name in names.items()
    }


def _short(name: str) -> str:
    return text_format.shorten(name, at_most=40)


def _describe(info: DatasetInfo) -> None:
    regulators = info.labels.regulators
    which = (
        "every gene is a candidate regulator"
        if regulators is None
        else f"{labels.count(len(regulators), 'candidate regulator')} from "
        f"{text_format.plain(info.labels.regulators_from or 'your list', at_most=60)}"
    )
    st.caption(f"{labels.count(info.n_genes, 'gene')}; {which}. Change them on the Data page.")


def _choices(columns: Sequence[str], *, has_forest: bool) -> Choices:
    """Ask for the blocks, the method and the permutations."""
    with (
        st.expander("Settings", icon=":material/tune:", key=f"{_KEY}_settings"),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        blocks = st.selectbox(
            "Blocks",
            ["", *columns],
            format_func=lambda each: _short(each) if each else "None",
            key=f"{_KEY}_blocks_{len(columns)}",
            help="Pairs or batches: labels are permuted inside each block, so that what "
            "differs between blocks does not count. A block needs samples of both groups.",
            width=180,
        )
        forest = _forest() if has_forest else None
        permutations = st.number_input(
            "Permutations",
            differential.FEWEST_PERMUTATIONS,
            _MOST_PERMUTATIONS,
            differential.N_PERMUTATIONS,
            10,
            key=f"{_KEY}_permutations",
            help="Of the labels, for every target; both networks are inferred each time.",
            width=160,
        )
        more = st.number_input(
            "Further permutations",
            0,
            _MOST_PERMUTATIONS,
            differential.N_MORE,
            50,
            key=f"{_KEY}_more",
            help="For targets with a link of p < 0.01.",
            width=190,
        )
    return Choices(
        forest=forest, n_permutations=int(permutations), n_more=int(more), blocks=blocks or ""
    )


def _forest() -> ForestSpec:
    method = st.selectbox(
        "Method",
        differential.comparable_methods(),
        format_func=lambda each: METHODS[each].label,
        key=f"{_KEY}_method",
        width=170,
    )
    seed = st.number_input("Seed", 0, _LARGEST_SEED, 0, key=f"{_KEY}_seed", width=130)
    forest = ForestSpec(method, seed=int(seed))
    if not forest.grows_with_trees:
        return forest
    trees = st.number_input(
        "Trees per target",
        1,
        _MOST_TREES,
        differential.N_TREES,
        50,
        key=f"{_KEY}_trees",
        width=160,
    )
    return replace(forest, n_trees=int(trees))


def _check(spec: ComparisonSpec) -> None:
    """Refuse groups that cannot be compared; show what to be careful about."""
    pooled = differential.PooledSamples.of(spec)
    first, second = pooled.n_samples
    st.caption(
        f"{text_format.plain(spec.labels[0], at_most=40)}: {labels.count(first, 'sample')}; "
        f"{text_format.plain(spec.labels[1], at_most=40)}: {labels.count(second, 'sample')}; "
        f"{labels.count(len(pooled.genes), 'common gene')}, "
        f"{labels.count(int(pooled.targets.size), 'target')}."
    )
    for note in (*spec.notes, *pooled.notes()):
        st.warning(text_format.plain(note, at_most=600), icon=":material/warning:")
