"""Two people, a stranger and a forger at a server with a login, below a path of a proxy."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Error, expect

from tests.browser.driver import accessible, press, settled
from tests.browser.login import enter, log_in, login_server
from tests.waiting import HANG_MILLISECONDS, wait_until
from tools.openid_provider import ACCOUNTS, Provider

ADA, GRACE, MALLORY, EVE = ACCOUNTS


@pytest.fixture(scope="module")
def provider():
    with Provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def lab(provider, tmp_path_factory):
    server = login_server(tmp_path_factory.mktemp("lab"), provider)
    server.start()
    yield server
    # What other programs of this machine, and jobs, could see of the server.
    process = Path("/proc") / str(server.process.pid)
    seen = [(process / name).read_text() for name in ("environ", "cmdline") if process.is_dir()]
    server.stop()
    seen.append(server.log.read_text())
    for secret in (provider.client_secret, (server.home / "page/cookie-secret").read_text()):
        assert not any(secret in text for text in seen)


def log_out(page):
    page.get_by_role("button", name="Log out").click()
    wait_until(lambda: not any("_user" in each["name"] for each in page.context.cookies()))
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


def refused(page, server, account):
    """Log somebody in who may not use the page; return all that the page shows."""
    log_in(page, server, account)
    expect(page.get_by_role("navigation")).not_to_be_attached()
    return page.get_by_test_id("stMain").inner_text()


@pytest.mark.slow(25)
def test_login__lets_each_person_in_and_out_again(page, lab, provider):
    page.goto(f"{lab.url}/network?threshold=7")  # not the first page
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    expect(page.get_by_role("link", name="Runs")).not_to_be_attached()
    accessible(page)
    page.get_by_role("button", name="Log in").click()
    enter(page, ADA)
    expect(page).to_have_url(re.compile(re.escape(f"{lab.url}/network?")))
    log_out(page)
    for account in (ADA, GRACE):
        log_in(page, lab, account)
        expect(page.get_by_text(account.name)).to_be_visible()
        page.get_by_role("link", name="Runs").click()
        expect(page).to_have_url(re.compile(re.escape(f"{lab.url}/runs")))
        settled(page)
        kept = {each["name"]: each for each in page.context.cookies()}["_streamlit_user"]
        assert (kept["httpOnly"], kept["sameSite"], kept["path"]) == (True, "Lax", "/lab/genie3")
        if account is ADA:
            adas = kept["value"]
        log_out(page)
    assert f"{MALLORY.email}, but you may not use this page" in refused(page, lab, MALLORY)
    log_out(page)
    assert "verified your address" in refused(page, lab, EVE)
    log_out(page)
    # Neither is a copy of the cookie of a login that was ended, nor one that was changed.
    for value in (adas, adas[1:] + adas[0]):
        page.context.add_cookies([{"name": "_streamlit_user", "value": value, "url": lab.url}])
        page.goto(lab.url)
        expect(page.get_by_role("button", name="Log in")).to_be_visible()
        page.context.clear_cookies()


@pytest.mark.parametrize(
    "fault",
    [
        {"signs_with_other_key": True},
        {"changed_claims": {"nonce": "of another login"}},
        {"changed_claims": {"exp": 1_000_000_000}},
    ],
)
def test_login__believes_no_forged_token(page, lab, provider, monkeypatch, fault):
    for name, value in fault.items():
        monkeypatch.setattr(provider, name, value)
    page.goto(lab.url)
    page.get_by_role("button", name="Log in").click()
    enter(page, ADA)
    expect(page).to_have_url(f"{lab.url}/")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert not any("streamlit_user" in each["name"] for each in page.context.cookies())


@pytest.mark.slow(60)
def test_login__keeps_what_two_people_have_apart(page, browser, lab):
    page.context.clear_cookies()
    log_in(page, lab, ADA)
    press(page, page.get_by_role("button", name="Explore the sample"), page.get_by_text("links"))
    page.wait_for_url("**/network?*run=*")
    settled(page)
    (run,) = parse_qs(urlsplit(page.url).query)["run"]
    page.get_by_role("button", name="Share").click()
    with page.expect_download() as report:  # made for her session, and given to it
        page.get_by_test_id("stPopoverBody").get_by_role("button", name="Report").click()
    assert b"Sample network" in Path(report.value.path()).read_bytes()
    press(page, page.get_by_role("button", name="Make a link"), page.get_by_text("Copy it now"))
    (address,) = (
        text for text in page.get_by_test_id("stCode").all_inner_texts() if "/shared/" in text
    )

    contexts = [browser.new_context(reduced_motion="reduce") for _ in range(2)]
    for context in contexts:
        context.set_default_timeout(HANG_MILLISECONDS)
    other, stranger = (context.new_page() for context in contexts)
    log_in(other, lab, GRACE)
    for path in (f"runs?run={run}", f"network?run={run}"):
        other.goto(f"{lab.url}/{path}")
        settled(other)
        expect(other.get_by_text(re.compile("No (runs|network) yet"))).to_be_visible()

    stranger.goto(address)
    expect(stranger.locator("figure svg").first).to_be_visible()
    stranger.get_by_role("button", name="Present").click()
    expect(stranger.get_by_role("dialog")).to_be_visible()
    with pytest.raises(Error, match="sandboxed"):  # what it holds is no part of the server's site
        stranger.evaluate("document.cookie")
    stranger.goto(f"{lab.url}/network?run={run}")
    expect(stranger.get_by_role("button", name="Log in")).to_be_visible()

    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("button", name="Take back")).not_to_be_attached()
    assert stranger.goto(address).status == 404
    expect(stranger.locator("figure")).not_to_be_attached()

    page.goto(f"{lab.url}/runs?run={run}")
    settled(page)
    page.get_by_test_id("stMain").get_by_role("button", name="Share").click()
    page.get_by_role("radio", name="Group").last.click()
    wait_until(lambda: (lab.home / "group" / "runs" / run).exists())
    other.get_by_role("radio", name="Group").click()
    expect(other.get_by_text("Everything here is read only.")).to_be_visible()
    other.goto(f"{lab.url}/runs?run={run}&whose=group")
    expect(other.get_by_text(f"Shared by {ADA.name}")).to_be_visible()
    expect(other.get_by_role("button", name="Delete")).not_to_be_attached()
    for context in contexts:
        context.close()
