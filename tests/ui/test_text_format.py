from __future__ import annotations

from ui import text_format


def test_plain__escapes_what_markdown_would_read():
    assert text_format.plain("**x**") == r"\*\*x\*\*"
    assert text_format.plain("$x$ :smile: <b>") == r"\$x\$ \:smile\: \<b\>"


def test_plain__cuts_before_it_escapes():
    assert text_format.plain("*" * 300, at_most=4) == r"\*\*\*…"


def test_shorten__puts_text_on_one_line():
    assert text_format.shorten("a\n b\t c") == "a b c"
    assert len(text_format.shorten("x" * 300)) == 80
