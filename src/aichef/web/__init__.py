"""Sessions over HTTP: a thin edge on the stores and the engine."""
