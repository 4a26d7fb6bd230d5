"""The engine against the oracle: documents, rules, edits, lists with and without keys, order and tolerances.

``UPGRADECHECK_ORACLE_CASES`` says how many cases are tried; ``nox -s nightly`` tries 100,000.
"""

from __future__ import annotations

import copy
import os
import random
from typing import Any

import pytest

from pytest_upgradecheck.comparison import Terms, compare, parse
from tests.unit.comparison.oracle import Oracle

CASES = int(os.environ.get("UPGRADECHECK_ORACLE_CASES", "2000"))
#: Cases of one test, so that a failure names a short run and workers share the work.
BATCH = max(CASES // 20, 1)

RULES: list[Any] = ["unchanged", "may-change", "additions-only", "no-fewer", "no-more", {"rule": "within", "abs": 1}]
TOKENS: list[Any] = ["a", "b", "s", "l", "k", "*", "[]", "[]", "**"]


class Documents:
    """Random documents small enough for the oracle, rules for them, and edits."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def scalar(self) -> Any:
        return self.random.choice([0.5, 1.5, 2.5, 4.5, True, False, None, "x", "y"])

    def item(self, depth: int) -> Any:
        # Values that no key can be found in: floats, and few enough texts to be there twice.
        kind = self.random.random()
        if kind < 0.3 or depth <= 0:
            return self.scalar()
        if kind < 0.4:
            return [self.scalar() for _ in range(self.random.randint(0, 2))]
        names = self.random.sample(["a", "b", "s"], self.random.randint(1, 3))
        return {name: self.random.choice([0.5, 1.5, 2.5, 4.5, True, None]) for name in names}

    def value(self, depth: int) -> Any:
        kind = self.random.random()
        if depth <= 0 or kind < 0.15:
            return self.scalar()
        if kind < 0.5:
            names = self.random.sample(["a", "b", "s", "l", "k"], self.random.randint(1, 3))
            return {name: self.value(depth - 1) for name in names}
        if kind < 0.65:
            keys = self.random.sample(range(4), self.random.randint(0, 3))
            return [{"id": key, "s": self.scalar(), "b": self.item(1)} for key in keys]
        return [self.item(depth - 1) for _ in range(self.random.randint(0, 3))]

    def edited(self, value: Any) -> Any:
        value = copy.deepcopy(value)
        for _ in range(self.random.choice([0, 1, 1, 2, 3])):
            value = self.edit(value)
        return value

    def edit(self, value: Any) -> Any:
        if isinstance(value, dict) and value and self.random.random() < 0.9:
            name = self.random.choice(sorted(value))
            kind = self.random.random()
            if name == "id":
                return value
            if kind < 0.15:
                del value[name]
            elif kind < 0.3:
                value[self.random.choice(["a", "b", "s"])] = self.random.choice([0.5, 1.5, 2.5])
            else:
                value[name] = self.edit(value[name])
            return value
        if isinstance(value, list) and self.random.random() < 0.9:
            keyed = any(isinstance(item, dict) and "id" in item for item in value)
            kind = self.random.random()
            if kind < 0.2 and value:
                del value[self.random.randrange(len(value))]
            elif kind < 0.4:
                key = max((item["id"] for item in value), default=0) + 1 if keyed else 0
                value.append({"id": key, "s": self.scalar()} if keyed else self.item(1))
            elif kind < 0.6:
                self.random.shuffle(value)
            elif value:
                at = self.random.randrange(len(value))
                edited = self.edit(value[at])
                value[at] = edited if not keyed or isinstance(edited, dict) else value[at]
            return value
        if isinstance(value, float) and self.random.random() < 0.7:
            return value + self.random.choice([-1, 1, 2])
        return self.scalar()

    def rules(self) -> list[tuple[tuple[Any, ...], Any]]:
        rules: dict[str, tuple[tuple[Any, ...], Any]] = {}
        for _ in range(self.random.randint(0, 4)):
            tokens = tuple(self.random.choice(TOKENS) for _ in range(self.random.randint(1, 3)))
            if self.random.random() < 0.1:
                tokens = (*tokens, ("id", str(self.random.randrange(4))), *self.random.choice([(), ("s",)]))
            rules.setdefault(written(tokens), (tokens, self.random.choice(RULES)))
        return list(rules.values())


def written(tokens: tuple[Any, ...]) -> str:
    text = ""
    for token in tokens:
        step = f"[{token[0]}={token[1]}]" if isinstance(token, tuple) else token
        text += step if not text or step.startswith("[") else f".{step}"
    return text


@pytest.mark.parametrize("batch", range(20))
def test_engine_refuses_what_the_oracle_refuses(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        made = Documents(seed)
        before = made.value(3)
        after = made.edited(before) if made.random.random() < 0.9 else made.value(3)
        base, rules, ordered = made.random.choice(RULES), made.rules(), made.random.random() < 0.25
        terms = Terms.of(rule=base, rules={written(tokens): rule for tokens, rule in rules}, key="id", ordered=ordered)
        oracle = Oracle(base, rules, ordered=ordered)
        least = oracle.refused(before, after)
        comparison = compare(before, after, terms)
        refused = comparison.refused
        case = (
            f"seed {seed}: {before} -> {after}, {base}, { {written(t): r for t, r in rules} }, {ordered=}: "
            + "; ".join(f"{each.change} {each.path}" for each in refused)
        )
        assert bool(refused) == bool(least), case
        # Of a list whose order counts, the fewest moves and changes together are not looked for.
        assert len(refused) == least or (ordered and len(refused) > least), case
        for difference in comparison.differences:
            if difference.steps:
                parse(difference.path)
