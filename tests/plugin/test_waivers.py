"""Waivers in a run: the verdict, the counts, and what everybody reads of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from pytest_upgradecheck.cli import main
from tests.small_upgrade import SERIAL_AND_WORKERS, Suite

CHECK = "test_shop.py::test_settings"


def waive(
    suite: Suite, check: str = CHECK, *, accepts: str = "[currency, limit]", days: int = 1, more: str = ""
) -> None:
    last_day = (datetime.now(timezone.utc) + timedelta(days=days)).date()
    plan = suite.path / "upgrade.yaml"
    fields = f"check: '{check}', accepts: {accepts}, reason: known bug 7, approved_by: A. Name"
    entry = f"{{{fields}, expires: {last_day}{more}}}"
    text = plan.read_text()
    plan.write_text(text + f"  - {entry}\n" if "waivers:" in text else f"{text}waivers:\n  - {entry}\n")


@pytest.mark.parametrize("options", SERIAL_AND_WORKERS)
def test_waived_failure_does_not_block_and_never_counts_as_passed(suite: Suite, options: tuple[str, ...]) -> None:
    suite.pre()
    suite.upgrade(settings={})
    waive(suite)
    result = suite.run("post", *options, "--html=page.html")
    assert result.ret == 0
    verdict = suite.verdict
    assert verdict["verdict"] == "proceed"
    assert "passed, 1 failure is waived (by A. Name until " in verdict["reason"]
    assert (verdict["counts"]["waived"], verdict["counts"]["failed"]) == (1, 0)
    assert verdict["counts"]["passed"] == verdict["counts"]["planned"] - 1
    (waived,) = verdict["waived"]
    assert (waived["check"], waived["reason"], waived["approved_by"]) == (CHECK, "known bug 7", "A. Name")
    assert "settings is not as before" in waived["message"]
    assert suite.blockers == {}
    result.stdout.fnmatch_lines(["Waived failures (1):", "*accepted by A. Name until *known bug 7*"])
    assert "Waived failures (1)" in (suite.path / "page.html").read_text()
    (recorded,) = [line for line in suite.lines("check") if line["check"] == CHECK and line["run"].startswith("post")]
    assert recorded["result"] == "failed"


def test_waived_in_pre_makes_a_baseline_and_stays_a_failure_from_before(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="def test_it(): assert False, 'broken'\n")
    waive(suite, "test_it.py::test_it", accepts="broken")
    suite.pre()
    suite.upgrade()
    assert suite.run("post").ret == 0
    assert suite.verdict["waived"][0]["transition"] == "failing-since-before"


def test_expired_waiver(suite: Suite) -> None:
    suite.pre()
    suite.upgrade(settings={})
    waive(suite, days=-1)
    assert suite.run("post").ret == 1
    kinds = sorted(blocker["kind"] for blocker in suite.verdict["blockers"])
    assert kinds == ["failed", "waiver-expired"]
    suite.write_platform(settings={"currency": "EUR", "limit": 100})
    assert suite.run("post").ret == 12
    assert suite.blockers == {CHECK: "waiver-expired"}


def test_waiver_that_does_not_count_is_told(suite: Suite) -> None:
    suite.pre()
    suite.upgrade(front_page="oops")
    waive(suite, "test_shop.py::test_front_page")
    waive(suite, "test_shop.py::test_setting")
    waive(suite)
    assert suite.run("post").ret == 10
    kinds = {note["check"]: note["kind"] for note in suite.verdict["notes"]}
    assert kinds == {
        "test_shop.py::test_front_page": "waiver-refused",
        "test_shop.py::test_setting": "waiver-unmatched",
        CHECK: "waiver-unneeded",
    }


def test_missing_evidence_is_never_waived(suite: Suite) -> None:
    suite.pytester.makepyfile(test_it="import pytest\ndef test_it(): pytest.skip('no time')\n")
    waive(suite, "test_it.py::test_it")
    assert suite.run("pre").ret == 12
    assert suite.blockers == {"test_it.py::test_it": "skipped"}
    assert "missing evidence is never waived" in suite.verdict["notes"][0]["message"]


def test_check_of_the_plan_that_states_a_boundary_is_never_waived(suite: Suite) -> None:
    suite.edit_plan("    rollback_boundary: {name: web-release, reversible: [release]}\n", "")
    suite.edit_plan("recover_by: restore the backup", "recover_by: restore")
    suite.pytester.makepyfile(test_shop="import pytest\n@pytest.mark.user_path\ndef test_it(): assert True\n")
    waive(suite, "upgrade.yaml::rollback-boundary[web]")
    assert suite.run("pre").ret == 1
    assert suite.blockers["upgrade.yaml::rollback-boundary[web]"] == "failed"


def test_same_failure_waived_twice_is_a_fault_of_the_plan(suite: Suite) -> None:
    waive(suite, more=", phase: pre")
    waive(suite, more=", phase: post")
    assert suite.run("pre").ret == 0
    waive(suite)
    result = suite.run("pre")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*waivers[[]2[]].check: check*is waived twice; keep one, *; the first is in line *"])


#: A check's body, and for a waiver that accepts "the page is slow": what also happens, and whether the waiver counts.
BODIES = {
    "exactly that": ("assert False, 'the page is slow'", True),
    "another failure": ("assert False, 'the page is gone'", False),
    "two problems in one message": ("assert False, 'the page is slow\\nthe page is gone'", False),
    "a failing comparison": ("baseline.unchanged('state', now)\n    assert False, 'the page is slow'", False),
    "a comparison that was caught": (
        "try: baseline.unchanged('state', now)\n    except AssertionError: pass\n    assert False, 'the page is slow'",
        False,
    ),
    "a failing teardown": ("request.addfinalizer(lambda: 1 / 0)\n    assert False, 'the page is slow'", False),
    "missing evidence in teardown": (
        "request.addfinalizer(lambda: baseline['nothing'])\n    assert False, 'the page is slow'",
        False,
    ),
    "a failing subtest without a name": (
        "with subtests.test(): assert False, 'the page is slow'\n    with subtests.test(): assert False, 'gone'",
        False,
    ),
    "a failing subtest with a name": (
        "with subtests.test('a'): assert False, 'the page is slow'\n    with subtests.test('b'): assert False, 'gone'",
        False,
    ),
    "a failing thread": (
        (
            "from threading import Thread; t = Thread(target=lambda: 1 / 0); t.start(); t.join()"
            "; assert False, 'the page is slow'"
        ),
        False,
    ),
}

CHECK_OF_MANY = """
import json
from pathlib import Path
import pytest

