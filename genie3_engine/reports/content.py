"""Collect the content of a report of a run."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from genie3_engine.data.decisions import command_line
from genie3_engine.data.gene_table import NO_GENE_TABLE, GeneTable
from genie3_engine.data.regulator_lists import list_of_provenance
from genie3_engine.datasets.catalogue import dataset_info
from genie3_engine.enrichment.gene_sets import MatchedSets
from genie3_engine.enrichment.over_representation import Enrichment, over_representation
from genie3_engine.errors import Genie3Error, RunError
from genie3_engine.labels import PHASES, size
from genie3_engine.launchers.registry import launcher_rows
from genie3_engine.model import (
    KEEP,
    METHODS,
    LayoutSpec,
    RunSpec,
    run_title,
    setting_rows,
    settings_of,
)
from genie3_engine.networks.colours import by_module_or_role, mark_legend
from genie3_engine.networks.communities import detect_modules
from genie3_engine.networks.exports import open_links
from genie3_engine.networks.exports.link_source import method_scale
from genie3_engine.networks.gene_groups import module_groups
from genie3_engine.networks.gene_names import gene_table_of_run
from genie3_engine.networks.link_evidence import (
    COLUMNS,
    MEANING_OF_Q,
    Evidence,
    Q,
    evidence_of,
    with_evidence,
)
from genie3_engine.networks.links import ranked_links
from genie3_engine.networks.saved_views import SavedView, read_views
from genie3_engine.networks.summary import NetworkSummary, network_summary
from genie3_engine.networks.thresholds import Threshold, ThresholdKind
from genie3_engine.networks.views import View, threshold_layout
from genie3_engine.reports.methods_paragraph import methods_paragraph
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.version import __version__

LINKS_DRAWN = 300
LINKS_LISTED = 200
REGULATORS_LISTED = 20
_USUAL = (Threshold(ThresholdKind.Q, 0.05), Threshold(ThresholdKind.STABILITY, 0.8))


@dataclass(frozen=True, slots=True, eq=False)
class RunReport:
    """Everything that a report shows, as values.

    Parameters
    ----------
    title : str
        What the run is called.
    facts : sequence of (name, value)
        The network in a few numbers.
    view : View
        What is drawn.
    links : DataFrame
        The strongest links: rank, regulator, target, importance, and the evidence that there is.
    regulators : DataFrame
        The regulators of most strength: gene, n_targets, strength, oob_r2.
    settings, provenance : sequences of (name, value)
        What decided the result, and where it comes from.
    seconds : sequence of (step, seconds)
        Where the time went.
    scale : str
        What the importance is, in words.
    notes : sequence of str
        What to be careful about.
    methods : str
        A paragraph for a paper, and its references.
    created : str
        When the report was made.
    views : sequence of SavedView
        The views that the user has saved, in the order of the presentation.
    gene_table : GeneTable
        What the genes are labelled by.
    enrichment : Enrichment or None
        Enriched gene sets of groups of genes.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    view: View
    links: pd.DataFrame
    regulators: pd.DataFrame
    settings: Sequence[tuple[str, str]]
    provenance: Sequence[tuple[str, str]]
    seconds: Sequence[tuple[str, float]]
    scale: str
    notes: Sequence[str]
    methods: str
    created: str
    views: Sequence[SavedView] = ()
    gene_table: GeneTable = NO_GENE_TABLE
    enrichment: Enrichment | None = None


def run_report(
    run: Path,
    *,
    title: str = "",
    view: View | None = None,
    n_drawn: int = LINKS_DRAWN,
    home: Path | None = None,
) -> RunReport:
    """Gather what a report of a finished run shows.

    Parameters
    ----------
    run : Path
        The run's folder.
    title : str
        What the run is called; its own name by default.
    view : View, optional
        What is drawn; the strongest links by default.
    n_drawn : int
        How many of the strongest links are drawn by default.
    home : Path, optional
        Where its data set is stored; the user's home by default.

    Returns
    -------
    RunReport
        What the report shows.

    Raises
    ------
    RunError
        When the folder holds no run, or the run has no network yet.
    """
    folder = RunFolder.open(run)
    if not folder.has_result:
        raise RunError(f"The run in {run} has no network yet.", "Wait until it is done.")
    spec, timings = folder.spec, folder.read_timings() or {}
    shown = run if view is None else view.run  # may be a file of the links in another order
    links = open_links(shown)
    summary = network_summary(run, links=shown)
    genes = summary.genes
    evidence = evidence_of(shown)
    scale = METHODS[spec.forest.method].scale
    cautions = [] if view is None or not view.caution else [view.caution]
    views, problems = _saved_views(run)
    gene_table = gene_table_of_run(run, home=home)
    return RunReport(
        title=title or run_title(spec),
        facts=[*_facts(len(links), genes), *_evident_facts(summary)],
        view=(view or _strongest(run, n_drawn)).with_names(gene_table),
        links=with_evidence(evidence, ranked_links(shown, top=LINKS_LISTED)),
        regulators=genes[genes["n_targets"] > 0].nlargest(REGULATORS_LISTED, "strength"),
        settings=_settings(spec, timings, folder.path, home),
        provenance=_provenance(spec, timings, home),
        seconds=_seconds(timings),
        scale=method_scale(links) if cautions else scale,
        notes=[*problems, *cautions, *folder.notes(), *_meaning(evidence)],
        methods=methods_paragraph(run, home=home),
        created=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        views=views,
        gene_table=gene_table,
    )


def with_gene_sets(report: RunReport, sets: MatchedSets) -> RunReport:
    """Return a report with gene sets tested in the modules of the links drawn."""
    layout = report.view.layout
    modules = module_groups(layout, detect_modules(layout))
    return replace(report, enrichment=over_representation(modules, sets))


