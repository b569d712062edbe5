"""``python -m tissuegan`` is the command ``tissuegan``."""

from tissuegan.cli import run

run()
