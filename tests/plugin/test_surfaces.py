"""What the plan's own checks make of the platform's answers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.small_upgrade import Suite

OBSERVED = "observed_at: checked_at, max_age: 10m"


def with_plan(suite: Suite, readiness: str, extra: str = "") -> None:
    suite.edit_plan("""readiness: {ready: "status == 'ready'"}""", f"readiness: {{{readiness}}}{extra}")


@pytest.mark.parametrize(
    ("versions", "kind", "says"),
    [
        ({"products": {"web": "1", "db": "3"}}, "failed", "shows db at 3, expected 1"),
        ({"products": {"web": "1"}}, "no-evidence", "version truth does not list db; it lists: web"),
        ({"items": []}, "no-evidence", "of product and version, but gave null; the answer has the keys: items"),
        ({"products": []}, "no-evidence", "must give pairs of product and version, but gave []"),
        ({"products": {"web": 1, "db": 1}}, "no-evidence", 'both texts, but gave ["web", 1]'),
        ([], "no-evidence", "gave null; the answer is a list of 0"),
    ],
)  # fmt: skip
def test_version_truth(suite: Suite, versions: Any, kind: str, says: str) -> None:
    suite.write_platform(version_truth=versions)
    suite.run("pre")
    blocker = suite.blocker("upgrade.yaml::version[db]")
    assert blocker["kind"] == kind
    assert says in blocker["message"]


SPELLED = {
    "blank-after-version": ({"web": "1", "db": "1 "}, None, ""),
    "line-break-after-version": ({"web": "1", "db": "1\n"}, None, ""),
    "blank-before-product": ({"web": "1", " db": "1"}, None, ""),
    "line-break-after-product": ({"web": "1", "db\r\n": "1"}, None, ""),
    "case-of-product": (
        {"web": "1", "DB": "1"},
        "no-evidence",
        "version truth does not list db; DB differs from it only in case; it lists: DB, web",
    ),
    "width-of-product": (
        {"web": "1", "\uff44\uff42": "1"},
        "no-evidence",
        "does not list db; \uff44\uff42 differs from it only in the form of their characters",
    ),
    "width-of-version": (
        {"web": "1", "db": "\uff11"},
        "failed",
        "version truth shows db at \uff11, expected 1 (they differ only in the form of their characters)",
    ),
    "two-spellings": (
        {"web": "1", "db": "1", "DB ": "2"},
        "no-evidence",
        "it shows db at 1 and DB at 2: it is not known which of them is right",
    ),
}


@pytest.mark.parametrize(("products", "kind", "says"), SPELLED.values(), ids=SPELLED)
def test_spelling_of_a_product_or_version(suite: Suite, products: dict[str, str], kind: str | None, says: str) -> None:
    suite.write_platform(version_truth={"products": products})
    assert (suite.run("pre").ret == 0) == (kind is None)
    if kind is not None:
        blocker = suite.blocker("upgrade.yaml::version[db]")
        assert blocker["kind"] == kind
        assert says in blocker["message"]


def test_version_with_a_line_break_is_already_at_the_new_release(suite: Suite) -> None:
    suite.pre()
    suite.write_platform(version_truth={"products": {"web": "2\n", "db": "2 "}})
    result = suite.run("pre")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*baseline can no longer be captured*"])
    assert suite.run("post").ret == 0


def test_plan_may_spell_a_name_in_another_normal_form_or_with_blanks(suite: Suite) -> None:
    suite.edit_plan("product: db", 'product: "cafe\\u0301 "')
    suite.write_platform(version_truth={"products": {"web": "1", "caf\u00e9": "1"}})
    assert suite.run("pre").ret == 0


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        ({"status": "starting"}, "failed", "readiness is not ready: `status == 'ready'` is false; it says: {"),
        ({}, "no-evidence", "looks for `status`, which is missing; the answer has the keys: none"),
    ],
)
def test_readiness(suite: Suite, answer: Any, kind: str, says: str) -> None:
    suite.write_platform(readiness=answer)
    suite.run("pre")
    blocker = suite.blocker("upgrade.yaml::ready[readiness]")
    assert blocker["kind"] == kind
    assert says in blocker["message"]


def test_readiness_expression_that_is_not_true_or_false(suite: Suite) -> None:
    with_plan(suite, "ready: status")
    assert suite.run("pre").ret == 12
    message = suite.blocker("upgrade.yaml::ready[readiness]")["message"]
    assert "`ready: status` must give true or false, but gave ready" in message


@pytest.mark.parametrize(
    ("checked_at", "says"),
    [
        ("2020-01-01T00:00:00Z", "the answer is stale: observed"),
        ("2999-01-01T00:00:00Z", "in the future: a clock is wrong"),
        ("yesterday", "must give a time"),
        ("2026-11-24T00:00:00", "which does not say its time zone"),
        (None, "so the age of the answer is not known"),
    ],
)
def test_stale_answer_is_no_answer(suite: Suite, checked_at: Any, says: str) -> None:
    with_plan(suite, f"""ready: "status == 'ready'", {OBSERVED}""")
    suite.write_platform(readiness={"status": "ready", "checked_at": checked_at})
    assert suite.run("pre").ret == 12
    assert says in suite.blocker("upgrade.yaml::ready[readiness]")["message"]


def test_plan_without_readiness_is_never_green(suite: Suite) -> None:
    with_plan(suite, "path: /readiness}\n    other: {versions: products", "")
    suite.edit_plan("version_truth: {versions: products}", "version_truth: {}")
    suite.edit_plan("path: /readiness", "")
    suite.write_platform(other=suite.platform["version_truth"])
    assert suite.run("pre").ret == 12
    assert "no surface of the plan reports readiness" in suite.blocker("upgrade.yaml::ready")["message"]


@pytest.mark.parametrize(
    ("contracts", "kind", "says"),
    [
        ([{"name": "orders", "state": "drifted"}], "failed", "1 drifted: orders"),
        ([{"state": "drifted"}], "no-evidence", "matches 1 and names 0: 1 lack the field at its end"),
        ([], "no-evidence", "goes through an empty list, so it judges nothing"),
        ([{"name": "a", "state": None}, {"name": "b\x1b[2J", "state": "drifted"}], "failed", r"2 drifted: a, b\x1b[2J"),
        (None, "no-evidence", "must give a list, but gave null"),
        ({"orders": "drifted"}, "no-evidence", "must give a list, but gave null"),
    ],
)
def test_contract_drift(suite: Suite, contracts: Any, kind: str, says: str) -> None:
    with_plan(
        suite, """ready: "status == 'ready'\"""", "\n    drift: {drifted: \"contracts[?state != 'aligned'].name\"}"
    )
    suite.write_platform(drift={"contracts": contracts})
    suite.run("pre")
    blocker = suite.blocker("upgrade.yaml::drift[drift]")
    assert blocker["kind"] == kind
    assert says in blocker["message"]


