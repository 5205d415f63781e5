"""What was checked, sorted for the eye: what to know first, then what was looked for, then why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from aichef.meal.render import figures, for_whom, scaled_rules
from aichef.meal.words import rule_source
from aichef.profile.words import korean_number
from aichef.recipe.rules import rules_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aichef.profile.model import Locale
    from aichef.recipe.model import Finding
    from aichef.web.page.kept import View

MAY: Final = frozenset(
    {
        "G02",
        "coeliac.01b",
        "diet.gluten_free.may",
        "diet.halal.may",
        "diet.pescatarian.may",
        "galactosaemia.01b",
        "hyperthyroid_rai.01b",
        "raas_k.01b",
        "sulphite_asthma.01b",
        "vegan.01b",
        "vegetarian.01b",
    }
)
"""Rules on what may be inside depending on the product: nothing was missed, a label is to be read.
"""

ORDER: Final = ("unknown", "may", "missed", "near", "absent", "advice")
"""Groups of findings, what matters most to an eater first."""


class Said(NamedTuple):
    """A finding as it is told: its sentence, the foods it names, figures, rule and source."""

    text: str
    foods: str
    figures: str
    share: bool
    rule: str
    verdict: str
    source: str


@dataclass(frozen=True, slots=True)
class Checked:
    """For whom, the findings worth a line by group, and every rule with its verdict."""

    whom: str
    groups: tuple[tuple[str, tuple[Said, ...]], ...]
    rules: tuple[Said, ...]
    held: int


def checked(view: View, locale: Locale) -> Checked:
    """The findings of a meal; no group ever says that food is harmless, only what was found."""
    scaled = scaled_rules(view.profile, view.recipe)
    advice = {
        rule.id
        for rule in rules_for(view.profile)
        if rule.kind == "advise" and rule.owners != ("all",)
    }

    def said(one: Finding) -> Said:
        return Said(
            one.message,
            ", ".join(one.foods),
            figures(one, locale),
            one.rule in scaled,
            one.rule,
            one.verdict,
            rule_source(one.source, locale),
        )

    groups = tuple(
        (name, some)
        for name in ORDER
        if (some := tuple(said(one) for one in view.findings if _group(one, advice) == name))
    )
    _, _, whom = for_whom(view.profile).partition(": ")
    held = sum(one.verdict == "pass" for one in view.findings)
    return Checked(whom, groups, tuple(said(one) for one in view.findings), held)


def _group(one: Finding, advice: set[str]) -> str:
    if one.verdict == "unknown" and one.severity != "info":
        return "unknown"
    if one.rule in MAY and one.verdict in {"fail", "warn"}:
        return "may"
    if one.verdict in {"fail", "warn"} and one.severity != "info":
        return "missed" if one.verdict == "fail" else "near"
    if one.rule == "G01" and one.verdict == "pass":
        return "absent"
    return "advice" if one.rule in advice else ""


_SPAN: Final = r"\s?[~∼–-]\s?"
_NUMBER: Final = r"(?:\d+\s\d/\d|\d+/\d+|\d*[½¼¾]|\d+(?:\.\d+)?)"
_COUNT: Final = (
    rf"(?:{_NUMBER}|(?<![가-힣])(?:[이삼사오]?십[일이삼사오육칠팔구]?|한|두|세|네|다섯|여섯))"
)
_UNIT_KO: Final = (
    r"(?:시간(?!대|표)|분(?!의|량|할|지)|초(?!고추|록|벌|반|장|밥))"
    r"(?![가-힣]*\s?(?:전(?:에|까지|부터|\b)|뒤에 먹))"
)
_UNIT_EN: Final = r"(?:hours?|hrs?|minutes?|mins?|seconds?|secs?)\b(?!\s(?:before|ahead|earlier))"
_LASTS: Final = re.compile(
    rf"(?P<half_ko>(?<![가-힣])반\s?시간(?!대))"
    rf"|(?P<half_en>\b(?:half an hour|half-hour|half hour)\b)"
    rf"|(?P<and_half>\b(?:an|one) hour and a half\b)"
    rf"|(?:(?P<from>{_COUNT})(?:{_SPAN}|에서\s|\sto\s|\sor\s))?(?P<number>{_COUNT})"
    rf"(?:\s?(?P<ko>{_UNIT_KO})(?P<more>\s?반(?=[\s,.을이은]|$))?|[\s-]?(?P<en>{_UNIT_EN}))",
    re.IGNORECASE,
)
_JOINS: Final = re.compile(r"\s?|,?\s(?:and\s)?|\sand\s", re.IGNORECASE)
_TILL: Final = re.compile(rf"{_SPAN}|(?:에서|부터)\s|\s(?:to|or)\s", re.IGNORECASE)
_CORE: Final = re.compile(r"(?P<degrees>\d+)\s?(?:℃|°C)[^.)]{0,12}$")
_BOILING: Final = 100
_SHORT: Final = 600
_LONGEST: Final = 6 * 3600
_SECONDS: Final = {"시": 3600, "분": 60, "초": 1, "h": 3600, "m": 60, "s": 1}
_NATIVE: Final = {"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6}
_PARTS: Final = {"½": 0.5, "¼": 0.25, "¾": 0.75}


class _While(NamedTuple):
    """A while that a step speaks of: where, how long at least, and its smallest unit in seconds."""

    start: int
    end: int
    seconds: float
    unit: int
    ranged: bool


def timers(step: str) -> Iterator[tuple[int, str]]:
    """Seconds of each while that a step speaks of, with what to call it.

    "1시간 30분" is one while. Of "10~15분" it is the shorter, for a first look, and the name says
    so. How long the middle has to be at 75 °C is no time to cook for.
    """
    seen: set[int] = set()
    for one in _joined(step):
        seconds = round(one.seconds)
        core = _CORE.search(step, 0, one.start)
        if core and int(core["degrees"]) < _BOILING and seconds < _SHORT:
            continue
        if not 0 < seconds <= _LONGEST or seconds in seen:
            continue
        seen.add(seconds)
        said = step[one.start : one.end]
        yield seconds, _first_look(seconds, said) if one.ranged else said


def _first_look(seconds: int, said: str) -> str:
    """The name of a timer for the shorter end of a range."""
    korean = re.search(r"[가-힣]", said) is not None
    names = (("시간", "분", "초"), (" h", " min", " s"))[not korean]
    parts = (seconds // 3600, seconds // 60 % 60, seconds % 60)
    least = " ".join(f"{part}{name}" for part, name in zip(parts, names, strict=True) if part)
    return f"{least}({said} 중 첫 확인)" if korean else f"{least} (first look of {said})"


def _joined(step: str) -> Iterator[_While]:
    """Whiles in their order: hours with the minutes behind them, and ranges as one."""
    held: _While | None = None
    for hit in _LASTS.finditer(step):
        one = _while(hit)
        between = step[held.end : one.start] if held else ""
        if held and _TILL.fullmatch(between):
            held = held._replace(end=one.end, ranged=True)
        elif held and one.unit < held.unit and not one.ranged and _JOINS.fullmatch(between):
            more = 0.0 if held.ranged else one.seconds
            held = held._replace(end=one.end, seconds=held.seconds + more, unit=one.unit)
        else:
            if held:
                yield held
            held = one
    if held:
        yield held


def _while(hit: re.Match[str]) -> _While:
    if hit["half_ko"] or hit["half_en"]:
        return _While(hit.start(), hit.end(), 1800, 60, ranged=False)
    if hit["and_half"]:
        return _While(hit.start(), hit.end(), 5400, 60, ranged=False)
    unit = _SECONDS[(hit["ko"] or hit["en"])[0].lower()]
    least = _count(hit["from"] or hit["number"])
    half = 0.5 if hit["more"] and not hit["from"] else 0.0
    return _While(hit.start(), hit.end(), (least + half) * unit, unit, ranged=bool(hit["from"]))


def _count(text: str) -> float:
    if text in _NATIVE:
        return _NATIVE[text]
    if text[-1] in _PARTS:
        return int(text[:-1] or 0) + _PARTS[text[-1]]
    if "/" in text:
        *whole, part = text.split()
        over, _, under = part.partition("/")
        return sum(map(int, whole)) + (int(over) / int(under) if int(under) else 0.0)
    read = korean_number(text)
    return float(read) if read is not None else 0.0
