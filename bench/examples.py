"""Meals as a terminal shows them: writes the twenty of docs/examples, and the sample of README.md.

Nothing outside is asked: the cook's book writes, the price book prices, the clock stands still.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console

from aichef.chef.composer import CooksBook
from aichef.cook import Kitchen, cook
from aichef.meal.render import render
from aichef.prices.book import PriceBook
from aichef.profile.parse import parse_profile

if TYPE_CHECKING:
    from aichef.meal.model import Meal

NOW: Final = datetime(2026, 11, 23, 18, tzinfo=timezone(timedelta(hours=9)))
WIDTH: Final = 80
FOLDER: Final = Path(__file__).parents[1] / "docs/examples"
README: Final = "README.md"
LIST: Final = ("<!-- meals -->\n", "<!-- /meals -->\n")
"""Between these two lines of the list's page stands the list; the rest is written by hand."""
FRONT: Final = Path(__file__).parents[1] / "README.md"
SAMPLE: Final = ("<!-- sample -->\n", "<!-- /sample -->\n")
"""Between these two lines of README.md stands the meal of FIRST."""
CUT: Final = "⋮"
CUT_AFTER: Final = {"영양 (1인분)": 5, "출처": 1}
"""Sections the sample is cut in, and how many of their lines it shows."""


@dataclass(frozen=True)
class Example:
    """One of the twenty: the name of its file, who it is for, and the profile as sent."""

    id: str
    who: str
    profile: dict[str, Any]


def example(name: str, who: str, target: str, **fields: object) -> Example:
    return Example(name, who, {"target": target, **fields})


EXAMPLES: Final = (
    example("keto_1", "혼자 먹는 기본 케토", "keto", servings=1, budget=15_000, seed=2),
    example(
        "keto_2",
        "새우와 우유에 알레르기가 있는 두 사람",
        "keto",
        servings=2,
        budget=20_000,
        allergies="새우, 우유",
        seed=12,
    ),
    example(
        "keto_3",
        "A couple watching their blood pressure, net carbohydrate",
        "keto",
        servings=2,
        budget=30_000,
        healthConditions="high blood pressure",
        medications="none",
        carbLimit=5,
        carbBasis="net",
        dislikes="mushroom",
        locale="en",
        seed=3,
    ),
    example(
        "keto_4",
        "네 식구, 난류 알레르기, 에어프라이어와 전자레인지뿐",
        "keto",
        servings=4,
        budget=30_000,
        allergies="달걀",
        tools=["에어프라이어", "전자레인지"],
        seed=4,
    ),
    example(
        "baby_6_months",
        "여섯 달, 쌀미음과 소고기를 먹어 본 아기",
        "baby_food",
        servings=1,
        budget=15_000,
        babyAgeMonths=6,
        currentFoods="쌀, 소고기",
        seed=1,
    ),
    example(
        "baby_8_months",
        "여덟 달, 달걀 알레르기",
        "baby_food",
        servings=2,
        budget=15_000,
        babyAgeMonths=8,
        allergies="달걀",
        currentFoods="쌀, 소고기, 애호박, 단호박",
        seed=2,
    ),
    example(
        "baby_13_months",
        "열세 달, 냉장고의 두부와 당근부터",
        "baby_food",
        servings=1,
        budget=15_000,
        babyAgeMonths=13,
        allergies="대게",
        availableIngredients="두부 1/2모 (내일까지), 당근 1개",
        seed=3,
    ),
    example(
        "baby_24_months",
        "스물네 달, 우유와 밀 알레르기",
        "baby_food",
        servings=2,
        budget=20_000,
        babyAgeMonths=24,
        allergies="우유, 밀",
        seed=2,
    ),
    example(
        "diabetes_1",
        "제2형 당뇨, 혼자",
        "diabetes",
        servings=1,
        budget=15_000,
        diabetesType="type2",
        medications="없음",
        seed=0,
    ),
    example(
        "diabetes_2",
        "당뇨와 고혈압, 부부, 65세",
        "diabetes",
        servings=2,
        budget=20_000,
        healthConditions="고혈압",
        medications="암로디핀",
        age=65,
        seed=2,
    ),
    example(
        "diabetes_3",
        "당뇨, 대두 알레르기, 네 식구",
        "diabetes",
        servings=4,
        budget=30_000,
        allergies="대두",
        medications="없음",
        seed=7,
    ),
    example(
        "diabetes_4",
        "임신성 당뇨",
        "diabetes",
        servings=2,
        budget=20_000,
        healthConditions="임신, 임신성 당뇨",
        medications="없음",
        dislikes="가지",
        seed=9,
    ),
    example(
        "diet_1",
        "혼자 하는 다이어트, 9,000원",
        "diet",
        servings=1,
        budget=9_000,
        age=28,
        sex="female",
        heightCm=163,
        weightKg=64,
        seed=1,
    ),
    example(
        "diet_2",
        "통풍이 있는 아버지와 아들",
        "diet",
        servings=2,
        budget=20_000,
        healthConditions="통풍",
        medications="없음",
        seed=2,
    ),
    example(
        "diet_3",
        "채식하는 세 사람, 땅콩 알레르기",
        "diet",
        servings=3,
        budget=20_000,
        diet=["vegetarian"],
        allergies="땅콩",
        seed=6,
    ),
    example(
        "diet_4",
        "넷이서 20분 안에",
        "diet",
        servings=4,
        budget=30_000,
        cookingTime=20,
        dislikes="오이",
        seed=8,
    ),
    example(
        "fridge_1",
        "날짜가 가까운 두부와 남은 채소",
        "fridge",
        servings=2,
        budget=10_000,
        availableIngredients="두부 1모 (내일까지, 꼭), 애호박 1개, 양파 2개, 대파 1대, 달걀 4개",
        seed=1,
    ),
    example(
        "fridge_2",
        "신 김치와 찬밥, 혼자",
        "fridge",
        servings=1,
        budget=8_000,
        availableIngredients="배추김치 300g (꼭), 밥 1공기, 달걀 2개, 참치캔 1개",
        pantry=["간장", "식용유", "참기름", "소금"],
        seed=3,
    ),
    example(
        "fridge_3",
        "만성콩팥병이 있는 어머니와 둘이",
        "fridge",
        servings=2,
        budget=15_000,
        healthConditions="만성콩팥병",
        medications="없음",
        availableIngredients="닭가슴살 200g (11월 25일까지), 양배추 1/4통, 당근 1개, 양파 1개",
        seed=6,
    ),
    example(
        "fridge_4",
        "네 식구, 갑각류 알레르기, 초보가 아닌 요리사",
        "fridge",
        servings=4,
        budget=20_000,
        allergies="새우, 게",
        cookingLevel="intermediate",
        availableIngredients="돼지고기 앞다리 400g (꼭), 감자 3개, 무 1/2개, 느타리버섯 1봉, "
        "대파 2대",
        seed=4,
    ),
)

