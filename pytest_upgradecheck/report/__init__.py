"""Reports of an upgrade for people and dashboards, computed from its record alone.

``view`` makes of a record's history what is shown: verdict, blockers, before and after, completeness. ``page`` turns a
view into the HTML report (with ``sequence``, the picture of the plan), ``markdown`` into a summary, ``ctrf`` into the
Common Test Report Format.
"""

from pytest_upgradecheck.report.ctrf import ctrf, ctrf_under_way
from pytest_upgradecheck.report.markdown import markdown, markdown_under_way
from pytest_upgradecheck.report.page import page, summary_blocks, under_way
from pytest_upgradecheck.report.view import View, view_of

__all__ = [
    "View",
    "ctrf",
    "ctrf_under_way",
    "markdown",
    "markdown_under_way",
    "page",
    "summary_blocks",
    "under_way",
    "view_of",
]
