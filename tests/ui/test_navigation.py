"""The list of pages."""

from __future__ import annotations

from tests.pages.people import ADA, served
from tests.pages.people import ROOT as ROOT_PERSON
from ui import people
from ui.navigation import PAGES, ROOT, offered


def test_pages__each_have_a_script_and_an_address_of_their_own():
    pages = PAGES.records()
    assert all((ROOT / str(page.script)).is_file() for page in pages)
    assert len({page.name for page in pages}) == len({page.title for page in pages}) == len(pages)


def test_pages__keep_their_addresses_and_their_order():
    assert PAGES.names() == (
        *("home", "data", "regulators", "infer", "runs", "network", "regulons"),
        *("compare", "accuracy", "speedup", "storage", "sagemaker", "people"),
    )


def test_offered__are_those_of_one_person_by_default(home):
    assert [page.name for page in offered()] == list(PAGES.names()[:-1])


def test_offered__suit_the_person_at_a_server_with_login(home, monkeypatch):
    with served(home, monkeypatch) as lab:
        with lab.person(ADA):
            assert [page.name for page in offered()] == list(PAGES.names()[:-2])
        with lab.person(ROOT_PERSON):
            assert offered()[-1].name == "people"
            monkeypatch.setattr(people, "is_at_group", lambda: True)
            shown = {page.name for page in offered() if page.is_offered()}
            assert {"home", "infer", "regulators"}.isdisjoint(shown)
            assert offered()[0].name == "home"  # opens when an address names none
