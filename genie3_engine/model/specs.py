"""The specification of a run: what it computes, and how."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from genie3_engine.model.confidence import CONFIDENCE_CHOICES, ConfidenceSpec
from genie3_engine.model.engines import COMPILED, ENGINES
from genie3_engine.model.forests import ForestSpec
from genie3_engine.model.layouts import LayoutSpec
from genie3_engine.model.methods import METHODS
from genie3_engine.model.parents import Parent, hash_of_lists
from genie3_engine.model.settings import Choice, Setting, settings_of

_ENDINGS = re.compile(
    r"(\.(tsv|csv|txt|tab|xlsx?|h5ad|h5|loom|mtx|parquet|feather|gct|gz))+$", re.IGNORECASE
)
KEEP_ALL_UP_TO = 5_000_000
KEEP_OTHERWISE = 1_000
KEEP = Setting(
    name="keep",
    label="Links kept per target",
    help=f"Strongest links that are stored for each target. Automatic: all where at most "
    f"{KEEP_ALL_UP_TO // 10**6} million links are possible, otherwise {KEEP_OTHERWISE:,}.",
    default="auto",
    kind="integer",
    choices=(Choice("auto", "Automatic"), Choice("all", "All")),
    minimum=1,
    step=100,
    first_number=KEEP_OTHERWISE,
)


@dataclass(frozen=True, slots=True)
class RunSpec:
    """What a run computes, and how; written once as ``spec.json``.

    Parameters
    ----------
    dataset : str
        Fingerprint (content hash) of the stored expression matrix.
    regulators : tuple of str or None
        Candidate regulators in canonical (sorted) order; None takes every gene.
    targets : tuple of str or None
        Targets in canonical (sorted) order; None takes every gene.
    forest : ForestSpec
        The forests.
    keep : int or None
        Strongest links kept for each target; None keeps all. Links of importance 0 are never kept.
    layout : LayoutSpec
        How the work is laid out.
    launcher : str
        Where it runs.
    launcher_options : dict
        Options of the launcher as plain values: instances, limits. Never a secret, and
        never what decides the result.
    name : str
        The user's name for the run.
    source : str
        Name of the file or sample that the data came from.
    created : str
        ISO 8601 time in UTC.
    recipe : tuple of str
        Fixes that made the data set of what was read, in order, such as ``keep-variable=2000``;
        part of the provenance, without effect on the result.
    parents : tuple of Parent
        The lists that the run combines, in whose place nothing is inferred; its targets are their
        genes then. Empty for a run that infers.
    confidence : ConfidenceSpec or None
        The evidence computed for the links; None computes none. Never decides the links.
    regulators_from : str
        Where the candidate regulators come from, in words; part of the provenance, without effect
        on the result.
    """

    dataset: str
    regulators: tuple[str, ...] | None = None
    targets: tuple[str, ...] | None = None
    forest: ForestSpec = field(default_factory=ForestSpec)
    keep: int | None = None
    layout: LayoutSpec = field(default_factory=LayoutSpec)
    launcher: str = "local"
    launcher_options: dict[str, Any] = field(default_factory=dict, hash=False)
    name: str = ""
    source: str = ""
    created: str = ""
    recipe: tuple[str, ...] = ()
    parents: tuple[Parent, ...] = ()
    confidence: ConfidenceSpec | None = None
    regulators_from: str = ""

    @property
    def has_data(self) -> bool:
        """Whether there is one data set; not for a run that combines lists of several or none."""
        return self.dataset != hash_of_lists(parent.sha256 for parent in self.parents)

    @property
    def result_key(self) -> str:
        """Return the hash of everything that decides the whole network, shards aside.

        The evidence for its links is not part of the network.
        """
        decides: dict[str, Any] = {
            "dataset": self.dataset,
            "regulators": self.regulators,
            "targets": self.targets,
            "forest": self.forest.to_dict(),
            "keep": self.keep,
        }
        if self.parents:
            decides["parents"] = [parent.sha256 for parent in self.parents]
        return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        values = {**asdict(self), "forest": self.forest.to_dict()}
        if not self.parents:
            del values["parents"]
        if self.confidence is None:
            del values["confidence"]
        if not self.regulators_from:
            del values["regulators_from"]
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> RunSpec:
        """Rebuild a spec from `to_dict`'s values."""
        names = {
            key: None if values[key] is None else tuple(values[key])
            for key in ("regulators", "targets")
        }
        confidence = values.get("confidence")
        return cls(
            **{
                **values,
                **names,
                "confidence": None if confidence is None else ConfidenceSpec.from_dict(confidence),
                "forest": ForestSpec(**values["forest"]),
                "layout": LayoutSpec(**values["layout"]),
                "recipe": tuple(values.get("recipe", ())),
                "parents": tuple(Parent(**parent) for parent in values.get("parents", ())),
            }
        )


