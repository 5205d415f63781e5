"""What the eater gets."""
