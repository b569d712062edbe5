"""How long a run took and on what: one line for each time that its command was given."""

from __future__ import annotations

import csv
import platform
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import torch

from tissuegan.models.card import replace_file

NAME = "sessions.csv"


@dataclass(frozen=True)
class Session:
    """One call of the command.

    Attributes:
        first, last: the steps after which it began and after which its last checkpoint was.
        seconds: between these two, on the clock.
        device: name of the processor that trained.
        threads: that PyTorch computed with, on a CPU.
        torch: version of PyTorch.
    """

    first: int
    last: int
    seconds: float
    device: str
    threads: int
    torch: str


class Stopwatch:
    """Keeps ``RUN/sessions.csv``, of which the last line is this session's.

    Args:
        folder: the run folder.
        step: after which this session goes on.
        device: that it trains on.
        clock: seconds since some time.
    """

    def __init__(
        self,
        folder: Path,
        step: int,
        device: torch.device,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path, self.first, self.device, self.clock = folder / NAME, step, device, clock
        self.before = [each for each in read_sessions(folder) if each.last <= step]
        self.began = clock()

    def mark(self, step: int) -> None:
        """Writes how long it took to come to a step."""
        seconds = round(self.clock() - self.began, 3)
        facts = (processor(self.device), torch.get_num_threads(), torch.__version__)
        own = Session(self.first, step, seconds, *facts)
        rows = [tuple(field.name for field in fields(Session)), *map(astuple, [*self.before, own])]
        lines = (",".join(_cell(value) for value in row) for row in rows)
        replace_file(self.path, "".join(f"{line}\n" for line in lines).encode())


def read_sessions(folder: Path) -> tuple[Session, ...]:
    """The sessions of a run folder; none where they were not recorded."""
    path = folder / NAME
    if not path.exists():
        return ()
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))[1:]
    return tuple(
        Session(int(first), int(last), float(seconds), device, int(threads), version)
        for first, last, seconds, device, threads, version in rows
    )


def processor(device: torch.device) -> str:
    """The name of a processor, without commas."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return _cpu().replace(",", " ")


def _cpu() -> str:
    """The CPU as the system calls it."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text(encoding="utf-8").splitlines() if facts.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), platform.processor() or platform.machine())


def _cell(value: object) -> str:
    return str(value)