def member_specs(spec: RunSpec, n_genes: int) -> tuple[RunSpec, ...]:
    """Return the runs inside a run, whose networks it combines; empty where its method has none.

    Parameters
    ----------
    spec : RunSpec
        The run.
    n_genes : int
        Genes of its data set.
    """
    n_targets, n_regulators = (
        n_genes if names is None else len(names) for names in (spec.targets, spec.regulators)
    )
    return tuple(
        replace(
            spec,
            forest=ForestSpec(name, seed=spec.forest.seed),
            keep=default_keep(n_targets, n_regulators),
            name=METHODS[name].label,
            confidence=None,
        )
        for name in METHODS[spec.forest.method].members
    )


def setting_rows(spec: RunSpec, layout: LayoutSpec | None = None) -> list[tuple[str, str]]:
    """Return the settings of a run as labels and values for people.

    Parameters
    ----------
    spec : RunSpec
        The run.
    layout : LayoutSpec, optional
        The layout that it ran with, where that differs from its spec's.
    """
    work = layout or spec.layout
    rows = _deciding_rows(spec)
    if spec.parents:
        return rows
    if spec.regulators is not None and spec.regulators_from:
        rows.append(("Regulators from", spec.regulators_from))
    rows += [
        (each.label, each.format(getattr(work, name)))
        for name, each in settings_of(LayoutSpec).items()
    ]
    if work.n_shards > 1:
        rows.append(("Shard", f"{work.shard_index + 1} of {work.n_shards}"))
    if spec.confidence is not None:
        names = {choice.value: choice.label for choice in CONFIDENCE_CHOICES}
        rows.append(("Confidence", names[str(spec.confidence)]))
    return rows


def run_title(spec: RunSpec) -> str:
    """Return what a run is called: its name, else its data and the settings that differ most.

    Examples
    --------
    >>> run_title(RunSpec("", source="counts.tsv.gz", regulators=("A", "B")))
    'counts: Random Forest, 1,000 trees, 2 regulators'
    """
    if spec.name:
        return spec.name
    data = _ENDINGS.sub("", spec.source) or spec.source or spec.dataset[:12]
    if spec.parents:
        return data
    words = [METHODS[spec.forest.method].label]
    if spec.forest.grows_with_trees:
        words.append(_count(spec.forest.n_trees, "tree"))
    for names, noun in ((spec.regulators, "regulator"), (spec.targets, "target")):
        if names is not None:
            words.append(_count(len(names), noun))
    return f"{data}: {', '.join(words)}"


def setting_words(spec: RunSpec) -> str:
    """Return the settings that decide a run's links, the method aside, in one line.

    What is as in most runs is left out: the compiled engine, all genes as regulators or targets,
    and all links kept.

    Examples
    --------
    >>> setting_words(RunSpec("", forest=ForestSpec("precision", shrinkage=0.5), keep=100))
    'Shrinkage: 0.5; links kept per target: 100'
    """
    usual = {("Engine", ENGINES[COMPILED].label), (KEEP.label, KEEP.format("all"))}
    rows = [
        (label, value)
        for label, value in _deciding_rows(spec)[1:]
        if (label, value) not in usual and value != _how_many(None)
    ]
    words = "; ".join(f"{label[0].lower()}{label[1:]}: {value}" for label, value in rows)
    return words[:1].upper() + words[1:]


def _deciding_rows(spec: RunSpec) -> list[tuple[str, str]]:
    """Return the settings that decide the links, the method first."""
    rows = [
        (each.label, each.format(getattr(spec.forest, name)))
        for name, each in spec.forest.settings().items()
    ]
    kept = (KEEP.label, KEEP.format("all" if spec.keep is None else spec.keep))
    if spec.parents:
        lists = [
            (f"List {number}", f"{parent.name} (SHA-256 {parent.sha256[:12]})")
            for number, parent in enumerate(spec.parents, 1)
        ]
        return [*rows, *lists, kept]
    return [
        *rows,
        ("Candidate regulators", _how_many(spec.regulators)),
        ("Targets", _how_many(spec.targets)),
        kept,
    ]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def _how_many(names: tuple[str, ...] | None) -> str:
    return "every gene" if names is None else f"{len(names):,} chosen"


def default_keep(n_targets: int, n_regulators: int) -> int | None:
    """Return the links kept per target by default: all up to 5 million, otherwise 1,000."""
    return None if n_targets * n_regulators <= KEEP_ALL_UP_TO else KEEP_OTHERWISE
