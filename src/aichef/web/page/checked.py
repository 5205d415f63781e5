"""What was checked, sorted for the eye: what to know first, then what was looked for, then why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from aichef.meal.render import figures, for_whom, scaled_rules
from aichef.recipe.rules import rules_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aichef.profile.model import Locale
    from aichef.recipe.model import Finding
    from aichef.web.page.kept import View

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
            one.source,
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
    if one.rule == "G02" and one.verdict == "fail":
        return "may"
    if one.verdict in {"fail", "warn"} and one.severity != "info":
        return "missed" if one.verdict == "fail" else "near"
    if one.rule == "G01" and one.verdict == "pass":
        return "absent"
    return "advice" if one.rule in advice else ""


_LASTS: Final = re.compile(
    r"(?:(?P<from>\d+)\s?[~∼–-]\s?)?(?P<number>\d+)\s?"
    r"(?P<unit>시간|분|초|hours?|minutes?|mins?|seconds?|secs?)(?![가-힣]*\s?(?:전|뒤에 먹))"
)
_HEATED: Final = re.compile(r"\d+\s?(?:℃|°C)[^.)]{0,12}$")
_SECONDS: Final = {"시": 3600, "분": 60, "초": 1, "h": 3600, "m": 60, "s": 1}


def timers(step: str) -> Iterator[tuple[int, str]]:
    """Seconds of each while that a step speaks of, with its own words; of "2~3분" the longer.

    How long the middle has to be at 75 °C is no time to cook for.
    """
    seen: set[int] = set()
    for hit in _LASTS.finditer(step):
        seconds = int(hit["number"]) * _SECONDS[hit["unit"][0]]
        if _HEATED.search(step, 0, hit.start()) or not 0 < seconds <= 6 * 3600:
            continue
        if seconds not in seen:
            seen.add(seconds)
            yield seconds, hit[0]
