"""The ledger's rows in a database: SQLite in the show's folder, or PostgreSQL for a team."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sql
from sqlalchemy.exc import SQLAlchemyError

from secondunit.errors import BrokenStore
from secondunit.policy.heads import Head
from secondunit.production import LEDGER, Production
from secondunit.records import digest_json

_PATIENCE_S = 30  # how long a writer waits for another one
_LOCK = 0x5EC0_2D00  # of PostgreSQL's advisory locks: ours, any number

_TABLE = sql.Table(
    "secondunit_ledger",
    sql.MetaData(),
    sql.Column("production", sql.Text, primary_key=True),
    sql.Column("seq", sql.BigInteger, primary_key=True, autoincrement=False),
    sql.Column("at", sql.Text, nullable=False),
    sql.Column("event", sql.Text, nullable=False),
    sql.Column("actor", sql.Text, nullable=False),
    sql.Column("body", sql.Text, nullable=False),
    sql.Column("prev", sql.Text, nullable=False),
    sql.Column("hash", sql.Text, nullable=False),
    sql.Column("signature", sql.Text, nullable=False),
)

_LAST = f"SELECT seq, hash, signature FROM {_TABLE.name} WHERE production = ? ORDER BY seq DESC LIMIT 1"  # of SQLite


@dataclass(frozen=True)
class Row:
    """One row; ``body`` is canonical JSON, ``prev`` the hash of the row before."""

    production: str
    seq: int
    at: str
    event: str
    actor: str
    body: str
    prev: str
    hash: str = ""
    signature: str = ""

    def content_hash(self) -> str:
        """SHA-256 over everything but hash and signature."""
        return digest_json([self.production, self.seq, self.at, self.event, self.actor, self.body, self.prev])

    def sealed(self, digest: str, signature: str) -> Row:
        """The same with its hash and signature."""
        return replace(self, hash=digest, signature=signature)

    def content(self) -> dict[str, Any]:
        """The body's values; empty if it is no JSON object (its hash says so too)."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return dict(value) if isinstance(value, dict) else {}


class Rows:
    """Reading and adding rows; one transaction each."""

    def __init__(self, production: Production) -> None:
        self._production = production
        self._file = None if production.database else production.folder / LEDGER
        self._engine: sql.Engine | None = None
        self._owner, self._guard = 0, threading.Lock()
        self.where = str(self._file or sql.make_url(production.database).render_as_string(hide_password=True))

    def head(self) -> Head | None:
        """The last row's number, hash and signature; asked several times a frame."""
        with contextlib.suppress(sqlite3.Error):  # whatever is the matter: the long way says it
            if self._file and self._file.exists():
                with contextlib.closing(self._connected().raw_connection()) as connection:
                    found = connection.cursor().execute(_LAST, (self._production.id,)).fetchone()
                return Head(*found) if found else None
        query = sql.select(_TABLE.c.seq, _TABLE.c.hash, _TABLE.c.signature).order_by(_TABLE.c.seq.desc()).limit(1)
        found = self._ask(query)
        return Head(*found[0]) if found else None

    def read(self) -> tuple[Row, ...]:
        """All rows of this production by number, not checked."""
        return tuple(Row(*one) for one in self._ask(sql.select(_TABLE).order_by(_TABLE.c.seq)))

    @contextlib.contextmanager
    def writing(self) -> Iterator[tuple[Sequence[Row], Callable[[Row], Row]]]:
        """All rows, and a function that adds one, while no other process can add any. All or nothing is kept."""
        with self._errors(), self._connected().connect() as connection:
            if self._file:
                connection.execution_options(secondunit_write=True)
            with connection.begin():
                if not self._file:
                    connection.execute(sql.select(sql.func.pg_advisory_xact_lock(_LOCK)))
                _TABLE.metadata.create_all(connection)
                mine = _TABLE.c.production == self._production.id
                rows = connection.execute(sql.select(_TABLE).where(mine).order_by(_TABLE.c.seq)).all()

                def add(row: Row) -> Row:
                    connection.execute(_TABLE.insert().values(**asdict(row)))
                    return row

                yield tuple(Row(*one) for one in rows), add

    def _ask(self, query: sql.Select[Any]) -> Sequence[Sequence[Any]]:
        if self._file and not self._file.exists():
            return ()
        with self._errors(), self._connected().connect() as connection:
            try:
                return connection.execute(query.where(_TABLE.c.production == self._production.id)).all()
            except SQLAlchemyError:
                connection.rollback()
                if sql.inspect(connection).has_table(_TABLE.name):
                    raise
                return ()  # nobody has written yet

    def _connected(self) -> sql.Engine:
        with self._guard:
            if self._engine is None or self._owner != os.getpid():  # connections do not live through a fork
                if self._engine is not None:
                    self._engine.dispose(close=False)
                self._engine, self._owner = self._new_engine(), os.getpid()
            return self._engine

    def _new_engine(self) -> sql.Engine:
        if self._file is None:
            return sql.create_engine(self._production.database, pool_pre_ping=True)
        engine = sql.create_engine(f"sqlite:///{self._file}", connect_args={"timeout": _PATIENCE_S})

        @sql.event.listens_for(engine, "connect")
        def _plain(connection: Any, record: Any) -> None:
            connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
            connection.execute("PRAGMA synchronous = FULL")

        @sql.event.listens_for(engine, "begin")
        def _begin(connection: sql.Connection) -> None:
            write = connection.get_execution_options().get("secondunit_write", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

        return engine

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            what = str(getattr(error, "orig", None) or error).splitlines()[0]
            advice = "Is it there, whole, and may you write to it? Nothing is cleared without it."
            raise BrokenStore(self.where, f"the ledger cannot be used ({what})", "a ledger", advice) from error
