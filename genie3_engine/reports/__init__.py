"""Reports of finished runs as single HTML files that open offline."""

from __future__ import annotations

from genie3_engine.reports.content import RunReport, run_report
from genie3_engine.reports.document import html_report

__all__ = ["RunReport", "html_report", "run_report"]
