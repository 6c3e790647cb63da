"""Tests of the answers to shared links."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from genie3_engine.people import links
from genie3_engine.people.person import Person
from genie3_engine.reports import policy_of, story_document
from tests.small_views import small_saved_view
from ui.shared_links import SharedLinks


@pytest.fixture
def client(home):
    """A browser at a server whose page answers with one word."""
    page = Starlette(routes=[Route("/{path:path}", lambda _: PlainTextResponse("page"))])
    return TestClient(SharedLinks(page, path="/lab"))


@pytest.fixture
def token(home):
    document = story_document([small_saved_view("Overview", "A caption.")], title="Story")
    return links.make_link(
        document,
        policy=policy_of(document),
        run="run-1",
        title="Story",
        days=7,
        owner=Person(""),
    )


def test_shared_links__show_their_document_with_strict_headers(client, token):
    answer = client.get(f"/lab/shared/{token}")
    assert answer.status_code == 200
    assert "A caption." in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    for words in ("frame-ancestors 'none'", "sandbox allow-scripts allow-downloads"):
        assert words in policy
    assert "allow-same-origin" not in policy
    assert "unsafe" not in policy
    assert "set-cookie" not in answer.headers


def test_shared_links__answer_the_same_to_every_other_token(client, token):
    (link,) = links.links_of(Person(""))
    links.take_back(link.id, owner=Person(""))
    more = (token, "a" * 43, "", "%2e%2e", "%2e%2e/%2e%2e/log.jsonl", f"{token}/", f"{token}/x")
    answers = [client.get(f"/lab/shared/{path}") for path in (*more, "%00")]
    assert len({answer.text for answer in answers}) == 1
    assert {answer.status_code for answer in answers} == {404}
    assert all("sandbox" in answer.headers["content-security-policy"] for answer in answers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_shared_links__are_only_read(client, token, method):
    assert client.request(method, f"/lab/shared/{token}").status_code == 405


def test_shared_links__open_no_socket(client, token):
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(f"/lab/shared/{token}"):
        pass


@pytest.mark.parametrize("path", ["/lab/", "/shared/x", "/lab/sharedx", "/lab/runs"])
def test_shared_links__pass_other_addresses_on(client, path):
    assert client.get(path).text == "page"
