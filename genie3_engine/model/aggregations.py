"""Ways to combine several lists of links into one, as records of a registry."""

from __future__ import annotations

from dataclasses import dataclass

from genie3_engine.model.settings import Choice
from genie3_engine.registry import Registry

RANK_PRODUCT = "irp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    """A way to combine lists of links.

    Parameters
    ----------
    label : str
        Name for people.
    help : str
        One sentence that explains it.
    phrase : str
        What it is within a sentence, such as ``the product of their ranks``.
    scale : str
        What the importance of the combined links is, in words.
    function : str
        What scores links, as ``module:name``: a function of the links' values in each list,
        (n_lists, n_links) float64.
    takes_shares : bool
        True when a value is the link's share of its target's importance in the list, 0 where the
        list lacks it; False when it is its rank, from 1.
    """

    label: str
    help: str
    phrase: str
    scale: str
    function: str
    takes_shares: bool = False


_RANK_PRODUCT = Aggregation(
    label="Rank product",
    help="One over the geometric mean of the ranks: a link at the top of one list counts much.",
    phrase="the product of their ranks",
    scale="one over the geometric mean of the ranks",
    function="genie3_engine.combination.scores:rank_product",
)
_BORDA = Aggregation(
    label="Borda count",
    help="One over the mean rank: a link must be high in all lists.",
    phrase="their mean rank",
    scale="one over the mean rank",
    function="genie3_engine.combination.scores:borda",
)
_MEAN_SHARE = Aggregation(
    label="Mean share",
    help="The mean of the shares of the targets' importance; for scores of like kind.",
    phrase="the mean of their shares of each target's importance",
    scale="mean share of the target's importance",
    function="genie3_engine.combination.scores:mean_share",
    takes_shares=True,
)

AGGREGATIONS: Registry[Aggregation] = Registry(
    "way to combine lists",
    group="genie3.aggregations",
    built_in={
        RANK_PRODUCT: "genie3_engine.model.aggregations:_RANK_PRODUCT",
        "borda": "genie3_engine.model.aggregations:_BORDA",
        "mean-share": "genie3_engine.model.aggregations:_MEAN_SHARE",
    },
)


def aggregation_choices() -> tuple[Choice, ...]:
    """Return the ways to combine lists as the choices of a setting."""
    return tuple(
        Choice(name, AGGREGATIONS[name].label, AGGREGATIONS[name].help) for name in AGGREGATIONS
    )