def test_it(baseline, request, FIXTURE):
    now = json.loads((Path(__file__).parent / "platform.json").read_text())["settings"]
    if not now:
        BODY
    baseline.unchanged("state", now)
"""


@pytest.mark.parametrize("what", BODIES)
def test_any_failure_beyond_the_one_that_was_approved_blocks(suite: Suite, what: str) -> None:
    body, counts = BODIES[what]
    if "subtests" in body and not hasattr(pytest, "Subtests"):
        pytest.skip("this pytest has no subtests of its own")
    fixture = "subtests" if "subtests" in body else "tmp_path"
    text = CHECK_OF_MANY.replace("FIXTURE", fixture).replace("BODY", body.replace("\n    ", "\n        "))
    if "baseline.unchanged" not in body:
        text = text.replace('baseline.unchanged("state", now)', "assert now")
    suite.pytester.makepyfile(test_it=text)
    suite.pre()
    suite.upgrade(settings={})
    waive(suite)
    plan = suite.path / "upgrade.yaml"
    plan.write_text(
        plan.read_text() + "  - {check: 'test_it.py::test_it', accepts: the page is slow, reason: r, "
        "approved_by: A. Name, expires: 2199-12-31}\n"
    )
    result = suite.run("post")
    assert (result.ret == 0) is counts, suite.verdict["reason"]
    assert (suite.verdict["verdict"] == "proceed") is counts


STOCK = """
import json
from pathlib import Path

def test_stock(baseline):
    now = json.loads((Path(__file__).parent / "platform.json").read_text())
    for name, key in ORDER:
        baseline.additions_only(name, now[name], key=key)
