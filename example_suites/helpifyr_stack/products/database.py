"""The database of the stack: its schemas, the two irreversible migrations, and its backup."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from products.catalog import NEW, OLD, SCHEMAS
from products.contracts import digest_of, partner_contracts, routes_of

_FIRST = """
CREATE TABLE schema_migrations (component TEXT, version INTEGER, what TEXT, irreversible INTEGER, applied_at TEXT);
CREATE TABLE contracts (name TEXT PRIMARY KEY, release TEXT, document TEXT, registered_at TEXT);
CREATE TABLE readiness (subject TEXT PRIMARY KEY, body TEXT);
CREATE TABLE pages (slug TEXT PRIMARY KEY, locale TEXT, title TEXT, text TEXT);
CREATE TABLE orders (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    first_name TEXT, last_name TEXT, item TEXT, quantity INTEGER, placed_at TEXT
);
"""

_PAGES = [
    ("install", "Install the stack", "Start fabric, docs and orders, and read their health."),
    ("rollback-boundaries", "Rollback boundaries", "A rollback boundary says up to where a step can be reversed."),
    ("version-truth", "Version truth", "Fabric asks every product which release it runs, and publishes the answer."),
    ("place-an-order", "Place an order", "Send customer, item and quantity; the answer holds the number of the order."),
]

_ORDERS = [("Ada", "Lovelace", "cotton yarn", 12), ("Grace", "Hopper", "wool yarn", 3), ("Mary", "Jackson", "silk", 1)]


def timestamp() -> str:
    """Now, in UTC, as the stack writes it everywhere."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def connect(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for one piece of work: committed when it succeeds, rolled back when it fails."""
    with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, for one question or several about the same state."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5, isolation_level=None)) as db:
        db.execute("BEGIN")
        yield db


def create(path: Path) -> None:
    """Make the database of release 2026.10, with pages to find and orders to lose."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(_FIRST)
    with connect(path) as db:
        for component, version in SCHEMAS[OLD].items():
            _note(db, component, version, "first installation", irreversible=False)
        db.executemany("INSERT INTO pages VALUES (?, 'en', ?, ?)", _PAGES)
        db.executemany(
            "INSERT INTO orders (first_name, last_name, item, quantity, placed_at) VALUES (?, ?, ?, ?, ?)",
            [(*order, timestamp()) for order in _ORDERS],
        )
        db.executemany(
            "INSERT INTO contracts VALUES (?, ?, ?, ?)",
            [(name, release, json.dumps(document), timestamp()) for name, release, document in partner_contracts()],
        )


def schemas(db: sqlite3.Connection) -> dict[str, int]:
    """The schema version of each component."""
    return dict(db.execute("SELECT component, MAX(version) FROM schema_migrations GROUP BY component").fetchall())


def migrations(db: sqlite3.Connection) -> list[dict[str, object]]:
    """Every migration that has run, in order."""
    rows = db.execute("SELECT component, version, what, irreversible, applied_at FROM schema_migrations").fetchall()
    return [
        {"component": component, "version": version, "what": what, "irreversible": bool(irreversible), "applied_at": at}
        for component, version, what, irreversible, at in rows
    ]


def migrate_fabric(db: sqlite3.Connection, *, stumble_over_a_batch: bool = False) -> None:
    """Schema 117 to 118: the registry keeps digests and routes, and drops the documents. There is no way back.

    The contracts go over in batches of a hundred. ``stumble_over_a_batch`` is a fault to demonstrate: one batch is
    broken off and taken up again, which cuts the routes of those in it (partner-04200 to 04299) to the first, and skips
    the contract after it (partner-04300).
    """
    documents = db.execute("SELECT name, release, document, registered_at FROM contracts ORDER BY name").fetchall()
    partners = [row for row in documents if row[0].startswith("partner-")]
    taken_up_again = {row[0] for row in partners[4200:4300]} if stumble_over_a_batch else set()
    skipped = {partners[4300][0]} if stumble_over_a_batch else set()
    db.execute("DROP TABLE contracts")
    db.execute(
        "CREATE TABLE contracts (name TEXT PRIMARY KEY, release TEXT, digest TEXT, routes TEXT, registered_at TEXT)"
    )
    for name, release, text, at in documents:
        if name in skipped:
            continue
        document = json.loads(text)
        routes = json.dumps(routes_of(document)[: 1 if name in taken_up_again else None])
        db.execute("INSERT INTO contracts VALUES (?, ?, ?, ?, ?)", (name, release, digest_of(document), routes, at))
    _note(db, "fabric", SCHEMAS[NEW]["fabric"], "contracts keep digests instead of documents", irreversible=True)


def migrate_orders(db: sqlite3.Connection, *, lose_the_newest: bool = False) -> None:
    """Schema 41 to 42: first and last name become one, and orders get a priority. There is no way back.

    ``lose_the_newest`` is a fault to demonstrate: the classic slip of ``<`` where ``<=`` is due.
    """
    db.execute(
        """CREATE TABLE orders_42 (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            customer TEXT, item TEXT, quantity INTEGER, placed_at TEXT, priority TEXT NOT NULL DEFAULT 'normal'
        )"""
    )
    up_to = "<" if lose_the_newest else "<="
    db.execute(
        f"""INSERT INTO orders_42 (number, customer, item, quantity, placed_at)
            SELECT number, first_name || ' ' || last_name, item, quantity, placed_at FROM orders
            WHERE number {up_to} (SELECT MAX(number) FROM orders)"""
    )
    db.execute("DROP TABLE orders")
    db.execute("ALTER TABLE orders_42 RENAME TO orders")
    _note(db, "orders", SCHEMAS[NEW]["orders"], "first and last name become one", irreversible=True)


def back_up(source: Path, target: Path) -> None:
    """Copy the database as it is now; the copy takes the place of an older one only when it is complete."""
    partial = target.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(partial)) as copy:
        live.backup(copy)
        # A copy is one file: without this it would need the write-ahead log next to it.
        copy.execute("PRAGMA journal_mode=DELETE")
    partial.replace(target)


def _note(db: sqlite3.Connection, component: str, version: int, what: str, *, irreversible: bool) -> None:
    db.execute(
        "INSERT INTO schema_migrations VALUES (?, ?, ?, ?, ?)", (component, version, what, irreversible, timestamp())
    )
