"""Moving the stack: up, upgrade, rollback, down."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from products import contracts, database
from products.catalog import NEW, OLD, PRODUCTS, SCHEMAS, SEQUENCE, Product

from operation import faults as catalogue
from operation import processes
from operation.faults import Fault
from operation.home import Home, StackError, State

Faults = frozenset[Fault]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The operator at work on one stack. ``say`` is told each step; ``ready_within`` is in seconds, a product."""

    home: Home
    say: Callable[[str], None]
    ready_within: float = 30.0

    def up(self, faults: Faults = frozenset()) -> None:
        """Start a new stack on the old release."""
        if self.home.exists:
            raise StackError(f"there is a stack in {self.home.path} already: take it down first with `down`")
        listeners = {product.name: processes.reserve() for product in SEQUENCE}
        ports = {name: int(listener.getsockname()[1]) for name, listener in listeners.items()}
        state = self.home.create(ports, OLD)
        database.create(self.home.database)
        began = time.monotonic()
        for product in SEQUENCE:
            state.settings[product.name] = catalogue.settings_for(product.name, faults)
            name = product.name
            processes.start(self.home, name, OLD, listeners[name], state.settings[name])
        self.home.save(state)
        for product in SEQUENCE:
            self._register(product, OLD, {})
        for product in SEQUENCE:
            self._wait(product, state, began, f"{product.name:7} {OLD}")
        self._back_up()

    def upgrade(self, *, until: str | None = None, faults: Faults = frozenset()) -> None:
        """Move the products to the new release, in sequence, up to and including step ``until``."""
        state = self.home.load()
        order = [product.name for product in SEQUENCE]
        count = len(order) if until is None else order.index(until) + 1
        if catalogue.OUT_OF_ORDER in faults:
            order.reverse()
        moved = [name for name in order[:count] if state.releases[name] == OLD]
        catalogue.refuse_without_effect(faults, frozenset(moved))
        if not moved:
            self.say(f"nothing to do: {', '.join(order[:count])} at {NEW} already")
            return
        if not self._crossed():
            self._back_up()
        for name in moved:
            self._upgrade_product(PRODUCTS[name], state, faults)

    def rollback(self, *, restore_backup: bool = False) -> None:
        """Take every product back to the old release, and the database with it where that is asked for."""
        state = self.home.load()
        crossed = self._crossed()
        if crossed and not restore_backup:
            raise StackError(self._why_not_back(crossed))
        moved = [product for product in reversed(SEQUENCE) if state.releases[product.name] == NEW]
        if not moved:
            self.say(f"nothing to do: every product is at {OLD}")
            return
        # A backup takes the place of the whole database, so then every product has to let go of it.
        affected = SEQUENCE if crossed else moved
        listeners = {product.name: processes.reserve(state.ports[product.name]) for product in affected}
        for product in affected:
            processes.stop(self.home, product.name)
        if crossed:
            self._restore()
        for product in affected:
            moves = product in moved
            what = f"{product.name:7} {NEW} -> {OLD}" if moves else f"{product.name:7} {OLD}, again"
            self._start(product, OLD, state, {}, listeners[product.name], what)

    def down(self) -> None:
        """End every process and delete the stack."""
        if not self.home.exists:
            self.say(f"no stack in {self.home.path}")
            return
        for product in SEQUENCE:
            processes.stop(self.home, product.name)
        self.home.remove()
        self.say(f"the stack is down, and {self.home.path} is deleted")

    def status(self) -> Sequence[str]:
        """The status: one line for each product, and the state of the database."""
        state = self.home.load()
        lines = []
        for product in SEQUENCE:
            port = state.ports[product.name]
            pid = processes.process_id(self.home, product.name)
            version = (processes.get(port, product.version) if pid else None) or (0, {})
            ready = processes.get(port, product.ready) if pid else None
            shown = "down" if pid is None else "ready" if ready and ready[0] == 200 else "not ready"
            release = str(version[1].get("version", "-"))
            lines.append(f"{product.name:7} {release:8} {shown:9} http://127.0.0.1:{port}  pid {pid or '-'}")
        lines.append(f"database: {self._schemas_in_words()}")
        return lines

    def _upgrade_product(self, product: Product, state: State, faults: Faults) -> None:
        name = product.name
        left_behind = name == "docs" and catalogue.LEFT_ON_OLD_RELEASE in faults
        with closing(processes.reserve(state.ports[name])) as listener:
            processes.stop(self.home, name)
            # What is said is what was meant to happen: that docs was left behind is for a check to find.
            what = f"{name:7} {OLD} -> {NEW}{self._migrate(name, faults)}"
            settings = catalogue.settings_for(name, faults)
            self._start(product, OLD if left_behind else NEW, state, settings, listener, what)

    def _start(
        self,
        product: Product,
        release: str,
        state: State,
        settings: dict[str, str],
        listener: socket.socket,
        what: str,
    ) -> None:
        began = time.monotonic()
        processes.start(self.home, product.name, release, listener, settings)
        state.releases[product.name] = release
        state.settings[product.name] = settings
        self.home.save(state)
        self._register(product, release, settings)
        self._wait(product, state, began, what)

    def _wait(self, product: Product, state: State, began: float, what: str) -> None:
        processes.wait_until_ready(self.home, product, state.ports[product.name], within=self.ready_within)
        self.say(f"{what} ... up in {time.monotonic() - began:.1f} s")

    def _migrate(self, component: str, faults: Faults) -> str:
        """Bring a product's schema to the new release; returns what was done, for the operator to read."""
        target = SCHEMAS[NEW].get(component)
        with database.connect(self.home.database) as db:
            found = database.schemas(db).get(component)
            if target is None or found == target:
                return ""
            self.home.migration_lock.touch(mode=0o600)
            if component == "fabric":
                database.migrate_fabric(db, stumble_over_a_batch=catalogue.CONTRACTS_LOST in faults)
            else:
                database.migrate_orders(db, lose_the_newest=catalogue.ORDER_LOST in faults)
        if component != "orders" or catalogue.NEVER_READY not in faults:
            self.home.migration_lock.unlink()
        return f", schema {found} -> {target} (irreversible)"

    def _register(self, product: Product, release: str, settings: dict[str, str]) -> None:
        """Register the contract that belongs to a release. fabric registers its own from the new release on."""
        if (product.name, release) == ("fabric", OLD):
            return
        # Imported while the product starts: the framework takes longer to load than all else here together.
        from products.runtime import Runtime
        from products.serve import create_app

        registered = catalogue.settings_in_contract(product.name, settings)
        runtime = Runtime(product=product.name, release=release, home=self.home.path, settings=registered)
        document = create_app(runtime).openapi()
        with database.connect(self.home.database) as db:
            schema = database.schemas(db)["fabric"]
            contracts.register(db, product.name, release, document, schema=schema, at=database.timestamp())

    def _crossed(self) -> dict[str, int]:
        """The schemas that are past what the old release can work on."""
        with database.reading(self.home.database) as db:
            found = database.schemas(db)
        return {name: version for name, version in found.items() if version > SCHEMAS[OLD][name]}

    def _schemas_in_words(self) -> str:
        with database.reading(self.home.database) as db:
            return ", ".join(f"{name} schema {version}" for name, version in sorted(database.schemas(db).items()))

    def _back_up(self) -> None:
        database.back_up(self.home.database, self.home.backup)
        self.say(f"backup  {self.home.backup}: {self._schemas_in_words()}")

    def _restore(self) -> None:
        for beside in ("-wal", "-shm"):
            self.home.database.with_name(self.home.database.name + beside).unlink(missing_ok=True)
        database.back_up(self.home.backup, self.home.database)
        self.home.migration_lock.unlink(missing_ok=True)
        self.say(f"backup  restored: {self._schemas_in_words()}")

    def _why_not_back(self, crossed: dict[str, int]) -> str:
        schemas = " and ".join(f"{name} schema {version}" for name, version in sorted(crossed.items()))
        taken = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(self.home.backup.stat().st_mtime))
        return (
            f"{schemas} cannot be reversed, and release {OLD} cannot work on it; nothing was changed. Fix forward, "
            f"or give up everything since {taken}: `rollback --restore-backup` puts the database back as it was then"
        )
