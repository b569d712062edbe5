"""Instances: cells and the organelles in them, from class masks.

Cells are the 4-connected components of what is not boundary, organelles those of their class.
Components below 64 pixels are specks of drawing, and the size of one that touches the border is
not known: both are left out unless a rule says otherwise.
"""

from tissuegan.objects.cells import single_cells
from tissuegan.objects.instances import Objects, Roles, Rule, find_objects, instances
from tissuegan.objects.outlines import outlines
from tissuegan.objects.table import object_table

__all__ = [
    "Objects",
    "Roles",
    "Rule",
    "find_objects",
    "instances",
    "object_table",
    "outlines",
    "single_cells",
]
