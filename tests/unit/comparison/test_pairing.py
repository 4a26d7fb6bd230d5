"""Which item of a list before is which item after."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_upgradecheck.comparison import Terms, compare, explain


def found(before: Any, after: Any, **terms: Any) -> list[str]:
    """``change path`` of every difference."""
    return [f"{each.change} {each.path}" for each in compare(before, after, Terms.of(**terms)).differences]


def named(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"name": name, **more} for name in names]


def test_key_that_is_named() -> None:
    before = {"users": [{"mail": "a@x", "id": 1}, {"mail": "b@x", "id": 2}]}
    after = {"users": [{"mail": "b@x", "id": 1}, {"mail": "c@x", "id": 2}]}
    assert found(before, after, key="mail") == ["changed users[mail=b@x].id", "removed users[mail=a@x]",
                                                "added users[mail=c@x]"]  # fmt: skip


def test_key_of_several_members_and_within_members() -> None:
    before = [{"metadata": {"namespace": "eu", "name": "a"}, "n": 1}, {"metadata": {"namespace": "us", "name": "a"}}]
    after = [{"metadata": {"namespace": "us", "name": "a"}}, {"metadata": {"namespace": "eu", "name": "a"}, "n": 2}]
    key = ["metadata.namespace", "metadata.name"]
    assert found(before, after, key=key) == ["changed [metadata.namespace=eu,metadata.name=a].n"]


def test_different_keys_at_different_paths() -> None:
    before = {"hosts": [{"host": "a", "disks": [{"dev": "sda", "size": 1}, {"dev": "sdb", "size": 2}]}]}
    after = {"hosts": [{"host": "a", "disks": [{"dev": "sdb", "size": 3}, {"dev": "sda", "size": 1}]}]}
    keys = {"hosts": "host", "hosts[].disks": "dev"}
    assert found(before, after, key=keys) == ["changed hosts[host=a].disks[dev=sdb].size"]


def test_key_found_by_itself_is_named() -> None:
    before = named("a", "b", "c", state="ok")
    after = [{"name": "c", "state": "ok"}, {"name": "a", "state": "bad"}]
    comparison = compare(before, after)
    assert [f"{each.change} {each.path}" for each in comparison.differences] == [
        "changed [name=a].state",
        "removed [name=b]",
    ]
    assert "paired by name, found by itself" in explain(comparison)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ([{"id": 1}, {"id": 1}], [{"id": 1}, {"id": 2}], "not unique before"),
        ([{"id": 1}, {"id": 2}], [{"id": 1}, {"no": 2}], "not in every item"),
        ([{"id": 1}, {"id": 2}], [{"id": 3}, {"id": 4}], "no item meets again"),
        ([{"id": 1.5}, {"id": 2.5}], [{"id": 1.5}, {"id": 3.5}], "measured, not counted"),
    ],
)
def test_no_key_to_be_found(before: Any, after: Any, why: str) -> None:
    assert not any("found by itself" in how for how in compare(before, after).pairing.values()), why


def test_likely_key_is_taken_before_others_that_fit_as_well() -> None:
    before = [{"position": 0, "name": "a"}, {"position": 1, "name": "b"}, {"position": 2, "name": "c"}]
    after = [{"position": 0, "name": "b"}, {"position": 1, "name": "c"}]
    assert "removed [name=a]" in found(before, after)


def test_multiset() -> None:
    assert found(["a", "b", "b"], ["b", "a", "c"]) == ["removed []", "added []"]
    assert found([[1, 2], [3]], [[3], [2, 1]]) == []
    assert found([1, True, 1.0], [True, 1, 1]) == []
    assert found([1], [True]) == ["removed []", "added []"]


def test_what_is_left_over_on_both_sides_is_one_item_that_changed() -> None:
    before = [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 2}]
    after = [{"a": 2, "b": 3}, {"a": 1, "b": 1}, {"a": 1, "b": 2}]
    assert found(before, after) == ["changed [].b"]


def test_order_matters_where_asked() -> None:
    before, after = named("a", "b", "c", "d"), named("d", "a", "b", "c")
    assert found({"l": before}, {"l": after}) == []
    assert found({"l": before}, {"l": after}, ordered="l") == ["moved l[name=d]"]
    assert found({"l": list("abcd")}, {"l": list("dabc")}, ordered=["l"]) == ["moved l[3]"]
    assert found({"l": list("abcd")}, {"l": list("abxcd")}, ordered=True) == ["added l[2]"]


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (named("a", "a"), "'a' occurs twice after, as items 0 and 1"),
        ([{"name": "a"}, {"title": "b"}], "item 1 after has no such member"),
        ([{"name": "a"}, {"name": ["b"]}], "item 1 after has no such member with a single value"),
    ],
)
def test_key_that_does_not_tell_items_apart_is_no_pass(after: Any, why: str) -> None:
    comparison = compare(named("a", "b"), after, Terms.of(key="name"))
    assert why in explain(comparison)


def test_general_key_leaves_lists_alone_that_do_not_have_it() -> None:
    before = {"contracts": named("a", routes=[{"path": "/x"}])}
    assert found(before, before, key="name") == []
    assert compare(before, before, Terms.of(key="nam")).unmatched == ["key nam"]