"""


@pytest.mark.parametrize(
    ("accepts", "stock", "orders", "code"),
    [
        ("item-1", ["item-2", "item-3"], [7], 0),
        ("item-1", ["item-2"], [7], 1),
        ("item-1", [], [7], 1),
        ("'stock: []: removed \"item-1\"'", ["item-2", "item-3"], [7], 0),
        ("'[number=7]'", ["item-1", "item-2", "item-3"], [], 0),
        ("'stock: [number=7]'", ["item-1", "item-2", "item-3"], [], 1),
        ("[item-1, item-2]", ["item-3"], [7], 0),
        ("1 removed", ["item-2", "item-3"], [7], 1),
    ],
)
def test_one_item_is_accepted_and_the_rest_is_not(
    suite: Suite, accepts: str, stock: list[str], orders: list[int], code: int
) -> None:
    order = [("stock", None), ("orders", "number")]
    if orders == [7]:
        order.reverse()  # the comparison that fails comes last
    suite.pytester.makepyfile(test_stock=STOCK.replace("ORDER", str(order)))
    suite.write_platform(stock=["item-1", "item-2", "item-3"])
    checks = (suite.path / "test_shop.py").read_text()
    (suite.path / "test_shop.py").write_text(checks.replace("assert baseline", "assert True or baseline"))
    suite.pre()
    suite.upgrade(stock=stock, orders=[{"number": number, "item": "yarn"} for number in orders])
    waive(suite, "test_stock.py::test_stock", accepts=accepts)
    assert suite.run("post").ret == code, suite.verdict["reason"]


def test_product_that_is_not_at_its_version_is_never_waived(suite: Suite) -> None:
    waive(suite, "upgrade.yaml::version[db]", accepts="version truth shows db at 1")
    suite.pre()
    suite.write_platform(version_truth={"products": {"web": "2", "db": "1"}})
    assert suite.run("post").ret == 1
    assert suite.blockers["upgrade.yaml::version[db]"] == "failed"


@pytest.mark.parametrize("drifted", [["orders"], ["orders", "payments"]])
def test_contract_that_drifts_is_accepted_by_name(suite: Suite, drifted: list[str]) -> None:
    suite.edit_plan("  surfaces:\n", "  surfaces:\n    contracts: {drifted: '@'}\n")
    suite.write_platform(contracts=[])
    suite.pre()
    suite.upgrade(contracts=drifted)
    waive(suite, "upgrade.yaml::drift[contracts]", accepts="orders")
    assert suite.run("post").ret == (1 if len(drifted) > 1 else 0)


def test_failure_that_ends_a_check_before_its_other_comparisons_is_never_waived(suite: Suite) -> None:
    suite.pytester.makepyfile(test_stock=STOCK.replace("ORDER", '[("stock", None), ("orders", "number")]'))
    suite.write_platform(stock=["item-1"])
    suite.pre()
    suite.upgrade(stock=[])
    waive(suite, "test_stock.py::test_stock", accepts="item-1")
    assert suite.run("post").ret == 1
    (note,) = suite.verdict["notes"]
    assert "the failure ended the check before it compared 'orders', and missing evidence" in note["message"]


def test_retry_is_accepted_by_its_last_attempt(suite: Suite) -> None:
    pytest.importorskip("pytest_rerunfailures")
    suite.pytester.makepyfile(
        test_it="""
        from pathlib import Path
        def test_it(baseline): baseline.unchanged('n', Path('n').read_text())
    """
    )
    (suite.path / "n").write_text("1")
    suite.pre()
    suite.upgrade()
    (suite.path / "n").write_text("2")
    waive(suite, "test_it.py::test_it", accepts='\'n: "1" -> "2"\'')
    assert suite.run("post", "--reruns", "1").ret == 0, suite.verdict["reason"]


def test_waiver_that_does_not_say_what_it_accepts_accepts_nothing(suite: Suite) -> None:
    plan = suite.path / "upgrade.yaml"
    waiver = f"{{check: '{CHECK}', reason: r, approved_by: A. Name, expires: 2199-12-31}}"
    plan.write_text(f"{plan.read_text()}waivers:\n  - {waiver}\n")
    suite.pre()
    (note,) = suite.verdict["notes"]
    assert (note["check"], note["kind"]) == (CHECK, "waiver-refused")
    assert "does not say which failure it accepts, so it accepts none: add `accepts`" in note["message"]
    suite.upgrade(settings={})
    assert suite.run("post").ret == 1
    assert suite.blockers == {CHECK: "failed"}


def test_command_prints_the_waiver_for_what_failed(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    suite.pre()
    suite.upgrade(settings={"currency": "EUR"})
    assert suite.run("post").ret == 1
    capsys.readouterr()
    command = ["waive", CHECK, "--by", "A. Name", "--reason", "known bug 7", "--expires", "2199-12-31"]
    assert main([*command, "--record", str(suite.folder)]) == 0
    plan = suite.path / "upgrade.yaml"
    plan.write_text(plan.read_text() + capsys.readouterr().out)
    assert suite.run("post").ret == 0
    suite.write_platform(settings={})
    assert suite.run("post").ret == 1
    capsys.readouterr()
    for check, why in {
        "test_shop.py::test_front_page": "passed in the last run, so there is nothing to waive",
        "test_shop.py::test_setting": "did you mean 'test_shop.py::test_settings'?",
        "test_shop.py::test_place_order": "was not run in the post run of",
    }.items():
        assert main(["waive", check, *command[2:], "--record", str(suite.folder)]) == 2
        assert why in capsys.readouterr().err


@pytest.mark.parametrize(("strict", "code"), [(False, 0), (True, 12)])
def test_waiver_that_nobody_will_look_at_again(suite: Suite, strict: bool, code: int) -> None:
    if strict:
        suite.edit_plan("environment: test", "environment: test\nstrict: true")
    suite.pre()
    suite.upgrade(settings={})
    waive(suite, days=2_912_000)
    assert suite.run("post").ret == code
    told = suite.verdict["blockers" if strict else "notes"]
    assert [(each["check"], each["kind"]) for each in told] == [(CHECK, "waiver-unlimited")]
