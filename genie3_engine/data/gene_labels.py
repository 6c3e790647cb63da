"""Choose the names of the genes where a file has several kinds, such as symbol and identifier.

One rule for all formats: the user's word, else the kind that the list of regulators uses, else
symbols. The candidates are the names on the axis of the genes and the texts next to them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.gene_identifiers import identifiers, without_version
from genie3_engine.errors import OptionError

if TYPE_CHECKING:
    from genie3_engine.data.io.table import ReadOptions, Table

NAMES = "names"
_MISSING = frozenset({"", "-", ".", "---", "na", "n/a", "nan", "none", "null", "unknown"})
_LONGEST_MISSING = max(map(len, _MISSING))
_SYMBOL_HEADERS = re.compile(
    r"(gene|hgnc|mgi|feature|external_gene|official|approved|probe)?[ ._]?(symbols?|short_?names?)"
    r"|(external_)?(gene|feature|var)[ ._]?names?|genes?|features?",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(chr(omosome)?_?)?(\d{1,2}[LR]?|[XYWZ]|MT?|Un|I{1,3}|IV|V|VI{1,3})"  # chromosomes
    r"|chr\w{1,5}[:_]\d+\S*|\w{1,5}:\d+[-:]\d+\S*|(\d{1,2}|[XY])[pq]\d{0,2}(\.\d+)?([pq-].*)?"
    r"|[+-]|true|false|yes|no|plus|minus|forward|reverse"
    r"|\w*(coding|pseudogene|ncRNA|lincRNA|miRNA|snoRNA|snRNA|rRNA|tRNA|processed_transcript)"
    r"|Gene Expression|Antibody Capture|Peaks|CRISPR Guide Capture",
    re.IGNORECASE,
)
_OUTDATED = re.compile(r"(^|[\W_])(old|previous|prev|former|alias(es)?|synonyms?)([\W_]|$)", re.I)
_SHOWN = 3
_LOOKED_AT = 500
_SAME_SHAPE = 0.9


@dataclass(frozen=True)
class NameKind:
    """One kind of name for all genes."""

    name: str
    texts: list[str]

    @cached_property
    def counts(self) -> Counter[str]:
        """Return how often each text occurs, those that mean nothing left out."""
        counts = Counter(self.texts)
        short = [text for text in counts if len(text) <= _LONGEST_MISSING]
        for text in short:
            if text.casefold() in _MISSING:
                del counts[text]
        return counts

    @cached_property
    def share_named(self) -> float:
        """Return the share of genes that have a name."""
        return self.counts.total() / max(1, len(self.texts))

    @cached_property
    def has_few_repeats(self) -> bool:
        """Return whether few genes share their name, so that they may go by another one."""
        repeated = sum(count for count in self.counts.values() if count > 1)
        return repeated <= max(4, 0.1 * self.counts.total())

    @cached_property
    def sample(self) -> list[str]:
        """Return a few of the different texts, evenly spread."""
        different = list(self.counts)
        return different[:: max(1, len(different) // _LOOKED_AT)]

    @cached_property
    def kind(self) -> str:
        """Return the kind of identifier; empty when it is not known."""
        found = identifiers(self.sample)
        return found.kind if found.share >= 0.5 else ""

    @cached_property
    def is_row_numbers(self) -> bool:
        """Return whether the genes are only counted, from 0 or 1."""
        return any(
            self.texts[:2] == [str(start), str(start + 1)]
            and self.texts == [str(i + start) for i in range(len(self.texts))]
            for start in (0, 1)
        )

    @cached_property
    def is_possible(self) -> bool:
        """Return whether these can be names: most genes have one, and most are different."""
        several = len(self.counts) / max(1, len(self.texts))
        return several >= 0.3 and self.share_named >= 0.5 and not self._is_description

    @cached_property
    def _is_description(self) -> bool:
        """Return whether the texts are chromosomes, types of genes, yes and no, or sentences."""
        n = max(1, len(self.sample))
        places = sum(_NO_NAME.fullmatch(text) is not None for text in self.sample)
        sentences = sum(" " in text or len(text) > 60 for text in self.sample)
        return (places >= 0.8 * n and not self.is_row_numbers) or sentences > 0.2 * n

    @cached_property
    def likeness_to_symbols(self) -> int:
        """Return 0 for no symbols, 1 for names only called so, 2 for symbols, 3 for both."""
        is_called = _SYMBOL_HEADERS.fullmatch(self.name) is not None
        is_outdated = _OUTDATED.search(self.name) is not None
        if not self.is_possible or not self.has_few_repeats or self.is_row_numbers or is_outdated:
            return 0
        if self.kind in ("gene symbols", "numbered names") and not self._has_one_shape:
            return 3 if is_called else 2
        return int(is_called and self.kind in ("", "gene symbols", "numbered names"))

    @property
    def is_symbols(self) -> bool:
        """Return whether the texts themselves look like symbols."""
        return self.likeness_to_symbols > 1

    @cached_property
    def _has_one_shape(self) -> bool:
        """Return whether the texts are built alike, as accessions are, such as P04637."""
        lengths = Counter(len(text) for text in self.sample if sum(map(str.isdigit, text)) > 2)
        shapes = Counter(re.sub(r"\d+", "0", text) for text in self.sample)
        most = max([*lengths.values(), *shapes.values()], default=0)
        return most >= _SAME_SHAPE * len(self.sample) > 2

    def n_matching(self, wanted: Collection[str]) -> int:
        """Return how many of the regulators, in lower case, are among the names."""
        names = {name.casefold() for name in self.counts}
        found = len(names.intersection(wanted))
        if found < len(wanted):
            plain = {without_version(name).casefold() for name in self.counts}
            found = max(found, len(plain.intersection(wanted)))
        return found

    @property
    def described(self) -> str:
        """Return what the names are, with an example."""
        what = "row numbers" if self.is_row_numbers else self.kind or "names"
        example = next(iter(self.counts), "")
        return f"{what} such as '{example}'" if example else what


def name_genes(table: Table, options: ReadOptions, *, genes_in_rows: bool) -> Table:
    """Give the genes the names that are meant.

    Parameters
    ----------
    table : Table
        What was read.
    options : ReadOptions
        The user's word and the list of regulators.
    genes_in_rows : bool
        Which axis the genes are on.

    Returns
    -------
    Table
        The same where there is nothing to choose. Otherwise with the chosen names and a decision
        on them. A gene without a name of this kind goes by another one of its names; so do
        those that share one, where they are few.

    Raises
    ------
    OptionError
        When the user names a column that does not exist.
    """
    labels = _labels(table, genes_in_rows=genes_in_rows)
    if not labels:
        return table
    own = labels[0]
    if len(labels) == 1 and options.gene_names is None and not own.is_row_numbers:
        return table
    chosen, evidence, certainty = _chosen(labels, options)
    others = [label for label in labels if label is not chosen and label.is_possible]
    names, warnings = _filled(chosen, others)
    decisions = list(table.decisions)
    if others or chosen is not own:
        decisions.append(
            Decision(
                "gene-names",
                f"Genes go by {_quoted(chosen)}, {chosen.described}.",
                evidence,
                certainty,
                tuple(
                    Alternative(
                        f"By {_quoted(label)}, {label.described}", {"gene_names": label.name}
                    )
                    for label in others[:_SHOWN]
                ),
                names=(chosen.name,),
                options={"gene_names": chosen.name} if certainty is Certainty.TOLD else {},
            )
        )
    elif chosen.is_row_numbers:
        decisions.append(
            Decision(
                "gene-names",
                f"Genes go by their numbers, {names[0]} to {names[-1]}.",
                "The file has no other names for them, and a list of regulators will not match.",
                Certainty.GUESS,
            )
        )
    key = "row_annotations" if genes_in_rows else "column_annotations"
    left = {name: texts for name, texts in getattr(table, key).items() if name != chosen.name}
    changed: dict[str, Any] = {
        key: left,
        "row_names" if genes_in_rows else "column_names": names,
        "decisions": decisions,
        "warnings": [*table.warnings, *warnings],
    }
    return replace(table, **changed)


def gene_columns(table: Table, *, genes_in_rows: bool) -> dict[str, list[str]]:
    """Return all that a file has about its genes, their names included, by header.

    Parameters
    ----------
    table : Table
        What was read.
    genes_in_rows : bool
        Which axis the genes are on.

    Returns
    -------
    dict of str to list of str
        A text for each gene. Names that only count the genes are left out.
    """
    labels = _labels(table, genes_in_rows=genes_in_rows)
    return {label.name: label.texts for label in labels if not label.is_row_numbers}


def likeliest_labels(table: Table, *, of_rows: bool, regulators: Collection[str] = ()) -> list[str]:
    """Return the names that an axis would have if it were that of the genes.

    Parameters
    ----------
    table : Table
        What was read.
    of_rows : bool
        Which axis.
    regulators : collection of str
        Names of genes.

    Returns
    -------
    list of str
        One a row or column; empty where there are none.
    """
    labels = _labels(table, genes_in_rows=of_rows)
    return _by_rule(labels, regulators)[0].texts if labels else []


def _labels(table: Table, *, genes_in_rows: bool) -> list[NameKind]:
    """Return all kinds of names, the axis' own first."""
    own = table.row_names if genes_in_rows else table.column_names
    found = table.row_annotations if genes_in_rows else table.column_annotations
    if own is None:
        return []
    is_format = table.genes_in_rows in (None, genes_in_rows)
    called = (table.label if is_format else "") or (table.corner if genes_in_rows else "") or NAMES
    called = next(name for name in (called, NAMES, "index", "axis names") if name not in found)
    labels = [NameKind(called, own)]
    return labels + [
        NameKind(name, texts) for name, texts in found.items() if len(texts) == len(own)
    ]


