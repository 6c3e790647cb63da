"""Catalogue of cloud instance types: cores, memory and prices."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

from genie3_engine.errors import Genie3Error, OptionError

_GIB = 1 << 30
LIVE = "AWS Price List, asked just now"


@dataclass(frozen=True, slots=True)
class InstanceType:
    """A type of cloud instance.

    Parameters
    ----------
    name : str
        Such as ``ml.c5.2xlarge``.
    vcpu : int
        Threads that run in parallel, two per core for most types.
    physical_cores : int
        Cores.
    memory_bytes : int
        Memory.
    dollars_per_hour : float or None
        Price on demand; None when it is not known.
    spot_dollars_per_hour : float or None
        Price as spot; None when it is not known.
    """

    name: str
    vcpu: int
    physical_cores: int
    memory_bytes: int
    dollars_per_hour: float | None = None
    spot_dollars_per_hour: float | None = None

    @property
    def family(self) -> str:
        """The name without the size: ``ml.c5``."""
        return self.name.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Price:
    """What an hour of an instance costs.

    Parameters
    ----------
    dollars_per_hour : float or None
        On demand.
    spot_dollars_per_hour : float or None
        As spot.
    """

    dollars_per_hour: float | None
    spot_dollars_per_hour: float | None = None


class PriceSource(Protocol):
    """Source of today's prices, such as a cloud's launcher."""

    @property
    def region(self) -> str:
        """Where the prices hold; empty for the catalogue's region."""
        ...

    def prices(self, instance_types: Sequence[str], region: str) -> Mapping[str, Price]:
        """Return today's prices of those types that are known; may raise `Genie3Error`."""
        ...


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The instance types, and where their facts come from.

    Parameters
    ----------
    instances : tuple of InstanceType
        By family and size.
    region : str
        Where the prices hold.
    price_date : str
        Day of the prices, ISO 8601; ``today`` when they were asked for just now.
    price_source, spec_source : str
        Where prices and sizes come from.
    """

    instances: tuple[InstanceType, ...]
    region: str
    price_date: str
    price_source: str
    spec_source: str

    def named(self, name: str) -> InstanceType:
        """Return the instance type of a name.

        Raises
        ------
        OptionError
            When there is none.
        """
        for instance in self.instances:
            if instance.name == name:
                return instance
        known = [instance.name for instance in self.instances]
        raise OptionError(
            f"There is no instance type {name!r} in the catalogue.",
            f"Choose one of: {', '.join(known)}.",
        )


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the instance types with the prices of the dated table."""
    table = json.loads(files(__package__).joinpath("instances.json").read_text("utf-8"))
    return Catalogue(
        instances=tuple(
            InstanceType(
                name=row["name"],
                vcpu=row["vcpu"],
                physical_cores=row["physical_cores"],
                memory_bytes=round(row["memory_gib"] * _GIB),
                dollars_per_hour=row["dollars_per_hour"],
                spot_dollars_per_hour=row["spot_dollars_per_hour"],
            )
            for row in table["instances"]
        ),
        region=table["region"],
        price_date=table["price_date"],
        price_source=table["price_source"],
        spec_source=table["spec_source"],
    )


def priced(of: Catalogue, source: PriceSource) -> Catalogue:
    """Return a catalogue with today's prices, where they can be had.

    Parameters
    ----------
    of : Catalogue
        The dated table.
    source : PriceSource
        Who is asked.

    Returns
    -------
    Catalogue
        The same one without an answer: its date shows how old the prices are. In another region
        than the table's, types without an answer have no price.
    """
    region = source.region or of.region
    try:
        prices = source.prices([instance.name for instance in of.instances], region)
    except Genie3Error:
        prices = {}
    unknown = None if region == of.region else Price(None)
    if not prices and unknown is None:
        return of
    return replace(
        of,
        instances=tuple(_at(one, prices.get(one.name, unknown)) for one in of.instances),
        region=region,
        price_date="today" if prices else of.price_date,
        price_source=LIVE if prices else of.price_source,
    )


def _at(instance: InstanceType, price: Price | None) -> InstanceType:
    if price is None:
        return instance
    return replace(
        instance,
        dollars_per_hour=price.dollars_per_hour,
        spot_dollars_per_hour=price.spot_dollars_per_hour,
    )
