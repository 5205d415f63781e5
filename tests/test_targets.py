"""A target is added everywhere or nowhere: every table that goes by target has them all."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

from aichef import cli
from aichef.errors import InvalidProfile
from aichef.meal.words import TARGET
from aichef.profile.model import TARGETS
from aichef.profile.parse import _TARGETS, parse_profile
from aichef.web.desk import SECONDS
from aichef.web.page.form import _ONLY, asked_by
from tests import profiles

TESTS = Path(__file__).parent
SRC = TESTS.parent / "src" / "aichef"
PAGE = SRC / "web" / "page"
PROMPTS = SRC / "chef" / "prompts"


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def stems(folder: Path, pattern: str, prefix: str = "") -> set[str]:
    return {one.name.partition(".")[0].removeprefix(prefix) for one in folder.glob(pattern)}


def schema() -> list[str]:
    found = json.loads(text(SRC / "web" / "schemas.json"))
    enums = [
        body["properties"]["target"]["enum"]
        for body in found.values()
        if "enum" in body.get("properties", {}).get("target", {})
    ]
    assert len(enums) == 1
    return [*enums[0]]


def sentences() -> set[str]:
    table = tomllib.loads(text(PAGE / "texts" / "ask.toml"))
    return {one.removeprefix("what_") for one in table if one.startswith("what_")}


def selectors() -> set[str]:
    sheet = text(PAGE / "styles" / "20-ask.css")
    pairs = re.findall(r'#ask:has\(\[value="(\w+)"\]:checked\) \.(\w+)', sheet)
    assert all(value == shown for value, shown in pairs)
    return {value for value, _ in pairs}


EVERYWHERE: dict[str, Iterable[str]] = {
    "the words people use": _TARGETS,
    "names for people": TARGET,
    "seconds to expect": SECONDS,
    "fields of the form": _ONLY,
    "the API's description": schema(),
    "the form's sentences": sentences(),
    "pictures": stems(PAGE / "pictures", "target_*.svg", "target_"),
    "selectors of the sheet": selectors(),
    "roles in Korean": tomllib.loads(text(PROMPTS / "ko.toml"))["role"],
    "roles in English": tomllib.loads(text(PROMPTS / "en.toml"))["role"],
    "random profiles of the tests": profiles.TARGETS,
    "golden prompts in Korean": stems(TESTS / "chef" / "prompts", "*.ko.txt"),
    "golden prompts in English": stems(TESTS / "chef" / "prompts", "*.en.txt"),
}


@pytest.mark.parametrize("table", EVERYWHERE)
def test_a_table_by_target_has_every_target_and_no_other(table: str) -> None:
    assert sorted(EVERYWHERE[table]) == sorted(TARGETS)


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_every_target_has_an_example_answer_for_the_model(locale: str) -> None:
    pages = stems(PROMPTS / "examples", f"*.{locale}.json")
    stages = {"", "_early", "_middle", "_late", "_complete", "_toddler"}
    assert {one for one in TARGETS if not {f"{one}{stage}" for stage in stages} & pages} == set()
    assert pages <= {f"{one}{stage}" for one in TARGETS for stage in stages}


def test_the_form_asks_the_table_which_target_shows_a_question() -> None:
    template = text(PAGE / "templates" / "ask.html")
    shown = re.findall(r'class="(?:card )?only ([^"]*)"', template)
    asked = [re.match(r"\{\{ asked_by\('(\w+)'\)\|join\(' '\) \}\}", one) for one in shown]
    assert len(shown) == 7
    assert all(one and asked_by(one[1]) for one in asked)


def test_the_help_of_cook_names_every_target(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.parser("cook").parse_args(["cook", "--help"])
    assert ", ".join(TARGETS) in " ".join(capsys.readouterr().out.split())


def test_a_word_that_is_no_target_is_answered_with_all_of_them() -> None:
    for locale in ("ko", "en"):
        with pytest.raises(InvalidProfile) as refused:
            parse_profile({"target": "?", "locale": locale})
        assert set(re.findall(r"[a-z_]+", refused.value.message)) >= {*TARGETS}
