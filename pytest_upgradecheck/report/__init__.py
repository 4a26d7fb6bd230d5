"""What people and dashboards read of an upgrade, computed from its record alone.

``account`` reads every line of a record, also of a killed run and up to a damaged line; ``story`` makes of it what is
shown: verdict, blockers, before and after, completeness. ``page`` turns a story into the HTML report (with
``sequence``, the picture of the plan), ``markdown`` into a summary, ``ctrf`` into the Common Test Report Format.
"""

from pytest_upgradecheck.files import REPORT_FILE, append_text, write_text
from pytest_upgradecheck.report.account import Account, read_account
from pytest_upgradecheck.report.ctrf import ctrf
from pytest_upgradecheck.report.markdown import markdown
from pytest_upgradecheck.report.naming import passed_by
from pytest_upgradecheck.report.page import page, summary_blocks, under_way
from pytest_upgradecheck.report.story import Story, tell

__all__ = [
    "REPORT_FILE",
    "Account",
    "Story",
    "append_text",
    "ctrf",
    "markdown",
    "page",
    "passed_by",
    "read_account",
    "summary_blocks",
    "tell",
    "under_way",
    "write_text",
]
