"""Faults to switch on. Each is something that really goes wrong in an upgrade; none edits an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from operation.home import StackError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault that takes effect when a product moves; the product is then started with ``settings``.

    What they change of its API is ``in_contract`` where the product registers it so.
    """

    name: str
    what: str
    product: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict, compare=False)
    in_contract: bool = False
    at_up: bool = False


BREAKING_CONTRACT = Fault(
    name="breaking-contract",
    what="orders answers /stock in a new way that breaks its clients, and registers it as its contract",
    product="orders",
    settings={"ORDERS_STOCK": "levels"},
    in_contract=True,
)
CONTRACTS_LOST = Fault(
    name="contracts-lost",
    what="the migration of fabric loses one of 10,000 contracts and cuts the routes of a hundred",
    product="fabric",
)
CONTRACT_DRIFT = Fault(
    name="contract-drift",
    what="orders runs with its preview routes switched on, which are in no registered contract",
    product="orders",
    settings={"ORDERS_PREVIEW": "on"},
    at_up=True,
)
DOCS_SEARCH_BROKEN = Fault(
    name="docs-search-broken",
    what="docs indexes the pages of a locale that has none, so its search finds nothing",
    product="docs",
    settings={"DOCS_LOCALE": "de"},
)
LEFT_ON_OLD_RELEASE = Fault(
    name="left-on-old-release",
    what="docs is restarted, but from the old release",
    product="docs",
)
NEVER_READY = Fault(
    name="never-ready",
    what="the migration leaves its lock behind, and orders waits for it for ever",
    product="orders",
)
ORDER_LOST = Fault(
    name="order-lost",
    what="the migration of orders forgets the newest one",
    product="orders",
)
OUT_OF_ORDER = Fault(
    name="out-of-order",
    what="the products move in the reverse of the planned order",
)
STALE_READINESS = Fault(
    name="stale-readiness",
    what="fabric comes back with its readiness checks off, and repeats its last answer from before",
    product="fabric",
    settings={"FABRIC_CHECKS": "off"},
)

FAULTS = {
    fault.name: fault
    for fault in (
        BREAKING_CONTRACT,
        CONTRACTS_LOST,
        CONTRACT_DRIFT,
        DOCS_SEARCH_BROKEN,
        LEFT_ON_OLD_RELEASE,
        NEVER_READY,
        ORDER_LOST,
        OUT_OF_ORDER,
        STALE_READINESS,
    )
}


def settings_for(product: str, faults: frozenset[Fault]) -> dict[str, str]:
    """The settings a product is started with."""
    return {name: value for fault in faults if fault.product == product for name, value in fault.settings.items()}


def settings_in_contract(product: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Those settings of a product that are part of what it registers."""
    known = {
        name for fault in FAULTS.values() if fault.in_contract and fault.product == product for name in fault.settings
    }
    return {name: value for name, value in settings.items() if name in known}


def refuse_without_effect(faults: frozenset[Fault], moved: frozenset[str]) -> None:
    """Refuse a fault that would have no visible effect: asking for it is a mistake."""
    for fault in faults:
        if fault.product is not None and fault.product not in moved:
            raise StackError(
                f"--fault {fault.name} takes effect when {fault.product} moves, and this command does not move it"
            )
