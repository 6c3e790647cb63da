"""What will a run take, here or on rented instances: time, memory, disk, dollars?"""

from __future__ import annotations

from genie3_engine.planning.catalogue import (
    Catalogue,
    InstanceType,
    Price,
    PriceSource,
    catalogue,
    priced,
)

__all__ = [
    "Catalogue",
    "InstanceType",
    "Price",
    "PriceSource",
    "catalogue",
    "priced",
]
