"""Nothing that looks like a key, a password or a token lies in a tracked file."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

HOME = Path(__file__).parents[1]

# What looks like one and is none.
KNOWN = {
    ("docs/running.md", "Basic Auth Credentials"): "a password to be filled in",
    ("src/aichef/session/model.py", "Base64 High Entropy String"): "the letters ids are made of",
    ("tests/aws/stack.py", "Secret Keyword"): "what the emulator takes for a key",
    ("tests/aws/tables.py", "Secret Keyword"): "what the emulator takes for a key",
    ("tests/session/test_model.py", "Base64 High Entropy String"): "an id that nobody has",
    ("tests/session/test_postgres.py", "Basic Auth Credentials"): "a password that must not show",
}


def suspicious(paths: list[str], root: Path) -> set[tuple[str, str]]:
    """File and kind of each string that looks like a secret."""
    found = SecretsCollection(root=str(root))
    with default_settings():
        for path in paths:
            found.scan_file(path)
    return {(name, secret.type) for name, secret in found}


def tracked() -> list[str]:
    if not (HOME / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=HOME, check=True, capture_output=True, text=True
    )
    # Tables of figures and the pages of the book take half a minute and have no place for a key.
    figures = (".csv", ".png")
    return [
        one
        for one in listed.stdout.split("\0")
        if one and not one.endswith(figures) and "/cookbook/" not in one
    ]


def test_no_tracked_file_holds_a_secret() -> None:
    assert suspicious(tracked(), HOME) - set(KNOWN) == set()


def test_a_key_would_be_noticed(tmp_path: Path) -> None:
    key = "AKIA" + "IOSFODNN7EXAMPLE"[:16]
    (tmp_path / "settings.py").write_text(f'AWS_KEY = "{key}"\n')
    assert {kind for _, kind in suspicious(["settings.py"], tmp_path)} >= {"AWS Access Key"}
