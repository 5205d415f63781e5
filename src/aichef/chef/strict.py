"""What we hand out keeps more than what we let pass.

`check` judges anybody's recipe and leaves an eater who guards against nothing in doubt. A recipe
of ours, whoever wrote it, keeps what the cook's book keeps by the way it is composed: nothing
unknown is in it, a wish is a wish, and the limits of failing organs are not approached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aichef.chef.plan import KEEPS_AWAY, KEPT_AWAY
from aichef.chef.retell import amounts_said, names_of
from aichef.food.amounts import read_amount
from aichef.recipe.check import Case, field_of, limits
from aichef.recipe.checks import CHECKS, rule_named
from aichef.recipe.rules import rules_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from aichef.profile.model import Profile
    from aichef.recipe.model import Finding, Recipe

WHOLE: Final = frozenset({"G03", "G05"})
"""Every line is a food we know, in an amount we know: else neither figures nor prices are true."""

MORE: Final = 1.3
"""How much more than the list a step may say, for pieces that are no two alike."""

OPEN: Final = frozenset({"warn", "unknown"})

WISHES: Final = frozenset({"P01", "P02", "P03"})
"""Disliked foods, the time one has, the tools one has."""


def also_broken(
    recipe: Recipe, profile: Profile, today: date, findings: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Findings that keep a written recipe back although `closes_gate` lets them pass."""
    case = Case(recipe, profile, today)
    found: list[Finding] = []
    if not recipe.frame:
        # The book's list and steps come from one page: "canned tuna" there is its tuna in water.
        found += [one for one in findings if one.rule in WHOLE and one.verdict in OPEN]
        if more := told_more(recipe):
            said = "만드는 법에 적힌 양이 재료 목록보다 많아요"
            if profile.locale != "ko":
                said = "A step uses more than the list has"
            found.append(case.finding(rule_named("G05"), "unknown", foods=more, message=said))
    found += [one for one in findings if one.rule in WISHES and one.verdict == "fail"]
    if any(one.must_use for one in profile.available):
        wanted = CHECKS["must_use"](rule_named("F01"), case)
        found += [one for one in wanted if one.verdict == "fail"]
    if KEEPS_AWAY.intersection(profile.conditions):
        found += _too_near(case)
    return tuple(found)


def told_more(recipe: Recipe) -> tuple[str, ...]:
    """Names of lines of which a single step uses more than the list has.

    The figures are those of the list; a cook follows the step.
    """
    found: list[str] = []
    for line in recipe.ingredients:
        if not line.grams or not line.food or line.food == "water":
            continue
        others = [one for one in recipe.ingredients if one is not line]
        names = [one.name for one in others]
        most = MORE * max(line.grams, line.worst_grams or 0.0)
        for said in amounts_said(recipe.instructions, names_of(line, others), names):
            read = read_amount(said, "", f"{line.prep} {line.name}".strip())
            if read.food == line.food and (read.bought_g or 0.0) > most:
                found.append(line.name)
                break
    return tuple(found)


def _too_near(case: Case) -> Iterator[Finding]:
    """Hard maxima for kidney disease, heart failure and cirrhosis from which 10 % are not kept."""
    for rule in rules_for(case.profile):
        owners = {owner.partition(":")[2] for owner in rule.owners}
        if rule.kind != "nutrient" or rule.severity != "hard" or not owners & KEEPS_AWAY:
            continue
        high = limits(rule, case.profile, case.share)[1]
        value = case.serving.of(field_of(rule, case.profile))
        if high is not None and value.hi > (near := high * (1 - KEPT_AWAY)) + 1e-6:
            yield case.finding(rule, "fail", round(value.hi, 2), round(near, 2))
