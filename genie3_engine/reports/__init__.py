"""How does a finished run become one file that opens anywhere, without a network?"""

from __future__ import annotations

from genie3_engine.reports.content import RunReport, run_report
from genie3_engine.reports.document import html_report

__all__ = ["RunReport", "html_report", "run_report"]
