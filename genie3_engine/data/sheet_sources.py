"""Find the sample sheet of expression data: a file, annotations, names of samples, the diagonal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genie3_engine.data.decisions import Alternative, Certainty, Decision
from genie3_engine.data.perturbations import GeneNames
from genie3_engine.data.role_options import columns_of
from genie3_engine.data.sample_name_parts import roles_in_names
from genie3_engine.data.sample_sheet import KNOCK_DOWN, KNOCK_OUT, PERTURBATIONS, SampleSheet
from genie3_engine.data.sheet_columns import (
    SheetColumn,
    SheetRole,
    SheetRoles,
    find_roles,
    is_header,
    strength,
)
from genie3_engine.data.sheet_entries import SheetDraft, describe_sheet, draft_sheet
from genie3_engine.data.sheet_files import match_rows, read_sheet_columns
from genie3_engine.data.time_points import read_times
from genie3_engine.errors import InputError
from genie3_engine.labels import count

AUTO, NONE, NAMES, DIAGONAL = "auto", "none", "names", "diagonal"
SOURCES = (AUTO, NONE, NAMES, DIAGONAL)
SUBJECT = "sample-sheet"
_FEWEST_TIMES = 3
_HALF, _LOW = 0.8, 0.9
_FEWEST_GENES = 3
_SHOWN = 3


@dataclass(frozen=True)
class SampleFacts:
    """What a file has about its samples.

    Parameters
    ----------
    samples, genes : tuple of str
        Names.
    has_sample_names : bool
        False when the names of the samples are made up.
    annotations : mapping of str to tuple of str
        Columns of labels, one per sample.
    header : str
        What the names of the samples are called in the file.
    values : (n_genes, n_samples) float64 or None
        The values, where they are dense.
    """

    samples: tuple[str, ...]
    genes: tuple[str, ...]
    has_sample_names: bool = True
    annotations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    header: str = ""
    values: NDArray[np.float64] | None = None

    @cached_property
    def gene_names(self) -> GeneNames:
        """Return the genes, which are found without regard to case."""
        return GeneNames(self.genes)


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """The sample sheet of some data, and how it was found.

    Parameters
    ----------
    sheet : SampleSheet or None
        None where nothing is known of the samples.
    decisions : tuple of Decision
        What was taken for what.
    warnings : tuple of str
        What the user should know, one sentence each.
    """

    sheet: SampleSheet | None = None
    decisions: tuple[Decision, ...] = ()
    warnings: tuple[str, ...] = ()


def find_sheet(
    facts: SampleFacts, *, source: Path | str = AUTO, chosen: Mapping[str, str] | None = None
) -> FoundSheet:
    """Find the sample sheet of data.

    Parameters
    ----------
    facts : SampleFacts
        What the file of the data has about its samples.
    source : Path or str
        The file of the sheet; ``none`` for no sheet, ``names`` for what the names of the samples
        state, ``diagonal`` where sample i has gene i perturbed, or ``auto``: annotations, or times
        for names. What is less certain is offered and not taken.
    chosen : mapping of str to str, optional
        The user's word on the columns of a file or on annotations, as in `find_roles`.

    Returns
    -------
    FoundSheet
        The sheet, with decisions of the subject ``sample-sheet``.

    Raises
    ------
    InputError
        When the file cannot be read or used, or the names state nothing.
    OptionError
        When the user names a role or a column that does not exist.
    """
    chosen = dict(chosen or {})
    if source == NONE:
        taken = "No sample sheet is used."
        return FoundSheet(None, (_chosen(taken, "You chose this.", {"sample_sheet": NONE}),))
    if source == NAMES:
        return _of_names(facts)
    if source == DIAGONAL:
        return _of_diagonal(facts, chosen)
    if source == AUTO:
        return _of_data(facts, chosen)
    path = Path(source)
    return sheet_of_columns(facts, read_sheet_columns(path), name=path.name, chosen=chosen)


def sheet_options(texts: Iterable[str]) -> dict[str, str]:
    """Return the column of each role, of ``ROLE=COLUMN`` texts.

    Raises
    ------
    OptionError
        When a text has another form.

    Examples
    --------
    >>> sheet_options(["time=hours", "perturbation=KD"])
    {'time': 'hours', 'perturbation': 'KD'}
    """
    return columns_of(texts, "--sheet-columns", example="time=hours,series=condition")


def _chosen(taken: str, evidence: str, options: Mapping[str, object]) -> Decision:
    return Decision(SUBJECT, taken, evidence, Certainty.TOLD, options=options)


def sheet_of_columns(
    facts: SampleFacts,
    columns: Sequence[SheetColumn],
    *,
    name: str,
    chosen: Mapping[str, str] | None = None,
) -> FoundSheet:
    """Make the sample sheet of the columns of a table.

    Parameters
    ----------
    facts : SampleFacts
        What is known of the data.
    columns : sequence of SheetColumn
        The table, one row per sample in any order.
    name : str
        What to call the table in messages.
    chosen : mapping of str to str, optional
        The user's word on the columns, as in `find_roles`.

    Returns
    -------
    FoundSheet
        The sheet, with the decision on its columns.

    Raises
    ------
    InputError
        When rows and samples do not meet, or entries cannot be used, naming the value.
    OptionError
        When the user names a role or a column that does not exist.
    """
    table = match_rows(
        columns, facts.samples, has_sample_names=facts.has_sample_names, chosen=chosen, name=name
    )
    roles = find_roles(
        table.columns, facts.gene_names, chosen=chosen, sample_column=table.sample_column
    )
    _refuse_other_times(table.columns, roles, chosen or {})
    if set(roles.columns) <= {SheetRole.SAMPLE, SheetRole.SERIES, SheetRole.PERTURBATION}:
        labels = ", ".join(f"'{each.label}'" for each in columns)
        raise InputError(
            f"{name} has no column with times, perturbed genes, replicates or blocks: it has "
            f"{labels}.",
            "Name the column of each role, such as --sheet-columns time=COLUMN,series=COLUMN.",
        )
    draft = draft_sheet(roles, facts.samples, facts.gene_names)
    guesses = [table.evidence] if table.is_guess else []
    evidence = "" if table.is_guess else table.evidence
    decision = _decision(f"The sample sheet {name}", roles, draft, evidence, guesses)
    warnings = [*table.notes, *draft.notes, *_unused(roles, name)]
    return FoundSheet(draft.sheet, (decision,), tuple(warnings))


def _refuse_other_times(
    columns: Sequence[SheetColumn], roles: SheetRoles, chosen: Mapping[str, str]
) -> None:
    """Refuse a column that is called time and has none, such as dates, naming an entry."""
    if SheetRole.TIME in roles.columns or SheetRole.TIME in chosen:
        return
    for column in columns:
        if strength(column.label, SheetRole.TIME) == 1 and column.label in roles.unused:
            read_times(column.entries, header=column.label)


def _unused(roles: SheetRoles, name: str) -> list[str]:
    if not roles.unused:
        return []
    shown = ", ".join(f"'{label}'" for label in roles.unused[:5])
    more = f" and {len(roles.unused) - 5:,} more" if len(roles.unused) > 5 else ""
    noun = "Column" if len(roles.unused) == 1 else "Columns"
    verb = "is" if len(roles.unused) == 1 else "are"
    return [f"{noun} {shown}{more} of {name} {verb} not used."]


def _decision(
    subject: str, roles: SheetRoles, draft: SheetDraft, evidence: str, guesses: Sequence[str] = ()
) -> Decision:
    """Return what a sheet has and from which columns, with other readings."""
    columns = ", ".join(
        f"{role} from '{column.label}'"
        for role, column in roles.columns.items()
        if role is not SheetRole.SAMPLE
    )
    guesses = [*guesses, *draft.guesses]
    others: list[Alternative] = []
    if draft.is_kind_assumed:
        others += _other_kinds(KNOCK_OUT)
    others += [
        Alternative(f"{role.capitalize()} from '{label}'", {"sheet_columns": (f"{role}={label}",)})
        for role, labels in roles.rivals.items()
        for label in labels[:_SHOWN]
    ]
    listed = f"{columns[:1].upper()}{columns[1:]}." if columns else ""
    return Decision(
        SUBJECT,
        f"{subject} has {describe_sheet(draft.sheet)}.",
        " ".join(filter(None, [listed, evidence, *draft.evidence, *guesses])),
        Certainty.GUESS if guesses else Certainty.CLEAR,
        (*others, Alternative("Without a sample sheet", {"sample_sheet": NONE})),
    )


def _other_kinds(taken: str) -> list[Alternative]:
    """Return the other ways in which genes may have been perturbed."""
    return [
        Alternative(f"They are {noun}s", {"sheet_columns": (f"perturbation={kind}",)})
        for kind, noun in PERTURBATIONS.items()
        if kind != taken
    ]


def _of_data(facts: SampleFacts, chosen: Mapping[str, str]) -> FoundSheet:
    """Find what the data themselves state, and offer what is less certain."""
    found = _of_annotations(facts, chosen)
    if found is not None:
        return found
    return FoundSheet(None, tuple(filter(None, (_offered_names(facts), _offered_diagonal(facts)))))


def _of_annotations(facts: SampleFacts, chosen: Mapping[str, str]) -> FoundSheet | None:
    """Return the sheet of annotations, and of names such as times; None where there is none."""
    columns = [SheetColumn(label, tuple(texts)) for label, texts in facts.annotations.items()]
    is_role = is_header(facts.header) and not strength(facts.header, SheetRole.SAMPLE)
    if facts.has_sample_names and is_role:
        columns.append(SheetColumn(facts.header, facts.samples))
    if not columns or (not chosen and not any(map(_may_be_sheet, columns))):
        return None
    roles = find_roles(columns, facts.gene_names, chosen=chosen)
    if not chosen and not {SheetRole.TIME, SheetRole.PERTURBED} & set(roles.columns):
        return None
    try:
        draft = draft_sheet(roles, facts.samples, facts.gene_names)
    except InputError:
        if chosen:
            raise
        return None
    n_times = len(set(filter(np.isfinite, draft.sheet.time)))
    has_genes = any(set(genes) <= set(facts.genes) for genes in draft.sheet.perturbed if genes)
    if not chosen and not has_genes and n_times < _FEWEST_TIMES:
        return None
    decision = _decision("The file itself", roles, draft, "")
    return FoundSheet(draft.sheet, (decision,), tuple(draft.notes))


def _may_be_sheet(column: SheetColumn) -> bool:
    return bool(
        strength(column.label, SheetRole.TIME) or strength(column.label, SheetRole.PERTURBED)
    )


def _of_names(facts: SampleFacts) -> FoundSheet:
    """Return the sheet that the names of the samples spell out, as the user chose."""
    roles = roles_in_names(facts.samples, facts.gene_names) if facts.has_sample_names else None
    if roles is None:
        shown = ", ".join(f"'{each}'" for each in facts.samples[:3])
        raise InputError(
            f"The names of the samples, such as {shown}, state neither times nor perturbed genes.",
            "Give a sample sheet as a file.",
        )
    draft = draft_sheet(roles, facts.samples, facts.gene_names)
    decision = _chosen(
        f"The names of the samples have {describe_sheet(draft.sheet)}.",
        " ".join(("You chose this.", *draft.evidence, *draft.guesses)),
        {"sample_sheet": NAMES},
    )
    return FoundSheet(draft.sheet, (decision,), tuple(draft.notes))


def _offered_names(facts: SampleFacts) -> Decision | None:
    """Offer what the names of the samples state."""
    if not facts.has_sample_names:
        return None
    roles = roles_in_names(facts.samples, facts.gene_names)
    if roles is None:
        return None
    try:
        draft = draft_sheet(roles, facts.samples, facts.gene_names)
    except InputError:
        return None
    return Decision(
        SUBJECT,
        f"The names of the samples, such as '{facts.samples[0]}' and '{facts.samples[-1]}', may "
        f"state {describe_sheet(draft.sheet)}.",
        "No sample sheet is made of them unless you choose so.",
        alternatives=(Alternative("Use the names of the samples", {"sample_sheet": NAMES}),),
    )


def _diagonal_kind(facts: SampleFacts) -> tuple[str, str]:
    """Return what a square table's diagonal looks like, KO, KD or nothing, and the evidence."""
    values = facts.values
    if facts.has_sample_names or values is None or values.shape[0] != values.shape[1]:
        return "", ""
    if len(values) < _FEWEST_GENES or not np.isfinite(values).all():
        return "", ""
    own, usual = np.diagonal(values), np.median(values, axis=1)
    if not own.any() and (usual > 0).any():
        return KNOCK_OUT, "gene i is zero in sample i, for every i"
    lower = own < _LOW * usual
    if lower.mean() >= _HALF and (usual > 0).mean() > _HALF:
        share = float(np.median(own[usual > 0] / usual[usual > 0]))
        return KNOCK_DOWN, f"gene i has {100 * share:.0f} % of its usual value in sample i"
    return "", ""


