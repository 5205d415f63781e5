"""The meals of docs/examples and of README.md are what the cook's book composes today."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from bench.examples import (
    EXAMPLES,
    FIRST,
    FOLDER,
    FRONT,
    README,
    SAMPLE,
    WIDTH,
    Example,
    between,
    cut,
    meal_of,
    sample,
)


def page(one: Example) -> str:
    text = (FOLDER / f"{one.id}.md").read_text(encoding="utf-8")
    return text.partition("```text\n")[2].removesuffix("```\n")


def columns(line: str) -> int:
    """Columns of a terminal: Hangul takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def each_example() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("one", EXAMPLES, ids=[one.id for one in EXAMPLES])


@each_example()
def test_an_example_names_the_dish_and_what_goes_in_it_today(one: Example) -> None:
    recipe, text = meal_of(one).recipe, page(one)
    assert text.startswith(f"{recipe.name}\n")
    for ingredient in recipe.ingredients:
        assert ingredient.name in text
        assert ingredient.amount in text


@each_example()
def test_an_example_shows_the_profile_it_was_made_for(one: Example) -> None:
    text = (FOLDER / f"{one.id}.md").read_text(encoding="utf-8")
    assert f"`{json.dumps(one.profile, ensure_ascii=False)}`" in text


@each_example()
def test_a_page_fits_a_terminal_and_promises_nothing(one: Example) -> None:
    text = page(one)
    assert text
    assert "{" not in text
    assert "안전" not in text.replace("식품의약품안전처", "")
    assert not re.search(r"\bsafe", text, re.IGNORECASE)
    assert all(columns(line) <= WIDTH for line in text.splitlines())


def test_there_are_four_meals_of_each_target_and_all_are_listed() -> None:
    listed = (FOLDER / README).read_text(encoding="utf-8")
    for target in ("keto", "baby_food", "diabetes", "diet", "fridge"):
        assert sum(one.profile["target"] == target for one in EXAMPLES) == 4
    assert all(f"({one.id}.md)" in listed for one in EXAMPLES)
    assert {file.stem for file in FOLDER.glob("*.md")} == {
        *(one.id for one in EXAMPLES),
        "README",
    }


def test_the_sample_of_the_readme_is_what_its_command_shows_today() -> None:
    text = FRONT.read_text(encoding="utf-8")
    flags = " ".join(f"--{key} {value}" for key, value in FIRST.profile.items())
    assert f"`aichef cook {flags}`, cut at ⋮" in text
    assert between(text, SAMPLE, sample()) == text, "python -m bench.examples writes it anew"


def test_a_page_is_cut_where_a_section_is_long_and_only_there() -> None:
    page = "영양 (1인분) ──\n1\n2\n3\n4\n5\n6\n7\n\n출처 ──\n1\n\n장바구니 ──\n1\n2\n"
    assert cut(page) == page.replace("6\n7\n", "⋮\n")
