"""How much work replicate targets are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genie3_engine.model import ForestSpec


def replicate_work(name: str, forest: ForestSpec) -> float:
    """Return the work of a replicate target, as a share of that of a target of the run.

    Parameters
    ----------
    name : str
        Its kind; see `ReplicatePlan`.
    forest : ForestSpec
        The run's method and settings.
    """
    if name == "nulls":
        return 1.0
    return 0.55 / 20 if "n_trees" in forest.settings() else 0.5
