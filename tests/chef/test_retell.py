"""Steps told again after a change: no trace of what is gone, particles and amounts right."""

from __future__ import annotations

import pytest

from aichef.chef.retell import Change, names_it, retold_prose, retold_steps, retold_title

OTHERS = ("양파", "당근", "두부", "물", "onion", "carrot", "tofu")
SHRIMP = frozenset({"새우", "깐새우", "shrimp", "prawn", "prawns"})


def without(step: str, locale: str = "ko") -> str | None:
    told = retold_steps([step], [Change(SHRIMP, None)], OTHERS, locale)
    return None if told is None else " ".join(told)


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("새우와 양파를 볶습니다.", "양파를 볶습니다."),
        ("양파와 새우를 볶습니다.", "양파를 볶습니다."),
        ("양파, 새우, 당근을 넣습니다.", "양파, 당근을 넣습니다."),
        ("양파 50g, 새우 80g을 넣습니다.", "양파 50g을 넣습니다."),
        ("양파를 50g, 새우를 80g 넣습니다.", "양파를 50g 넣습니다."),
        ("당근과 다진 새우를 넣어 3분 볶습니다.", "당근을 넣어 3분 볶습니다."),
        ("새우를 씻어 물기를 뺍니다.", ""),
        ("새우를 넣고 5분 끓입니다.", "5분 끓입니다."),
        ("새우를 80g 곁들여 함께 익힙니다.", ""),
        ("양파를 볶고 새우를 넣습니다.", "양파를 볶습니다."),
        ("팬에 기름을 두르고 새우를 볶습니다.", "팬에 기름을 두릅니다."),
        ("냄비에 새우를 넣고 두부를 넣어 끓입니다.", "냄비에 두부를 넣어 끓입니다."),
        ("양파를 볶습니다. 새우를 넣어 섞습니다.", "양파를 볶습니다."),
        ("양파를 볶습니다.", "양파를 볶습니다."),
    ],
)
def test_what_is_gone_leaves_a_sentence_a_cook_would_write(step: str, told: str) -> None:
    assert without(step) == told


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("Add onion, shrimp and carrot.", "Add onion and carrot."),
        ("Fry the onion and shrimp for 2 minutes.", "Fry the onion for 2 minutes."),
        ("Add the shrimp and simmer for 5 minutes.", "Simmer for 5 minutes."),
        ("Add 80 g of shrimp and cook until tender.", ""),
        ("Peel the prawns.", ""),
        ("Fry the carrot, then add 80 g of shrimp.", "Fry the carrot."),
    ],
)
def test_english_sentences_as_well(step: str, told: str) -> None:
    assert without(step, "en") == told


def test_what_no_pattern_fits_is_none() -> None:
    assert without("새우가 붉어지면 양파를 새우 위에 얹어 새우 국물에 두부를 적십니다.") is None


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("새우를 2큰술 넣습니다.", "닭가슴살을 3작은술 넣습니다."),
        ("새우 2큰술을 넣습니다.", "닭가슴살 3작은술을 넣습니다."),
        ("깐새우로 국물을 냅니다.", "닭가슴살로 국물을 냅니다."),
        ("양파와 새우를 2큰술, 물을 붓습니다.", "양파와 닭가슴살을 3작은술, 물을 붓습니다."),
    ],
)
def test_a_new_name_takes_its_particle_and_its_amount(step: str, told: str) -> None:
    change = Change(SHRIMP, "닭가슴살", "2큰술", "3작은술", 0.5)
    assert retold_steps([step], [change], OTHERS, "ko") == (told,)


@pytest.mark.parametrize("old", ["2와 1/2큰술", "1과 1/2큰술", "3/4큰술", "2.5큰술"])
def test_an_amount_is_read_whole(old: str) -> None:
    change = Change(frozenset({"간장"}), "간장", old, "1작은술", 0.2)
    told = retold_steps([f"간장을 {old} 넣습니다."], [change], OTHERS, "ko")
    assert told == ("간장을 1작은술 넣습니다.",)


def test_english_units_are_read_whole() -> None:
    change = Change(frozenset({"salt"}), "salt", "3 tsp", "1/2 tsp", 1 / 6)
    told = retold_steps(["Add 3 tsp of salt and stir."], [change], OTHERS, "en")
    assert told == ("Add 1/2 tsp of salt and stir.",)


def test_parts_of_an_amount_shrink_with_it() -> None:
    change = Change(frozenset({"간장"}), "간장", "4큰술", "2큰술", 0.5)
    steps = ["간장을 3큰술 넣습니다.", "남은 간장을 1큰술 뿌립니다."]
    assert retold_steps(steps, [change], OTHERS, "ko") == (
        "간장을 1과 1/2큰술 넣습니다.",
        "남은 간장을 1/2큰술 뿌립니다.",
    )


def test_a_longer_name_beside_it_is_another_food() -> None:
    words = frozenset({"새우"})
    told = retold_steps(["새우젓을 넣습니다."], [Change(words, None)], ("새우젓",), "ko")
    assert told == ("새우젓을 넣습니다.",)
    assert names_it("새우젓을 넣습니다.", words)
    assert not names_it("새우젓을 넣습니다.", words, ["새우젓"])


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("새우 애호박볶음", "애호박볶음"),
        ("새우볶음밥", "볶음밥"),
        ("양파와 새우 볶음", "양파 볶음"),
        ("새우", "두부 양파 요리"),
    ],
)
def test_a_title_without_what_is_gone(title: str, told: str) -> None:
    assert retold_title(title, [Change(SHRIMP, None)], ["두부", "양파"], "ko") == told


def test_an_english_title() -> None:
    change = [Change(SHRIMP, None)]
    assert retold_title("Fried rice with shrimp", change, ["rice"], "en") == "Fried rice"
    assert retold_title("Rice with shrimp and onion", change, [], "en") == "Rice and onion"


def test_praise_of_what_is_gone_goes_as_a_whole_sentence() -> None:
    told = retold_prose("새우가 탱글합니다. 밥과 드세요.", [Change(SHRIMP, None)], OTHERS)
    assert told == "밥과 드세요."