def _chosen(labels: list[NameKind], options: ReadOptions) -> tuple[NameKind, str, Certainty]:
    if options.gene_names is None:
        return _by_rule(labels, options.regulators)
    wanted = options.gene_names
    by_name = {label.name.casefold(): label for label in reversed(labels)}
    by_name = {NAMES: labels[0]} | by_name | {label.name: label for label in labels}
    found = by_name.get(wanted) or by_name.get(wanted.casefold())
    if found is None:
        shown = ", ".join(f"'{label.name}'" for label in labels[:20])
        raise OptionError(f"The genes have no names '{wanted}'.", f"They have {shown}.")
    return found, "As requested.", Certainty.TOLD


def _by_rule(
    labels: list[NameKind], regulators: Collection[str]
) -> tuple[NameKind, str, Certainty]:
    own = labels[0]
    if len(labels) == 1:
        return own, "", Certainty.CLEAR
    possible = [label for label in labels if label is own or label.is_possible]
    if len(possible) == 1:
        return own, "", Certainty.CLEAR
    wanted = {name.strip().casefold() for name in regulators} - {""}
    if wanted:
        matching = {label.name: label.n_matching(wanted) for label in possible}
        best = max(possible, key=lambda label: (matching[label.name], label.is_symbols))
        second = max(matching[label.name] for label in possible if label is not best)
        if matching[best.name] > second:
            evidence = (
                f"{matching[best.name]:,} of the {len(wanted):,} regulators are among them, and at "
                f"most {second:,} among other names."
            )
            is_close = second * 2 > matching[best.name]
            return best, evidence, Certainty.GUESS if is_close else Certainty.CLEAR
    best = max(possible, key=lambda label: label.likeness_to_symbols)
    if own.is_symbols or (best.likeness_to_symbols == 0 and _is_usable(own)):
        return own, "", Certainty.CLEAR
    if best.likeness_to_symbols:
        is_clear = best.likeness_to_symbols != 2 or own.kind != "" or not _is_usable(own)
        evidence = "" if best is own else _content(own)
        return best, evidence, Certainty.CLEAR if is_clear else Certainty.GUESS
    unlike = [label for label in possible if _is_usable(label) and label.has_few_repeats]
    if unlike:
        return unlike[0], _content(own), Certainty.CLEAR
    return own, "", Certainty.CLEAR


