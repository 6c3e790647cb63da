"""Find what no other beats in two quantities, such as time and cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

ItemT = TypeVar("ItemT")


def pareto_front(
    items: Iterable[ItemT],
    quantities: Callable[[ItemT], tuple[float, float]],
    *,
    worth: float = 1.0,
) -> list[ItemT]:
    """Return the items that no other beats in both of two quantities.

    Parameters
    ----------
    items : iterable
        What is compared.
    quantities : callable
        Returns the two quantities of an item; less is better.
    worth : float
        The factor by which the second quantity must fall for more of the first.

    Returns
    -------
    list
        Ordered by the first quantity, the least first.

    Examples
    --------
    >>> pareto_front([(1, 9), (2, 5), (3, 6), (4, 1)], lambda item: item)
    [(1, 9), (2, 5), (4, 1)]
    >>> pareto_front([(1, 100), (2, 99)], lambda item: item, worth=1.05)
    [(1, 100)]
    """
    front: list[ItemT] = []
    for item in sorted(items, key=quantities):
        if not front or quantities(item)[1] < quantities(front[-1])[1] / worth:
            front.append(item)
    return front
