"""The command ``tissuegan``: one small module a verb.

Nothing heavy is imported before a verb runs, so ``--help`` and mistakes are answered at once.
"""

from tissuegan.cli.entry import app, main, run

__all__ = ["app", "main", "run"]
