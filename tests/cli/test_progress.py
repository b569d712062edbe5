from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from tissuegan.cli.progress import follow, plain_lines
from tissuegan.errors import UserError
from tissuegan.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def steps(count: int) -> Iterator[Progress]:
    return (Progress(k + 1, count, f"note {k + 1}") for k in range(count))


def test_following_carries_the_operation_out_and_gives_its_last_note() -> None:
    assert follow("work", steps(3), io.StringIO()) == "note 3"
    assert follow("work", iter(()), io.StringIO()) == ""


def test_a_quick_operation_says_nothing_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    follow("work", steps(50), stream)
    assert stream.getvalue() == ""


def test_a_bar_on_a_terminal_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    follow("work", steps(3), stream)
    assert "work" in stream.getvalue()
    assert stream.getvalue().endswith("\x1b[2K")  # the line is erased


def test_other_processes_of_a_training_stay_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_RANK", "1")
    stream = Terminal()
    assert follow("work", steps(3), stream) == "note 3"
    assert stream.getvalue() == ""


def test_plain_lines_tell_speed_and_time_left_every_ten_seconds() -> None:
    now = [0.0]
    stream = io.StringIO()
    show = plain_lines("train", Progress(100, 5000), stream, lambda: now[0])
    for seconds in range(1, 26):
        now[0] = float(seconds)
        show(Progress(100 + 2 * seconds, 5000, "loss 1.0"))
    assert stream.getvalue().splitlines() == [
        "train 120/5000, 2.00/s, 0:40:40 left, loss 1.0",
        "train 140/5000, 2.00/s, 0:40:30 left, loss 1.0",
    ]


def test_what_goes_wrong_at_once_shows_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()

    def broken() -> Iterator[Progress]:
        raise UserError("no")
        yield Progress(0, 1)

    with pytest.raises(UserError):
        follow("work", broken(), stream)
    assert stream.getvalue() == ""
