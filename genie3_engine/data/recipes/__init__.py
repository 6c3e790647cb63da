"""How are data mended, in named steps that can be repeated?

A recipe is a list of fixes, applied in its order to what was read. The same file and the same
recipe give the same matrix to the last bit, whoever applies it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from genie3_engine.data.expression import Expression
from genie3_engine.data.raw_expression import RawExpression
from genie3_engine.data.recipes.fix import Fix, FixKind, Value, parsed
from genie3_engine.data.recipes.gaps import GAPS
from genie3_engine.data.recipes.genes import GENES, most_variable
from genie3_engine.data.recipes.naming import NAMING
from genie3_engine.data.recipes.samples import SAMPLES, labels_of
from genie3_engine.data.recipes.scale import SCALE
from genie3_engine.data.summary_statistics import measure
from genie3_engine.errors import InputError

__all__ = [
    "DENSE_BYTES_AT_MOST",
    "FIXES",
    "Cooked",
    "Effect",
    "Fix",
    "FixKind",
    "apply",
    "complete",
    "cook",
    "described",
    "labels_of",
    "parse_fix",
    "parse_recipe",
    "targets_of",
]

FIXES: dict[str, FixKind] = {kind.name: kind for kind in (*SAMPLES, *GAPS, *NAMING, *SCALE, *GENES)}
DENSE_BYTES_AT_MOST = 4 << 30
FEWEST_GENES, FEWEST_SAMPLES = 3, 2


@dataclass(frozen=True, slots=True)
class Effect:
    """What one fix did.

    Parameters
    ----------
    fix : Fix
        The fix.
    before, after : (int, int)
        Genes and samples.
    """

    fix: Fix
    before: tuple[int, int]
    after: tuple[int, int]

    @property
    def sentence(self) -> str:
        """Return what was done, with the numbers that changed."""
        kind = FIXES[self.fix.name]
        value: Value = next(iter(self.fix.parameters.values()), "")
        text = kind.past.format(value=f"{value:,}" if isinstance(value, int) else value)
        changes = [
            f"{before:,} {what} became {after:,}"
            for what, before, after in zip(
                ("genes", "samples"), self.before, self.after, strict=True
            )
            if before != after
        ]
        return f"{text} ({', '.join(changes)})" if changes else text

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "fix": str(self.fix),
            "text": self.sentence,
            "genes": [self.before[0], self.after[0]],
            "samples": [self.before[1], self.after[1]],
        }


@dataclass(frozen=True, slots=True)
class Cooked:
    """What a recipe made of what was read, and what each of its steps did."""

    raw: RawExpression
    effects: tuple[Effect, ...]


def parse_fix(text: str) -> Fix:
    """Read a fix such as ``keep-variable=2000``.

    Raises
    ------
    OptionError
        When there is no such fix, or its parameter is missing, not wanted or no number.
    """
    return parsed(text, FIXES.values())


def parse_recipe(texts: Iterable[str]) -> tuple[Fix, ...]:
    """Read the fixes of a recipe, in their order; see `parse_fix`."""
    return tuple(parse_fix(text) for text in texts)


def described(recipe: Sequence[str], effects: Sequence[Mapping[str, Any]] | None) -> list[str]:
    """Say in words what a recipe did, with numbers where its effects are known.

    Parameters
    ----------
    recipe : sequence of str
        The fixes, as a run remembers them.
    effects : sequence of mapping or None
        What a data set remembers of its own making (`Effect.to_dict`); of use when it was made by
        this recipe.
    """
    if effects and [effect.get("fix") for effect in effects] == list(recipe):
        return [str(effect["text"]) for effect in effects]
    unknown = (0, 0)
    return [Effect(fix, unknown, unknown).sentence for fix in parse_recipe(recipe)]


def cook(raw: RawExpression, recipe: Sequence[Fix]) -> Cooked:
    """Apply fixes one after the other, whether or not what comes out is complete.

    Parameters
    ----------
    raw : RawExpression
        What was read, or a stored data set (`RawExpression.of`).
    recipe : sequence of Fix
        In the order in which they are applied.

    Raises
    ------
    InputError, OptionError
        When a fix cannot be applied; the message names it.
    """
    effects = []
    for fix in recipe:
        before = raw.n_genes, raw.n_samples
        with np.errstate(all="ignore"):  # `complete` refuses what became infinite
            raw = FIXES[fix.name].apply(raw, next(iter(fix.parameters.values()), None))
        effects.append(Effect(fix, before, (raw.n_genes, raw.n_samples)))
    return Cooked(raw, tuple(effects))


def apply(raw: RawExpression, recipe: Sequence[Fix]) -> Expression:
    """Apply a recipe and return a matrix that GENIE3 can use; see `cook` and `complete`."""
    return complete(cook(raw, recipe).raw)


def complete(raw: RawExpression) -> Expression:
    """Return a dense matrix with a value everywhere and a name of its own for each gene.

    Parameters
    ----------
    raw : RawExpression
        What a recipe left.

    Raises
    ------
    InputError
        Naming what is missing, and the fix that helps.
    """
    n_bytes = raw.n_genes * raw.n_samples * 8
    if n_bytes > DENSE_BYTES_AT_MOST:
        raise InputError(
            f"{raw.n_genes:,} genes x {raw.n_samples:,} samples need {n_bytes / 2**30:,.1f} GB; "
            f"at most {DENSE_BYTES_AT_MOST / 2**30:,.0f} GB are taken.",
            "Keep fewer genes, for example with --fix keep-variable=2000, or combine cells with "
            "--fix pseudo-bulk=COLUMN.",
        )
    _check_shape(raw)
    _check_names(raw)
    measures = measure(raw.values)
    if measures.n_missing:
        raise InputError(
            f"{measures.n_missing:,} of {raw.n_genes * raw.n_samples:,} values are missing or no "
            "numbers.",
            "GENIE3 needs complete data: --fix fill-missing, --fix drop-missing-genes or --fix "
            "drop-missing-samples.",
        )
    if np.isinf(measures.genes.low).any() or np.isinf(measures.genes.high).any():
        raise InputError(
            "A value became infinite: some are too large to be scaled or added up.",
            "Look for cells that are no expression, or leave a fix out.",
        )
    values = raw.values if isinstance(raw.values, np.ndarray) else raw.values.toarray()
    values = np.ascontiguousarray(values, dtype=np.float64)
    if values.flags.owndata:
        values.flags.writeable = False
    return Expression(
        values, raw.genes, raw.samples, raw.has_sample_names, annotations=dict(raw.annotations)
    )


def targets_of(expression: Expression, recipe: Sequence[Fix]) -> tuple[str, ...] | None:
    """Return the targets that a recipe restricts a run to; None when it does not.

    Parameters
    ----------
    expression : Expression
        The data after the recipe.
    recipe : sequence of Fix
        The recipe; its last ``restrict-targets`` counts.
    """
    numbers = [fix.parameters["targets"] for fix in recipe if fix.name == "restrict-targets"]
    if not numbers or int(numbers[-1]) >= expression.n_genes:
        return None
    rows = most_variable(RawExpression.of(expression), int(numbers[-1]))
    return tuple(sorted(expression.genes[row] for row in rows))


def _check_shape(raw: RawExpression) -> None:
    if raw.n_genes < FEWEST_GENES or raw.n_samples < FEWEST_SAMPLES:
        raise InputError(
            f"There {'is' if raw.n_genes == 1 else 'are'} {_count(raw.n_genes, 'gene')} and "
            f"{_count(raw.n_samples, 'sample')}; at least "
            f"{FEWEST_GENES} genes and {FEWEST_SAMPLES} samples are needed.",
            "Give more of them, or use --fix transpose if genes and samples are swapped.",
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _check_names(raw: RawExpression) -> None:
    if not all(raw.genes):
        raise InputError(
            f"{sum(not name for name in raw.genes):,} genes have no name.",
            "Name them, or use --fix drop-nameless.",
        )
    repeated = [name for name, count in Counter(raw.genes).items() if count > 1]
    if repeated:
        raise InputError(
            f"{len(repeated):,} gene {'name occurs' if len(repeated) == 1 else 'names occur'} "
            f"more than once, '{repeated[0]}' first.",
            "Use --fix average-duplicates or --fix suffix-duplicates.",
        )
