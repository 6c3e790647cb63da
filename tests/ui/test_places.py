"""Tests of paths in texts that people of a server with login read."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from genie3_engine.people import homes
from tests.pages.people import ADA, GRACE, served
from tests.waiting import HANG_SECONDS
from ui import places


def test_from_home__leaves_paths_of_the_one_person_of_a_machine(home):
    text = f"{home}/uploads/a.tsv cannot be read."
    assert places.from_home(text) == text


@pytest.mark.parametrize("is_link", [False, True])
def test_from_home__shows_neither_the_servers_folders_nor_anothers(
    home, monkeypatch, tmp_path, is_link
):
    if is_link:
        (tmp_path / "disk").mkdir()
        home.symlink_to(tmp_path / "disk")
    with served(home, monkeypatch):
        for person in (ADA, GRACE):
            own = homes.home_of(person)
            text = f"{own}/uploads/a.tsv or '{own.resolve()}' in {own}. See {home}/group/runs/x"
            assert places.from_home(text) == ("uploads/a.tsv or 'the home' in the home. See runs/x")
        assert places.from_home(f"{home}/limits.toml, {home}") == "limits.toml, the home"
        for other in (f"{home}-2/x, /etc/x", f"/mnt{home}/x"):
            assert places.from_home(other) == other


def page_with_errors() -> None:
    from genie3_engine.errors import RunError
    from genie3_engine.people import homes
    from tests.pages.people import ADA
    from ui import errors, places

    errors.show(RunError(f"{homes.home_of(ADA)}/runs/one/status.json cannot be read."))
    places.offer_command("Too much.", "genie3", "links", homes.home_of(ADA) / "runs/one")


def test_show_and_offer_command__begin_at_the_home(home, monkeypatch):
    with served(home, monkeypatch):
        app = AppTest.from_function(page_with_errors, default_timeout=HANG_SECONDS).run()
    assert app.error[0].value == "runs/one/status\\.json cannot be read\\."
    assert app.info[0].value.startswith("Too much. Its administrator can")
    assert app.code[0].value == "genie3 links runs/one"


def page_with_command() -> None:
    from pathlib import Path

    from ui import places

    places.offer_command("Too much.", "genie3", "links", Path("/my data/$(touch x)/runs/one"))


def test_offer_command__quotes_its_words_for_a_shell(home):
    app = AppTest.from_function(page_with_command, default_timeout=HANG_SECONDS).run()
    assert app.code[0].value == "genie3 links '/my data/$(touch x)/runs/one'"
