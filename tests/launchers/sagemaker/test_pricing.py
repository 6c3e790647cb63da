from __future__ import annotations

from genie3_engine import planning
from genie3_engine.errors import CloudError
from genie3_engine.launchers.sagemaker import pricing
from genie3_engine.launchers.sagemaker.options import SageMakerOptions

OPTIONS = SageMakerOptions(instance_type="ml.c5.xlarge", region="us-east-1")


def refuse(*_):
    raise CloudError("No.", "", code="cloud-denied")


def test_price_of__takes_the_dated_table_where_aws_refuses(monkeypatch):
    monkeypatch.setattr(pricing, "_listed", refuse)
    price = pricing.price_of(OPTIONS)
    table = planning.catalogue()
    assert price.usd_an_hour == table.named("ml.c5.xlarge").dollars_per_hour
    assert table.price_date in price.note
    assert "cloud-denied" in price.note


def test_price_of__an_unknown_type_is_unknown(monkeypatch):
    monkeypatch.setattr(pricing, "_listed", lambda *_: None)
    price = pricing.price_of(SageMakerOptions(instance_type="ml.new.large", region="us-east-1"))
    assert price.usd_an_hour is None


def test_live_prices__of_an_emulator_are_none():
    prices = pricing.LivePrices(SageMakerOptions(endpoint_url="http://localhost:1"))
    assert prices.prices(["ml.c5.xlarge"], "us-east-1") == {}