def _saved_views(run: Path) -> tuple[Sequence[SavedView], list[str]]:
    """Return the saved views of a run, or why the report has none of them."""
    try:
        return read_views(run), []
    except RunError:
        return (), ["The saved views of this run could not be read, so this report has none."]


def _strongest(run: Path, n_links: int) -> View:
    """Return a view of the strongest links, coloured by module where there are modules."""
    threshold = Threshold(ThresholdKind.RANK, n_links)
    shown, n_kept = threshold_layout(run, threshold)
    n_targets = np.bincount(shown.source, minlength=len(shown.genes))
    colouring = by_module_or_role(shown)
    return View(
        run=run,
        threshold=threshold,
        n_links=len(open_links(run)),
        n_kept=n_kept,
        layout=shown,
        colours=colouring.genes,
        link_colours=(),
        sizes=n_targets / max(1, n_targets.max(initial=0)),
        legend=(*colouring.legend, *mark_legend(shown)),
    )


def _facts(n_links: int, genes: pd.DataFrame) -> list[tuple[str, str]]:
    fit = genes["oob_r2"].median()
    return [
        ("Links", f"{n_links:,}"),
        ("Regulators", f"{int((genes['n_targets'] > 0).sum()):,}"),
        ("Targets", f"{int((genes['n_regulators'] > 0).sum()):,}"),
        ("Median out-of-bag R²", "–" if pd.isna(fit) else f"{fit:.2f}"),
    ]


def _evident_facts(summary: NetworkSummary) -> list[tuple[str, str]]:
    """Return how many links are kept by the usual thresholds, of the evidence that there is."""
    facts = []
    for threshold in _USUAL:
        column, value = threshold.rule.column, threshold.value
        table = summary.by_evidence.get(column)
        if table is not None:
            kept = table.loc[table[column].round(6) == value, "n_links"]
            sign = "≤" if column == Q else "≥"
            label = COLUMNS[column].label.lower()
            facts.append((f"Links of {label} {sign} {value:g}", f"{kept.sum():,}"))
    return facts


def _meaning(evidence: Evidence | None) -> list[str]:
    return [MEANING_OF_Q] if evidence is not None and Q in evidence.columns else []


def _settings(
    spec: RunSpec, timings: Mapping[str, Any], run: Path, home: Path | None
) -> list[tuple[str, str]]:
    known = timings.get("layout", {})
    layout = replace(
        spec.layout, **{name: known[name] for name in settings_of(LayoutSpec) if known.get(name)}
    )
    return [*setting_rows(spec, layout), *launcher_rows(spec, run, home=home)]


def _provenance(
    spec: RunSpec, timings: Mapping[str, Any], home: Path | None
) -> list[tuple[str, str]]:
    machine, versions = timings.get("machine", {}), timings.get("versions", {})
    memory = machine.get("memory_bytes")
    rows = [
        ("Data", spec.source),
        ("Fingerprint of the data (SHA-256)", spec.dataset),
        ("Changes made to the data", " then ".join(spec.recipe) or "none"),
        ("Fingerprint of the result's settings", spec.result_key),
        ("Started", spec.created),
        (
            "Machine",
            ", ".join(
                text
                for text in (
                    str(machine.get("processor", "")),
                    f"{machine['cores']} cores" if "cores" in machine else "",
                    f"{size(memory)} memory" if memory else "",
                    str(machine.get("system", "")),
                )
                if text
            ),
        ),
        ("Versions", ", ".join(f"{name} {version}" for name, version in versions.items())),
        ("Report made by", f"genie3-engine {__version__}"),
        ("Command", _command(spec, home)),
    ]
    return [(name, value) for name, value in rows if value]


def _command(spec: RunSpec, home: Path | None) -> str:
    """Return the command that makes the same network again."""
    if spec.parents:
        words = ["genie3", "combine", *(parent.path for parent in spec.parents), "--out", "RUN"]
        words += ["--how", spec.forest.how]
        return shlex.join(words + KEEP.arguments("all" if spec.keep is None else spec.keep))
    words = ["genie3", "infer", spec.source or "DATA", "--out", "RUN"]
    for name, setting in spec.forest.settings().items():
        words += setting.arguments(getattr(spec.forest, name))
    words += KEEP.arguments("all" if spec.keep is None else spec.keep)
    words += _reading(spec, home)
    for fix in spec.recipe:
        words += ["--fix", fix]
    if spec.regulators is not None:
        listed = list_of_provenance(spec.regulators_from)
        words += ["--regulators", "REGULATORS.txt" if listed is None else listed.name]
    words += ["--targets", "TARGETS.txt"] if spec.targets is not None else []
    return shlex.join(words)


def _reading(spec: RunSpec, home: Path | None) -> list[str]:
    """Return the options that read the file in the same way, as far as they are known."""
    try:
        report = dataset_info(spec.dataset, home=home).report or {}
    except Genie3Error:
        return []
    words = ["--orientation", str(report["orientation"])] if report.get("orientation") else []
    for decision in report.get("decisions") or ():
        if decision["subject"] != "orientation" and decision["options"]:
            words += shlex.split(command_line(decision["options"]))
    for part in ("sheet", "layer"):
        if len(report.get(f"{part}s") or ()) > 1:
            words += [f"--{part}", str(report[part])]
    return words


def _seconds(timings: Mapping[str, Any]) -> list[tuple[str, float]]:
    seconds = timings.get("seconds", {})
    return [(step, float(seconds[step])) for step in PHASES if step in seconds]
