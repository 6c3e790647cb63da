"""The form of a run's settings."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from genie3_engine import labels
from genie3_engine.data.expression import Expression
from genie3_engine.errors import InputError
from genie3_engine.model import (
    ENGINES,
    IN_VIVO,
    KEEP,
    METHODS,
    PRECISION,
    RANDOM_FOREST,
    TIME_SERIES,
    ConfidenceSpec,
    ForestSpec,
    LayoutSpec,
    RunSpec,
    Setting,
    method_settings,
    settings_of,
)
from genie3_engine.runs import DatasetInfo, usable_cores
from ui import confidence as ui_confidence
from ui import settings_form, state, text_format

FOREST = settings_of(ForestSpec)
LAYOUT = settings_of(LayoutSpec)
CONFIDENCE, CONFIDENCE_KIND = "confidence", "confidence_kind"
PRESETS = {
    "GENIE3": (RANDOM_FOREST, 1000, "1,000 trees, as in the original paper: stable ranks."),
    "In vivo": (
        IN_VIVO,
        None,
        METHODS[IN_VIVO].help,
    ),
    "Time series": (TIME_SERIES, None, METHODS[TIME_SERIES].help),
    "First look": (PRECISION, None, "Precision: a whole network in seconds, without trees."),
    "Fast look": (
        RANDOM_FOREST,
        100,
        "100 trees: the strongest links, in a tenth of the time.",
    ),
}
_EVIDENCE = """\
Area under precision and recall, as DREAM5 computes it:

| method | DREAM5 *in silico* | DREAM5 *E. coli* | DREAM5 yeast | *E. coli* RNA-seq | DREAM4 |
|---|---|---|---|---|---|
| GENIE3 | .291 | .093 | .021 | .082 | .185 |
| precision | .316 | .117 | .027 | .119 | .140 |
| GRNBoost2 as published | .356 | .122 | .023 | .095 | .108 |
| *In vivo*: GRNBoost2 and precision | .366 | .131 | .027 | .113 | .141 |

