"""Files that appear whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tissuegan.errors import UserError

__all__ = ["refuse_input", "write_atomically", "writing"]


def refuse_input(given: str | Path, out: Path) -> None:
    """UserError where the output folder is the very folder that is read."""
    if out.exists() and Path(given).exists() and out.samefile(given):
        raise UserError(f"--out {out} is the folder that is read; choose another one.")


def write_atomically(path: Path, contents: bytes) -> None:
    """Writes a file under a temporary name and then renames it; makes the folders it lies in.

    Raises:
        UserError: the place cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(contents)
        part.replace(path)


@contextmanager
def writing(path: Path | str) -> Iterator[None]:
    """Turns what the system says against writing below a path or URL into a UserError."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise UserError(
            f"{path} cannot be written ({reason}); choose another place for the output"
        ) from None
