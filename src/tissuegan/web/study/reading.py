"""What a study's file says, for the results: while it is served as well as later."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from tissuegan.errors import UserError
from tissuegan.evaluation.answers import Answer
from tissuegan.web.study.schema import is_study, opened, opened_to_read

__all__ = ["Collected", "collected", "recorded_seed", "tiles_csv"]

_TILES = """
    SELECT p.number AS participant, p.expert, t.page, t.place, t.system, t.field, t.y, t.x,
           t.symmetry, t.ticked, g.shown, g.answered
    FROM tiles t
    JOIN participants p ON p.number = t.participant
    JOIN pages g ON g.participant = t.participant AND g.page = t.page
    WHERE NOT t.example AND g.answered IS NOT NULL
    ORDER BY p.number, t.page, t.place
"""


@dataclass(frozen=True)
class Collected:
    """What has come in.

    Attributes:
        mode: of the study.
        seed: of its draws.
        systems: names of the synthetic systems.
        came: people who agreed to take part.
        pages: answered pages.
        answers: one for each tile of an answered page.
    """

    mode: str
    seed: int
    systems: tuple[str, ...]
    came: int
    pages: int
    answers: tuple[Answer, ...]


def collected(path: Path) -> Collected:
    """The answers in a file; UserError where it holds no study."""
    with closing(opened_to_read(path)) as connection:
        settings = _settings(connection)
        rows = connection.execute(_TILES).fetchall()
        came = connection.execute("SELECT count(*) FROM participants").fetchone()[0]
    answers = tuple(Answer(row[0], bool(row[1]), row[4], bool(row[9])) for row in rows)
    pages = len({(row[0], row[2]) for row in rows})
    systems = tuple(settings["systems"])
    return Collected(settings["mode"], settings["seed"], systems, came, pages, answers)


def tiles_csv(path: Path) -> str:
    """Every answered tile as a line of CSV; people by number, without their codes."""
    with closing(opened_to_read(path)) as connection:
        found = connection.execute(_TILES)
        names = [column[0] for column in found.description]
        stream = StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(found)
    return stream.getvalue()


def _settings(connection: sqlite3.Connection) -> Any:
    return json.loads(connection.execute("SELECT settings FROM study").fetchone()[0])


def recorded_seed(path: Path) -> int | None:
    """The seed of the study in a file; None where there is no file or no study in it yet.

    Raises:
        UserError: the file holds something else.
    """
    if not path.is_file():
        return None
    try:
        with closing(opened(path)) as connection:
            return int(_settings(connection)["seed"]) if is_study(connection, path) else None
    except sqlite3.Error as error:
        raise UserError(
            f"{path} cannot be used ({error}); choose another file for --answers."
        ) from None
