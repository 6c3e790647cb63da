"""Describe an archive for repositories, as RO-Crate 1.1 with the run as a `CreateAction`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from genie3_engine import labels as words
from genie3_engine.archives.contents import DATA, FIGURES, RUN, Contents
from genie3_engine.archives.deposit import Deposit
from genie3_engine.archives.manifest import FileRecord
from genie3_engine.jobs import filenames
from genie3_engine.model import JobState, run_title, setting_rows
from genie3_engine.networks.saved_views import read_views
from genie3_engine.reports.methods_paragraph import citations, methods_paragraph
from genie3_engine.runs.listing import labels
from genie3_engine.store.run_folder import RunFolder

NAME = "ro-crate-metadata.json"
_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_PROFILES = ("https://w3id.org/ro/crate/1.1", "https://w3id.org/ro/wfrun/process/0.5")
_ENGINE, _ACTION = "#genie3-engine", "#run"
_ADDRESS = re.compile(r"https?://\S+[^\s.,;)]")
_FORMATS = {
    ".json": "application/json",
    ".npy": "application/x-npy",
    ".genes": "application/octet-stream",
    ".parquet": "application/vnd.apache.parquet",
    ".svg": "image/svg+xml",
}
_ABOUT = {
    f"{RUN}/{filenames.LINKS}": (
        "Ranked links",
        "Every link of the network: regulator, target and importance, the strongest first.",
    ),
    f"{RUN}/{filenames.TARGETS}": (
        "Targets",
        "One row for each target: links, trees, out-of-bag R², and when it was computed.",
    ),
    f"{RUN}/{filenames.EVIDENCE}": (
        "Evidence for the links",
        "p and q values and stability, row by row as the ranked links.",
    ),
    f"{RUN}/{filenames.SPEC}": ("Specification", "What was computed, and how."),
    f"{RUN}/{filenames.STATUS}": ("Status", "Whether the run is done, and when it ended."),
    f"{RUN}/{filenames.VIEWS}": ("Saved views", "Views of the network with their captions."),
    f"{RUN}/{filenames.TIMINGS}": ("Timings", "Where the time went, machine and versions."),
    f"{DATA}/{filenames.VALUES}": (
        "Expression matrix",
        "Values in double precision: a row for each gene and a column for each sample, in the "
        "order of their names in data/dataset.json.",
    ),
    f"{DATA}/{filenames.SPARSE_VALUES}": (
        "Expression matrix",
        "The values that are not zero, in double precision, compressed gene by gene in the order "
        "of their names in data/dataset.json; genie3_engine.data.gene_file reads them.",
    ),
    f"{DATA}/{filenames.DATASET}": (
        "Data set",
        "Names of genes and samples, how the file was read, and the sample sheet if there is one.",
    ),
    f"{DATA}/{filenames.ANNOTATIONS}": ("Sample annotations", "What groups the samples."),
    f"{DATA}/{filenames.GENE_TABLE}": ("Gene table", "Symbols and descriptions of the genes."),
}
_RESULTS = (filenames.LINKS, filenames.TARGETS, filenames.EVIDENCE)

Entity = dict[str, Any]


def crate_of(
    run: Path,
    contents: Contents,
    records: Mapping[str, FileRecord],
    deposit: Deposit,
    *,
    home: Path | None = None,
) -> bytes:
    """Return the description of an archive.

    Parameters
    ----------
    run : Path
        The run's folder.
    contents : Contents
        What the archive holds.
    records : mapping of str to FileRecord
        The size and hash of each file.
    deposit : Deposit
        Licence and authors; what is not given is left out.
    home : Path, optional
        The home; the user's by default.

    Returns
    -------
    bytes
        The file ``ro-crate-metadata.json``: the same for the same run, whenever it is archived.
    """
    title = labels(run).name or run_title(contents.spec)
    with_data = home if contents.dataset else run  # in which there is no data set
    description = methods_paragraph(run, home=with_data).partition("\n")[0]
    source = RunFolder.open(run).spec.source
    if source != contents.spec.source:  # a path
        description = description.replace(source, contents.spec.source)
    papers = list(_papers(citations(run)))
    authors = [_author(number, each) for number, each in enumerate(deposit.authors, 1)]
    files = [_file(name, record, run) for name, record in sorted(records.items())]
    settings = [
        {"@id": f"#setting-{number}", "@type": "PropertyValue", "name": label, "value": value}
        for number, (label, value) in enumerate(setting_rows(contents.spec), 1)
    ]
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Gene regulatory network: {title}",
        "description": f"{description} Archive of a run of the GENIE3 dashboard; manifest.json "
        "lists its files with their hashes (SHA-256).",
        "conformsTo": _one(_refer({"@id": _PROFILES[1]})),
        "datePublished": _moment(contents)[:10],
        "hasPart": _refer(*files),
        "mentions": {"@id": _ACTION},
        "license": "No licence is stated. Ask the authors before you use the archive.",
    }
    licence = []
    if deposit.licence:
        root["license"] = {"@id": deposit.licence}
        name = deposit.licence.rstrip("/").rpartition("/")[2]
        about = f"The licence under which the archive may be used: {name}."
        licence = [_thing(deposit.licence, "CreativeWork", name=name, description=about)]
    if authors:
        root["author"] = _one(_refer(*authors))
    if papers:
        root["citation"] = _one(_refer(*papers))
    graph = [
        {
            "@id": NAME,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": _PROFILES[0]},
        },
        root,
        _profile(),
        *licence,
        *authors,
        *papers,
        _engine(run),
        _action(contents, records, title=title, settings=settings, authors=authors),
        *settings,
        *files,
    ]
    return (
        json.dumps({"@context": _CONTEXT, "@graph": graph}, indent=1, ensure_ascii=False) + "\n"
    ).encode()


def _action(
    contents: Contents,
    records: Mapping[str, FileRecord],
    *,
    title: str,
    settings: list[Entity],
    authors: list[Entity],
) -> Entity:
    """Return the run as an action: what it read, with which settings, and what it made."""
    is_done = contents.status.state is JobState.DONE
    data = [
        {"@id": name}
        for name in (
            f"{DATA}/{filenames.VALUES}",
            f"{DATA}/{filenames.SPARSE_VALUES}",
            f"{DATA}/{filenames.DATASET}",
        )
        if name in records
    ]
    made = [{"@id": name} for each in _RESULTS if (name := f"{RUN}/{each}") in records]
    about = "computed the network" if is_done else "was stopped before the network was complete"
    action: Entity = {
        "@id": _ACTION,
        "@type": "CreateAction",
        "name": f"Inference of {title}",
        "description": f"The run {contents.run} {about}.",
        "instrument": {"@id": _ENGINE},
        "object": [*data, *_refer(*settings)],
        "actionStatus": f"http://schema.org/{'Completed' if is_done else 'Failed'}ActionStatus",
    }
    if made:
        action["result"] = _one(made)
    if contents.status.started is not None:
        action["startTime"] = _time(contents.status.started)
    if contents.status.ended is not None:
        action["endTime"] = _time(contents.status.ended)
    if not is_done:
        action["error"] = "The run was stopped before it ended; it can be resumed."
    if authors:
        action["agent"] = _one(_refer(*authors))
    return action


def _engine(run: Path) -> Entity:
    versions = (RunFolder(run).read_timings() or {}).get("versions", {})
    engine = _thing(
        _ENGINE,
        "SoftwareApplication",
        name="GENIE3 engine",
        description="Compiled forests, run folders and a command line for gene regulatory networks",
    )
    if version := versions.get("genie3_engine"):
        engine["softwareVersion"] = str(version)
    return engine


def _file(name: str, record: FileRecord, run: Path) -> Entity:
    entity = _thing(name, "File", contentSize=str(record.size))
    entity["encodingFormat"] = _FORMATS[Path(name).suffix]
    if name in _ABOUT:
        entity["name"], entity["description"] = _ABOUT[name]
    elif name.startswith(f"{FIGURES}/"):
        view = read_views(run)[int(Path(name).stem.rpartition("-")[2]) - 1]
        entity["name"] = view.name
        entity["description"] = view.caption or "A saved view of the network."
    else:
        entity["name"] = name.partition("/")[2]
        entity["description"] = f"A file of the run, {words.size(record.size)}."
    return entity


def _author(number: int, author: Any) -> Entity:  # noqa: ANN401 -- an Author
    place = f"https://orcid.org/{author.orcid}" if author.orcid else f"#author-{number}"
    return _thing(place, "Person", name=author.name)


def _papers(references: Iterable[str]) -> Iterable[Entity]:
    for number, text in enumerate(references, 1):
        found = _ADDRESS.search(text)
        place = found[0] if found else f"#reference-{number}"
        yield _thing(place, "ScholarlyArticle", name=text)


def _profile() -> Entity:
    return _thing(_PROFILES[1], "CreativeWork", name="Process Run Crate", version="0.5")


def _thing(place: str, kind: str, **properties: object) -> Entity:
    return {"@id": place, "@type": kind, **properties}


def _refer(*entities: Entity) -> list[Entity]:
    return [{"@id": entity["@id"]} for entity in entities]


def _one(values: list[Entity]) -> Entity | list[Entity]:
    """Return a single value as such, as RO-Crate recommends."""
    return values[0] if len(values) == 1 else values


def _moment(contents: Contents) -> str:
    """Return when the network was computed, or its run created."""
    status = contents.status
    moment = next((each for each in (status.ended, status.created) if each is not None), None)
    return contents.spec.created or "1970-01-01" if moment is None else _time(moment)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()
