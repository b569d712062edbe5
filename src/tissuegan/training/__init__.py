"""Training: one loop over the phases of any model, driven by recipes."""

from tissuegan.training.recipe import Recipe, load_recipe, recipe_names
from tissuegan.training.run import train

__all__ = ["Recipe", "load_recipe", "recipe_names", "train"]
