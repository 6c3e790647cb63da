"""What is asked about the confidence of the links of a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from genie3_engine.errors import OptionError
from genie3_engine.model.settings import Choice

BOTH, P_VALUES, STABILITY = "both", "p-values", "stability"
CONFIDENCE_CHOICES = (
    Choice(
        BOTH, "p-values and stability", "Forests of permuted targets, and of halves of the samples."
    ),
    Choice(
        P_VALUES,
        "p-values",
        "How often chance gives so strong a link: forests of permuted targets, about 2,000 in all.",
    ),
    Choice(
        STABILITY,
        "Stability",
        "How often the link is among its target's strongest in halves of the samples.",
    ),
)


@dataclass(frozen=True, slots=True)
class ConfidenceSpec:
    """Which evidence is computed for the links of a run.

    Parameters
    ----------
    p_values : bool
        The p and q value of each link, from forests of permuted targets.
    stability : bool
        The share of halves of the samples in which a link is among its target's strongest.

    Raises
    ------
    OptionError
        When nothing is asked for.
    """

    p_values: bool = True
    stability: bool = True

    def __post_init__(self) -> None:
        """Refuse a specification that asks for nothing."""
        if not (self.p_values or self.stability):
            raise OptionError(
                "Neither p-values nor stability are asked for.", "Ask for one of them, or for both."
            )

    @classmethod
    def parse(cls, text: str) -> ConfidenceSpec:
        """Read the name of a choice: ``both``, ``p-values`` or ``stability``.

        Raises
        ------
        OptionError
            When it is none of them.
        """
        if text not in {choice.value for choice in CONFIDENCE_CHOICES}:
            names = ", ".join(str(choice.value) for choice in CONFIDENCE_CHOICES)
            raise OptionError(f"{text!r} is not a kind of confidence.", f"Choose one of {names}.")
        return cls(p_values=text != STABILITY, stability=text != P_VALUES)

    def __str__(self) -> str:
        """Return the name that `parse` reads."""
        if self.p_values and self.stability:
            return BOTH
        return P_VALUES if self.p_values else STABILITY

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ConfidenceSpec:
        """Rebuild a spec from `to_dict`'s values."""
        return cls(**values)
