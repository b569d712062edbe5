"""Long operations before the user's eyes: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TextIO

from tissuegan.progress import Progress

__all__ = ["follow", "plain_lines"]

EVERY_SECONDS = 10.0

Show = Callable[[Progress], None]


def follow(title: str, steps: Iterable[Progress], stream: TextIO | None = None) -> str:
    """Carries a long operation out and shows how far it is, on standard error.

    What goes wrong before the first step goes wrong before anything is shown.

    Returns:
        The note of the last step, empty if there was none.
    """
    stream = stream or sys.stderr
    rest = iter(steps)
    last = next(rest, None)
    if last is None:
        return ""
    with _display(title, last, stream) as show:
        for last in rest:
            show(last)
    return last.note


def _display(title: str, first: Progress, stream: TextIO) -> AbstractContextManager[Show]:
    if os.environ.get("LOCAL_RANK", "0") != "0":
        return nullcontext(lambda step: None)  # noqa: ARG005
    if stream.isatty():
        return _bar(title, first, stream)
    return nullcontext(plain_lines(title, first, stream))


@contextmanager
def _bar(title: str, first: Progress, stream: TextIO) -> Iterator[Show]:
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(bar_width=None),
        progress.MofNCompleteColumn(),
        progress.TextColumn("{task.fields[speed]}"),
        progress.TimeRemainingColumn(),
        progress.TextColumn("{task.fields[note]}", markup=False),
    )
    speed = _Speed(first, time.monotonic)
    with progress.Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task(title, total=first.total, completed=first.done, speed="", note="")
        yield lambda step: bar.update(
            task, total=step.total, completed=step.done, speed=speed.of(step), note=step.note
        )


def plain_lines(
    title: str,
    first: Progress,
    stream: TextIO,
    clock: Callable[[], float] = time.monotonic,
) -> Show:
    """Shows a step as a line of text, at most one every :data:`EVERY_SECONDS`."""
    speed = _Speed(first, clock)
    shown = clock()

    def show(step: Progress) -> None:
        nonlocal shown
        if clock() - shown < EVERY_SECONDS:
            return
        shown = clock()
        facts = (f"{title} {step.done}/{step.total}", speed.of(step), speed.left(step), step.note)
        print(", ".join(fact for fact in facts if fact), file=stream, flush=True)

    return show


class _Speed:
    """Units a second since the first step that was seen."""

    def __init__(self, first: Progress, clock: Callable[[], float]) -> None:
        self.first, self.clock, self.began = first.done, clock, clock()

    def rate(self, step: Progress) -> float:
        seconds = self.clock() - self.began
        return (step.done - self.first) / seconds if seconds > 0 else 0.0

    def of(self, step: Progress) -> str:
        rate = self.rate(step)
        return f"{rate:.2f}/s" if rate > 0 else ""

    def left(self, step: Progress) -> str:
        rate = self.rate(step)
        return f"{_duration((step.total - step.done) / rate)} left" if rate > 0 else ""


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
