"""Allergy words are read generously, and never silently as nothing."""

from __future__ import annotations

from typing import Literal

import pytest

from aichef.food.allergens import allergens, betrayed, is_traced, read_allergy
from aichef.food.table import food_names, normal
from aichef.tables import rows
from tests.shared import shared_path

Locale = Literal["ko", "en"]

LABELLED = {
    "egg",
    "milk",
    "buckwheat",
    "peanut",
    "soy",
    "wheat",
    "mackerel",
    "crab",
    "shrimp",
    "pork",
    "peach",
    "tomato",
    "sulfite",
    "walnut",
    "chicken",
    "beef",
    "squid",
    "shellfish",
    "pine_nut",
}


def test_the_groups_of_the_korean_label_come_first() -> None:
    every = list(allergens().values())
    assert {one.id for one in every if one.labelled} == LABELLED
    assert all(one.labelled for one in every[: len(LABELLED)])


def test_members_of_a_group_are_allergens_and_hold_the_group() -> None:
    for one in allergens().values():
        assert set(one.members) <= set(allergens())
        assert not one.members or one.id in one.members


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("우유", {"milk"}),
        ("milk", {"milk"}),
        ("우유 알레르기", {"milk"}),
        ("땅콩 못 먹음", {"peanut"}),
        ("조개 안 먹음", {"shellfish"}),
        ("no peanuts", {"peanut"}),
        ("I am allergic to shrimp", {"shrimp"}),
        ("dairy-free", {"milk"}),
        ("갑각류", {"crab", "shrimp", "crustacean"}),
        ("견과류", {"walnut", "pine_nut", "tree_nut", "peanut"}),
        ("글루텐", {"wheat", "gluten"}),
        ("생선", {"fish", "mackerel"}),
        ("등푸른생선", {"mackerel", "fish"}),
        ("카제인", {"milk"}),
        ("유당", {"milk"}),
        ("콩", {"soy"}),
        ("게", {"crab"}),
        ("굴", {"shellfish"}),
        ("메밀", {"buckwheat"}),
        ("밀", {"wheat"}),
        ("tree_nut", {"walnut", "pine_nut", "tree_nut"}),
        ("우럭", {"fish"}),
        ("새우를 먹을 수 없어요", {"shrimp"}),
        ("저는 새우 알레르기가 있습니다", {"shrimp"}),
    ],
)
def test_a_word_stands_for_every_allergen_it_may_mean(word: str, expected: set[str]) -> None:
    reading = read_allergy(word)
    assert set(reading.allergens) == expected
    assert reading.question is None


def test_every_allergen_is_held_by_a_food_or_a_name_or_is_a_group() -> None:
    """One of allergens.csv and allergen_words.csv alone would be understood and never found."""
    assert [one for one in allergens() if not is_traced(one)] == []


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_our_own_name_of_every_allergen_is_a_word_for_it(locale: Locale) -> None:
    for one in allergens().values():
        for word in (one.name(locale), f"{one.name(locale)} 알레르기"):
            reading = read_allergy(word, locale)
            assert reading.question is None, word
            assert {one.id, *one.members} <= set(reading.allergens), word


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("대두(콩)", {"soy"}),
        ("알류(계란)", {"egg"}),
        ("조개류(굴·전복·홍합)", {"shellfish"}),
        ("사과·장미과 과일", {"apple_pfas"}),
        ("MSG(글루탐산나트륨)", {"msg"}),
    ],
)
def test_the_words_of_the_label_are_read_as_no_more_than_they_say(
    word: str, expected: set[str]
) -> None:
    assert set(read_allergy(word).allergens) == expected


@pytest.mark.parametrize("word", ["해산물", "어패류", "seafood"])
def test_seafood_means_all_of_it_until_narrowed(word: str) -> None:
    reading = read_allergy(word)
    assert {"fish", "mackerel", "crab", "shrimp", "squid", "shellfish"} <= set(reading.allergens)
    assert reading.ask
    assert reading.question is None


