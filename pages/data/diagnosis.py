"""The diagnosis of an upload or of a stored data set, cached."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from genie3_engine import runs
from genie3_engine.data.prepare import read_raw
from genie3_engine.data.quality import (
    Diagnosis,
    Effect,
    RecipeResult,
    apply,
    diagnose,
    parse_recipe,
)
from genie3_engine.data.raw_expression import RawExpression, ReadReport
from ui import cache


@dataclass(frozen=True, slots=True)
class Examined:
    """A diagnosis, and what the fixes before it did."""

    diagnosis: Diagnosis
    effects: tuple[Effect, ...] = ()


@st.cache_resource(max_entries=2, show_spinner=False)
def _raw(
    upload: str, orientation: str, sheet: str | None, layer: str | None
) -> tuple[RawExpression, ReadReport]:
    path = runs.open_upload(upload).path
    return read_raw(path, orientation=orientation, sheet=sheet, layer=layer)


def apply_recipe(
    upload: str,
    orientation: str,
    sheet: str | None,
    layer: str | None,
    recipe: tuple[str, ...],
) -> tuple[RecipeResult, ReadReport]:
    """Read an upload, which is kept for a while, and apply a recipe to it.

    Raises
    ------
    Genie3Error
        When it cannot be read at all, or a fix cannot be applied.
    """
    raw, report = _raw(upload, orientation, sheet, layer)
    return apply(raw, parse_recipe(recipe)), report


@st.cache_data(max_entries=32, show_spinner="Examining the table…")
def of_upload(
    upload: str,
    orientation: str,
    sheet: str | None,
    layer: str | None,
    recipe: tuple[str, ...],
    regulators: tuple[str, ...] | None,
) -> Examined:
    """Examine an upload after its recipe; raises as `apply_recipe`."""
    result, report = apply_recipe(upload, orientation, sheet, layer, recipe)
    fixes = parse_recipe(recipe)
    return Examined(
        diagnose(result.raw, report, regulators=regulators, recipe=fixes), tuple(result.effects)
    )


@st.cache_data(max_entries=32, show_spinner="Examining the table…")
def of_stored(
    dataset: str, recipe: tuple[str, ...], regulators: tuple[str, ...] | None
) -> Examined:
    """Examine a stored data set of which there is no upload."""
    raw = RawExpression.of(cache.expression(dataset))
    return Examined(diagnose(raw, regulators=regulators, recipe=parse_recipe(recipe)))
