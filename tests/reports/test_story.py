from __future__ import annotations

from genie3_engine.reports import policy_of, story_document
from tests.reports.hostile import HOSTILE
from tests.reports.test_presentation import Figures
from tests.small_views import small_saved_view


def test_story_document__holds_the_views_and_nothing_else():
    views = [small_saved_view("First", "What is shown."), small_saved_view("Second")]
    document = story_document(views, title="My network")
    found = Figures(document)
    assert len(found.figures) == 2
    assert found.elements.count("script") == 3  # two of the presentation, and no data
    assert 'id="drawing"></script>' in document
    assert "<table" not in document


def test_story_document__hostile_texts_are_text():
    for name in HOSTILE:
        found = Figures(story_document([small_saved_view(name, name)], title=name))
        assert found.elements.count("script") == 3
        assert not [key for key, _ in found.attributes if key.startswith("on") or key == "src"]


def test_policy_of__is_that_of_the_document():
    policy = policy_of(story_document([small_saved_view()], title="A 'quoted' \"title\""))
    assert policy.startswith("default-src 'none'; ")
    assert policy.count("'sha256-") == 4
    assert "unsafe" not in policy
    assert policy_of("no document") == ""