def _is_usable(label: NameKind) -> bool:
    return label.is_possible and not label.is_row_numbers


def _filled(chosen: NameKind, others: list[NameKind]) -> tuple[list[str], list[str]]:
    """Return the names, those missing or shared by a few genes filled from another kind."""
    if not others:
        return chosen.texts, []
    rename_repeated = chosen.has_few_repeats
    counts = chosen.counts
    doubtful = [not counts[text] or (rename_repeated and counts[text] > 1) for text in chosen.texts]
    if not any(doubtful):
        return chosen.texts, []
    for other in others:
        pairs = zip(chosen.texts, other.texts, doubtful, strict=True)
        mixed = [substitute if bad else text for text, substitute, bad in pairs]
        if all(mixed) and (not rename_repeated or len(set(mixed)) == len(mixed)):
            return mixed, [
                f"{sum(doubtful):,} genes share their name ({chosen.name}) with another one or "
                f"have none; they go by the other name that the file has ({other.name})."
            ]
    return chosen.texts, []


def _quoted(label: NameKind) -> str:
    return "their names" if label.name == NAMES else f"'{label.name}'"


def _content(label: NameKind) -> str:
    if label.name == NAMES:
        return f"Their names are {label.described}."
    return f"{_quoted(label)} has {label.described}."
