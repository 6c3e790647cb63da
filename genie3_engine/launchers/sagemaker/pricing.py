"""Prices of instances."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from genie3_engine import planning
from genie3_engine.errors import CloudError, OptionError
from genie3_engine.launchers.sagemaker.client import client_of, session_of
from genie3_engine.launchers.sagemaker.errors import refusals

if TYPE_CHECKING:
    from genie3_engine.launchers.sagemaker.options import SageMakerOptions

_PRICE_LIST_REGION = "us-east-1"
_CODES = {  # as the bill abbreviates the regions in which the list is asked by usage type
    "us-east-1": "USE1",
    "us-east-2": "USE2",
    "us-west-1": "USW1",
    "us-west-2": "USW2",
    "ca-central-1": "CAN1",
    "eu-west-1": "EU",
    "eu-west-2": "EUW2",
    "eu-west-3": "EUW3",
    "eu-central-1": "EUC1",
    "eu-north-1": "EUN1",
    "ap-southeast-1": "APS1",
    "ap-southeast-2": "APS2",
    "ap-northeast-1": "APN1",
}


@dataclass(frozen=True, slots=True)
class Price:
    """The on-demand price of an instance.

    Parameters
    ----------
    usd_an_hour : float or None
        None when unknown.
    note : str
        Whose price it is, and of when.
    """

    usd_an_hour: float | None
    note: str


def price_of(options: SageMakerOptions) -> Price:
    """Return the price of an instance: AWS's list, or else the catalogue's, which is dated.

    Parameters
    ----------
    options : SageMakerOptions
        Region and instance type.
    """
    try:
        found = _listed(
            session_of(options),
            options.instance_type,
            options.region,
        )
    except CloudError as error:
        found = None
        why = f"AWS's price list could not be read ({error.code})"
    else:
        why = "AWS's price list does not have it"
    return found or _in_the_catalogue(options.instance_type, options.region, why)


def cost_text(options: SageMakerOptions, price: Price) -> str:
    """Return what an hour of a job costs, and what the job can cost at most, in words.

    Parameters
    ----------
    options : SageMakerOptions
        Instances, and the longest run time.
    price : Price
        Of one of them.
    """
    many = f"{options.instances} x {options.instance_type}"
    if options.is_emulator:
        return f"{many} in the emulator: it costs nothing."
    if price.usd_an_hour is None:
        return f"The price of {many} is not known ({price.note})."
    hourly, longest = price.usd_an_hour * options.instances, options.max_run_seconds / 3600
    spot = " Spot usually costs 50 to 70 % less; see the bill." if options.spot else ""
    return (
        f"{many}: {hourly:,.2f} dollars an hour ({price.note}), at most"
        f" {hourly * longest:,.2f} dollars in the {longest:,.1f} hours allowed.{spot}"
    )


@lru_cache(maxsize=256)
def _listed(session: Any, instance_type: str, region: str) -> Price | None:  # noqa: ANN401
    client = client_of(session, "pricing", _PRICE_LIST_REGION)
    with refusals("asking for the price", about=instance_type):
        for filters in _filters(instance_type, region):
            pages = client.get_paginator("get_products")
            for page in pages.paginate(ServiceCode="AmazonSageMaker", Filters=filters):
                for text in page["PriceList"]:
                    price = _read(json.loads(text))
                    if price is not None:
                        return price
    return None


def _filters(instance_type: str, region: str) -> list[list[dict[str, str]]]:
    """Return the questions to ask, one after the other: by the bill's name, then by attributes."""

    def same(field: str, value: str) -> dict[str, str]:
        return {"Type": "TERM_MATCH", "Field": field, "Value": value}

    by_attributes = [
        same("regionCode", region),
        same("instanceName", instance_type),
        same("component", "Training"),
    ]
    if region not in _CODES:
        return [by_attributes]
    usage = f"{_CODES[region]}-Train:{instance_type}"
    return [
        [
            same("usagetype", usage),
            same("regionCode", region),
            same("instanceName", instance_type),
        ],
        by_attributes,
    ]


def _read(product: dict[str, Any]) -> Price | None:
    try:
        for term in product["terms"]["OnDemand"].values():
            for dimension in term["priceDimensions"].values():
                usd = float(dimension["pricePerUnit"]["USD"])
                if usd > 0 and str(dimension["unit"]).lower().startswith("h"):
                    day = str(product.get("publicationDate") or term["effectiveDate"])[:10]
                    return Price(usd, f"AWS's price list of {day}, on demand")
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return None


def _in_the_catalogue(instance_type: str, region: str, why: str) -> Price:
    table = planning.catalogue()
    try:
        usd = table.named(instance_type).dollars_per_hour
    except OptionError:
        usd = None
    if usd is None:
        return Price(None, f"{why}, nor does the table of {table.price_date}")
    elsewhere = "" if region == table.region else f", {region} may differ"
    return Price(usd, f"table of {table.price_date} for {table.region}{elsewhere}, as {why}")


class LivePrices:
    """Asks AWS for today's prices; a `planning.PriceSource`.

    Parameters
    ----------
    options : SageMakerOptions
        Whose credentials.
    """

    def __init__(self, options: SageMakerOptions) -> None:
        self._options = options

    @property
    def region(self) -> str:
        """Where the prices hold; empty for the catalogue's region."""
        return self._options.region

    def prices(self, instance_types: Sequence[str], region: str) -> Mapping[str, planning.Price]:
        """Return today's prices of those types that are known; an emulator has none."""
        if self._options.is_emulator:
            return {}  # an emulator has no prices
        session = session_of(self._options)
        found = {name: _listed(session, name, region) for name in instance_types}
        return {
            name: planning.Price(price.usd_an_hour)
            for name, price in found.items()
            if price is not None
        }
