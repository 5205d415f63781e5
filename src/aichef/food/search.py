"""Finding foods by a word, for people who look; never for reading a recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichef.food.table import food_names, foods, normal

if TYPE_CHECKING:
    from aichef.food.model import Food


def search(word: str, most: int = 20) -> tuple[Food, ...]:
    """Up to `most` foods with a name that holds the word, the shortest such name first."""
    wanted = normal(word)
    if not wanted:
        return ()
    found: dict[str, tuple[int, str]] = {}
    for name, food in food_names().items():
        if wanted in name or wanted == food:
            found[food] = min(found.get(food, (len(name), name)), (len(name), name))
    ranked = sorted(found, key=lambda food: (found[food], food))
    return tuple(foods()[food] for food in ranked[:most])
