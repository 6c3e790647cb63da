"""How does a file become a matrix that GENIE3 can use, with the fixes that were asked for?

The page and the command line both come through here, so that the same file and the same fixes are
the same matrix, whoever asks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genie3_engine.data.expression import Expression, ReadReport, read_expression, read_raw
from genie3_engine.data.recipes import Effect, complete, cook, parse_recipe


@dataclass(frozen=True, slots=True)
class Prepared:
    """A matrix with its history.

    Parameters
    ----------
    expression : Expression
        The matrix, after the fixes.
    report : ReadReport
        How the file was read.
    effects : tuple of Effect
        What each fix did.
    """

    expression: Expression
    report: ReadReport
    effects: tuple[Effect, ...] = ()

    @property
    def recipe(self) -> tuple[str, ...]:
        """Return the fixes as texts, in their order."""
        return tuple(str(effect.fix) for effect in self.effects)

    def to_report(self) -> dict[str, Any]:
        """Return what is stored with the data set, as plain JSON values."""
        report = self.report.to_dict()
        report["n_genes"], report["n_samples"] = self.expression.values.shape
        report["recipe"] = [effect.to_dict() for effect in self.effects]
        return report


def prepare(
    path: Path | str,
    *,
    orientation: str = "auto",
    regulators: Collection[str] | None = None,
    sheet: str | None = None,
    layer: str | None = None,
    recipe: Sequence[str] = (),
) -> Prepared:
    """Read a file and apply fixes to it.

    Parameters
    ----------
    path : Path or str
        The file, or a folder where a format has several files.
    orientation, regulators, sheet, layer
        As for `read_expression`.
    recipe : sequence of str
        Fixes, in the order in which they are applied.

    Returns
    -------
    Prepared
        The matrix and its history.

    Raises
    ------
    InputError
        When the file cannot be read, a fix cannot be applied, or the result is not complete.
    OptionError
        When there is no such fix, orientation, sheet or layer.
    """
    fixes = parse_recipe(recipe)
    asked: dict[str, Any] = {
        "orientation": orientation,
        "regulators": regulators,
        "sheet": sheet,
        "layer": layer,
    }
    if not fixes:
        return Prepared(*read_expression(path, **asked))
    raw, report = read_raw(path, **asked)
    cooked = cook(raw, fixes)
    return Prepared(complete(cooked.raw), report, cooked.effects)