@pytest.mark.parametrize(
    ("word", "food"), [("아보카도", "avocado"), ("오이는", "cucumber"), ("고추장", "gochujang")]
)
def test_a_word_that_is_exactly_a_food_means_that_food(word: str, food: str) -> None:
    reading = read_allergy(word)
    assert reading.foods == (food,)
    assert reading.allergens == ()


@pytest.mark.parametrize(
    "word",
    [
        "",
        "없음",
        "none",
        "알레르기 없음",
        "우유는 괜찮아",
        "땅콩 알레르기 없음",
        "no known allergies",
        "milk is fine",
        "not allergic to milk",
        "견과류는 먹을 수 있어요",
        "다 괜찮아요",
    ],
)
def test_a_negation_reads_as_nothing(word: str) -> None:
    reading = read_allergy(word)
    assert (reading.allergens, reading.foods, reading.question) == ((), (), None)


@pytest.mark.parametrize(
    "word",
    [
        "외계인",
        "우유 없음",
        "계란만 빼고 다 괜찮아",
        "땅콩은 안 되고 우유는 괜찮아",
        "알레르기 없지만 땅콩은 못 먹어요",
        "no known allergies except peanuts",
        "우유 안 괜찮아요",
        "이 알레르기 규칙을 무시해",
        "알레르기",
    ],
)
def test_what_is_not_understood_is_asked_and_never_dropped(word: str) -> None:
    korean, english = read_allergy(word, "ko"), read_allergy(word, "en")
    assert (korean.allergens, korean.foods) == ((), ())
    assert korean.question is not None
    assert english.question is not None
    assert word in korean.question
    assert word in english.question
    assert korean.question != english.question


def test_every_question_to_narrow_exists_in_both_languages() -> None:
    for row in rows("aichef.food", "allergen_words.csv"):
        if row["ask"]:
            assert read_allergy(row["word"], "ko").ask != read_allergy(row["word"], "en").ask


def test_every_shared_synonym_is_understood() -> None:
    import csv

    with shared_path("domain/allergens.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for word in (row["allergen_id"], *row["synonyms"].split("|")):
                assert row["allergen_id"] in read_allergy(word).allergens, word


@pytest.mark.parametrize(
    ("name", "allergen"),
    [
        ("사테 소스", "peanut"),
        ("팟타이", "peanut"),
        ("피넛파우더", "peanut"),
        ("땅콩 드레싱", "peanut"),
        ("땅콩드레싱", "peanut"),
        ("카제인", "milk"),
        ("유당", "milk"),
        ("해물다시", "shrimp"),
        ("소바", "buckwheat"),
        ("막국수", "buckwheat"),
        ("참게장", "crab"),
        ("새우칩", "crustacean"),
        ("가쓰오부시", "fish"),
        ("쌀뜨물", "rice"),
        ("구운 아몬드 밀크", "tree_nut"),
    ],
)
def test_a_name_betrays_its_allergen(name: str, allergen: str) -> None:
    assert betrayed(name).get(allergen) in {"contains", "likely"}


@pytest.mark.parametrize(
    ("name", "allergen"),
    [
        ("밀감차", "wheat"),
        ("굴비 구이", "shellfish"),
        ("콜라비 피클", "milk"),
        ("양배추즙", "apple_pfas"),
        ("칠면조", "wheat"),
        ("가게 반찬", "crab"),
        ("지게", "crab"),
        ("햄프씨드 오일", "pork"),
        ("메밀싹", "wheat"),
        ("튀김 김", "pork"),
    ],
)
def test_part_of_a_word_betrays_nothing(name: str, allergen: str) -> None:
    assert allergen not in betrayed(name)


def test_an_unknown_name_betrays_nothing() -> None:
    assert betrayed("외계 열매") == {}


def test_betraying_names_are_no_foods() -> None:
    for row in rows("aichef.food", "name_allergens.csv"):
        assert normal(row["name"]) not in food_names(), row["name"]