The first three columns are published lists (PORTIA's for precision, which adds steps of its own); \
*E. coli* RNA-seq is the mean of three seeds, DREAM4 that of five small simulated networks. What \
helps on real compendia hurts there: **no method is the best everywhere**. On single cells all of \
them are near chance."""
ALL_GENES, MOST_VARIABLE = "All genes", "The {:,} most variable"
FIRST_GENES, GENE_LIST = "The first few", "A list"
_TREES = FOREST["n_trees"]
_METHOD = FOREST["method"]
CHOOSES = ("method", "engine")  # the other settings depend on them


def preset(info: DatasetInfo) -> None:
    """Draw buttons that set the method and, for forests, the number of trees.

    Parameters
    ----------
    info : DatasetInfo
        The data set; the button of a method that needs more than it has shows why.
    """
    settings_form.set_first(_METHOD)
    settings_form.set_first(method_settings(RANDOM_FOREST)[_TREES.name])
    with st.container(gap="xsmall", width="content"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown(":small[Preset]", width="content")
            with st.popover(
                "Which one?", type="tertiary", icon=":material/help:", key="about_presets"
            ):
                st.markdown("\n".join(f"- **{name}**: {each[2]}" for name, each in PRESETS.items()))
                st.markdown(_EVIDENCE)
        with st.container(horizontal=True, gap="xsmall", width="content"):
            for name, (method, trees, sentence) in PRESETS.items():
                is_chosen = state.value(_METHOD.name) == method and (
                    trees is None or state.value(_TREES.name) == trees
                )
                obstacle = _obstacle(method, info)
                st.button(
                    name,
                    key=f"preset_{trees or method}",
                    help=obstacle or sentence,
                    disabled=bool(obstacle),
                    icon=":material/check:" if is_chosen else None,
                    on_click=_use,
                    args=(method, trees),
                )


def _obstacle(method: str, info: DatasetInfo) -> str:
    """Return why a method cannot be used with a data set; empty where it can."""
    try:
        METHODS[method].require_samples(info.n_samples, info.provides)
    except InputError as error:
        return text_format.plain(str(error), at_most=400)
    return ""


def _use(method: str, trees: int | None) -> None:
    state.set_value(_METHOD.name, method)
    if trees is not None:
        state.set_value(_TREES.name, trees)


def prefix(method: str) -> str:
    """Return what begins the keys of a method's widgets, where it has defaults of its own."""
    return f"{method}_" if METHODS[method].defaults else ""


def own_settings(method: str) -> list[Setting]:
    """Return the settings that a method takes besides method and engine, as they are shown."""
    taken = method_settings(method)
    return [taken[name] for name in METHODS[method].settings]


def forest() -> dict[str, object]:
    """Draw the method and its settings, and return their values by name."""
    left, right = st.columns(2, gap="medium")
    with left:
        method = str(settings_form.widget(_METHOD))
        settings = own_settings(method)
        n_left = len(settings) // 2
        values = settings_form.form(settings[:n_left], prefix=prefix(method))
    with right:
        values |= settings_form.form(settings[n_left:], prefix=prefix(method))
    return {_METHOD.name: method, **values}


def targets_key(restricted: Sequence[str] | None) -> str:
    """Return the key of the choice of targets, another one where a fix has restricted them."""
    return "targets" if restricted is None else f"targets_of_{len(restricted)}"


def target_list_key(info: DatasetInfo) -> str:
    """Return the key of the list of targets of a data set."""
    return f"target_list_{info.fingerprint[:12]}"


def targets(
    info: DatasetInfo, genes: Sequence[str], restricted: tuple[str, ...] | None = None
) -> tuple[str, ...] | None:
    """Draw the choice of targets and return them; None means all genes.

    Parameters
    ----------
    info : DatasetInfo
        The data set.
    genes : sequence of str
        Its genes.
    restricted : tuple of str, optional
        Those that a fix of the data restricts the targets to, which are then the default.

    Raises
    ------
    InputError
        When a list is chosen and empty.
    """
    kinds = [ALL_GENES, FIRST_GENES, GENE_LIST]
    if restricted is not None:
        kinds.insert(0, MOST_VARIABLE)
    key = targets_key(restricted)
    state.default(key, kinds[0])
    with st.container(gap="xsmall"):
        kind = st.segmented_control(
            "Targets",
            kinds,
            format_func=lambda each: each.format(len(restricted or ())),
            required=True,
            key=key,
            persist_state="session",
        )
        st.caption("Genes whose regulators are inferred. Fewer take proportionally less time.")
    if kind == MOST_VARIABLE:
        return restricted
    if kind == FIRST_GENES:
        key = f"n_targets_{info.fingerprint[:12]}"
        state.default(key, min(10, len(genes)))
        number = st.number_input(
            "Number of targets", 1, len(genes), key=key, persist_state="session"
        )
        return tuple(genes[: int(number)])
    if kind != GENE_LIST:
        return None if restricted is None else tuple(genes)
    names = st.multiselect(
        "Target genes",
        genes,
        key=target_list_key(info),
        placeholder="Type a name",
        persist_state="session",
    )
    if not names:
        raise InputError("No target is chosen.", "Choose at least one gene, or all genes.")
    return tuple(sorted(names))


def keep() -> str | int:
    """Draw the number of links kept per target, and return it."""
    value: str | int = settings_form.widget(KEEP)
    return value


def confidence(chosen: ForestSpec, info: DatasetInfo) -> ConfidenceSpec | None:
    """Draw the switch of the confidence of the links, and return the kinds; None while it is off.

    Parameters
    ----------
    chosen : ForestSpec
        The method and its settings.
    info : DatasetInfo
        The data set.
    """
    choices, reason = ui_confidence.offered(chosen, n_samples=info.n_samples)
    with st.container(gap="xsmall", key="confidence_form"):
        is_wanted = st.toggle(
            "Confidence of the links",
            key=CONFIDENCE,
            disabled=not choices,
            persist_state="session",
        )
        st.caption(
            text_format.plain(reason, at_most=400)
            if reason
            else "p and q from forests of permuted targets, and how often a link is found again in "
            "halves of the samples. The network stays the same."
        )
        if not (is_wanted and choices):
            return None
        return ui_confidence.choose(choices, key=CONFIDENCE_KIND)


def confidence_cost(spec: RunSpec, expression: Expression) -> None:
    """Show how long the confidence takes, or would take; nothing before a forecast."""
    choices, _ = ui_confidence.offered(spec.forest, n_samples=expression.n_samples)
    if not choices:
        return
    asked = spec.confidence or ConfidenceSpec.parse(str(choices[0].value))
    words = ui_confidence.cost(spec, expression, asked)
    if words:
        st.caption(words)


def engine() -> str:
    """Draw the choice of the engine, and return its name."""
    return str(settings_form.widget(FOREST["engine"]))


def layout(engine_name: str, *, n_targets: int) -> LayoutSpec:
    """Draw how the targets share the cores, with a note where they cannot."""
    worker = "n_jobs" if ENGINES[engine_name].has_jobs else "n_threads"
    values = {}
    for column, name in zip(st.columns(2, gap="medium"), ("n_processes", worker), strict=True):
        with column:
            values[name] = settings_form.widget(LAYOUT[name])
    work = LayoutSpec(**values)
    workers = work.n_jobs if worker == "n_jobs" else work.n_threads
    _note(work.n_processes, workers or max(1, usable_cores() // work.n_processes), n_targets)
    return work


def _note(processes: int, workers: int, n_targets: int) -> None:
    """Show what a layout means for the cores."""
    total, n_cores = processes * workers, usable_cores()
    cores = labels.count(n_cores, "core")
    if total > n_cores:
        st.warning(
            f"{total} workers share {cores}: they slow one another down. Use {n_cores} in all.",
            icon=":material/speed:",
        )
    elif processes > n_targets:
        st.warning(
            f"{processes} processes for {labels.count(n_targets, 'target')}: "
            "some have nothing to do.",
            icon=":material/speed:",
        )
    elif total < n_cores:
        st.caption(f"{total} of {cores} in use.")
    else:
        st.caption(f"All {cores} in use.")
