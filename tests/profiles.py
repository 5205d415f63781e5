"""Random profiles, repeatable by seed, as the camelCase dicts a machine would send."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from tests import independent

TARGETS = ("keto", "baby_food", "diabetes", "diet", "fridge", "general")
TOOLS = ("pan", "pot", "microwave", "oven", "airfryer", "blender", "steamer", "rice_cooker")
DIETS = ("vegan", "vegetarian", "pescatarian", "gluten_free", "halal")
FRIDGE = (
    *("두부", "달걀", "양파", "애호박", "당근", "시금치", "배추김치", "감자", "대파", "양배추"),
    *("새송이버섯", "콩나물", "우유", "닭가슴살", "돼지고기 앞다리", "브로콜리", "토마토", "무"),
    *("고구마", "오이", "밥", "가지"),
)
EXACT_FOODS = ("우엉", "시금치", "감자", "오이", "가지", "애호박", "느타리버섯", "참치캔")


def known(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in names if one in independent.names())


def conditions() -> tuple[str, ...]:
    """Every condition id that is neither a medicine nor a diet."""
    rows = independent.read(independent.SOURCE / "profile/data/conditions.csv")
    return tuple(row["id"] for row in rows if row["kind"] == "disease")


def random_profile(seed: int, today: date) -> dict[str, Any]:
    """One profile; the same for the same seed and day."""
    chance = random.Random(seed)
    target = chance.choice(TARGETS)
    profile: dict[str, Any] = {
        "target": target,
        "servings": chance.randint(1, 6),
        "budget": chance.randrange(5_000, 50_001, 1_000),
        "seed": chance.randint(0, 10_000),
        "locale": chance.choice(("ko", "ko", "en")),
        "cookingLevel": chance.choice(("beginner", "intermediate", "advanced")),
        "pantry": chance.choice(("basic", "basic", "empty")),
    }
    if target == "baby_food":
        profile["babyAgeMonths"] = chance.randint(3, 40)
    elif chance.random() < 0.3:
        profile["age"] = chance.choice((15, 18, 25, 40, 65, 80))
    _allergies(profile, chance)
    _health(profile, chance)
    if target == "keto" and chance.random() < 0.4:
        profile["carbLimit"] = chance.choice((2, 3, 4))
        profile["carbBasis"] = chance.choice(("total", "net"))
    if chance.random() < 0.2 and target != "baby_food":
        profile["diet"] = [chance.choice(DIETS)]
    if chance.random() < 0.3:
        profile["dislikes"] = chance.sample(known(FRIDGE), 2)
    if chance.random() < 0.25:
        profile["tools"] = sorted({"pot", *chance.sample(TOOLS, 3)})
    if target == "fridge" or chance.random() < 0.15:
        profile["availableIngredients"] = _fridge(chance, today)
    return profile


def _allergies(profile: dict[str, Any], chance: random.Random) -> None:
    ids = sorted(independent.allergen_members())
    words = chance.sample(ids, chance.choice((0, 0, 0, 1, 1, 2)))
    if chance.random() < 0.1:
        words.append(chance.choice(known(EXACT_FOODS)))
    if words:
        profile["allergies"] = words
        profile["strictAllergies"] = chance.random() < 0.2


def _health(profile: dict[str, Any], chance: random.Random) -> None:
    many = chance.choice((0, 0, 0, 1, 1, 1, 2))
    if profile["target"] == "baby_food" and chance.random() < 0.8:
        many = 0
    if many:
        profile["healthConditions"] = chance.sample(conditions(), many)
    if chance.random() < 0.25 and profile["target"] != "baby_food":
        profile["medications"] = [chance.choice(sorted(independent.MEDICINES))]
    if chance.random() < 0.1:
        profile |= {"weightKg": chance.choice((45, 60, 85)), "heightCm": 165}


def _fridge(chance: random.Random, today: date) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    for name in chance.sample(known(FRIDGE), chance.randint(1, 5)):
        item: dict[str, Any] = {"name": name}
        if chance.random() < 0.8:
            item |= {"amount": chance.randrange(50, 800, 50), "unit": "g"}
        if chance.random() < 0.25:
            item["mustUse"] = True
        if chance.random() < 0.3:
            item["expires"] = (today + timedelta(days=chance.randint(-3, 10))).isoformat()
        items.append(item)
    return items
