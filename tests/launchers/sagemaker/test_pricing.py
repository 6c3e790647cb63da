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


def test_live_prices__of_the_emulator_are_unknown(options):
    assert pricing.LivePrices(options).prices(["ml.c5.xlarge"], "us-east-1") == {}


def test_cost_text__names_the_most_that_a_job_can_cost():
    options = SageMakerOptions("ml.c5.xlarge", 4, spot=True, max_run_seconds=7200)
    text = pricing.cost_text(options, pricing.Price(0.25, "a list"))
    assert "4 x ml.c5.xlarge: 1.00 dollars an hour (a list), at most 2.00 dollars" in text
    assert "Spot usually" in text
    assert "not known (a list)" in pricing.cost_text(options, pricing.Price(None, "a list"))


def test_cost_text__of_the_emulator_is_nothing(options):
    assert "costs nothing" in pricing.cost_text(options, pricing.Price(0.25, "a list"))
