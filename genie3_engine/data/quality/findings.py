"""Facts about data, and findings with their severity, reason and fixes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

# Papers that findings cite.
GENIE3 = "Huynh-Thu et al. 2010, PLoS ONE 5:e12776"
DREAM5 = "Marbach et al. 2012, Nature Methods 9:796"
SAFETY_IN_NUMBERS = "Ballouz et al. 2015, Bioinformatics 31:2123"
BEELINE = "Pratapa et al. 2020, Nature Methods 17:147"
SINGLE_CELL_LACK = "Chen and Mar 2018, BMC Bioinformatics 19:232"
SCENIC = "Aibar et al. 2017, Nature Methods 14:1083"
CONFOUNDERS = "Parsana et al. 2019, Genome Biology 20:94"
BATCHES = "Leek et al. 2010, Nature Reviews Genetics 11:733"
DYNGENIE3 = "Huynh-Thu and Geurts 2018, Scientific Reports 8:3384"
EXCEL = "Ziemann et al. 2016, Genome Biology 17:177"


class Severity(StrEnum):
    """How bad a finding is."""

    PROBLEM = "problem"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know before a run.

    Parameters
    ----------
    code : str
        A stable name.
    severity : Severity
        A problem keeps GENIE3 from running, or makes its answer worthless; a warning makes it
        worse or misleading; a note is good to know.
    sentence : str
        What was found.
    why : str
        Why it matters for GENIE3.
    fixes : tuple of str
        What could be done, best first, as a recipe has it, such as ``keep-variable=2000``.
    """

    code: str
    severity: Severity
    sentence: str
    why: str
    fixes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {**asdict(self), "severity": self.severity.value, "fixes": list(self.fixes)}


@dataclass(frozen=True, slots=True)
class Fact:
    """A property of the data.

    Parameters
    ----------
    name : str
        Such as ``Shape``.
    text : str
        What it is, in words.
    """

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The doctor's report.

    Parameters
    ----------
    facts : tuple of Fact
        What the data are.
    findings : tuple of Finding
        What was found in them, the worst first.
    """

    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]

    @property
    def is_ready(self) -> bool:
        """True when nothing keeps GENIE3 from running."""
        return not self.of(Severity.PROBLEM)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of one severity."""
        return tuple(found for found in self.findings if found.severity is severity)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "ready": self.is_ready,
            "facts": {fact.name: fact.text for fact in self.facts},
            "findings": [found.to_dict() for found in self.findings],
        }