def _offered_diagonal(facts: SampleFacts) -> Decision | None:
    """Offer to take the samples of a square table for perturbations of its genes in turn."""
    kind, evidence = _diagonal_kind(facts)
    if not kind:
        return None
    return Decision(
        SUBJECT,
        f"The samples may be {PERTURBATIONS[kind]}s of the genes in their order: {evidence}.",
        "No sample sheet is made of that unless you choose so.",
        alternatives=(Alternative("Sample i has gene i perturbed", {"sample_sheet": DIAGONAL}),),
    )


def _of_diagonal(facts: SampleFacts, chosen: Mapping[str, str]) -> FoundSheet:
    """Return the sheet of perturbations of the genes in their order, as the user chose."""
    if len(facts.samples) != len(facts.genes):
        raise InputError(
            f"Sample i cannot have gene i perturbed: there are {count(len(facts.genes), 'gene')} "
            f"and {count(len(facts.samples), 'sample')}.",
            "Give a sample sheet as a file.",
        )
    kind = chosen.get(SheetRole.PERTURBATION, "").upper() or _diagonal_kind(facts)[0] or KNOCK_OUT
    n = len(facts.genes)
    blank = ("",) * n
    sheet = SampleSheet(
        blank, (np.nan,) * n, tuple((gene,) for gene in facts.genes), (kind,) * n, blank, blank
    )
    evidence = f"You chose this; {_diagonal_kind(facts)[1] or 'the values do not show it'}."
    decision = Decision(
        SUBJECT,
        f"Sample i is the {PERTURBATIONS[kind]} of gene i.",
        evidence,
        Certainty.TOLD,
        tuple(_other_kinds(kind)),
        options={"sample_sheet": DIAGONAL},
    )
    return FoundSheet(sheet, (decision,))
