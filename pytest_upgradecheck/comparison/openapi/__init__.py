"""Does an OpenAPI or Swagger document still hold for the clients of the one before?

``document`` follows references; ``alternatives``, ``keywords`` and ``normal`` bring schemas into their normal form
(``shapes``); ``relation`` (with ``objects``, ``scalars``, ``conditions``) tells whether one is part of another, and
``graph`` does so for all that the operations lead to. ``reading`` and ``swagger`` read operations, ``paths`` matches
and ``operations`` compares them. ``kinds`` lists what can change, ``changes`` and ``report`` say it, ``acceptance``
takes out what was planned. Nothing here knows pytest or a plan. ::

    comparison = compare_documents(before, after)
    for change in comparison.changes:
        print(change.severity.value, change)
"""

from pytest_upgradecheck.comparison.openapi.acceptance import Acceptance, Accepted
from pytest_upgradecheck.comparison.openapi.changes import ContractChange, Line, in_lines
from pytest_upgradecheck.comparison.openapi.contract import ContractComparison, ContractTerms, compare_documents
from pytest_upgradecheck.comparison.openapi.document import NotOpenApi
from pytest_upgradecheck.comparison.openapi.kinds import ABOUT, ACCEPTABLE, About, Kind, Severity
from pytest_upgradecheck.comparison.openapi.report import as_data, as_text, in_words

__all__ = [
    "ABOUT",
    "ACCEPTABLE",
    "About",
    "Acceptance",
    "Accepted",
    "ContractChange",
    "ContractComparison",
    "ContractTerms",
    "Kind",
    "Line",
    "NotOpenApi",
    "Severity",
    "as_data",
    "as_text",
    "compare_documents",
    "in_lines",
    "in_words",
]
