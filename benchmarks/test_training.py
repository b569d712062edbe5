"""One step of each phase of each stage, and the share that it reaches of what the machine can."""

from __future__ import annotations

import time
from functools import cache
from statistics import median

import pytest
import torch
from benchmarks.report import Report
from benchmarks.subjects import trainer
from pytest_benchmark.fixture import BenchmarkFixture
from torch.utils.flop_counter import FlopCounterMode

from tissuegan.models.phases import Phase, Step
from tissuegan.training.loop import Trainer

ROUNDS = 7
trainer_of = cache(trainer)


@cache
def roof(device: str, mixed: bool) -> float:
    """GFLOP/s of one large convolution, channels last."""
    dtype = torch.bfloat16 if mixed else torch.float32
    layer = torch.nn.Conv2d(64, 64, 3, padding=1, bias=False).to(device, dtype)
    layer = layer.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    values = torch.randn(4, 64, 256, 256, device=device, dtype=dtype)
    values = values.contiguous(memory_format=torch.channels_last)
    work = 4 * 2 * 9 * 64 * 64 * 256 * 256 / 1e9
    with torch.inference_mode():
        return work / median(_seconds(layer, values) for _ in range(9))


def _seconds(layer: torch.nn.Module, values: torch.Tensor) -> float:
    start = time.perf_counter()
    layer(values)
    settled(values.device.type)
    return time.perf_counter() - start


def settled(device: str) -> None:
    """Waits until the device has done what it was told."""
    if device == "cuda":
        torch.cuda.synchronize()


def before(subject: Trainer, chosen: Phase) -> tuple[tuple[Phase, Step], dict[str, object]]:
    """A step's data after the phases that come before the chosen one."""
    data = subject.batch(0)
    for phase in subject.phases:
        if phase.name == chosen.name:
            break
        subject._update(phase, data)
    return (chosen, data), {}


@pytest.mark.parametrize("recipe", ["labels", "image", "image-unet"])
@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_one_update(
    recipe: str, player: str, full: bool, report: Report, benchmark: BenchmarkFixture
) -> None:
    subject = trainer_of(recipe, not full)
    phase = next(phase for phase in subject.phases if phase.name.endswith(player))
    device = subject.fabric.device.type
    seconds: list[float] = []

    def update(phase: Phase, data: Step) -> None:
        start = time.perf_counter()
        subject._update(phase, data)
        settled(device)
        seconds.append(time.perf_counter() - start)

    arguments, _ = before(subject, phase)
    with FlopCounterMode(display=False) as counter:
        update(*arguments)
    work = counter.get_total_flops() / 1e9
    seconds.clear()
    rounds = ROUNDS if full else 1
    benchmark.pedantic(  # type: ignore[no-untyped-call]
        update, setup=lambda: before(subject, phase), rounds=rounds
    )
    report.add(
        "Training",
        phase=phase.name,
        recipe=recipe,
        batch=subject.recipe.batch,
        crop=subject.recipe.crop,
        precision=subject.recipe.precision,
        n=len(seconds),
        seconds=median(seconds),
        GFLOP=work,
        share=work / median(seconds) / roof(device, "bf16" in subject.recipe.precision),
    )
    assert work > 0
