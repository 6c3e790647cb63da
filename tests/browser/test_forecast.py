"""The forecast on Infer appears by itself and follows the settings."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from genie3_engine.data.expression import Expression
from genie3_engine.datasets.store import save_dataset
from tests.browser.driver import click_until, fill_until, no_traceback, open_until, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow(10)]


def test_forecast__appears_by_itself_and_follows_the_settings(forecasting, page):
    values = np.random.default_rng(0).normal(size=(100, 60))
    names = tuple(f"g{i:03d}" for i in range(100)), tuple(f"s{i:02d}" for i in range(60))
    dataset = save_dataset(Expression(values, *names), name="random", home=forecasting.home)
    page.goto(f"{forecasting.url}/infer?data={dataset}")
    panel = page.locator(".st-key-forecast")
    expect(panel).to_contain_text("About")
    expect(panel).to_contain_text(re.compile(r"of memory, fits"))
    settled(page)

    chart = page.locator(".st-key-forecast_chart .js-plotly-plot")
    open_until(page, panel.get_by_text("Cloud instances and assumptions"), chart)
    expect(panel).to_contain_text("random targets with 1,000 trees each")
    expect(panel).to_contain_text("Prices: us-east-1, 2026-09-27")
    names = chart.evaluate("plot => plot.data.flatMap(trace => trace.text ?? [])")
    assert "1 × ml.c5.xlarge" in names

    cheapest = panel.filter(has_text=re.compile(r"Cheapest within 1 h: \d+ × ml\."))
    fill_until(page, page.locator(".st-key-forecast_hours input"), "1", cheapest)
    fewer = panel.filter(has_text="from 1,000 tried to 100")
    click_until(page, page.get_by_role("button", name="Fast look"), fewer)
    expect(panel).to_contain_text("random targets with 1,000 trees each")  # no second trial
    settled(page)
    no_traceback(page)
