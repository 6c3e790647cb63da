"""Reports of finished runs as single HTML files that open offline."""

from __future__ import annotations

from genie3_engine.reports.content import RunReport, run_report, with_gene_sets
from genie3_engine.reports.document import html_report
from genie3_engine.reports.html import policy_of
from genie3_engine.reports.presentation import presentation_assets, view_svg
from genie3_engine.reports.story import story_document

__all__ = [
    "RunReport",
    "html_report",
    "policy_of",
    "presentation_assets",
    "run_report",
    "story_document",
    "view_svg",
    "with_gene_sets",
]
