"""What a dataset holds, and everything that is wrong with it, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tissuegan.data import list_dataset
from tissuegan.data.examine import Finding, examine
from tissuegan.data.folder import is_folder, list_folder
from tissuegan.data.listing import Entry, Listing
from tissuegan.data.reading import is_picture
from tissuegan.data.settings import DatasetSettings, read_settings
from tissuegan.data.vnc import VNC_FOLDERS, vnc_folder
from tissuegan.errors import UserError

__all__ = ["Report", "check"]

_SHOWN = 5  # names in one sentence
_COVERS_MOST = 0.6
_LINES = ("membrane", "mitochond", "synap")  # classes that cannot cover most of a section


@dataclass(frozen=True)
class Report:
    """What :func:`check` found.

    Attributes:
        path: the dataset.
        findings: one a section: name, size, type of the image, area of each class.
        classes: all classes that have labels.
        pixel_size_nm: the side of a pixel; None where it could not be read.
        problems: what has to be put right, a sentence each.
        hints: what may be meant as it is, a sentence each.
        areas: of each class, the share of the area that it covers.
    """

    path: Path
    findings: tuple[Finding, ...] = ()
    classes: tuple[str, ...] = ()
    pixel_size_nm: float | None = None
    problems: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    areas: Mapping[str, float] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether there are no problems."""
        return not self.problems

    def lines(self) -> list[str]:
        """The report as text, a line each."""
        lines = [f"{self.path}: {_counted(len(self.findings), 'section')}"]
        if self.pixel_size_nm is not None:
            lines.append(f"pixel size: {self.pixel_size_nm:g} nm")
        lines += [finding.line() for finding in self.findings]
        lines += [f"class {name}: {share:.2%} of the area" for name, share in self.areas.items()]
        lines += [f"hint: {hint}" for hint in self.hints]
        lines += [f"problem: {problem}" for problem in self.problems]
        return [*lines, "no problems" if self.ok else _counted(len(self.problems), "problem")]


def check(path: str | Path) -> Report:
    """Looks at every file of a dataset and says all that is wrong; never raises for the data.

    Problems are missing, extra, damaged or unreadable files, sizes that differ, values that stand
    for no class, empty classes, types that cannot be used, and labels that look reversed. Hints
    are oddities that may be meant. Files are read one section at a time.
    """
    folder = Path(path)
    problems: list[str] = []
    try:
        listing = _listed(folder, problems)
    except UserError as error:
        return Report(folder, problems=tuple(problems) or (str(error),))
    findings = tuple(examine(listing, entry) for entry in listing.entries)
    problems += _files(listing) + [p for f in findings for p in f.problems]
    areas = _areas(listing, findings)
    problems += _classes(areas) + _types(findings)
    hints = [*_missing_kinds(listing), *_hints(listing, findings, areas)]
    size = listing.pixel_size_nm
    return Report(
        listing.path, findings, listing.available, size, tuple(problems), tuple(hints), areas
    )


def _listed(folder: Path, problems: list[str]) -> Listing:
    """The files; where only dataset.toml is wrong, as if it were not there."""
    if folder.is_dir() and vnc_folder(folder) is None and is_folder(folder):
        try:
            read_settings(folder)
        except UserError as error:
            problems.append(str(error))
            return list_folder(folder, DatasetSettings())
    return list_dataset(folder)


def _files(listing: Listing) -> list[str]:
    """Missing and extra files."""
    if not listing.entries:
        return [f"{listing.path} has no pictures; put them at {listing.image_at}"]
    return [*_missing(listing), *_extra(listing)]


def _missing(listing: Listing) -> list[str]:
    found = []
    without = [entry for entry in listing.entries if entry.image is None]
    if 0 < len(without) < len(listing.entries):
        found.append(f"no image ({listing.image_at}) for the labels of {_names(without)}")
    if any(entry.labels for entry in listing.entries):
        for name in listing.available:
            without = [entry for entry in listing.entries if name not in entry.labels]
            place = listing.label_at.replace("CLASS", name)
            if without:
                found.append(f"no label of class {name} ({place}) for {_names(without)}")
    return found


