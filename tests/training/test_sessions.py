from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from tissuegan.training.sessions import Session, Stopwatch, read_sessions

CPU = torch.device("cpu")


def ticking(*seconds: float) -> Callable[[], float]:
    times = iter(seconds)
    return lambda: next(times)


def spans(folder: Path) -> list[tuple[int, int, float]]:
    return [(each.first, each.last, each.seconds) for each in read_sessions(folder)]


def test_a_session_has_one_line_that_grows(tmp_path: Path) -> None:
    watch = Stopwatch(tmp_path, 0, CPU, ticking(100, 130, 155.5))
    watch.mark(10)
    watch.mark(20)
    assert spans(tmp_path) == [(0, 20, 55.5)]


def test_a_later_session_adds_a_line(tmp_path: Path) -> None:
    Stopwatch(tmp_path, 0, CPU, ticking(0, 5)).mark(10)
    Stopwatch(tmp_path, 10, CPU, ticking(0, 7)).mark(20)
    assert spans(tmp_path) == [(0, 10, 5), (10, 20, 7)]


def test_a_run_that_begins_again_forgets_what_came_after(tmp_path: Path) -> None:
    Stopwatch(tmp_path, 0, CPU, ticking(0, 5)).mark(10)
    Stopwatch(tmp_path, 0, CPU, ticking(0, 6)).mark(10)
    assert spans(tmp_path) == [(0, 10, 6)]


def test_the_processor_and_the_version_are_named(tmp_path: Path) -> None:
    Stopwatch(tmp_path, 0, CPU).mark(1)
    (session,) = read_sessions(tmp_path)
    assert isinstance(session, Session)
    assert session.device
    assert (session.torch, session.threads) == (torch.__version__, torch.get_num_threads())


def test_a_run_without_a_record_has_no_sessions(tmp_path: Path) -> None:
    assert read_sessions(tmp_path) == ()
