"""The fuzz harness of the bench, with a few examples for each parser of foreign text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import thread_time

import pytest
from bench import fuzz
from hypothesis import strategies as st

NAMES = [one.name for one in fuzz.parsers(Path())]


def planted(
    read: Callable[[str], object], *raises: type[Exception], least: float = 1.0
) -> fuzz.Report:
    parser = fuzz.Parser("planted", st.text(max_size=30), read, raises, least)
    return fuzz.fuzzed(parser, 0.0, most=200)


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_parser_keeps_its_contract(number: int, tmp_path: Path) -> None:
    report = fuzz.fuzzed(fuzz.parsers(tmp_path)[number], 0.0, most=20)
    assert report.examples
    assert not report.failures, "\n".join(report.lines())


def test_every_parser_has_a_name_of_its_own() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 30


def test_an_error_nobody_promised_is_found_and_made_small() -> None:
    def reads(text: str) -> None:
        if "0" in text:
            raise KeyError(text)

    report = planted(reads)
    ((kind, one),) = report.failures.items()
    assert kind.startswith("KeyError at tests/test_fuzz.py:")
    assert one.example == "0"
    assert one.times >= 1
    assert "KeyError" in "\n".join(report.lines())


def test_an_error_that_was_promised_is_none() -> None:
    def refuses(text: str) -> None:
        raise ValueError(text)

    assert not planted(refuses, ValueError).failures
    assert planted(refuses, KeyError).failures


def test_who_takes_too_long_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def dawdles(_: str) -> None:
        until = thread_time() + 0.002
        while thread_time() < until:
            pass

    monkeypatch.setattr(fuzz, "SHRINKING", 0.1)
    assert set(planted(dawdles, least=0.0).failures) == {"too slow"}


def test_who_never_comes_back_is_pulled_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(text: str) -> None:
        while text:
            pass

    monkeypatch.setattr(fuzz, "LONGEST", 0.02)
    monkeypatch.setattr(fuzz, "SHRINKING", 0.1)
    assert set(planted(hangs).failures) == {"hung"}


def test_a_spoiled_document_is_now_and_then_none_and_now_and_then_still_one() -> None:
    read: list[bool] = []

    def counts(text: str) -> None:
        read.append(isinstance(fuzz._loaded(text), dict))

    fuzz.fuzzed(
        fuzz.Parser("planted", fuzz.documents({"a": [1, {"b": "c"}]}), counts), 0.0, most=100
    )
    assert {True, False} == set(read)
