"""Report: a dataset as one page to read, what was ingested and who said what, its newest stories marked up."""

from tasks.report.content import ReportContent, read_content
from tasks.report.page import render

__all__ = ["ReportContent", "read_content", "render"]
