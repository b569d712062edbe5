"""Downloading the VNC sections from where they are published."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pooch
import requests

from tissuegan.errors import UserError
from tissuegan.progress import Progress

__all__ = ["VNC_CITATION", "VNC_URL", "fetch_vnc", "vnc_registry"]

VNC_URL = "https://raw.githubusercontent.com/unidesigner/groundtruth-drosophila-vnc/4a5f051/stack1/"
VNC_CITATION = (
    "Stephan Gerhard, Jan Funke, Julien Martel, Albert Cardona, Richard Fetter: Segmented "
    "anisotropic ssTEM dataset of neural tissue, figshare 856713 (2013), CC BY-NC-SA 3.0"
)

_ATTEMPTS_AGAIN = 2
_PARTS = ".fetch"


def vnc_registry() -> dict[str, str]:
    """The files of the dataset, ``folder/name``, and the SHA-256 that each must have."""
    text = files("tissuegan.data").joinpath("vnc_registry.txt").read_text(encoding="utf-8")
    return dict(line.split(maxsplit=1) for line in text.splitlines())


def fetch_vnc(out: str | Path, base_url: str = VNC_URL) -> Iterator[Progress]:
    """Downloads the 20 annotated sections of the Drosophila ventral nerve cord.

    Files that are there and have the right hash are not fetched again, all others are; a file
    appears only when it is whole and right. So the same call goes on where one was interrupted.

    Args:
        out: the folder that is to have raw/, membranes/, mitochondria/, synapses/ and labels/.
        base_url: where these folders are.

    Yields:
        One progress a file; nothing happens before the first is asked for.

    Raises:
        UserError: a file cannot be fetched or is not the published one, or ``out`` cannot be
            written.
    """
    folder, registry = Path(out), vnc_registry()
    try:
        for done, (name, digest) in enumerate(registry.items()):
            yield Progress(done, len(registry), name)
            if not _is_right(folder / name, digest):
                _fetch(base_url.rstrip("/") + "/" + name, folder, name, digest)
        shutil.rmtree(folder / _PARTS, ignore_errors=True)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise UserError(f"{folder} cannot be written ({reason}); choose another folder") from None
    yield Progress(len(registry), len(registry))


def _is_right(path: Path, digest: str) -> bool:
    return path.is_file() and pooch.file_hash(str(path), alg="sha256") == digest


def _fetch(url: str, folder: Path, name: str, digest: str) -> None:
    """Downloads one file into a folder of unfinished ones, and moves it into place if right."""
    parts = folder / _PARTS
    shutil.rmtree(parts, ignore_errors=True)  # what an interrupted call may have left
    parts.mkdir(parents=True)
    pooch.get_logger().setLevel(logging.WARNING)
    source = pooch.create(
        parts, "", registry={"part": digest}, urls={"part": url}, retry_if_failed=_ATTEMPTS_AGAIN
    )
    try:
        part = Path(source.fetch("part"))
    except requests.RequestException as error:
        raise UserError(
            f"{url} cannot be fetched ({_reason(error)}); check the network and run the same "
            "command again"
        ) from None
    except ValueError:
        raise UserError(
            f"{url} is not the published file (its SHA-256 differs); run the same command again "
            "later"
        ) from None
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    part.replace(folder / name)


def _reason(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"status {error.response.status_code}"
    return "no connection" if isinstance(error, requests.ConnectionError) else type(error).__name__
