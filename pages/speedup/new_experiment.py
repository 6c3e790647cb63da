"""Form of a new experiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from genie3_engine import benchmark, labels
from genie3_engine.benchmark import Configuration, ExperimentSpec, SimulatedData
from genie3_engine.errors import OptionError
from genie3_engine.model import COMPILED, ENGINES
from pages.speedup import machine_choice
from pages.speedup.machine_choice import Machine
from ui import cache, errors, state, text_format

_SIMULATED = "simulated"
_OWN_TITLE = "Custom grid"
_OWN_QUESTION = "Every combination of the chosen engines, processes, jobs and threads."
_COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96)
_MOST_TREES, _MOST_REPEATS, _MOST_GENES, _MOST_SAMPLES = 100_000, 50, 200_000, 100_000
_LARGEST_SEED = 2**53 - 1


@dataclass(frozen=True, slots=True)
class _Data:
    """The data that were chosen: stored, or to be simulated."""

    source: str
    n_genes: int
    dataset: str | None = None
    simulated: SimulatedData | None = None
    regulators: tuple[str, ...] | None = None


def show() -> None:
    """Ask for an experiment, and start it."""
    preset = _cards()
    left, right = st.columns(2, gap="medium")
    with left:
        data = _data()
    with right, st.container(horizontal=True):
        trees = st.number_input("Trees", 1, _MOST_TREES, value=1000, step=100, key="lab_trees")
        repeats = st.number_input("Repeats", 1, _MOST_REPEATS, value=1, step=1, key="lab_repeats")
        seed = st.number_input("Seed", 0, _LARGEST_SEED, value=0, step=1, key="lab_seed")
    spec = None
    with errors.shown():
        machine = machine_choice.choose()
        configurations = _grid() if preset == benchmark.MY_OWN else _of_preset(preset, machine)
        spec = _spec(
            preset,
            configurations,
            data,
            machine,
            trees=int(trees),
            repeats=int(repeats),
            seed=int(seed),
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Start the experiment",
            type="primary",
            icon=":material/play_arrow:",
            key="start_experiment",
            disabled=spec is None,
        )
        if spec is not None:
            st.caption(_summary(spec))
    if pressed and spec is not None:
        state.put(state.EXPERIMENT, benchmark.start(spec).name)
        st.rerun()


def _cards() -> str:
    """Offer the presets as cards, and return the key of the chosen one."""
    state.default("lab_preset", "engines")
    current = str(state.value("lab_preset"))
    cards = [(each.key, each.title, each.question) for each in benchmark.PRESETS]
    with st.grid(min_column_width=250, key="presets"):
        for key, title, question in [*cards, (benchmark.MY_OWN, _OWN_TITLE, _OWN_QUESTION)]:
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{title}**")
                st.caption(question)
                st.button(
                    "Chosen" if key == current else "Choose",
                    key=f"preset_{key}",
                    icon=":material/check:" if key == current else None,
                    type="primary" if key == current else "secondary",
                    on_click=state.set_value,
                    args=("lab_preset", key),
                )
    return current


def _data() -> _Data:
    """Ask for stored data, or for the size of a simulated matrix."""
    infos = {info.fingerprint: info for info in cache.datasets()}
    chosen = state.get(state.DATASET)
    options = [*infos, _SIMULATED]

    def label(option: str) -> str:
        if option == _SIMULATED:
            return "A simulated matrix"
        info = infos[option]
        size = f"{info.n_genes:,} × {info.n_samples:,}"
        return f"{text_format.shorten(info.name, at_most=40) or option[:12]} ({size})"

    option = st.selectbox(
        "Data",
        options,
        index=options.index(chosen) if chosen in infos else len(options) - 1,
        format_func=label,
        key="lab_data",
    )
    if option != _SIMULATED:
        info = infos[option]
        return _Data(
            info.name or option[:12],
            info.n_genes,
            dataset=option,
            regulators=info.labels.regulators,
        )
    with st.container(horizontal=True):
        genes = st.number_input(
            "Genes", 3, _MOST_GENES, value=benchmark.ORIGINAL_GENES, step=1000, key="lab_genes"
        )
        samples = st.number_input(
            "Samples",
            2,
            _MOST_SAMPLES,
            value=benchmark.ORIGINAL_SAMPLES,
            step=10,
            key="lab_samples",
        )
    st.caption("The original data set has 49,196 genes and 193 samples.")
    simulated = SimulatedData(int(genes), int(samples))
    return _Data(simulated.name, simulated.n_genes, simulated=simulated)


def _of_preset(key: str, machine: Machine) -> tuple[Configuration, ...]:
    preset = benchmark.preset_named(key)
    targets = st.number_input(
        "Targets of one worker" if key == "weak-scaling" else "Targets of each run",
        1,
        1_000_000,
        value=preset.n_targets,
        key=f"lab_targets_{key}",
        width=220,
    )
    if preset.types is not None and machine.has_types:
        st.caption("The instance types are the original's; those chosen above are not used.")
    return benchmark.configurations_of(
        preset,
        n_cores=machine.n_cores,
        n_targets=int(targets),
        has_types=machine.has_types,
    )


def _grid() -> tuple[Configuration, ...]:
    """Ask for the values of a grid of the user's own."""
    engines = st.pills(
        "Engines",
        ENGINES.names(),
        format_func=lambda name: ENGINES[name].label,
        selection_mode="multi",
        default=[COMPILED],
        key="lab_engines",
    )
    first, second, third, fourth = st.columns(4)
    with first:
        processes = _counts("Processes", key="lab_processes")
    with second:
        n_jobs = _counts("Jobs (scikit-learn)", key="lab_jobs")
    with third:
        threads = _counts("Threads (compiled)", key="lab_threads")
    with fourth:
        targets = st.number_input("Targets", 1, 1_000_000, value=10, key="lab_targets")
    if not engines or not processes or not n_jobs or not threads:
        raise OptionError("A list is empty.", "Choose at least one value in each.")
    return benchmark.grid(
        list(engines),
        processes=processes,
        n_jobs=n_jobs,
        threads=threads,
        targets=(int(targets),),
    )


def _counts(label: str, *, key: str) -> Sequence[int]:
    return list(st.multiselect(label, _COUNTS, default=[1], key=key))


def _spec(
    preset: str,
    configurations: tuple[Configuration, ...],
    data: _Data,
    machine: Machine,
    *,
    trees: int,
    repeats: int,
    seed: int,
) -> ExperimentSpec:
    titles = {each.key: each.title for each in benchmark.PRESETS}
    spec = ExperimentSpec(
        name=titles.get(preset, _OWN_TITLE),
        preset=preset,
        configurations=machine.spread(configurations),
        dataset=data.dataset,
        simulated=data.simulated,
        source=data.source,
        regulators=data.regulators,
        n_repeats=repeats,
        n_trees=trees,
        seed=seed,
        launcher=machine.launcher,
        launcher_options=machine.options,
    )
    if spec.most_targets > data.n_genes:
        raise OptionError(
            f"The largest run has {spec.most_targets:,} targets; the data have "
            f"{data.n_genes:,} genes.",
            "Choose fewer targets.",
        )
    return spec


def _summary(spec: ExperimentSpec) -> str:
    n_runs = len(spec.schedule())
    text = (
        f"{labels.count(len(spec.configurations), 'configuration')}, "
        f"{labels.count(n_runs, 'run')} in random order"
    )
    if any(each.is_extrapolated for each in spec.configurations):
        text += "; the serial row is extrapolated from fewer targets"
    return f"{text}. {machine_choice.summary(spec)}"
