"""Generative models of tissue: endless electron microscope images with their labels.

The public names, in the order in which one meets them: a model is loaded, a canvas spread over
it, and any region of the canvas asked for its tissue.

    model = tissuegan.load()
    canvas = tissuegan.Canvas(model, seed=7)
    tissue = canvas[tissuegan.Region(0, 0, 1024, 1024)]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tissuegan.classes import LabelClasses
from tissuegan.region import Region
from tissuegan.tissue import Tissue, TissueSource
from tissuegan.version import __version__

if TYPE_CHECKING:
    from tissuegan.models import load
    from tissuegan.sampling import Canvas

__all__ = [  # noqa: RUF022 - in flow order
    "load",
    "Canvas",
    "Region",
    "Tissue",
    "TissueSource",
    "LabelClasses",
    "__version__",
]

# What needs torch is imported when it is first asked for.
_LATE = {"load": "tissuegan.models", "Canvas": "tissuegan.sampling"}


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module 'tissuegan' has no attribute '{name}'")
    value: object = getattr(import_module(_LATE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
