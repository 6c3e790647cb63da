"""A run on a cluster that loses a node: from the choice of the cluster to the network."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driver import click_until, enter_number, graph, open_until, press, to_infer
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow(20, waits=True)]


def test_slurm__from_the_form_past_a_dead_node_to_core_hours(page, slurm, forecasting):
    def heading(name):
        return page.get_by_role("heading", name=name, exact=True)

    def metric(label):
        return page.get_by_test_id("stMetric").filter(has_text=label)

    def at_work():
        """Return the nodes with a task."""
        return slurm.ask("squeue", "-h", "-r", "-t", "R", "-o", "%N").split()

    page.goto(f"{forecasting.url}/data")
    to_next = page.locator(".st-key-next button")
    click_until(page, page.locator(".st-key-sample button"), to_next)
    to_infer(page)
    page.get_by_role("button", name="Fast look").first.click()
    launcher = page.get_by_role("radio", name="Slurm cluster")
    open_until(page, page.get_by_text("Launcher, engine and layout"), launcher)
    limits = page.get_by_text("Partition short: up to 10 min, 4 nodes with 2 cores")
    click_until(page, launcher, limits)
    enter_number(page, "slurm_tasks", 4)
    expect(metric("Core-hours")).to_contain_text("0.")
    expect(metric("Tasks")).to_contain_text("4")
    detail = page.locator(".st-key-detail")
    press(page, page.locator(".st-key-run button"), detail.get_by_text("Slurm cluster status"))

    # While they start, no task can be done: the one on this node has to begin again.
    lost = wait_until(at_work, shown=slurm.logs)[0]
    slurm.kill(lost)
    # Slurm would notice it by itself half a minute later.
    slurm.ask("scontrol", "update", f"NodeName={lost}", "State=DOWN", "Reason=dead")
    expect(detail).to_contain_text(re.compile(r"[1-9] restarts?"))
    done = detail.get_by_role("button", name="Open network")
    expect(done).to_be_visible()
    expect(detail.get_by_text("4 of 4")).to_be_visible()
    expect(metric("Core-hours")).to_contain_text("0.")
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_test_id("stCode").last).to_contain_text("Done")
    click_until(page, done, heading("Network"))
    graph(page)
