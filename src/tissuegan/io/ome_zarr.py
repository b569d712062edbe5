"""Writing OME-Zarr 0.5: any source, any place, shard by shard, by this process or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from zarr.core.sync import sync

from tissuegan.errors import UserError
from tissuegan.io.beside import BESIDE, beside, exists, join
from tissuegan.io.engine import Engine, Here
from tissuegan.io.files import writing
from tissuegan.io.instances import find, merge, number
from tissuegan.io.outlining import outline
from tissuegan.io.plan import WORK, Plan
from tissuegan.io.store import get, is_url, open_store, put
from tissuegan.io.tasks import draw, halve
from tissuegan.progress import Progress

__all__ = ["write", "write_share"]

Task = Callable[[Plan, int], None]
Stage = tuple[str, Task, Sequence[int]]
MERGED = f"{WORK}/merged"


def write(plan: Plan, engine: Engine | None = None) -> Iterator[Progress]:
    """Writes a picture; the same call goes on where it was stopped, and ends in the same bytes.

    Raises:
        UserError: something else is there, or the place cannot be written.
    """
    with writing(plan.url):
        _begin(plan)
        total = _total(plan)
        yield from _staged(plan, _stages(plan), engine or Here(), total)
        plan.finish()
        _clean(plan)
        yield Progress(total, total, "")


def write_share(plan: Plan, share: tuple[int, int]) -> Iterator[Progress]:
    """Writes share i of n of the first level, for batch systems; ``write`` does what is left.

    Args:
        plan: the whole picture.
        share: i from 1 to n, and n.

    Raises:
        UserError: something else is there, or the place cannot be written.
    """
    part, parts = share
    every = plan.layout.numbers(0)
    mine = every[len(every) * (part - 1) // parts : len(every) * part // parts]
    with writing(plan.url):
        _begin(plan)
        yield from _staged(plan, iter([("tissue", draw, mine)]), Here(), len(mine))


def _begin(plan: Plan) -> None:
    new = not is_url(plan.url) and not Path(plan.url).exists()
    try:
        _check_beside(plan)
        plan.begin()
    except UserError:
        if new:
            with suppress(OSError):  # where something is in it, or it was not made
                Path(plan.url).rmdir()
        raise


def _check_beside(plan: Plan) -> None:
    fresh = not any(get(open_store(plan.url), f"{place}zarr.json") for place in ("", f"{WORK}/"))
    files = [beside(plan.url, ending) for ending in BESIDE] if plan.instances else []
    for file in files:
        if fresh and exists(file):
            raise UserError(f"{file} is there and was not made by this call; choose another --out")


def _stages(plan: Plan) -> Iterator[Stage]:
    """What is to be done, in order; each stage needs all of the one before."""
    every = plan.layout.numbers(0)
    yield "tissue", draw, every
    if plan.instances:
        yield from _instance_stages(plan, every)
    for level in range(1, plan.layout.levels):
        yield f"level {level}", partial(halve, level), plan.layout.numbers(level)


def _instance_stages(plan: Plan, every: range) -> Iterator[Stage]:
    done = all(exists(beside(plan.url, ending)) for ending in BESIDE)
    lacking = (plan.lacks(plan.instances, 0, plan.layout.place(0, k)) for k in every)
    if not done or any(lacking):
        yield "instances", find, every
        yield "instances", _merge, range(1)
        yield "numbers", number, every
        yield "outlines", outline, every
        yield "table", join, range(len(BESIDE))


def _merge(plan: Plan, _: int) -> None:
    store = open_store(plan.url)
    if get(store, MERGED) is None:
        merge(plan)
        put(store, MERGED, b"done")


def _total(plan: Plan) -> int:
    """Tasks of all stages."""
    levels = [len(plan.layout.numbers(level)) for level in range(plan.layout.levels)]
    return sum(levels) + (3 * levels[0] + 1 + len(BESIDE) if plan.instances else 0)


def _staged(plan: Plan, stages: Iterator[Stage], engine: Engine, total: int) -> Iterator[Progress]:
    """Progress over all stages, which are looked at when their turn comes."""
    done = 0
    yield Progress(0, total, "")
    for name, task, items in stages:
        for more in engine.each(task, plan, items):
            done += more
            yield Progress(done, total, name)


def _clean(plan: Plan) -> None:
    """Takes away what was needed while writing, and what killed processes have left."""
    sync(open_store(plan.url).delete_dir(WORK))
    if not is_url(plan.url):
        for part in Path(plan.url).rglob("*.partial"):
            part.unlink()
