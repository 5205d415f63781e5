"""What the solver decided, as a recipe: amounts a cook writes, steps that stay true."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aichef.chef.korean import listed, listed_en, with_particle
from aichef.food.amounts import tidy, write_amount
from aichef.recipe.model import Ingredient, Recipe, ServedWith, WrittenBy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aichef.chef.frame import Frame
    from aichef.chef.plan import Choice, Picked
    from aichef.profile.model import Profile

PLACE: Final = re.compile(r"\{(\w+)(?:\.(\w+))?(?::([가-힣]+))?\}")
DIFFICULTY: Final = {"beginner": "easy", "intermediate": "medium", "advanced": "hard"}


def dish(frame: Frame, picked: Picked, profile: Profile) -> Recipe:
    """The frame filled in: a whole meal for the profile's servings, in its language."""
    locale = profile.locale
    places = {
        role.id: tuple((one, n) for one, n in picked if one.role is role) for role in frame.roles
    }
    served = tuple((one, n) for one, n in picked if one.role.served)
    return Recipe(
        name=_filled(frame.name[locale], places, profile, joint="·"),
        servings=profile.servings,
        ingredients=tuple(_ingredient(one, n, locale) for one, n in picked if not one.role.served),
        instructions=tuple(
            _filled(step.text[locale], places, profile)
            for step in frame.steps
            if all(places.get(role) for role in step.needs)
        ),
        description=_filled(frame.description[locale], places, profile),
        minutes=frame.takes(profile.servings),
        difficulty=DIFFICULTY[frame.level],  # type: ignore[arg-type]
        course="meal",
        served_with=tuple(
            ServedWith(one.food.id, round(n * one.step_g / profile.servings, 1))
            for one, n in served
        ),
        notes=_filled(frame.notes[locale], places, profile),
        keto_notes=keto_notes(profile) if profile.target == "keto" else None,
        tools=frame.tools,
        written_by=WrittenBy("cookbook"),
        frame=frame.id,
    )


def keto_notes(profile: Profile) -> str:
    """How carbohydrate was counted, for an eater who counts it too (K01, K15)."""
    limit = f"{profile.carb_limit:g}"
    if profile.locale == "ko":
        basis = "순탄수화물(식이섬유 제외)" if profile.carb_basis == "net" else "총탄수화물"
        return f"{basis} 1인분 {limit}g 이하로 맞췄어요. 에리스리톨과 알룰로스는 세지 않아요."
    basis = "net carbohydrate (fibre taken off)" if profile.carb_basis == "net" else "carbohydrate"
    return f"At most {limit} g of {basis} a serving; erythritol and allulose are not counted."


def _ingredient(choice: Choice, n: int, locale: str) -> Ingredient:
    grams = n * choice.step_g
    amount, unit = amount_of(choice, n, locale)
    return Ingredient(
        name=called(choice, locale),
        amount=amount,
        unit=unit,
        food=choice.food.id,
        grams=round(grams * choice.bought, 2),
        edible_grams=round(grams * choice.edible, 2),
        prep=choice.option.prep.get(locale, ""),
        treatment=choice.option.treatment,
        raw=choice.option.raw or None,
        form=choice.option.form,
        to_buy=not choice.at_home,
    )


def called(choice: Choice, locale: str) -> str:
    """What the cook calls it in this dish."""
    return choice.option.called.get(locale) or choice.food.name(locale)


def amount_of(choice: Choice, n: int, locale: str) -> tuple[str, str]:
    """Amount and unit of `n` steps, the way a cook writes them."""
    return write_amount(*tidy(n * choice.step, choice.unit), locale)


def _filled(
    text: str,
    places: Mapping[str, Sequence[tuple[Choice, int]]],
    profile: Profile,
    joint: str = "",
) -> str:
    locale = profile.locale

    def put(match: re.Match[str]) -> str:
        role, detail, particle = match.groups()
        if role == "servings":
            return str(profile.servings)
        words = [_word(one, n, detail, locale) for one, n in places[role]]
        if detail:
            words = list(dict.fromkeys(words))
        if joint:
            said = joint.join(words[:2])
        elif detail:
            said = ", ".join(words)
        else:
            said = listed(words) if locale == "ko" else listed_en(words)
        return with_particle(said, particle) if particle and locale == "ko" else said

    filled = PLACE.sub(put, text)
    return filled[:1].upper() + filled[1:]


def _word(choice: Choice, n: int, detail: str | None, locale: str) -> str:
    if detail is None:
        return called(choice, locale)
    if detail == "amount":
        amount, unit = amount_of(choice, n, locale)
        return spaced(amount, unit, locale)
    return choice.option.words[detail][locale]


def spaced(amount: str, unit: str, locale: str) -> str:
    """Amount and unit as one word, "2큰술"; English puts a space between, "2 tbsp"."""
    return f"{amount}{unit}" if locale == "ko" else f"{amount} {unit}".strip()
