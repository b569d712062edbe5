"""What went wrong, in one plain sentence and an exit status."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

from typer.exceptions import Abort, TyperException

from tissuegan.errors import UserError

__all__ = ["INTERRUPTED", "MISTAKE", "guarded"]

MISTAKE = 2
INTERRUPTED = 130

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_MEMORY = ("out of memory", "not enough memory", "allocate memory")


def guarded(call: Callable[[], object]) -> int:
    """Calls a command and turns what it raises into an exit status.

    Only errors of the program itself pass through, with their traceback.
    """
    try:
        result = call()
    except (UserError, TyperException, MemoryError, OSError) as error:
        return _failed(error)
    except (KeyboardInterrupt, Abort):
        result = INTERRUPTED
    except RuntimeError as error:
        if (shortage := _shortage(error)) is None:
            raise
        return _failed(shortage)
    if result == INTERRUPTED:
        _say("Interrupted; the same command goes on where that is possible.")
    return result if isinstance(result, int) else 0


def _failed(error: Exception) -> int:
    if isinstance(error, BrokenPipeError):
        _give_up_output()
        return 1
    _say(sentence(error))
    return MISTAKE


def _shortage(error: BaseException | None) -> Exception | None:
    """A full disk or memory that torch tells of as an error of its own."""
    if any(words in str(error) for words in _NO_MEMORY):
        return MemoryError()
    while error is not None:
        if isinstance(error, OSError) and error.errno in _FULL:
            return error
        error = error.__context__
    return None


def sentence(error: Exception) -> str:
    """An error in one line that ends like a sentence."""
    if isinstance(error, TyperException):
        text = _usage_sentence(error)
    elif isinstance(error, MemoryError):
        text = "There is not enough memory for this; ask for a smaller size"
    elif isinstance(error, OSError):
        text = _system_sentence(error)
    else:
        text = str(error)
    return " ".join(text.split()).removesuffix(".") + "."


def _usage_sentence(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "tissuegan"
    text = error.format_message().replace(": Value error, ", ": ").strip()
    return f"{text.removesuffix('.')}; see '{command} --help'"


def _system_sentence(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    reason = (error.strerror or str(error) or type(error).__name__).lower()
    return f"{place}{reason}; check the path, its permissions and the free space, and try again"


def _say(text: str) -> None:
    """To standard error, once even where several processes train together."""
    if os.environ.get("LOCAL_RANK", "0") == "0":
        print(text, file=sys.stderr)  # noqa: T201


def _give_up_output() -> None:
    """Whoever read the output has closed it: say no more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
