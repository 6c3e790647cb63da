from __future__ import annotations

import pytest

from genie3_engine.archives.deposit import Author, Deposit, read_deposit, save_deposit
from genie3_engine.errors import OptionError


def test_deposit__reads_what_people_type():
    found = Deposit.of("CC-BY-4.0", ["Ann Example <https://orcid.org/0000-0002-1825-0097>", "Bob"])
    assert found.licence == "https://spdx.org/licenses/CC-BY-4.0"
    assert found.authors == (Author("Ann Example", "0000-0002-1825-0097"), Author("Bob"))
    assert Deposit.of(" https://example.org/terms ", []).licence == "https://example.org/terms"
    assert Deposit.from_dict(found.to_dict()) == found


@pytest.mark.parametrize(
    ("licence", "author"),
    [("my own <b>", "Ann"), ("javascript:alert(1)", "Ann"), ("", " "), ("", "x" * 201)],
)
def test_deposit__refuses(licence, author):
    with pytest.raises(OptionError):
        Deposit.of(licence, [author])


def test_deposit__lies_with_the_run(tmp_path):
    assert read_deposit(tmp_path) == Deposit()
    save_deposit(tmp_path, Deposit())
    assert not list(tmp_path.iterdir())
    stated = Deposit.of("MIT", ["Ann"])
    save_deposit(tmp_path, stated)
    assert read_deposit(tmp_path) == stated
    (tmp_path / "deposit.json").write_text("[")
    assert read_deposit(tmp_path) == Deposit()
