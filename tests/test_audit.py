"""What the audit of the pinned packages makes of the index's answers."""

from __future__ import annotations

import json
import subprocess
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "audit"


def audited(said: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of the script where the tool prints so."""

    def answered(*_: object, **__: object) -> Any:
        return subprocess.CompletedProcess([], 1, said, "cannot connect")

    spec = spec_from_loader("audit", SourceFileLoader("audit", str(SCRIPT)))
    assert spec
    assert spec.loader
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(subprocess, "run", answered)
    found: int = script.main()
    return found


def package(*holes: dict[str, Any]) -> str:
    one = {"name": "bread", "version": "1.0", "vulns": list(holes)}
    return json.dumps({"dependencies": [one, {"name": "jam", "skip_reason": "unknown"}]})


def test_a_known_hole_fails_the_build(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(package({"id": "CVE-1", "fix_versions": ["1.1"]}), monkeypatch) == 1
    assert "bread 1.0: CVE-1, mended in 1.1" in capsys.readouterr().out


def test_what_was_asked_and_what_could_not_be_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audited(package(), monkeypatch) == 0
    assert "1 packages asked about, 1 unknown" in capsys.readouterr().out
    assert audited("", monkeypatch) == 0
    assert "could not be asked, so nothing is known (cannot connect)" in capsys.readouterr().out
