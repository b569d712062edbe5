"""Participants, tiles and answers in one SQLite file; what was acknowledged is on the disk.

The file is in write-ahead mode with full synchronisation: every call that changes something is one
transaction, and a process killed at any moment loses none that has returned.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any, final

from tissuegan.errors import UserError
from tissuegan.web.study.draws import Tile
from tissuegan.web.study.schema import create_schema, is_study, opened

__all__ = [
    "MOST_PARTICIPANTS",
    "Outcome",
    "Participant",
    "Shown",
    "Store",
    "StudyFullError",
    "open_store",
]

MOST_PARTICIPANTS = 10_000
"""In one file, so that nobody can fill the disk by beginning again and again."""

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no two that look alike
_TILE = "system, example, field, y, x, symmetry"


@dataclass(frozen=True)
class Participant:
    """One person.

    Attributes:
        number: from 1 on; decides the draws.
        code: by which the person can go on later.
        expert: by the person's own word.
        session: the secret that the person's browser holds.
    """

    number: int
    code: str
    expert: bool
    session: str


@dataclass(frozen=True)
class Shown:
    """A tile on a page: what the page calls it, what it is, and whether it is ticked now."""

    token: str
    tile: Tile
    ticked: bool


class Outcome(Enum):
    """What became of the answer to a page."""

    SAVED = "saved"
    REPEATED = "repeated"
    REFUSED = "refused"


class StudyFullError(Exception):
    """:data:`MOST_PARTICIPANTS` have come."""


@final
class Store:
    """The answers of one study; every method may be called from any thread."""

    def __init__(self, connection: sqlite3.Connection, most: int = MOST_PARTICIPANTS) -> None:
        self._db, self._lock, self._most = connection, threading.Lock(), most

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    @property
    def identity(self) -> str:
        """A random name that the study got when its file was made."""
        return str(self._one("SELECT identity FROM study")[0])

    def begin(self, form: str, code: str, expert: bool) -> Participant | None:
        """A new participant, who has agreed; the same one again where the form was sent twice.

        Args:
            form: a name of the form that was sent, unique to each page load.
            code: the person's own, or "" for one made up here.
            expert: by the person's own word.

        Returns:
            None where another person has the code.

        Raises:
            StudyFullError: as many as can be have come.
        """
        with self._writing():
            again = self._person("form = ?", form)
            if again is not None and code in ("", again.code):
                return again
            if again is not None or (code and self._person("code = ?", code)):
                return None
            if self._db.execute("SELECT count(*) FROM participants").fetchone()[0] >= self._most:
                raise StudyFullError
            row = (code or _new_code(), expert, secrets.token_urlsafe(24), form, _now())
            self._db.execute(
                "INSERT INTO participants (code, expert, session, form, agreed) "
                "VALUES (?, ?, ?, ?, ?)",
                row,
            )
            return self._person("form = ?", form)

    def by_code(self, code: str) -> Participant | None:
        """The participant who has a code."""
        with self._lock:
            return self._person("code = ?", code)

    def by_session(self, session: str) -> Participant | None:
        """The participant whose browser holds a secret."""
        with self._lock:
            return self._person("session = ?", session)

    def next_page(self, who: Participant) -> int:
        """The first page, from 1 on, that the participant has not answered."""
        return 1 + int(
            self._one(
                "SELECT count(*) FROM pages WHERE participant = ? AND answered IS NOT NULL",
                who.number,
            )[0]
        )

    def has_seen(self, who: Participant) -> bool:
        """Whether the participant has seen a page of tiles."""
        query = "SELECT EXISTS (SELECT 1 FROM pages WHERE participant = ?)"
        return bool(self._one(query, who.number)[0])

    def show(
        self, who: Participant, page: int, example: bool, draw: Callable[[], Sequence[Tile]]
    ) -> tuple[Shown, ...]:
        """The tiles of a page; drawn and recorded at the first call, the same ones ever after."""
        with self._writing():
            if shown := self._shown(who, page, example):
                return shown
            if not example:
                self._db.execute(
                    "INSERT INTO pages (participant, page, shown) VALUES (?, ?, ?)",
                    (who.number, page, _now()),
                )
            self._db.executemany(
                f"INSERT INTO tiles (token, participant, page, place, {_TILE}) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_row(who, page, place, tile) for place, tile in enumerate(draw(), start=1)],
            )
            return self._shown(who, page, example)

    def tile(self, token: str) -> Tile | None:
        """What a page calls ``token``."""
        with self._lock:
            row = self._db.execute(f"SELECT {_TILE} FROM tiles WHERE token = ?", (token,))
            found = row.fetchone()
        return None if found is None else _tile(found)

    def draft(self, who: Participant, page: int, ticked: frozenset[str]) -> Outcome:
        """Keeps the ticks of a page that is not sent yet; an answered page stays as it is."""
        with self._writing():
            return self._tick(who, page, ticked)

    def answer(self, who: Participant, page: int, ticked: frozenset[str]) -> Outcome:
        """Takes the answer to a page; the first one counts.

        Args:
            who: the participant.
            page: one that was shown.
            ticked: tokens of the tiles thought synthetic.

        Returns:
            REPEATED where the page is answered already, REFUSED where it was not shown or a token
            is not of its tiles.
        """
        with self._writing():
            outcome = self._tick(who, page, ticked)
            if outcome is Outcome.SAVED:
                self._db.execute(
                    "UPDATE pages SET answered = ? WHERE participant = ? AND page = ?",
                    (_now(), who.number, page),
                )
            return outcome

    def _tick(self, who: Participant, page: int, ticked: frozenset[str]) -> Outcome:
        row = self._db.execute(
            "SELECT answered FROM pages WHERE participant = ? AND page = ?", (who.number, page)
        ).fetchone()
        tokens = {shown.token for shown in self._shown(who, page, example=False)}
        if row is None or not ticked <= tokens:
            return Outcome.REFUSED
        if row[0] is not None:
            return Outcome.REPEATED
        self._db.executemany(
            "UPDATE tiles SET ticked = ? WHERE token = ?", [(t in ticked, t) for t in tokens]
        )
        return Outcome.SAVED

    def _shown(self, who: Participant, page: int, example: bool) -> tuple[Shown, ...]:
        rows = self._db.execute(
            f"SELECT token, ticked, {_TILE} FROM tiles "
            "WHERE participant = ? AND page = ? AND example = ? ORDER BY place",
            (who.number, page, example),
        )
        return tuple(Shown(token, _tile(rest), bool(ticked)) for token, ticked, *rest in rows)

    def _person(self, condition: str, value: str) -> Participant | None:
        row = self._db.execute(
            f"SELECT number, code, expert, session FROM participants WHERE {condition}", (value,)
        ).fetchone()
        return None if row is None else Participant(row[0], row[1], bool(row[2]), row[3])

    def _one(self, query: str, *values: object) -> Any:
        with self._lock:
            return self._db.execute(query, values).fetchone()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of it or nothing, and on the disk when the block is left."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


def open_store(path: Path, settings: Mapping[str, object]) -> Store:
    """The file of a study, made where it is missing.

    Args:
        path: the file.
        settings: of the study; those of an existing file must be the same.

    Raises:
        UserError: the file is something else, belongs to another study, or cannot be written.
    """
    connection = opened(path)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        if not is_study(connection, path):
            create_schema(connection, settings, secrets.token_hex(4), _now())
        _check_same(connection, path, settings)
    except sqlite3.Error as error:
        connection.close()
        raise UserError(
            f"{path} cannot be used ({error}); choose another file for --answers."
        ) from None
    except UserError:
        connection.close()
        raise
    return Store(connection)


def _check_same(connection: sqlite3.Connection, path: Path, settings: Mapping[str, object]) -> None:
    begun = json.loads(connection.execute("SELECT settings FROM study").fetchone()[0])
    now = json.loads(json.dumps(settings))
    for key in now:
        if begun.get(key) != now[key]:
            raise UserError(
                f"{path} holds the answers of a study with other {_WORDS.get(key, key)}; begin "
                "another file with --answers, or serve it with what it was begun with."
            )


_WORDS = {"digests": "pictures", "fields": "sections", "crop": "tile sizes"}


def _row(who: Participant, page: int, place: int, tile: Tile) -> tuple[object, ...]:
    token = secrets.token_urlsafe(16)
    return (
        *(token, who.number, page, place),
        *(tile.system, tile.example, tile.field, tile.y, tile.x, tile.symmetry),
    )


def _tile(row: Sequence[Any]) -> Tile:
    system, example, field, y, x, symmetry = row
    return Tile(system, bool(example), field, y, x, symmetry)


def _new_code() -> str:
    letters = [secrets.choice(_ALPHABET) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
