"""A run on SageMaker from its settings to its bill."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import (
    accessible,
    click_until,
    enter_number,
    graph,
    open_until,
    press,
    to_infer,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow(17, waits=True)]


def saved(page: Page):
    return page.get_by_text("Settings saved (no credentials stored).")


def heading(page: Page, name: str):
    return page.get_by_role("heading", name=name, exact=True)


def test_sagemaker__from_settings_to_the_bill(page, forecasting, emulator):
    page.goto(f"{forecasting.url}/sagemaker")
    expect(heading(page, "SageMaker")).to_be_visible()
    address = page.locator(".st-key-setup_sagemaker_endpoint_url input")
    address.fill(emulator.url)
    address.press("Enter")
    click_until(page, page.locator(".st-key-save_cloud button"), saved(page))
    found = page.get_by_text("Everything is there.")
    click_until(page, page.locator(".st-key-check_cloud button"), found)
    accessible(page)

    page.goto(f"{forecasting.url}/data")
    to_next = page.locator(".st-key-next button")
    click_until(page, page.locator(".st-key-sample button"), to_next)
    to_infer(page)
    page.get_by_role("button", name="Fast look").first.click()
    launcher = page.get_by_role("radio", name="SageMaker")
    open_until(page, page.get_by_text("Launcher, engine and layout"), launcher)
    click_until(page, launcher, page.locator(".st-key-sagemaker_instances input"))
    enter_number(page, "sagemaker_instances", 2)
    expect(page.get_by_test_id("stMetric").filter(has_text="On demand")).to_contain_text("$")
    detail = page.locator(".st-key-detail")
    emulated = detail.get_by_text("Emulator: nothing reaches AWS")
    press(page, page.locator(".st-key-run button"), emulated)

    expect(detail.get_by_text("2 of 2")).to_be_visible()
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_test_id("stCode").last).to_contain_text("shard")
    page.reload()
    expect(detail.get_by_text("Completed", exact=True)).to_be_visible()
    expect(detail.get_by_text("Dollars", exact=True)).to_be_visible()
    expect(detail.get_by_test_id("stMetric").filter(has_text="Dollars")).to_contain_text("$0.0")
    opens = detail.get_by_role("button", name="Open network")
    click_until(page, opens, heading(page, "Network"))
    graph(page)
