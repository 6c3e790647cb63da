"""The files of a run as they travel: without what belongs to the machine that computed it.

The same functions make what leaves and what arrives, so that nothing is taken from an archive that
this program would not have written: no process to signal, no launcher, no path.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import Any

from genie3_engine.archives.container import damaged
from genie3_engine.archives.deposit import Deposit
from genie3_engine.data.gene_table import GeneTable
from genie3_engine.errors import Genie3Error
from genie3_engine.jobs import filenames, labels
from genie3_engine.launchers.registry import LOCAL
from genie3_engine.model import ConfidenceSpec, JobState, Parent, RunSpec, RunStatus

_MOST_DEPTH = 8
_LONGEST_TEXT = 500
_PATH = re.compile(r"(^|[\s'\"=:(])(/[^\s/]|[A-Za-z]:[\\/]|\\\\|~/)")
_TIMINGS = frozenset(
    {
        *("seconds", "targets_computed", "targets_total", "target_seconds", "replicate_seconds"),
        *("peak_memory_bytes", "blas_threads", "machine", "versions", "layout", "n_links"),
        *("library_threads", "was_resumed", "hosts", "shards", "merging", "members"),
    }
)
_FORECAST = frozenset(
    {
        *("wall_seconds", "low_seconds", "high_seconds", "relative_error", "raw_seconds"),
        *("memory_bytes", "high_memory_bytes", "raw_memory_bytes", "disk_bytes"),
        *("peak_disk_bytes", "n_links", "fits", "reason", "step_seconds", "n_targets", "engine"),
        *("n_trees", "n_workers", "machine", "pilot", "past", "factor", "members", "combination"),
    }
)
_MACHINES_OWN = frozenset({"host", "node", "instance_type", "billing", "boot_id", "pid"})
_IMPORTED = re.compile(r"(list|parent)-\d{1,3}\.parquet")

Values = Any


def dumps(values: object) -> bytes:
    """Return plain values as a JSON file, in the form of this program's files."""
    return (json.dumps(values, indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode()


def portable(name: str, content: bytes, *, of_data: bool = False) -> bytes:
    """Return a JSON file of a run or a data set as it travels.

    Parameters
    ----------
    name : str
        The file's name, without its folder.
    content : bytes
        What it holds, on this machine or in an archive.
    of_data : bool
        Whether it is a data set's; a run's by default.

    Raises
    ------
    InputError
        When it is another file, or damaged.
    """
    try:
        return dumps((_DATA if of_data else _RUN)[name](json.loads(content)))
    except (
        *(Genie3Error, ValueError, LookupError, TypeError),
        *(AttributeError, RecursionError, ArithmeticError),
    ) as error:
        raise damaged(f"{name} cannot be read") from error


def _spec(values: Values) -> Values:
    spec = RunSpec.from_dict(values)
    for names in (spec.regulators, spec.targets, spec.recipe):
        _require(names is None or all(isinstance(each, str) for each in names))
    texts = (spec.dataset, spec.name, spec.source, spec.created, spec.regulators_from)
    _require(all(isinstance(text, str) for text in texts))
    _require(spec.keep is None or (isinstance(spec.keep, int) and spec.keep > 0))
    return replace(
        spec,
        launcher=LOCAL,
        launcher_options={},
        source=_last(spec.source),
        parents=tuple(map(_parent, spec.parents)),
    ).to_dict()


def _parent(parent: Parent) -> Parent:
    texts = (parent.name, parent.path, parent.sha256, parent.method, parent.imported)
    _require(all(isinstance(text, str) for text in texts))
    _require(not parent.imported or _IMPORTED.fullmatch(parent.imported) is not None)
    return replace(parent, path=_last(parent.path))


def _status(values: Values) -> Values:
    """Return a status without its process: of a run that is done, or can be resumed."""
    status = RunStatus.from_dict(values)
    ended = _number(status.ended)
    return RunStatus(
        JobState.DONE if status.state is JobState.DONE else JobState.CANCELLED,
        created=_number(status.created),
        started=_number(status.started),
        heartbeat=ended,
        ended=ended,
        targets_done=_count(status.targets_done),
        targets_total=_count(status.targets_total),
        targets_found=_count(status.targets_found),
        targets_per_second=_number(status.targets_per_second),
        replicates_done=_count(status.replicates_done),
        replicates_total=_count(status.replicates_total),
    ).to_dict()


def _confidence(values: Values) -> Values:
    spec = ConfidenceSpec.from_dict(values)
    _require(isinstance(spec.p_values, bool) and isinstance(spec.stability, bool))
    return spec.to_dict()


def _labels(values: Values) -> Values:
    found = labels.RunLabels(
        name=labels.tidy_name(values.get("name", "")),
        tags=labels.tidy_tags(values.get("tags", ())),
        note=labels.tidy_note(values.get("note", "")),
    )
    return asdict(found)


def _views(values: Values) -> Values:
    _require(isinstance(values["views"], list))  # `read_views` reads them once they are in place
    return values


def _timings(values: Values) -> Values:
    return _plain({name: each for name, each in values.items() if name in _TIMINGS})


def _forecast(values: Values) -> Values:
    return _plain({name: each for name, each in values.items() if name in _FORECAST})


def _deposit(values: Values) -> Values:
    return Deposit.from_dict(values).to_dict()


def _dataset(values: Values) -> Values:
    names = ("fingerprint", "name", "created", "n_genes", "n_samples", "has_sample_names")
    found = {name: values[name] for name in names}
    report = values["report"]
    _require(report is None or isinstance(report, dict))
    for name in ("samples", "genes"):
        _require(all(isinstance(each, str) for each in values[name]))
    found |= {
        "name": _last(found["name"]),
        "report": None if report is None else _plain(report),
        "samples": list(values["samples"]),
        "genes": list(values["genes"]),
    }
    return found | ({"sheet": values["sheet"]} if "sheet" in values else {})


def _dataset_labels(values: Values) -> Values:
    """Return the labels of a data set without the uploads that it was read from."""
    reading = values.get("reading") or {}
    recipe = reading.get("recipe")
    regulators = values.get("regulators")
    found = labels.DatasetLabels(
        name=labels.tidy_name(values.get("name", "")),
        note=labels.tidy_note(values.get("note", "")),
        regulators=None if regulators is None else tuple(map(_text, regulators)),
        regulators_from=_text(values.get("regulators_from", "")),
        reading=None if recipe is None else {"recipe": list(map(_text, recipe))},
    )
    return asdict(found)


def _annotations(values: Values) -> Values:
    return {
        str(name): {
            "groups": list(map(_text, column["groups"])),
            "samples": list(map(_count, column["samples"])),
        }
        for name, column in values.items()
    }


def _gene_table(values: Values) -> Values:
    return GeneTable.from_dict(values).to_dict()


_RUN: Mapping[str, Callable[[Values], Values]] = {
    filenames.SPEC: _spec,
    filenames.STATUS: _status,
    filenames.LABELS: _labels,
    filenames.VIEWS: _views,
    filenames.TIMINGS: _timings,
    filenames.FORECAST: _forecast,
    filenames.CONFIDENCE: _confidence,
    filenames.DEPOSIT: _deposit,
}
_DATA: Mapping[str, Callable[[Values], Values]] = {
    filenames.DATASET: _dataset,
    filenames.LABELS: _dataset_labels,
    filenames.ANNOTATIONS: _annotations,
    filenames.GENE_TABLE: _gene_table,
}


def _plain(value: Values, depth: int = 0) -> Values:
    """Return plain values without the names of machines and without paths."""
    _require(depth < _MOST_DEPTH)
    if isinstance(value, dict):
        return {
            str(name): _plain(each, depth + 1)
            for name, each in value.items()
            if name not in _MACHINES_OWN
        }
    if isinstance(value, list | tuple):
        return [_plain(each, depth + 1) for each in value]
    return _without_path(value) if isinstance(value, str) else value


def _without_path(text: object) -> str:
    """Return a text; nothing of one that holds an absolute path."""
    line = _text(text)
    return "" if _PATH.search(line) else line


def _last(text: str) -> str:
    """Return the last part of what may be a path."""
    return PurePosixPath(_text(text).replace("\\", "/")).name


def _text(value: object) -> str:
    _require(isinstance(value, str))
    return str(value)


def _count(value: object) -> int:
    _require(isinstance(value, int) and not isinstance(value, bool) and value >= 0)
    return int(value)  # type: ignore[call-overload, no-any-return]


def _number(value: object) -> float | None:
    if value is None:
        return None
    _require(isinstance(value, int | float) and math.isfinite(value))
    return float(value)  # type: ignore[arg-type]


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("another value")
