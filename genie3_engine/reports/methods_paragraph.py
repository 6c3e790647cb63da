"""Write the paragraph for the methods section of a paper, with references."""

from __future__ import annotations

import math
import statistics
from pathlib import Path

from genie3_engine.data.quality import describe_recipe
from genie3_engine.data.regulator_lists import list_of_provenance
from genie3_engine.datasets.catalogue import DatasetInfo, dataset_info
from genie3_engine.errors import Genie3Error
from genie3_engine.model import ENGINES, METHODS, RunSpec, TreeMethod
from genie3_engine.registry import load
from genie3_engine.reports.confidence_sentences import confidence_sentences
from genie3_engine.store.evidence import Evidence
from genie3_engine.store.parts import read_targets
from genie3_engine.store.run_folder import RunFolder
from genie3_engine.version import __version__


def methods_paragraph(run: Path, *, home: Path | None = None) -> str:
    """Return a paragraph on how a network was inferred, and the papers to cite.

    Parameters
    ----------
    run : Path
        The run's folder; what is known only of a finished run is left out before.
    home : Path, optional
        Where the run's data set is stored; the user's home by default. Without it the data's
        shape is left out.

    Returns
    -------
    str
        Plain text: one paragraph with numbers such as [1], an empty line, and the references.

    Raises
    ------
    RunError
        When the folder holds no run.
    """
    folder = RunFolder.open(run)
    spec = folder.spec
    info = _data_of(spec, home)
    sentences = [*_data(spec, info), *_inference(spec, folder), *_result(folder)]
    sentences += confidence_sentences(Evidence.open(run))
    references = [f"[{n}] {text}" for n, text in enumerate(citations(run), start=1)]
    paragraph = " ".join(sentences)
    return "\n".join([paragraph, "", "References", *references]) if references else paragraph


def citations(run: Path) -> tuple[str, ...]:
    """Return the papers that the methods paragraph cites, in the order of their numbers."""
    spec = RunFolder.open(run).spec
    if spec.parents:
        return _papers_of_parents(spec)
    forest = spec.forest
    papers = (*METHODS[forest.method].papers, ENGINES[forest.engine].reference)
    return tuple(paper for paper in papers if paper)


def _data_of(spec: RunSpec, home: Path | None) -> DatasetInfo | None:
    try:
        return dataset_info(spec.dataset, home=home)
    except Genie3Error:
        return None


def _data(spec: RunSpec, info: DatasetInfo | None) -> list[str]:
    source = f" ({spec.source})" if spec.source else ""
    steps = describe_recipe(
        spec.recipe, None if info is None else (info.report or {}).get("recipe")
    )
    sentences = []
    if steps:
        listed = "; ".join(steps)
        sentences.append(f"Expression data{source} were prepared in these steps: {listed}.")
        source = ""
    if info is not None:
        sentences.append(
            f"The network was inferred from {info.n_genes:,} genes in {info.n_samples:,} samples"
            f"{source}."
        )
    elif source:
        sentences.append(f"The network was inferred from expression data{source}.")
    return sentences


def _inference(spec: RunSpec, folder: RunFolder) -> list[str]:
    if spec.parents:
        return _combination(spec, folder)
    forest = spec.forest
    regulators = "all other genes"
    if spec.regulators is not None:
        regulators = f"{len(spec.regulators):,} candidate regulators"
    targets = "each gene"
    if spec.targets is not None:
        targets = f"each of {len(spec.targets):,} target genes"
    versions = (folder.read_timings() or {}).get("versions", {})
    program = f"genie3-engine {versions.get('genie3_engine', __version__)}"
    method, engine = METHODS[forest.method], ENGINES[forest.engine]
    if engine.package:
        version = versions.get(engine.package, "")
        program += f" with the forests of {engine.phrase} {version}".rstrip()
    if engine.reference:
        program += f" [{len(method.papers) + 1}]"
    name = "GENIE3" if isinstance(method, TreeMethod) else method.phrase
    cited = " [1]" if method.papers else ""
    return [
        f"Regulatory links were inferred with {name}{cited} as implemented in {program}.",
        *load(method.paragraph)(forest, regulators, targets),
        *_origin_of_regulators(spec),
        _kept(spec),
    ]


def _origin_of_regulators(spec: RunSpec) -> list[str]:
    """Return where the candidate regulators come from, where it is known."""
    listed = list_of_provenance(spec.regulators_from)
    if spec.regulators is None or not spec.regulators_from:
        return []
    if listed is None:
        return [f"The candidate regulators are those of {spec.regulators_from}."]
    return [
        f"The candidate regulators are the transcription factors of {listed.species} "
        f"({listed.source}, {listed.date}) among the genes: {len(spec.regulators):,} of "
        f"{listed.size:,}."
    ]


def _combination(spec: RunSpec, folder: RunFolder) -> list[str]:
    papers = _papers_of_parents(spec)
    lists = []
    for parent in spec.parents:
        phrase = "a list of another program"
        if parent.method in METHODS:
            method = METHODS[parent.method]
            cited = "".join(f" [{papers.index(paper) + 1}]" for paper in method.papers)
            phrase = f"{method.phrase}{cited}"
        lists.append(f"{parent.name} ({phrase})")
    versions = (folder.read_timings() or {}).get("versions", {})
    return [
        f"{len(lists)} lists of links were combined by genie3-engine "
        f"{versions.get('genie3_engine', __version__)}: {'; '.join(lists)}.",
        *load(METHODS[spec.forest.method].paragraph)(spec.forest, "", ""),
        _kept(spec),
    ]


def _papers_of_parents(spec: RunSpec) -> tuple[str, ...]:
    methods = [METHODS[parent.method] for parent in spec.parents if parent.method in METHODS]
    return tuple(dict.fromkeys(paper for method in methods for paper in method.papers))


def _kept(spec: RunSpec) -> str:
    if spec.keep is None:
        return "All links of an importance above zero were kept."
    return f"The {spec.keep:,} strongest links of each target were kept."


def _result(folder: RunFolder) -> list[str]:
    if not folder.has_result:
        return []
    rows = read_targets(folder.targets_path)
    known = [row.oob_r2 for row in rows if not math.isnan(row.oob_r2)]
    sentence = f"The network has {sum(row.n_links for row in rows):,} links"
    if known:
        sentence += f", and the targets' median out-of-bag R² is {statistics.median(known):.2f}"
    trees = [row.n_trees for row in rows if row.n_trees is not None]
    if trees:
        sentence += f", and the median number of trees per target is {statistics.median(trees):g}"
    return [f"{sentence}."]
