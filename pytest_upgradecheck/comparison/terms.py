"""The terms of a comparison: which rule governs which place, how items are paired, what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pytest_upgradecheck.comparison.pairing import Key
from pytest_upgradecheck.comparison.paths import Pattern, Places, parse
from pytest_upgradecheck.comparison.rules import MAY_CHANGE, Rule, RuleName, rule_of

#: A member's name, several that make a key together, or such a key for each of several lists, by their paths.
KeySpec: TypeAlias = "str | Sequence[str] | Mapping[str, str | Sequence[str]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is set for one place."""

    rule: Rule | None = None
    key: Key | None = None
    ordered: bool = False


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
        """The terms as somebody wrote them. ValueError (BadPath, BadRule) says what cannot be.

        ``rules`` by path, ``ignore`` paths that may differ, ``ordered`` the paths of lists whose order counts (True:
        all of them).
        """
        settings: list[tuple[Pattern, Setting]] = []
        for path in _texts(ignore):
            settings.append((parse(path), Setting(rule=MAY_CHANGE)))
        for path, said in (rules or {}).items():
            settings.append((parse(path), Setting(rule=rule_of(said))))
        by_list = key if isinstance(key, Mapping) else {}
        for path, members in by_list.items():
            settings.append((parse(_of_list(path)), Setting(key=_key(members))))
        lists = ["**"] if ordered is True else [] if ordered is False else _texts(ordered)
        for path in lists:
            settings.append((parse(_of_list(path)), Setting(ordered=True)))
        everywhere = None if key is None or isinstance(key, Mapping) else _key(key, everywhere=True)
        return cls(rule_of(rule), everywhere, tuple(settings))

    @property
    def judge_nothing(self) -> bool:
        """Whether whatever changes may change: no comparison on these terms can fail."""
        rules = [(pattern, setting.rule) for pattern, setting in self.settings if setting.rule is not None]
        if any(rule is not MAY_CHANGE for _, rule in rules):
            return False
        return self.rule is MAY_CHANGE or any(pattern.fits_the_whole for pattern, _ in rules)

    def places(self) -> Places[Setting]:
        """Finds what is set for a place, for one walk."""
        return Places(self.settings, _folded)


def _folded(here: Sequence[Setting]) -> Setting:
    return Setting(
        rule=next((each.rule for each in here if each.rule is not None), None),
        key=next((each.key for each in here if each.key is not None), None),
        ordered=any(each.ordered for each in here),
    )


def _texts(said: str | Iterable[str]) -> Sequence[str]:
    return [said] if isinstance(said, str) else list(said)


def _key(members: str | Sequence[str], *, everywhere: bool = False) -> Key:
    named = tuple(_texts(members))
    if not named or not all(map(_is_name, named)):
        raise ValueError(f"a key is a member's name, or several, and this is {members!r}")
    return Key(named, everywhere)


def _of_list(path: str) -> str:
    """``contracts[]`` and ``contracts`` are the same list."""
    return path.removesuffix("[]").removesuffix("[*]") or "@"


def _is_name(member: object) -> bool:
    return isinstance(member, str) and bool(member)
