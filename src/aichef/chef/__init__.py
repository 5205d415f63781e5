"""Who writes the recipe: the cook's book here, a model later."""
