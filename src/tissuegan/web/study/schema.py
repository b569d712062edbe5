"""The tables of a study's file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from tissuegan.errors import UserError
from tissuegan.version import __version__

__all__ = ["create_schema", "is_study", "opened", "opened_to_read"]

_APPLICATION = 0x54475354
_VERSION = 1
_TABLES = (
    """CREATE TABLE study (
        identity TEXT NOT NULL,   -- random
        settings TEXT NOT NULL,   -- JSON: mode, crop, seed, systems, fields, digests of pictures
        program TEXT NOT NULL,    -- version that began it
        begun TEXT NOT NULL       -- all times: ISO 8601, UTC
    )""",
    """CREATE TABLE participants (
        number INTEGER PRIMARY KEY,   -- with the seed and the page, decides the tiles
        code TEXT NOT NULL UNIQUE,
        expert INTEGER NOT NULL,
        session TEXT NOT NULL UNIQUE,
        form TEXT NOT NULL UNIQUE,
        agreed TEXT NOT NULL
    )""",
    """CREATE TABLE pages (
        participant INTEGER NOT NULL REFERENCES participants,
        page INTEGER NOT NULL,    -- from 1 on
        shown TEXT NOT NULL,
        answered TEXT,            -- NULL while the ticks of its tiles are a draft
        PRIMARY KEY (participant, page)
    )""",
    """CREATE TABLE tiles (
        token TEXT PRIMARY KEY,   -- random; all that a page knows of the tile
        participant INTEGER NOT NULL REFERENCES participants,
        page INTEGER NOT NULL,    -- 0: the training
        place INTEGER NOT NULL,   -- from 1 on, row by row
        example INTEGER NOT NULL, -- 1: shown with its answer
        system TEXT NOT NULL,     -- '' for real
        field INTEGER NOT NULL,   -- among the tests' or the examples' fields of the system
        y INTEGER NOT NULL,
        x INTEGER NOT NULL,
        symmetry INTEGER NOT NULL,
        ticked INTEGER NOT NULL DEFAULT 0,  -- 1: thought synthetic
        UNIQUE (participant, page, example, place)
    )""",
)


def opened(path: Path) -> sqlite3.Connection:
    """A connection that may write, to a file that is made where it is missing.

    Raises:
        UserError: the file cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            path, timeout=10, isolation_level=None, check_same_thread=False
        )
    except (OSError, sqlite3.Error) as error:
        raise UserError(
            f"{path} cannot be opened for the answers ({error}); choose another file."
        ) from None
    return connection


def opened_to_read(path: Path) -> sqlite3.Connection:
    """A connection that only reads.

    Raises:
        UserError: there is no such file, or it holds no study.
    """
    if not path.is_file():
        raise UserError(f"{path} does not exist; give the file that `study serve --answers` wrote.")
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
    try:
        if is_study(connection, path):
            return connection
        raise UserError(f"{path} is empty; nobody has served a study with it yet.")
    except (sqlite3.Error, UserError) as error:
        connection.close()
        if isinstance(error, UserError):
            raise
        raise UserError(
            f"{path} cannot be read ({error}); give the file that `study serve --answers` wrote."
        ) from None


def is_study(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether a file holds a study; False where it holds nothing.

    Raises:
        UserError: it holds something else, or is of a later version.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application == 0 and tables == 0:
        return False
    if application != _APPLICATION:
        raise UserError(f"{path} is a database of something else; choose another file.")
    if version != _VERSION:
        raise UserError(f"{path} is of version {version} of the study; this one reads {_VERSION}.")
    return True


def create_schema(
    connection: sqlite3.Connection, settings: Mapping[str, object], identity: str, now: str
) -> None:
    """Makes the tables of a new study, all of them or none."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    for table in _TABLES:
        connection.execute(table)
    connection.execute(
        "INSERT INTO study VALUES (?, ?, ?, ?)",
        (identity, json.dumps(settings, sort_keys=True), __version__, now),
    )
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")