@pytest.mark.parametrize(("strict", "kind"), [("", "notes"), ("strict: true\n", "blockers")])
def test_answer_with_more_pages(suite: Suite, strict: str, kind: str) -> None:
    with_plan(suite, """ready: "status == 'ready'\"""", "\n    invoices: {}")
    suite.write_plan(strict + (suite.path / "upgrade.yaml").read_text())
    suite.write_platform(invoices={"items": [{"id": 1}], "next": "/invoices?page=2"})
    assert suite.run("pre").ret == (12 if strict else 0)
    (noted,) = [each for each in suite.verdict[kind] if each["kind"] == "more-pages"]
    assert noted["check"] == "upgrade.yaml::surface[invoices]"
    assert noted["message"] == "invoices has more pages than were read: its `next` is /invoices?page=2"


@pytest.mark.parametrize(
    ("requires", "result"),
    [
        ('{pg: ">=15,<17"}', 0),
        ('{pg: ">=17"}', "step web requires pg >=17, and version truth shows 16.2"),
        ('{redis: ">=1"}', "version truth does not list redis"),
        ('{odd: ">=1"}', "'latest', which is not a version"),
        ('{os: "<=17.9.4"}', "'17.9.4a', and whether that is within <=17.9.4 depends on what the letter"),
        ('{os: ">=17.9,<17.10"}', 0),
    ],
)
def test_compatibility(suite: Suite, requires: str, result: Any) -> None:
    suite.edit_plan("    fails_when: the front page", f"    requires: {requires}\n    fails_when: the front page")
    products = {"web": "1", "db": "1", "pg": "16.2", "odd": "latest", "os": "17.9.4a"}
    suite.write_platform(version_truth={"products": products})
    code = suite.run("pre").ret
    if result == 0:
        assert code == 0
    else:
        assert result in suite.blocker("upgrade.yaml::compatibility[web]")["message"]


