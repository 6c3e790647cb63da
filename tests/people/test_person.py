"""Tests of the people and their identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genie3_engine.people.person import Person, identifier_of, is_identifier, tidy

TEXT = st.text(min_size=1, max_size=60)


class TestIdentifierOf:
    @given(issuer=TEXT, subject=TEXT)
    def test_identifier_of__is_a_safe_name_of_a_folder(self, issuer, subject):
        assert is_identifier(identifier_of(issuer, subject))

    def test_identifier_of__differs_where_the_claims_do(self):
        claims = [("a", "b"), ("b", "a"), ("ab", ""), ("a", "bb"), ("ab", "b"), ("a", "b ")]
        found = {identifier_of(*each) for each in claims if all(each)}
        assert len(found) == 5

    @pytest.mark.parametrize("claims", [("", "b"), ("a", "")])
    def test_identifier_of__needs_both_claims(self, claims):
        with pytest.raises(ValueError, match="without issuer or subject"):
            identifier_of(*claims)

    def test_identifier_of__takes_text_that_is_no_unicode(self):
        assert is_identifier(identifier_of("a", "\ud800"))


@pytest.mark.parametrize("text", ["", "..", "a" * 25, "a" * 27, "A" * 26, "a" * 25 + "/", "1" * 26])
def test_is_identifier__refuses_other_names(text):
    assert not is_identifier(text)


class TestTidy:
    @given(text=st.text(max_size=1000))
    def test_tidy__keeps_one_short_line(self, text):
        kept = tidy(text)
        assert len(kept) <= 200
        assert kept == "" or kept.isprintable()

    @pytest.mark.parametrize("value", [None, 3, ["a"], b"a"])
    def test_tidy__drops_what_is_no_text(self, value):
        assert tidy(value) == ""


def test_label__is_the_best_known_name():
    assert Person("i", "Ada", "ada@example.org").label == "Ada"
    assert Person("i", "", "ada@example.org").label == "ada@example.org"
    assert Person("i").label == "i"
