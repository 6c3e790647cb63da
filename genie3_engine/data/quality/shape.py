"""Are there genes and samples enough, and are the genes where they were taken to be?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from genie3_engine.data.quality.context import Case, count, some
from genie3_engine.data.quality.findings import Fact, Finding, Severity
from genie3_engine.data.quality.references import DREAM5, GENIE3, SAFETY_IN_NUMBERS
from genie3_engine.data.reading_report import ReadReport

_FEWEST_GENES, _FEWEST_SAMPLES = 3, 2


def describe(case: Case) -> Iterator[Fact]:
    """Say what was read, how large it is and where the genes are."""
    raw, report = case.raw, case.report
    shape = f"{count(raw.n_genes, 'gene')} x {count(raw.n_samples, 'sample')}"
    yield Fact("Shape", shape)
    if report is not None:
        read = [report.format, _part(report), report.delimiter, report.encoding]
        yield Fact("Read as", ", ".join(part for part in read if part))
        if "transpose" in case.recipe:
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
    """Say which sheet or layer was read, where there are several."""
    for kind, name, names in (
        ("sheet", report.sheet, report.sheets),
        ("layer", report.layer, report.layers),
    ):
        if len(names) > 1:
            return f"{kind} '{name}' of {len(names)}"
    return ""


def too_small(case: Case) -> Iterator[Finding]:
    """Refuse what is no matrix of genes by samples."""
    raw = case.raw
    if raw.n_genes >= _FEWEST_GENES and raw.n_samples >= _FEWEST_SAMPLES:
        return
    swap = raw.has_sample_names and raw.n_samples >= _FEWEST_GENES
    yield Finding(
        "too-small",
        Severity.PROBLEM,
        f"There are only {count(raw.n_genes, 'gene')} and {count(raw.n_samples, 'sample')}.",
        f"GENIE3 explains each gene by the others over many samples: it needs {_FEWEST_GENES} "
        f"genes and {_FEWEST_SAMPLES} samples to run at all, and dozens of samples to say much.",
        ("transpose",) if swap else (),
    )


def orientation(case: Case) -> Iterator[Finding]:
    """Warn of an orientation that is a guess, or against what the file says."""
    if case.report is None or "transpose" in case.recipe:
        return
    for warning in case.report.warnings:
        if "orientation" in warning or "genes are read from" in warning.lower():
            yield Finding(
                "orientation",
                Severity.WARNING,
                warning,
                "Were samples taken for genes, the links would be between samples.",
                ("transpose",) if case.raw.has_sample_names else (),
            )


def other_warnings(case: Case) -> Iterator[Finding]:
    """Pass on what the reader put up with."""
    if case.report is None:
        return
    for warning in case.report.warnings:
        lower = warning.lower()
        if "orientation" in lower or "genes are read from" in lower or "more than once" in lower:
            continue
        yield Finding(
            "reading",
            Severity.NOTE,
            warning,
            "Check that the file was understood as you meant it.",
        )


def sample_names(case: Case) -> Iterator[Finding]:
    """Say when samples share a name."""
    if not case.raw.has_sample_names:
        return
    repeated = [name for name, number in Counter(case.raw.samples).items() if number > 1]
    if repeated:
        verb = "occurs" if len(repeated) == 1 else "occur"
        yield Finding(
            "sample-names",
            Severity.NOTE,
            f"{count(len(repeated), 'sample name')} {verb} more than once: {some(repeated)}.",
            "Each is kept as a sample of its own. If they are one sample, it counts double.",
        )


def few_samples(case: Case) -> Iterator[Finding]:
    """Say what the literature says of so few samples."""
    n, genes = case.raw.n_samples, case.raw.n_genes
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
