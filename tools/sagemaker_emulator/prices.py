"""The price list of training instances.

A few made-up products in the real service's form: enough to see a live price arrive.
"""

from __future__ import annotations

import json
from typing import Any

_DOLLARS_PER_HOUR = {"ml.m5.xlarge": 0.23, "ml.m5.2xlarge": 0.461, "ml.c5.2xlarge": 0.408}


def products(request: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of GetProducts.

    Parameters
    ----------
    request : dict
        Its parameters; filters other than by instance and by usage type are ignored.
    """
    wanted = {each["Field"]: each["Value"] for each in request.get("Filters", [])}
    usage = wanted.get("usagetype", "")
    instance = wanted.get("instanceName") or usage.rpartition(":")[2]
    found = [instance] if instance in _DOLLARS_PER_HOUR else []
    return {"FormatVersion": "aws_v1", "PriceList": [json.dumps(_product(name)) for name in found]}


def _product(instance: str) -> dict[str, Any]:
    sku = "EMULATED" + instance.replace(".", "").upper()
    price = {"unit": "Hrs", "pricePerUnit": {"USD": str(_DOLLARS_PER_HOUR[instance])}}
    attributes = {
        "instanceName": instance,
        "component": "Training",
        "regionCode": "us-east-1",
        "usagetype": f"USE1-Train:{instance}",
    }
    return {
        "product": {"productFamily": "ML Instance", "sku": sku, "attributes": attributes},
        "serviceCode": "AmazonSageMaker",
        "publicationDate": "2026-09-27T00:00:00Z",
        "terms": {"OnDemand": {f"{sku}.T": {"sku": sku, "priceDimensions": {f"{sku}.P": price}}}},
    }
