"""The report: a page and its figures, made from what metrics.json holds."""

from tissuegan.evaluation.report.page import charts, page

__all__ = ["charts", "page"]
