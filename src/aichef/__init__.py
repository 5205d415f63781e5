"""AI Chef: one recipe you can cook tonight, checked by code and priced to the won."""

__version__ = "0.1.0"
