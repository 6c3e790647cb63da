"""The numbers of genes and samples, and the orientation: report them; swap the axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from genie3_engine.data.decisions import Certainty
from genie3_engine.data.quality.context import QualityContext, some
from genie3_engine.data.quality.findings import (
    DREAM5,
    GENIE3,
    SAFETY_IN_NUMBERS,
    Fact,
    Finding,
    Severity,
)
from genie3_engine.data.quality.recipe import FixKind, Value
from genie3_engine.data.raw_expression import RawExpression, ReadReport
from genie3_engine.data.sparse_genes import SparseGenes
from genie3_engine.errors import InputError
from genie3_engine.labels import count

_FEWEST_GENES, _FEWEST_SAMPLES = 3, 2


def describe(context: QualityContext) -> Iterator[Fact]:
    """Describe what was read, how large it is and where the genes are."""
    raw, report = context.raw, context.report
    shape = f"{count(raw.n_genes, 'gene')} x {count(raw.n_samples, 'sample')}"
    yield Fact("Shape", shape)
    if report is not None:
        read = [report.format, _part(report), report.delimiter, report.encoding]
        yield Fact("Read as", ", ".join(part for part in read if part))
        if "transpose" in context.recipe:
            yield Fact("Orientation", "swapped by the fix transpose")
        else:
            reason = report.orientation_reason
            head, colon, tail = reason.partition(": ")
            if colon and head.startswith("Genes are in the"):
                reason = tail
            yield Fact("Orientation", f"{report.orientation}: {reason[:1].lower()}{reason[1:]}")
    yield Fact("Genes", f"such as {some([name for name in raw.genes[:3] if name])}")
    if raw.has_sample_names:
        yield Fact("Samples", f"such as {some(raw.samples[:3])}")
    else:
        yield Fact("Samples", "without names")


def _part(report: ReadReport) -> str:
    """Return which sheet or layer was read, where there are several."""
    for kind, name, names in (
        ("sheet", report.sheet, report.sheets),
        ("layer", report.layer, report.layers),
    ):
        if len(names) > 1:
            return f"{kind} '{name}' of {len(names)}"
    return ""


def too_small(context: QualityContext) -> Iterator[Finding]:
    """Refuse data that are not a matrix of genes by samples."""
    raw = context.raw
    if raw.n_genes >= _FEWEST_GENES and raw.n_samples >= _FEWEST_SAMPLES:
        return
    swap = raw.has_sample_names and raw.n_samples >= _FEWEST_GENES
    yield Finding(
        "too-small",
        Severity.PROBLEM,
        f"There are only {count(raw.n_genes, 'gene')} and {count(raw.n_samples, 'sample')}.",
        f"GENIE3 explains each gene by the others over many samples: it needs {_FEWEST_GENES} "
        f"genes and {_FEWEST_SAMPLES} samples to run at all, and dozens of samples for reliable "
        "results.",
        ("transpose",) if swap else (),
    )


def orientation(context: QualityContext) -> Iterator[Finding]:
    """Warn of an orientation that is a guess, or contradicts the file."""
    if context.report is None or "transpose" in context.recipe:
        return
    guesses = [
        f"{decision.sentence} This is a guess: check it, and set it if it is wrong."
        for decision in context.report.decisions
        if decision.subject == "orientation" and decision.certainty is Certainty.GUESS
    ]
    for warning in (*guesses, *context.report.warnings):
        lower = warning.lower()
        if warning in guesses or "orientation" in lower or "genes are read from" in lower:
            yield Finding(
                "orientation",
                Severity.WARNING,
                warning,
                "Were samples taken for genes, the links would be between samples.",
                ("transpose",) if context.raw.has_sample_names else (),
            )


def decisions(context: QualityContext) -> Iterator[Finding]:
    """Warn of the reader's guesses, and note what it did that could be done in another way."""
    if context.report is None:
        return
    for decision in context.report.decisions:
        is_guess = decision.certainty is Certainty.GUESS
        is_told = decision.certainty is Certainty.TOLD
        if decision.subject == "orientation" or not (is_guess or is_told or decision.alternatives):
            continue
        yield Finding(
            decision.subject,
            Severity.WARNING if is_guess else Severity.NOTE,
            decision.sentence + (" This is a guess." if is_guess else ""),
            f"If that is wrong: {decision.advice}" if decision.alternatives else "",
        )


def other_warnings(context: QualityContext) -> Iterator[Finding]:
    """Pass on the other warnings of the reader."""
    if context.report is None:
        return
    for warning in context.report.warnings:
        lower = warning.lower()
        if "orientation" in lower or "genes are read from" in lower or "more than once" in lower:
            continue
        yield Finding(
            "reading",
            Severity.NOTE,
            warning,
            "Check that the file was understood as you meant it.",
        )


def few_samples(context: QualityContext) -> Iterator[Finding]:
    """Report few samples, with what the literature found."""
    n, genes = context.raw.n_samples, context.raw.n_genes
    if not _FEWEST_SAMPLES <= n < 100 or genes < _FEWEST_GENES:
        return
    known = (
        f"GENIE3 was tested with 100 samples of 100 genes ({GENIE3}) and with 536 to 805 arrays "
        f"of thousands of genes ({DREAM5})"
    )
    if n < 20:
        sentence = f"{n} samples are too few for a network worth reading."
        why = (
            "A forest that sees few samples ranks regulators by chance. The authors of WGCNA "
            "advise against fewer than 15 samples (FAQ of the package), RNA-seq needed more than "
            f"20 to perform as arrays do ({SAFETY_IN_NUMBERS}), and {known}."
        )
        yield Finding("few-samples", Severity.WARNING, sentence, why)
    elif genes > n:
        sentence = f"{n} samples are few for {genes:,} genes: trust the strongest links only."
        why = (
            "Every gene has thousands of candidates, and some fit by chance. "
            if genes > 2000
            else "The more candidates for each sample, the more of them fit by chance. "
        )
        yield Finding("few-samples", Severity.NOTE, sentence, f"{why}{known}.")


def _transpose(raw: RawExpression, _: Value | None) -> RawExpression:
    if not raw.has_sample_names:
        raise InputError(
            "The samples have no names, so they cannot become genes.",
            "Leave the fix transpose out, or add the genes' names to the file.",
        )
    values = (
        raw.values.transposed()
        if isinstance(raw.values, SparseGenes)
        else np.ascontiguousarray(raw.values.T)
    )
    odd = tuple(replace(cell, gene=cell.sample, sample=cell.gene) for cell in raw.odd_cells)
    return RawExpression(values, raw.samples, raw.genes, True, {}, odd, raw.n_odd)


TRANSPOSE = FixKind(
    "transpose",
    "Swap genes and samples",
    "take the samples for genes and the genes for samples",
    "rows and columns were swapped",
    _transpose,
)
