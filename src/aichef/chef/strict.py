"""What we hand out keeps more than what we let pass.

`check` judges anybody's recipe and leaves an eater who guards against nothing in doubt. A recipe
of ours, whoever wrote it, keeps what the cook's book keeps by the way it is composed: nothing
unknown is in it, a wish is a wish, and the limits of failing organs are not approached.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aichef.chef.claims import sentences_of
from aichef.chef.plan import KEEPS_AWAY, KEPT_AWAY
from aichef.chef.resize import in_figures
from aichef.chef.retell import UNITS, names_of, names_others, told_amounts
from aichef.food.amounts import read_amount
from aichef.lazy import pattern
from aichef.recipe.check import Case, field_of, limits
from aichef.recipe.checks import CHECKS, rule_named
from aichef.recipe.rules import rules_for
from aichef.recipe.steps import HEAT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from aichef.chef.retell import Told
    from aichef.profile.model import Profile
    from aichef.recipe.model import Finding, Ingredient, Recipe

WHOLE: Final = frozenset({"G03", "G05"})
"""Every line is a food we know, in an amount we know: else neither figures nor prices are true."""

MORE: Final = 1.3
"""How much more than the list a step may say, for pieces that are no two alike."""

OPEN: Final = frozenset({"warn", "unknown"})

_ABOUT: Final = pattern(
    r"(?<![가-힣])(?:약|대략|총|각각|넉넉히|듬뿍|가득)\s(?=\d)|\b(?:about|roughly|heaped"
    r"|level)\s(?=\d)"
)
_MORE_IN_IT: Final = pattern(rf"(\d[\d/]*) (?:more ({UNITS})|({UNITS}) more)", re.IGNORECASE)
_COUNTS: Final = ("두", "세", "네", "다섯", "여섯")
_EACH: Final = pattern(rf"씩?\s?(\d|{'|'.join(_COUNTS)})\s?(?:번|차례)(?!째)")
_SENTENCE_END: Final = pattern(r"[.!?;](?=\s|$)")
_VERB: Final = pattern(
    r"\S*(?:고|며|서|뒤|[어아여워려쳐해]|니다|세요|[어아]요|[은는한]다)(?=[,\s]|$)"
)
_MORE_OF_IT: Final = pattern(
    r"(?<![가-힣])(?:더|또|다시|추가로)\s(?:넣|뿌|붓|부어|더하|두르|둘러|섞|풀|얹|올|끼얹"
    r"|간[하해합]|곁들)|\b(?:another|extra)\s*$|^\s*more\b"
)
_ADDS: Final = pattern(
    r"넣|뿌[리려린립]|붓|부어|부으|더하|더해|더합|두[르른]|두릅|둘러|섞|풀어|풉니|얹|올[려립]"
    r"|올리(?!브)|간[하해합]|추가"
)
_ADDS_EN: Final = pattern(
    r"\b(?:add|stir in|pour(?: in)?|sprinkle|mix in|whisk in|drizzle|top with|toss with"
    r"|season with|finish with)\b",
    re.IGNORECASE,
)
_IN_ALREADY: Final = pattern(
    r"(?:볶은|구운|삶은|찐|데친|익힌|다진|썬|불린|재운|넣은|섞은|준비한|만든|남은|나머지|위의)\s*$"
    r"|\b(?:the|remaining|fried|cooked|boiled|roasted|rest of the|chopped)\s*$",
    re.IGNORECASE,
)
"""Of what is named for the second time no second helping goes in."""

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
    """Names of lines of which a step, or all that the steps add up to, uses more than the list has.

    The figures are those of the list; a cook follows the steps.
    """
    steps = [_plain(one) for one in recipe.instructions]
    lines: dict[str, list[Ingredient]] = {}
    for line in recipe.ingredients:
        if line.food and line.food != "water":
            lines.setdefault(line.food, []).append(line)
    found: list[str] = []
    for same in lines.values():
        others = [one for one in recipe.ingredients if one.food != same[0].food]
        if all(one.grams for one in same) and _is_more(same, others, steps):
            found += [one.name for one in same]
    return tuple(found)


def _plain(step: str) -> str:
    """A step with its amounts in figures, as a list has them: "1 tsp more" is another 1 tsp."""
    figures = in_figures(in_figures(step, "ko"), "en")
    return _MORE_IN_IT.sub(r"another \1 \2\3", _ABOUT.sub("", figures))


def once_only(
    steps: Sequence[str], line: Ingredient, others: Sequence[Ingredient]
) -> tuple[str, ...] | None:
    """Steps without the sentences that only add a line for a second time; None where none does."""
    words, names = names_of(line, others), [one.name for one in others]
    kept: list[str] = []
    named = added = dropped = 0
    for step in steps:
        told: list[str] = []
        for sentence in sentences_of(step):
            amounts = [*told_amounts([_plain(sentence)], words, names)]
            adds = any(map(_adds, amounts))
            again = (adds and added) or (named and any(map(_goes_on, amounts)))
            if again and not HEAT.search(sentence) and not names_others(sentence, names):
                dropped += 1
                continue
            named, added = named + len(amounts), added + adds
            told.append(sentence)
        kept.append(" ".join(told))
    return tuple(step for step in kept if step) if dropped else None


def _is_more(
    same: Sequence[Ingredient], others: Sequence[Ingredient], steps: Sequence[str]
) -> bool:
    """Whether the steps name more of a food, at once or in all, than its lines have."""
    most = MORE * sum(max(one.grams or 0.0, one.worst_grams or 0.0) for one in same)
    words = frozenset[str]().union(*(names_of(one, others) for one in same))
    line, added, named = same[0], 0.0, 0.0
    for told in told_amounts(steps, words, [one.name for one in others]):
        read = read_amount(told.amount, "", f"{line.prep} {line.name}".strip())
        if read.food != line.food:
            continue
        grams = (read.bought_g or 0.0) * _times(told)
        if _goes_on(told):
            # "2 tsp more": what was named before is in, by whatever verb.
            added = max(added, named) + grams
        elif _adds(told):
            added += grams
        named = max(named, grams)
        if max(grams, added) > most:
            return True
    return False


def _times(told: Told) -> int:
    """How often so much is taken: "1작은술씩 네 번"."""
    hit = _EACH.match(told.after)
    if hit is None:
        return 1
    return int(hit[1]) if hit[1].isdigit() else _COUNTS.index(hit[1]) + 2


def _goes_on(told: Told) -> bool:
    """Whether it is more of what was in before: "1 tsp more"."""
    return any(_MORE_OF_IT.search(one) for one in _sentence(told))


def _sentence(told: Told) -> tuple[str, str]:
    """What stands before and after an amount in its sentence."""
    return _SENTENCE_END.split(told.before)[-1], _SENTENCE_END.split(told.after)[0]


def _adds(told: Told) -> bool:
    """Whether what is named goes in there and then, and was not in before."""
    before, after = _sentence(told)
    if _goes_on(told):
        return True
    if _IN_ALREADY.search(before):
        return False
    verb = _VERB.search(after)
    korean = after[: verb.end()] if verb else after
    return bool(_ADDS.search(korean) or _ADDS_EN.search(before))


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