def _extra(listing: Listing) -> list[str]:
    """Files among the pictures that nothing reads."""
    folders = [listing.path / name for name in ("images", *VNC_FOLDERS)]
    inside = [(f, p) for f in folders for p in sorted(f.rglob("*")) if p.is_file()]
    shown = [(f, p) for f, p in inside if not p.name.startswith(".")]
    return [told for f, p in shown if (told := _unused(listing, f, p))]


def _unused(listing: Listing, folder: Path, path: Path) -> str:
    """Why a file below a folder of pictures is not read; empty where it is."""
    published = vnc_folder(listing.path) is not None
    if not is_picture(path):
        return f"{path} is no PNG or TIFF file and is not used; take it away"
    below = len(path.relative_to(folder).parts)
    if below > (1 if published or folder.name != "labels" else 2):
        return f"{path} lies in a folder that is not looked into; move it up, or take it away"
    masks = folder.name in VNC_FOLDERS[1:4]
    if published and masks and path.stem not in {entry.name for entry in listing.entries}:
        return f"{path} belongs to no section of raw/; add the image, or take it away"
    return ""


def _missing_kinds(listing: Listing) -> list[str]:
    """What a dataset of one kind of pictures is good for."""
    if listing.entries and not any(entry.image for entry in listing.entries):
        return ["there are no images: enough to render and complete, not to train on"]
    if listing.entries and not any(entry.labels for entry in listing.entries):
        return ["there are no labels: enough to segment, not to train on"]
    return []


def _areas(listing: Listing, findings: Sequence[Finding]) -> dict[str, float]:
    """Of each class, its share of the area of the sections that have readable labels of it."""
    areas = {}
    for name in listing.available:
        having = [f for f in findings if name in f.pixels and f.size is not None]
        area = sum(f.size[0] * f.size[1] for f in having if f.size is not None)
        if area:
            areas[name] = sum(f.pixels[name] for f in having) / area
    return areas


def _classes(areas: Mapping[str, float]) -> list[str]:
    found = [
        f"class {name} is empty in every section; take it out, or check that its pixels are not 0"
        for name, share in areas.items()
        if share == 0
    ]
    found += [
        f"class {name} covers {share:.0%} of the area, so it looks reversed; "
        "its pixels are to be non-zero and all others 0"
        for name, share in areas.items()
        if share > _COVERS_MOST and name.lower().startswith(_LINES)
    ]
    return found


def _types(findings: Sequence[Finding]) -> list[str]:
    kinds = {f.dtype for f in findings if f.dtype is not None}
    if len(kinds) < 2:
        return []
    return [f"the images mix {' and '.join(sorted(kinds))}; convert all to one of these"]


def _hints(listing: Listing, findings: Sequence[Finding], areas: Mapping[str, float]) -> list[str]:
    hints = [hint for finding in findings for hint in finding.hints]
    if vnc_folder(listing.path) is None and not (listing.path / "dataset.toml").exists():
        hints.append(
            f"there is no dataset.toml, so a pixel is taken for {listing.pixel_size_nm:g} nm"
        )
    hints += [
        f"class {name} covers {share:.0%} of the area; check that it is not reversed"
        for name, share in areas.items()
        if share > _COVERS_MOST and not name.lower().startswith(_LINES)
    ]
    contrasts = [f.contrast for f in findings if f.contrast is not None]
    if contrasts and float(np.median(contrasts)) > 0:
        hints.append(
            "membranes are brighter than what they enclose; the shipped models were trained on "
            "dark membranes"
        )
    return hints


def _names(entries: Sequence[Entry]) -> str:
    shown = ", ".join(entry.name for entry in entries[:_SHOWN])
    more = len(entries) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
