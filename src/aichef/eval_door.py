"""`aichef eval`: a model over a set of profiles, in one table; how a person chooses a model."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, Literal

from aichef.errors import Infeasible, InvalidProfile

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence

    from rich.table import Table

    from aichef.chef.by_model import Trial
    from aichef.cook import Kitchen
    from aichef.profile.model import Profile

_BUILT_IN: Final = "eval_profiles.jsonl"
_MOST_RULES: Final = 8

_NO_MODEL: Final = (
    "평가할 모델이 없어요. AICHEF_MODEL을 정하거나 --model로 알려 주세요.",
    "There is no model to judge. Set AICHEF_MODEL or name one with --model.",
)
_NO_PROFILES: Final = (
    "프로필 파일을 읽을 수 없어요: {path}. 한 줄에 JSON 하나씩 적어 주세요.",
    "Profiles cannot be read: {path}. Write one JSON object a line.",
)


@dataclass
class Row:
    """What the meals of one target came to."""

    name: str
    trials: list[Trial] = field(default_factory=list)
    computed: list[float | None] = field(default_factory=list)
    refused: int = 0

    def figures(self) -> dict[str, Any]:
        """The row as plain figures; shares in percent, None where there is nothing to count."""
        meals = len(self.trials)
        share = {
            outcome: _pct(sum(one.outcome == outcome for one in self.trials), meals)
            for outcome in ("as_written", "mended", "replaced")
        }
        paid = [one.spent for one in self.trials if one.spent]
        usd = [float(one.usd) for one in paid if one.usd is not None]
        return {
            "target": self.name,
            "meals": meals,
            "refused": self.refused,
            "validFirstTimePct": share["as_written"],
            "repairedPct": share["mended"],
            "fellBackPct": share["replaced"],
            "wrongBeforeGate": sum(len(one.wrong) for one in self.trials),
            "claimedEnergyErrorPct": self._claim_error(),
            "seconds": _median([one.seconds for one in paid]),
            "tokensIn": _median([float(one.tokens_in) for one in paid]),
            "tokensOut": _median([float(one.tokens_out) for one in paid]),
            "usdPerMeal": round(sum(usd) / len(usd), 6) if usd else None,
        }

    def _claim_error(self) -> float | None:
        """Median of how far the energy a model claimed lies from the computed one, in percent."""
        errors = [
            abs(claimed - computed) / computed * 100
            for one, computed in zip(self.trials, self.computed, strict=True)
            if one.outcome != "replaced" and computed and (claimed := one.claimed.get("kcal"))
        ]
        return _median(errors)


def add_command(commands: Any) -> None:
    """Put `eval` beside the other commands."""
    one = commands.add_parser("eval", help="try a model over a set of profiles")
    one.add_argument("--profiles", metavar="FILE", help="profiles, one JSON object a line")
    one.add_argument("--model", metavar="…", help="instead of AICHEF_MODEL")
    one.add_argument("--repeat", type=int, default=1, help="times each profile is cooked for")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Cook for every profile and print the table."""
    from aichef.models.spec import read_spec
    from aichef.settings import Settings

    environ = {**os.environ, **({"AICHEF_MODEL": parsed.model} if parsed.model else {})}
    settings = Settings.read(environ)
    if not settings.model or read_spec(settings) is None:
        raise InvalidProfile(_NO_MODEL[settings.locale == "en"], field="model")
    profiles = list(_profiles(parsed.profiles, max(1, parsed.repeat), settings.locale))
    rows, rules = evaluate(profiles, settings)
    if parsed.json:
        body = {
            "model": settings.model,
            "rows": [one.figures() for one in rows],
            "rules": dict(rules.most_common()),
        }
        print(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        _show(settings.model, rows, rules)
    return 0


def evaluate(profiles: Sequence[Profile], settings: Any) -> tuple[list[Row], Counter[str]]:
    """A row for each target and one for all; and how often answers broke each rule."""
    from aichef.cook import cook
    from aichef.cook import run as drive
    from aichef.kitchens.local import local_kitchen

    everything = Row("all")
    rows: dict[str, Row] = {}
    rules: Counter[str] = Counter()
    seen: list[Trial] = []
    kitchen: Kitchen = local_kitchen(settings, watch=seen.append)
    for n, profile in enumerate(profiles, 1):
        _progress(n, len(profiles))
        row = rows.setdefault(profile.target, Row(profile.target))
        seen.clear()
        try:
            meal = drive(cook(profile, kitchen), kitchen)
        except Infeasible:
            row.refused += 1
            everything.refused += 1
            continue
        for one in (row, everything):
            one.trials.extend(seen)
            one.computed.extend(meal.nutrition.per_serving.get("energy_kcal") for _ in seen)
        rules.update(rule for trial in seen for rule in trial.wrong)
    _progress(0, 0)
    return [*rows.values(), everything], rules


def _profiles(path: str | None, times: int, locale: str) -> Iterable[Profile]:
    from aichef.profile.parse import parse_profile

    try:
        text = (
            Path(path).read_text(encoding="utf-8")
            if path
            else files("aichef.kitchens").joinpath(_BUILT_IN).read_text(encoding="utf-8")
        )
        given: list[Mapping[str, Any]] = [json.loads(line) for line in text.splitlines() if line]
    except (OSError, ValueError) as trouble:
        said = _NO_PROFILES[locale == "en"].format(path=path)
        raise InvalidProfile(said, field="profiles") from trouble
    if not given:
        raise InvalidProfile(_NO_PROFILES[locale == "en"].format(path=path), field="profiles")
    for seed in range(times):
        for one in given:
            yield parse_profile({**one, "seed": seed})


def _progress(n: int, of: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K" + (f"{n}/{of}" if of else ""))
        sys.stderr.flush()


_LEGEND: Final = (
    "none: no meal was possible · valid: held as written · mend: after repair or a second question"
    " · book: the cook's book wrote · wrong: rules broken and answers unread, before mending"
    " · kcal±: claimed against computed · s, in, out: seconds and tokens, median"
)


def _show(model: str, rows: Sequence[Row], rules: Counter[str]) -> None:
    from rich.console import Console

    console = Console()
    console.print(_table(model, rows))
    console.print(_LEGEND, style="dim")
    if rules:
        worst = ", ".join(f"{rule} {count}" for rule, count in rules.most_common(_MOST_RULES))
        console.print(f"broken before the gate: {worst}")


def _table(model: str, rows: Sequence[Row]) -> Table:
    from rich.table import Table

    # Twelve columns fit into a terminal of eighty only without room around them.
    table = Table(title=model, box=None, pad_edge=False, collapse_padding=True)
    names = {
        "target": "target",
        "meals": "meals",
        "refused": "none",
        "validFirstTimePct": "valid%",
        "repairedPct": "mend%",
        "fellBackPct": "book%",
        "wrongBeforeGate": "wrong",
        "claimedEnergyErrorPct": "kcal±%",
        "seconds": "s",
        "tokensIn": "in",
        "tokensOut": "out",
        "usdPerMeal": "$/meal",
    }
    for key, title in names.items():
        justify: Literal["left", "right"] = "left" if key == "target" else "right"
        table.add_column(title, justify=justify, no_wrap=True)
    for row in rows:
        figures = row.figures()
        table.add_row(*(_plain(figures[key]) for key in names))
    return table


def _plain(figure: float | str | None) -> str:
    if isinstance(figure, float):
        return f"{figure:.6f}".rstrip("0").rstrip(".")
    return "–" if figure is None else str(figure)


def _pct(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _median(values: Sequence[float]) -> float | None:
    return round(median(values), 1) if values else None
