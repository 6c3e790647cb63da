"""Names that try to be markup, formulas or paths."""

HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.invalid")',
    "../../etc",
    "g" * 300,
    "🧬",
    "شبكة",
    "</script><img src=x onerror=alert(1)>",
    "\u2028\\\"'&amp;",
]
