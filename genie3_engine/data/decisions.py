"""The decisions of a reading: what was taken for what, why, and what else it could be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# The options of `read_raw` that have another name on the command line.
_OPTION_NAMES = {"keep": "keep-column"}


class Certainty(StrEnum):
    """How sure a decision is."""

    CLEAR = "clear"
    GUESS = "guess"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of the same file.

    Parameters
    ----------
    label : str
        What it would be, in a few words, such as ``Genes in the columns``.
    options : mapping of str to object
        Keyword arguments of `read_raw` that give it.
    """

    label: str
    options: Mapping[str, Any]

    @property
    def command_line(self) -> str:
        """Return the options as the command line has them.

        Examples
        --------
        >>> Alternative("Keep 'Length'", {"keep": ("Length",), "header_row": 1}).command_line
        '--keep-column Length --header-row 1'
        """
        return command_line(self.options)


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a reading.

    Parameters
    ----------
    subject : str
        What is decided, a stable word: ``orientation``, ``header``, ``row-names``, ``set-aside``,
        ``gene-names``, ``roles``.
    taken : str
        What was taken for what, one sentence that can be checked in the file.
    evidence : str
        Why, one sentence; empty where the first sentence contains it.
    certainty : Certainty
        Whether the evidence is clear, or weak, or it is the user's word.
    alternatives : tuple of Alternative
        Other readings, the likeliest first. A clear decision that has some is worth a note.
    names : tuple of str
        The rows, columns or attributes that are concerned.
    options : mapping of str to object
        Keyword arguments of `read_raw` that repeat it, where it is the user's word.
    """

    subject: str
    taken: str
    evidence: str = ""
    certainty: Certainty = Certainty.CLEAR
    alternatives: tuple[Alternative, ...] = ()
    names: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Return what was taken and why."""
        return f"{self.taken} {self.evidence}".rstrip()

    @property
    def advice(self) -> str:
        """Return the other readings with their options; empty where there are none.

        Examples
        --------
        >>> other = Alternative("Genes in the columns", {"orientation": "genes-in-columns"})
        >>> Decision("orientation", "Genes are in the rows.", alternatives=(other,)).advice
        'Genes in the columns: --orientation genes-in-columns.'
        """
        texts = (f"{other.label}: {other.command_line}" for other in self.alternatives)
        return "".join(f"{text}. " for text in texts).rstrip()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "subject": self.subject,
            "taken": self.taken,
            "evidence": self.evidence,
            "certainty": self.certainty.value,
            "alternatives": [
                {
                    "label": other.label,
                    "options": _plain(other.options),
                    "command_line": other.command_line,
                }
                for other in self.alternatives
            ],
            "names": list(self.names),
            "options": _plain(self.options),
        }

    @classmethod
    def from_dict(cls, facts: Mapping[str, Any]) -> Decision:
        """Return the decision that `to_dict` described."""
        return cls(
            facts["subject"],
            facts["taken"],
            facts["evidence"],
            Certainty(facts["certainty"]),
            tuple(Alternative(each["label"], each["options"]) for each in facts["alternatives"]),
            tuple(facts["names"]),
            facts["options"],
        )


def command_line(options: Mapping[str, Any]) -> str:
    """Return keyword arguments of `read_raw` as options of the command line.

    Parameters
    ----------
    options : mapping of str to object
        A text or a number each, or several texts, which repeat the option.

    Returns
    -------
    str
        Quoted for a shell.
    """
    import shlex

    words: list[str] = []
    for key, value in options.items():
        several = value if isinstance(value, (list, tuple)) else (value,)
        name = _OPTION_NAMES.get(key, key.replace("_", "-"))
        for each in several:
            words += [f"--{name}", str(each)]
    return shlex.join(words)


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(v) if isinstance(v, tuple) else v for key, v in options.items()}