@pytest.mark.parametrize(
    ("old", "new", "check", "says"),
    [
        ("    publishes_truth: true\n", "", "sequence", "no step says that shared-truth publication changes in it"),
        ("    fails_when: an order is missing\n", "", "sequence", "step db does not say what counts as its failure"),
        ("      recover_by: restore the backup\n", "", "rollback-boundary[db]", "but not how to recover"),
        (
            "    rollback_boundary: {name: web-release, reversible: [release]}\n",
            "",
            "rollback-boundary[web]",
            "step web states no rollback boundary",
        ),
        (
            '    release_notes: {url: "https://example.com/db", read_by: A. Name}\n',
            "",
            "release-notes[db]",
            "step db names no release notes",
        ),
        (
            ", read_by: A. Name}\n    fails_when: an",
            "}\n    fails_when: an",
            "release-notes[db]",
            "does not say who has read",
        ),
    ],
)
def test_what_a_plan_leaves_open_fails(suite: Suite, old: str, new: str, check: str, says: str) -> None:
    suite.edit_plan(old, new)
    shop = suite.path / "test_shop.py"
    if "web-release" in old:
        shop.write_text(shop.read_text().replace('@pytest.mark.rollback_boundary("web-release")\n', ""))
    assert suite.run("pre").ret == 1
    assert says in suite.blocker(f"upgrade.yaml::{check}")["message"]


def test_each_surface_is_asked_once_a_phase(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="\n".join(
            f"def test_{n}(platform_truth): assert platform_truth.read('readiness').ready" for n in range(5)
        )
    )
    suite.pre()
    assert sorted(suite.asked) == ["readiness", "version_truth"]


def test_fresh_reading_asks_again_and_is_recorded(suite: Suite) -> None:
    suite.pytester.makepyfile(test_more="def test_it(platform_truth): platform_truth.read('readiness', fresh=True)\n")
    suite.pre()
    assert suite.asked.count("readiness") == 2
    assert len([line for line in suite.lines("reading") if line["surface"] == "readiness"]) == 2


def test_waiting_ends_with_what_was_said_last(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="def test_it(platform_truth): platform_truth.wait_until_ready('readiness', timeout=0.6)\n"
    )
    suite.write_platform(readiness={"status": "starting"})
    suite.run("pre")
    blocker = suite.blocker("test_more.py::test_it")
    assert 'not ready within 0.6 s; it says: {"status": "starting"}' in blocker["message"]
    assert blocker["kind"] == "failed"
    assert "platform.py" not in blocker["message"]


def test_what_never_gets_ready_decides_on_its_boundary(suite: Suite) -> None:
    suite.pytester.makepyfile(
        test_more="import pytest\n"
        "@pytest.mark.rollback_boundary('web-release')\n"
        "def test_it(platform_truth): platform_truth.wait_until_ready('readiness', timeout=0.6)\n"
    )
    suite.pre()
    suite.upgrade(readiness={"status": "starting"})
    assert suite.run("post").ret == 10


def test_unknown_surface_names_the_near_miss(suite: Suite) -> None:
    suite.pytester.makepyfile(test_more="def test_it(platform_truth): platform_truth.read('readines')\n")
    assert suite.run("pre").ret == 1
    assert "no surface 'readines'; did you mean 'readiness'?" in suite.blocker("test_more.py::test_it")["message"]
