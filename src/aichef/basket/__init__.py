"""What to buy. Pure: no supplier at all."""