FIRST: Final = example("first", "README.md", "keto", servings=2, budget=30_000)


def meal_of(one: Example) -> Meal:
    """The meal its profile gets on the evening of the examples."""
    kitchen = Kitchen(CooksBook(), (PriceBook.at(NOW.date()),), lambda: NOW)
    return asyncio.run(cook(parse_profile(one.profile, today=NOW.date()), kitchen))


def page_of(meal: Meal) -> str:
    """The page of a terminal 80 columns wide without colour."""
    file = StringIO()
    Console(file=file, width=WIDTH, no_color=True, color_system=None).print(render(meal))
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()).strip("\n") + "\n"


def cut(page: str) -> str:
    """The page with the long sections cut at ⋮; a blank line begins the next."""
    blocks = []
    for block in page.rstrip("\n").split("\n\n"):
        lines = block.splitlines()
        most = next((n for title, n in CUT_AFTER.items() if lines[0].startswith(title)), len(lines))
        blocks.append("\n".join(lines[: most + 1] + [CUT] * (len(lines) > most + 1)))
    return "\n\n".join(blocks) + "\n"


def sample() -> str:
    """What stands in README.md: the page of FIRST, cut."""
    return f"```text\n{cut(page_of(meal_of(FIRST)))}```\n"


def between(text: str, marks: tuple[str, str], said: str) -> str:
    """The text with what stands between two of its lines said anew."""
    start, end = marks
    before, found, rest = text.partition(start)
    _, ended, after = rest.partition(end)
    assert found
    assert ended
    return before + start + said + end + after


def write_between(file: Path, marks: tuple[str, str], said: str) -> None:
    file.write_text(between(file.read_text(encoding="utf-8"), marks, said), encoding="utf-8")


def document(one: Example, page: str) -> str:
    """The Markdown of one example."""
    sent = json.dumps(one.profile, ensure_ascii=False)
    return f"# {one.who}\n\n`{sent}`\n\n```text\n{page}```\n"


def line_of(one: Example, meal: Meal) -> str:
    """Its line in the list."""
    return f"- [{one.id}]({one.id}.md): {one.who} → {meal.recipe.name}\n"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = []
    for one in EXAMPLES:
        meal = meal_of(one)
        (FOLDER / f"{one.id}.md").write_text(document(one, page_of(meal)), encoding="utf-8")
        lines.append(line_of(one, meal))
    write_between(FOLDER / README, LIST, "".join(lines))
    write_between(FRONT, SAMPLE, sample())
    print(f"{len(lines)} meals written to docs/examples, one to README.md")


if __name__ == "__main__":
    main()
