"""Where the shared cases are; tests that need them skip where they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def shared_path(name: str) -> Path:
    """Path of a shared file, or a skip with its reason."""
    root = Path(os.environ.get("AICHEF_SHARED", Path(__file__).parents[2] / "shared"))
    path = root / name
    if not path.exists():
        pytest.skip(f"shared cases are not here: {name}")
    return path
