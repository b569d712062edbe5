"""Label editing: edits as frozen values, and a source that has them (paper section 3, Fig. 6)."""

from tissuegan.editing.edit import Edit, Plane
from tissuegan.editing.edited import Edited
from tissuegan.editing.script import AnyEdit, parse_edit, parse_script, script_json

__all__ = ["AnyEdit", "Edit", "Edited", "Plane", "parse_edit", "parse_script", "script_json"]
