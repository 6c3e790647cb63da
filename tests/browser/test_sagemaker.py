"""A run on SageMaker from its settings to its bill."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from genie3_engine import runs
from tests.browser.driver import graph, settled
from tools.sagemaker_emulator.emulator import Emulator

pytestmark = [pytest.mark.browser, pytest.mark.slow(17)]


@pytest.fixture
def emulator():
    with Emulator() as emulator:
        yield emulator


def heading(page: Page, name: str):
    return page.get_by_role("heading", name=name, exact=True)


def test_sagemaker__from_settings_to_the_bill(page, new_server, emulator):
    page.goto(f"{new_server.url}/sagemaker")
    expect(heading(page, "SageMaker")).to_be_visible()
    address = page.locator(".st-key-setup_sagemaker_endpoint_url input")
    address.fill(emulator.url)
    address.press("Enter")
    settled(page)
    page.locator(".st-key-save_cloud button").click()
    expect(page.get_by_text("Settings saved (no credentials stored).")).to_be_visible()
    page.locator(".st-key-check_cloud button").click()
    expect(page.get_by_text("Everything is there.")).to_be_visible()

    page.goto(f"{new_server.url}/data")
    page.locator(".st-key-sample button").click()
    page.locator(".st-key-next button").click()
    expect(heading(page, "Infer")).to_be_visible()
    settled(page)
    page.get_by_text("Launcher, engine and layout").click()
    page.get_by_role("radio", name="SageMaker").click()
    count = page.locator(".st-key-sagemaker_instances input")
    count.fill("2")
    count.press("Enter")
    settled(page)
    expect(page.get_by_test_id("stMetric").filter(has_text="On demand")).to_contain_text("$")
    page.locator(".st-key-run button").click()

    detail = page.locator(".st-key-detail")
    expect(detail.get_by_text("Emulator: nothing reaches AWS")).to_be_visible()
    expect(detail.get_by_text("2 of 2")).to_be_visible()
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_test_id("stCode").last).to_contain_text("shard")
    page.reload()
    expect(detail.get_by_text("Completed", exact=True)).to_be_visible()
    expect(detail.get_by_text("Dollars", exact=True)).to_be_visible()
    expect(detail.get_by_test_id("stMetric").filter(has_text="Dollars")).to_contain_text("$0.0")
    detail.get_by_role("button", name="Open network").click()
    expect(heading(page, "Network")).to_be_visible()
    graph(page)


def test_sagemaker__settings_written_by_the_page_are_the_command_lines(page, new_server):
    page.goto(f"{new_server.url}/sagemaker")
    page.locator(".st-key-setup_sagemaker_bucket input").fill("my-bucket")
    page.locator(".st-key-setup_sagemaker_bucket input").press("Enter")
    settled(page)
    page.locator(".st-key-save_cloud button").click()
    expect(page.get_by_text("Settings saved (no credentials stored).")).to_be_visible()
    assert runs.saved_options(runs.CLOUD, home=new_server.home) == {"bucket": "my-bucket"}
