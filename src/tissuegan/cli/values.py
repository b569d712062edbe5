"""Values of options: text from the command line -> what it stands for, or one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from tissuegan.errors import UserError

__all__ = [
    "MAX_SEED",
    "check_folder_out",
    "check_out",
    "check_preview",
    "check_seeds",
    "check_workers",
    "parse_origin",
    "parse_overrides",
    "parse_sections",
    "parse_size",
    "told_once",
]

MAX_SEED = 2**64 - 1
"""Seeds are unsigned integers of 64 bits."""

FARTHEST = 2**62
"""Largest coordinate of an origin: noise is defined on 64-bit coordinates, halo included."""

LONGEST_SIDE = 2**31 - 1
"""Of a picture file, in pixels: what PNG can say."""

_SHARE = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")
_FORMATS = (".ome.zarr", ".ome.tif", ".ome.tiff")
_SIZE = re.compile(r"([0-9]{1,18})[xX×]([0-9]{1,18})")
_PAIR = re.compile(r"([+-]?[0-9]{1,30}),([+-]?[0-9]{1,30})")
_RANGE = re.compile(r"([0-9]{0,18}):([0-9]{0,18})")


def parse_size(text: str, option: str = "--size") -> tuple[int, int]:
    """``HxW`` -> (height, width), both at least 1; UserError otherwise."""
    match = _SIZE.fullmatch(text.strip())
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if min(size) < 1:
        raise UserError(
            f"{option} {text} is not a size; give rows x columns, both at least 1, "
            f"as in {option} 1024x2048"
        )
    if max(size) > LONGEST_SIDE:
        raise UserError(f"{option} {text} is too large; a side has at most {LONGEST_SIDE} pixels")
    return size


def parse_origin(text: str, option: str = "--origin") -> tuple[int, int]:
    """``Y,X`` -> (row, column), negative ones too; UserError otherwise."""
    match = _PAIR.fullmatch(text.strip())
    if match is None:
        raise UserError(
            f"{option} {text} is not a point; give row and column as whole numbers, "
            f"as in {option}=-512,0"
        )
    origin = int(match[1]), int(match[2])
    if max(map(abs, origin)) > FARTHEST:
        raise UserError(f"{option} {text} is too far out; coordinates go up to {FARTHEST}")
    return origin


def parse_sections(text: str | None, option: str = "--sections") -> slice | None:
    """``A:B`` -> the sections A to B - 1, either end may be left out; None stays None."""
    if text is None:
        return None
    match = _RANGE.fullmatch(text.strip())
    ends = [int(end) if end else None for end in match.groups()] if match else [0, 0]
    found = slice(ends[0], ends[1])
    if found.stop is not None and found.stop <= (found.start or 0):
        raise UserError(
            f"{option} {text} chooses nothing; give the first section and the one after the "
            f"last, as in {option} 0:10"
        )
    return found


def parse_overrides(texts: Iterable[str], option: str = "--set") -> dict[str, str]:
    """``KEY=VALUE`` texts -> values by key; UserError for another form or a key given twice."""
    found: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise UserError(f"{option} {text} sets nothing; give KEY=VALUE, as in {option} batch=8")
        if key.strip() in found:
            raise UserError(f"{option} {key.strip()} is given twice; keep one of the two")
        found[key.strip()] = value.strip()
    return found


def told_once(changes: Mapping[str, str], **options: int | None) -> dict[str, str]:
    """Options that are fields of a recipe too, as values by key; UserError for one set twice."""
    told = {key: str(value) for key, value in options.items() if value is not None}
    twice = next((key for key in told if key in changes), None)
    if twice is not None:
        raise UserError(f"--{twice} and --set {twice} are both given; keep one of the two")
    return told


def check_folder_out(out: Path) -> Path:
    """A path that a dataset folder can have; UserError for the names of other formats."""
    if out.name.lower().endswith(_FORMATS):
        raise UserError(
            f"--out {out}: this verb writes dataset folders only; leave the ending away"
        )
    if out.exists() and not out.is_dir():
        raise UserError(f"--out {out} is a file; give the name of a folder")
    return out


def check_out(out: str, count: int = 1) -> str:
    """A place that ``generate`` can write ``count`` pairs to; UserError otherwise."""
    place = out.rstrip("/")
    if place.endswith(_FORMATS):
        if count > 1:
            raise UserError(
                f"--out {out} holds one picture, not {count}; leave --count away, or write a "
                "dataset folder"
            )
        if "://" in place and not place.endswith(".ome.zarr"):
            raise UserError(f"--out {out}: only OME-Zarr goes to a URL; end its name in .ome.zarr")
        return place
    if "://" in place:
        raise UserError(f"--out {out}: only OME-Zarr goes to a URL; end its name in .ome.zarr")
    check_folder_out(Path(out))
    return out


def check_workers(
    workers: int, scheduler: str | None, shard: str | None, out: str
) -> tuple[int, int] | None:
    """``i/n`` -> (i, n), or None; UserError where the three do not go together."""
    if workers > 1 and scheduler is not None:
        raise UserError("--workers and --scheduler are two ways of saying who works; give one")
    if shard is None:
        return None
    match = _SHARE.fullmatch(shard.strip())
    share = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= share[0] <= share[1]:
        raise UserError(f"--shard {shard} is no share; give which of how many, as in --shard 3/8")
    if workers > 1 or scheduler is not None:
        raise UserError("--shard is for processes that work alone; leave --workers away")
    if not out.endswith(_FORMATS):
        raise UserError("--shard needs an --out that ends in .ome.zarr or .ome.tif")
    return share


def check_preview(preview: Path | None) -> Path | None:
    """The path of a preview, which ends in .png; UserError otherwise."""
    if preview is not None and preview.suffix.lower() != ".png":
        raise UserError(f"--preview {preview} is not a PNG file; end its name in .png")
    return preview


def check_seeds(seed: int, count: int) -> None:
    """UserError where the last of ``count`` seeds from ``seed`` on is larger than a seed can be."""
    if seed + count - 1 > MAX_SEED:
        raise UserError(f"--seed {seed} with --count {count} goes beyond {MAX_SEED}; start lower")
