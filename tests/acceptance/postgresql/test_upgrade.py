"""PostgreSQL 15 to 18 by pg_upgrade --link, by --copy, by dump and restore, and back: verdict, exit code, sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.checklist import Checklist, Run
from tests.acceptance.postgresql.conftest import Clusters, checklist_of, new_clusters

pytestmark = pytest.mark.slow

ALL = "All {} checks of phase {} passed, no evidence is missing"


def states(run: Run) -> dict[str, str]:
    return {boundary["name"]: boundary["state"] for boundary in run.verdict["boundaries"]}


def message(run: Run, check: str) -> str:
    (found,) = [blocker["message"] for blocker in run.verdict["blockers"] if blocker["check"].endswith(check)]
    return str(found)


def test_link_and_the_way_back_by_the_copy(clusters: Clusters, checklist: Checklist) -> None:
    clusters.done("upgrade", "--mode", "link")
    clusters.done("write", "--orders", "5")
    run = checklist.run("post")
    run.ends_in("proceed", 0, ALL.format(41, "post"))
    assert states(run) == {"old-cluster": "crossed", "extension-versions": "not-crossed"}

    refused = clusters.refused("rollback")
    assert "files that are also the old cluster's: that cannot be started again; nothing was changed" in refused
    run = checklist.run("rollback")
    run.ends_in("fix-forward", 11, "rollback boundary old-cluster has been crossed")
    assert states(run)["old-cluster"] == "crossed"

    clusters.done("rollback", "--restore-backup")
    run = checklist.run("rollback")
    run.ends_in("pause", 1, "orders is not as before: 5 removed")
    assert states(run)["old-cluster"] == "not-crossed"
    assert set(run.blockers) == {"test_shop.py::test_orders_taken_since_are_kept"}
    assert message(run, "since_are_kept").startswith("orders is not as before: 5 removed")


def test_copy_and_the_way_back(clusters: Clusters, checklist: Checklist) -> None:
    clusters.done("upgrade", "--mode", "copy")
    run = checklist.run("post")
    run.ends_in("proceed", 0, ALL.format(41, "post"))
    assert states(run)["old-cluster"] == "not-crossed"
    clusters.done("rollback")
    run = checklist.run("rollback")
    run.ends_in("proceed", 0, "checks passed, no evidence is missing")
    assert states(run) == {"old-cluster": "not-crossed", "extension-versions": "not-crossed"}

    # A second attempt, and customers order before it is rolled back.
    clusters.done("prepare")
    checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
    clusters.done("upgrade", "--mode", "copy")
    clusters.done("write", "--orders", "7")
    checklist.run("post", "-n", "2").ends_in("proceed", 0, "no evidence is missing")
    clusters.done("rollback")
    run = checklist.run("rollback")
    run.ends_in("pause", 1, "Going back has not lost any order that customers placed since the upgrade")
    assert message(run, "since_are_kept").startswith("orders is not as before: 7 removed")


def test_before_the_new_server_has_started(clusters: Clusters, checklist: Checklist) -> None:
    clusters.done("upgrade", "--mode", "link", "--not-started")
    run = checklist.run("post")
    run.ends_in("cannot-tell", 12, "PostgreSQL could not be asked: connection failed")
    assert states(run)["old-cluster"] == "not-crossed"
    clusters.done("rollback")
    run = checklist.run("rollback")
    run.ends_in("proceed", 0, "checks passed, no evidence is missing")


def test_step_by_step(clusters: Clusters, checklist: Checklist) -> None:
    clusters.done("upgrade", "--mode", "link", "--step", "server")
    checklist.run("post", "--upgrade-step=server").ends_in("proceed", 0, "no evidence is missing")
    run = checklist.run("post")
    run.ends_in("pause", 1, "shows pg_stat_statements at 1.10, expected 1.12: it was left on the old release")
    clusters.done("upgrade")
    checklist.run("post").ends_in("proceed", 0, "no evidence is missing")
    assert "pg_stat_statements 1.12 -> 1.10" in clusters.done("rollback", "--step", "extensions")
    checklist.run("post", "--upgrade-step=server").ends_in("proceed", 0, "no evidence is missing")


@pytest.mark.parametrize(
    ("fault", "sentence", "lost"),
    [
        ("table-lost", "Every table still has at least as many rows as before", '- "shop: shop.price_history": 1500'),
        ("extension-missing", "Rows that are not written to are unchanged", '- shop[]: "hstore"'),
    ],
)
def test_loss_behind_the_boundary(
    clusters: Clusters, checklist: Checklist, fault: str, sentence: str, lost: str
) -> None:
    clusters.done("upgrade", "--mode", "link", "--fault", fault)
    run = checklist.run("post")
    run.ends_in("fix-forward", 11, f'"{sentence}"')
    assert (
        "rollback boundary old-cluster has been crossed. Do not start the old release, the old cluster's data files"
        in run.reason
    )
    assert "Last resort, loses what was written since: restore the copy of the old cluster" in run.reason
    assert lost in run.output


@pytest.fixture(scope="module")
def reversible(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Clusters, Checklist]]:
    """Clusters and a pre run for all upgrades that are rolled back."""
    for clusters in new_clusters():
        clusters.up()
        checklist = checklist_of(clusters, tmp_path_factory.mktemp("reversible") / "suite")
        checklist.run("pre").ends_in("proceed", 0, "no evidence is missing")
        yield clusters, checklist


FAULTS: list[Any] = [
    (
        "copy",
        "table-lost",
        "roll-back",
        10,
        "rollback boundary old-cluster has not been crossed: step server can be rolled back",
    ),
    ("dump", "large-objects-lost", "roll-back", 10, '"Every large object still exists, and is unchanged" failed, and'),
    ("copy", "extensions-forgotten", "pause", 1, "shows pg_stat_statements at 1.10, expected 1.12"),
    ("copy", "settings-forgotten", "pause", 1, "plans is not as before"),
    ("dump", "slots-forgotten", "pause", 1, "slots is not as before: 2 removed"),
    ("copy", "statistics-missing", "pause", 1, "columns with statistics is not as before: 10 removed"),
]


@pytest.mark.xdist_group("reversible")
@pytest.mark.parametrize(("mode", "fault", "verdict", "code", "sentence"), FAULTS, ids=[each[1] for each in FAULTS])
def test_fault(
    reversible: tuple[Clusters, Checklist], mode: str, fault: str, verdict: str, code: int, sentence: str
) -> None:
    clusters, checklist = reversible
    clusters.done("upgrade", "--mode", mode, "--fault", fault)
    run = checklist.run("post")
    clusters.done("rollback")
    run.ends_in(verdict, code, sentence)
    assert states(run)["old-cluster"] == "not-crossed"


@pytest.mark.xdist_group("reversible")
def test_dump_and_restore(reversible: tuple[Clusters, Checklist]) -> None:
    clusters, checklist = reversible
    clusters.done("upgrade", "--mode", "dump")
    run = checklist.run("post")
    clusters.done("rollback")
    run.ends_in("proceed", 0, ALL.format(41, "post"))
    assert states(run)["old-cluster"] == "not-crossed"
    checklist.run("rollback").ends_in("proceed", 0, "no evidence is missing")


@pytest.mark.parametrize(
    ("fault", "sentence", "shown"),
    [
        ("removed-extension", 'could not load library "$libdir/adminpack"', "In database: shop"),
        ("invalid-index", "invalid, so no query can use them: shop.once", "REINDEX INDEX CONCURRENTLY"),
    ],
)
def test_unfit_before_the_change(clusters: Clusters, tmp_path: Any, fault: str, sentence: str, shown: str) -> None:
    clusters.up("--fault", fault)
    run = checklist_of(clusters, tmp_path / "suite").run("pre")
    run.ends_in("pause", 1, sentence)
    assert len(run.blockers) == 1
    assert shown in run.output
