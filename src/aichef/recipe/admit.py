"""What a profile rules out before anything is cooked: conflicts, refusals, wishes, spoiled food.

No writer is called for a profile that stops here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from aichef.errors import Infeasible
from aichef.food.names import read_name
from aichef.lazy import pattern
from aichef.recipe.check import Case, avoid
from aichef.recipe.checks import allergen_contains, first_month, is_late, rule_named
from aichef.recipe.model import Finding, Ingredient, Recipe
from aichef.recipe.rules import Rule, all_rules, rules_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from aichef.profile.model import Profile

NOT_WANTED: Final = pattern(
    r"빼|뺀|없|말고|말아|마세요|제외|넣지|안\s?(?:넣|먹|되|돼|됩)|않|싫|못|금지|피하|피해|알레르기|알러지|대신"
    r"|without|\bno\b|except|instead|avoid|\bnot\b|n't|never|free\b|allerg|skip|omit"
)
PARTICLES: Final = pattern(
    r"(으로|이나|하고|랑|이랑|까지|도|을|를|이|가|은|는|로|나|만|에|와|과|의)$"
)


def admit(profile: Profile, today: date) -> tuple[Finding, ...]:
    """Soft conflicts to be said with the meal; raises Infeasible naming every hard one."""
    found = tuple(conflicts(profile, today))
    hard = [one for one in found if one.severity == "hard"]
    if hard:
        raise _refused(hard, profile, today)
    return found


def _refused(hard: list[Finding], profile: Profile, today: date) -> Infeasible:
    """The refusal, and the one change that ends every conflict where a person may make it."""
    message, rules = _refusal(hard, profile), refused_rules(hard)
    if profile.target in {"general", "baby_food"}:
        return Infeasible(message, rules=rules)
    general = replace(profile, target="general")
    if any(one.severity == "hard" for one in conflicts(general, today)):
        return Infeasible(message, rules=rules)
    korean = profile.locale == "ko"
    said = (
        "목표를 일반(general)으로 바꾸면 드릴 수 있어요."
        if korean
        else "It works with the target general."
    )
    way = {"field": "target", "message": said}
    return Infeasible(f"{message}. {said}", rules=rules, wouldDo=[way])


def refused_rules(findings: list[Finding]) -> list[dict[str, object]]:
    """Rules of a refusal as data: id, what it says, source, and the foods it is about."""
    return [
        {"rule": one.rule, "message": one.message, "source": one.source, "foods": list(one.foods)}
        for one in findings
    ]


def _refusal(hard: list[Finding], profile: Profile) -> str:
    said: dict[str, list[str]] = {}
    for one in hard:
        said.setdefault(f"{one.message}{_named(one)}", []).append(one.rule)
    why = " / ".join(f"{message} [{', '.join(rules)}]" for message, rules in said.items())
    if profile.locale == "ko":
        return f"이 조건으로는 요리를 드릴 수 없어요: {why}"
    return f"No meal can be offered for this profile: {why}"


def _named(finding: Finding) -> str:
    return f": {', '.join(finding.foods)}" if finding.foods else ""


def conflicts(profile: Profile, today: date) -> Iterator[Finding]:
    """Every conflict of the profile with itself, hard and soft."""
    for rule in rules_for(profile):
        if (rule.kind == "conflict" and _clashes(rule, profile)) or rule.kind == "refuse":
            yield _finding(rule, profile)
    yield from _baby(profile)
    yield from _wishes(profile, today)


def _finding(rule: Rule, profile: Profile, foods_named: tuple[str, ...] = ()) -> Finding:
    return Finding(
        rule.id,
        rule.severity,
        "fail",
        source=rule.source,
        message=rule.says(profile.locale),
        foods=foods_named,
    )


def _clashes(rule: Rule, profile: Profile) -> bool:
    match rule.field:
        case "weight_loss":
            return profile.target == "diet" or "obesity" in profile.conditions
        case "high_protein":
            return profile.target == "diet"
        case _:
            return profile.target == rule.field


def _baby(profile: Profile) -> Iterator[Finding]:
    if profile.target != "baby_food" or profile.baby_age_months is None:
        return
    for rule in all_rules():
        young = rule.field == "baby_min_age" and profile.baby_age_months < (rule.low or 4)
        ill = rule.field == "baby_with_disease" and bool(profile.conditions)
        if young or ill:
            yield _finding(rule, profile)


def _wishes(profile: Profile, today: date) -> Iterator[Finding]:
    """Foods asked for by name that a hard rule forbids, and must-use food past its date."""
    wanted = {(one.food, one.name): None for one in profile.available if one.must_use}
    wanted.update(dict.fromkeys(wished(profile.note)))
    found: dict[tuple[str, str], Finding] = {}
    for food, name in wanted:
        for one in forbidden(food, name, profile, today):
            before = found.get((one.rule, one.message), one)
            named = tuple(dict.fromkeys((*before.foods, *one.foods)))
            found[one.rule, one.message] = replace(one, foods=named)
    yield from found.values()
    late = [one.name for one in profile.available if one.must_use and is_late(one, today)]
    if late:
        yield _finding(rule_named("F06"), profile, tuple(late))


def without_spoiled(profile: Profile, today: date) -> Profile:
    """The profile without fridge items that must not be eaten any more; each is an assumption."""
    gone = [one for one in profile.available if is_late(one, today)]
    if not gone:
        return profile
    said = tuple(f"spoiled:{one.name}" for one in gone)
    kept = tuple(one for one in profile.available if one not in gone)
    return replace(profile, available=kept, assumptions=(*profile.assumptions, *said))


def wished(note: str) -> Iterator[tuple[str | None, str]]:
    """Foods a note asks for; a clause that leaves something out asks for nothing.

    Food id and name; a word that is no food comes without id, for rules that name it in words.
    """
    for clause in re.split(r"[.,!?;/\n]|그리고|지만|는데", note.lower()):
        if NOT_WANTED.search(clause):
            continue
        for word in clause.split():
            name = word.strip("'\"()[]~")
            bare = PARTICLES.sub("", name)
            read = [(read_name(one).food, one) for one in dict.fromkeys((name, bare))]
            yield from [one for one in read if one[0]][:1] or read


def forbidden(food: str | None, name: str, profile: Profile, today: date) -> Iterator[Finding]:
    """Hard rules that keep this food from this person in any amount and form."""
    lone = Recipe(name, 1, (Ingredient(name, food=food, grams=1.0, edible_grams=1.0),), ())
    case = Case(lone, profile, today)
    for rule in rules_for(profile):
        judged: Iterable[Finding] = ()
        if rule.severity != "hard":
            continue
        if rule.kind == "avoid":
            judged = (avoid(rule, case),)
        elif rule.field == "first_month":
            judged = first_month(rule, case)
        elif rule.field == "allergen_contains":
            judged = allergen_contains(rule, case)
        yield from (one for one in judged if one.verdict == "fail")
