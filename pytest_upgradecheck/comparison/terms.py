"""The terms of a comparison: which rule governs which place, how items are paired, what is left out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from pytest_upgradecheck.comparison.pairing import Key
from pytest_upgradecheck.comparison.paths import Pattern, parse
from pytest_upgradecheck.comparison.places import Place, Places, Trait
from pytest_upgradecheck.comparison.rules import ANYTHING, MAY_CHANGE, Rule, RuleName, rule_of

#: A member's name, several that make a key together, or such a key for each of several lists, by their paths.
KeySpec: TypeAlias = "str | Sequence[str] | Mapping[str, str | Sequence[str]]"


#: The address of a function in memory, which differs in each process.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")

#: Hexadecimal digits of a fingerprint.
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The settings for one place. ``pattern`` is the path that the rule was set with."""

    rule: Rule | None = None
    key: Key | None = None
    ordered: bool = False
    pattern: Pattern | None = None


@dataclass(frozen=True, slots=True)
class Governing:
    """The rule that governs a place, set for it or for something around it, and how specific its path is."""

    rule: Rule
    literals: int = -1

    def at(self, place: Place[Setting] | None) -> Governing:
        """The rule that governs this place, which lies within the one that this rule governs.

        A path that ends in a wildcard takes whatever is there; it gives way to a rule from further out whose path names
        more. Otherwise ``**: may-change`` would undo ``orders: unchanged`` for all that orders hold.
        """
        if place is None or (setting := place.here).rule is None:
            return self
        pattern = setting.pattern
        assert pattern is not None
        if not pattern.names_its_place and pattern.literals < self.literals:
            return self
        return Governing(setting.rule, pattern.literals)

    def is_set_at(self, place: Place[Setting] | None) -> bool:
        """True if the rule was set for this very place."""
        return place is not None and place.here.rule is self.rule


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one comparison: ``rule`` governs what no path does, ``key`` pairs the items that have it."""

    rule: Rule
    key: Key | None
    settings: tuple[tuple[Pattern, Setting], ...]

    @classmethod
    def of(
        cls,
        *,
        rule: Any = RuleName.UNCHANGED.value,
        rules: Mapping[str, Any] | None = None,
        key: KeySpec | None = None,
        ignore: str | Iterable[str] = (),
        ordered: bool | str | Iterable[str] = False,
    ) -> Terms:
        """The terms as they were written. ValueError (BadPath, BadRule) says what is wrong with them.

        ``rules`` by path, ``ignore`` paths that may differ, ``ordered`` the paths of lists whose order counts (True:
        all of them). If a path is both ignored and under a rule, the rule wins.
        """
        settings: list[tuple[Pattern, Setting]] = []
        by_path = [(path, rule_of(said)) for path, said in (rules or {}).items()]
        for path, governing in [*by_path, *((path, MAY_CHANGE) for path in _texts(ignore))]:
            pattern = parse(path)
            settings.append((pattern, Setting(rule=governing, pattern=pattern)))
        by_list = key if isinstance(key, Mapping) else {}
        for path, members in by_list.items():
            settings.append((parse(_of_list(path)), Setting(key=_key(members))))
        lists = ["**"] if ordered is True else [] if ordered is False else _texts(ordered)
        for path in lists:
            settings.append((parse(_of_list(path)), Setting(ordered=True)))
        everywhere = None if key is None or isinstance(key, Mapping) else _key(key, everywhere=True)
        return cls(rule_of(rule), everywhere, tuple(settings))

    def places(self) -> Places[Setting]:
        """Finds what is set for a place, for one walk."""
        return Places(self.settings, _folded, _traits)

    @property
    def fingerprint(self) -> str:
        """A digest of what these terms allow, to tell others apart.

        What ``changed`` expects is left out: each phase may compute it for itself.
        """
        text = repr(self._with_rules(lambda rule: replace(rule, to=ANYTHING)))
        return hashlib.sha256(_ADDRESS.sub("", text).encode()).hexdigest()[:_DIGITS]

    def expecting(self, written: Callable[[Any], Any]) -> Terms:
        """The same terms with each value that a rule expects passed through ``written``.

        A value that is compared without its secrets must be expected without them.
        """

        def expected(rule: Rule) -> Rule:
            return rule if rule.to is ANYTHING else replace(rule, to=written(rule.to))

        return self._with_rules(expected)

    def at_rest(self) -> Terms:
        """The same terms for two readings with no change between them.

        Where a change is expected, nothing may have changed yet: what changes by itself proves no upgrade.
        """
        return self._with_rules(lambda rule: rule.at_rest)

    def _with_rules(self, change: Callable[[Rule], Rule]) -> Terms:
        settings = tuple(
            (pattern, setting if setting.rule is None else replace(setting, rule=change(setting.rule)))
            for pattern, setting in self.settings
        )
        return Terms(change(self.rule), self.key, settings)


def _folded(fitting: Sequence[tuple[Pattern, Setting]]) -> Setting:
    ruled = next((setting for _, setting in fitting if setting.rule is not None), Setting())
    return Setting(
        rule=ruled.rule,
        pattern=ruled.pattern,
        key=next((setting.key for _, setting in fitting if setting.key is not None), None),
        ordered=any(setting.ordered for _, setting in fitting),
    )


def _traits(setting: Setting) -> Trait:
    rule = setting.rule
    if rule is None or rule is MAY_CHANGE:
        return Trait.NOTHING
    return Trait.JUDGES | Trait.TOLERATES if rule.tolerates or rule.judge is not None else Trait.JUDGES


def _texts(said: str | Iterable[str]) -> Sequence[str]:
    return [said] if isinstance(said, str) else list(said)


def _key(members: str | Sequence[str], *, everywhere: bool = False) -> Key:
    named: tuple[object, ...] = tuple(_texts(members))
    if not named or not all(isinstance(name, str) and name for name in named):
        raise ValueError(f"a key is a member's name, or several; found {members!r}")
    return Key(tuple(map(str, named)), everywhere)


def _of_list(path: str) -> str:
    """``contracts[]`` and ``contracts`` are the same list."""
    return path.removesuffix("[]").removesuffix("[*]") or "@"
