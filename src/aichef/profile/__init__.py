"""Who is eating."""
