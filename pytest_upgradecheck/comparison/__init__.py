"""Before against after: what changed, whether it was meant to, and how to tell a person.

``capture`` is what can be captured, ``values`` when two values are the same; ``paths`` how places are written,
``places`` how rules find them; ``rules`` what may differ, ``terms`` which rule governs which place; ``pairing`` which
item is which by a key, ``keyless`` without one; ``walk`` the comparison itself; ``text`` its words. ::

    terms = Terms.of(rule="additions-only", key="name", ignore=["generated_at"])
    comparison = compare(captured(before, "registry"), captured(after, "registry"), terms)
    if comparison.refused:
        print(explain(comparison))
"""

from pytest_upgradecheck.comparison.capture import Uncapturable, captured
from pytest_upgradecheck.comparison.difference import Change, Comparison, Difference, counts
from pytest_upgradecheck.comparison.paths import BadPath, parse
from pytest_upgradecheck.comparison.rules import BadRule, Rule, RuleName, changed, own, unchanged, within
from pytest_upgradecheck.comparison.terms import Terms
from pytest_upgradecheck.comparison.text import explain, shown
from pytest_upgradecheck.comparison.values import BytesDigest
from pytest_upgradecheck.comparison.walk import compare, fluctuations, rehearse

__all__ = [
    "BadPath",
    "BadRule",
    "BytesDigest",
    "Change",
    "Comparison",
    "Difference",
    "Rule",
    "RuleName",
    "Terms",
    "Uncapturable",
    "captured",
    "changed",
    "compare",
    "counts",
    "explain",
    "fluctuations",
    "own",
    "parse",
    "rehearse",
    "shown",
    "unchanged",
    "within",
]
