"""Which arithmetic a run computes in: half precision where the hardware is faster in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal, get_args

from tissuegan.models.card import replace_file
from tissuegan.training import checkpoint

if TYPE_CHECKING:
    import torch

    from tissuegan.training.recipe import Precision

Arithmetic = Literal["32-true", "bf16-mixed"]

BF16_UNITS = ("avx512_bf16", "amx_bf16", "bf16")
MARGIN = 1.15  # how much faster bf16 must be to be worth its rounding
REPEATS = 5
FILE = Path(checkpoint.FOLDER) / "precision.txt"
"""Of a run, where it says what it began in."""
TOLD = "TISSUEGAN_BF16_GAIN"


def precision(asked: Precision, device: str, begun: Arithmetic | None = None) -> Arithmetic:
    """The arithmetic of a run: ``auto`` takes bf16 where the hardware computes faster in it.

    Emulated on a CPU, bf16 takes ten times as long as single precision. Processors that have the
    instructions differ, too: without matrix units some are twice as fast in bf16 and some only
    0.6 times, so that a CPU is timed. What the run was ``begun`` in is not chosen anew, unless
    this processor has no bf16: a run that was killed ends as if it had not been.
    """
    import torch

    if asked != "auto":
        return asked
    on_gpu = device != "cpu" and torch.cuda.is_available()
    if not _has_bf16(on_gpu):
        return "32-true"
    return begun or ("bf16-mixed" if on_gpu or gain() > MARGIN else "32-true")


def _has_bf16(on_gpu: bool) -> bool:
    """Whether the hardware has instructions for it."""
    import torch

    if on_gpu:
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return any(able.get(unit) for unit in BF16_UNITS)


def begun_in(run: Path) -> Arithmetic | None:
    """What a run folder's run began in; None where none is there."""
    told = (run / FILE).read_text(encoding="utf-8") if (run / FILE).exists() else ""
    return next((name for name in get_args(Arithmetic) if name == told.strip()), None)


def keep(run: Path, arithmetic: Arithmetic) -> None:
    """Writes down what a run computes in."""
    replace_file(run / FILE, f"{arithmetic}\n".encode())


def gain() -> float:
    """How many times faster this CPU convolves in bf16 than in single precision; some 0.1 s.

    It is measured once; processes that this one starts, which share a run, take its answer.
    """
    import torch

    if TOLD not in os.environ:
        half, single = (_seconds(kind) for kind in (torch.bfloat16, torch.float32))
        os.environ[TOLD] = str(single / half)
    return float(os.environ[TOLD])


def _seconds(kind: torch.dtype) -> float:
    """Of one convolution of 2 x 64 channels of 64 x 64 pixels and its gradients, at best."""
    import torch

    inputs = torch.ones(2, 64, 64, 64, dtype=kind)
    inputs = inputs.contiguous(memory_format=torch.channels_last).requires_grad_()
    weights = torch.ones(64, 64, 3, 3, dtype=kind, requires_grad=True)

    def once() -> None:
        convolved = torch.conv2d(inputs, weights, padding=1)
        torch.autograd.grad(convolved, (inputs, weights), torch.ones_like(convolved))

    return min(_timed(once) for _ in range(REPEATS))


def _timed(work: Callable[[], None]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
