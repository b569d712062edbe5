"""Functions of tissue: numbers about it, whoever made it."""
