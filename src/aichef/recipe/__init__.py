"""What a recipe is, and whether it holds for a profile."""
