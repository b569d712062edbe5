"""The one exception that stands for a mistake the user can put right."""

from __future__ import annotations

__all__ = ["UserError"]


class UserError(Exception):
    """A problem with what the user gave, in one plain sentence.

    The message says what is wrong, where (which file), and what to do about it. The command line
    prints it on standard error without a traceback and exits with status 2.
    """
