"""Which model is meant, by the name a person gave it, and what is known of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from aichef.chef.model import Rate
from aichef.errors import RequestError
from aichef.lazy import pattern
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aichef.settings import Settings

WireName = Literal["bedrock", "anthropic", "openai"]
Mode = Literal["schema", "tool", "text"]
"""How an answer is held to its form: by the output schema, by a tool's, by the prompt alone."""

OFF: Final = "off"

ORIGINAL: Final = "anthropic.claude-opus-4-1-20250805-v1:0"
"""The model the design began with. It is only served under a geography."""

HOME_OF: Final[Mapping[str, str]] = {
    "us": "us-east-1",
    "us-gov": "us-gov-west-1",
    "ca": "ca-central-1",
    "eu": "eu-central-1",
    "jp": "ap-northeast-1",
    "au": "ap-southeast-2",
    "apac": "ap-northeast-2",
    "global": "ap-northeast-2",
}
"""Geographic prefixes of Bedrock's profiles, each with a region that it can be called from."""

REGION: Final = "ap-northeast-2"

_HOW: Final = {
    "AICHEF_MODEL": (
        "AICHEF_MODEL은 bedrock:<프로필>, anthropic:<모델>, openai:<모델> 꼴로 적거나 off로 적어 "
        "주세요.",
        "Set AICHEF_MODEL to bedrock:<profile>, anthropic:<model>, openai:<model>, or off.",
    ),
    "AICHEF_MODEL_PREFIX": (
        f"AICHEF_MODEL_PREFIX는 {', '.join(HOME_OF)} 가운데 하나로 적어 주세요.",
        f"Set AICHEF_MODEL_PREFIX to one of {', '.join(HOME_OF)}.",
    ),
    "AICHEF_MODEL_RATE": (
        "AICHEF_MODEL_RATE는 백만 토큰당 달러를 '입력/출력'으로 적어 주세요. 예: 0.10/0.50",
        "Set AICHEF_MODEL_RATE to dollars per million tokens as in/out, such as 0.10/0.50.",
    ),
}

_ON_BEDROCK: Final = pattern(r"^anthropic\.|-v\d+(:\d+)?$")
_GEOGRAPHY: Final = pattern(rf"^({'|'.join(sorted(HOME_OF, key=len, reverse=True))})\.(?=\w+\.)")
_NAME: Final = pattern(r"[\w.:/@+-]{1,300}", re.ASCII)
_RATE: Final = pattern(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*/\s*(\d{1,6}(?:\.\d{1,6})?)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Spec:
    """A model on its wire. `id` is what the wire is told; `region` is empty but on Bedrock.

    `modes` are the ways to hold it to the form, the best first. `forced`: it can be made to call
    a tool. `thinks`: it is silent for longer before its first word. `warning` is a sentence for
    the person where the name was changed, in Korean and English.
    """

    wire: WireName
    id: str
    region: str = ""
    modes: tuple[Mode, ...] = ("schema", "tool", "text")
    forced: bool = True
    thinks: bool = False
    rate: Rate | None = None
    warning: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        """As a person names it."""
        return f"{self.wire}:{self.id}"


def read_spec(settings: Settings) -> Spec | None:
    """The model that the settings name; None where they name none or "off".

    Raises RequestError for a name or a rate that cannot be read; `details["field"]` names it.
    """
    text = settings.model.strip()
    if not text or text.casefold() == OFF:
        return None
    if text == ORIGINAL:
        text = f"bedrock:{text}"
    wire, _, name = text.partition(":")
    wire = wire.strip().casefold()
    name = name.strip()
    if wire not in get_args(WireName) or not _NAME.fullmatch(name):
        raise _unreadable("AICHEF_MODEL", settings)
    region, warning = "", None
    if wire == "bedrock":
        name, region, warning = _on_bedrock(name, settings)
    row = None if wire == "openai" else _facts().get(_bare(name))
    modes: tuple[Mode, ...] = ("schema", "tool", "text")
    if row and row["schema"] == "no":
        modes = ("tool", "text")
    worldwide = wire != "bedrock" or name.startswith("global.")
    return Spec(
        cast("WireName", wire),
        name,
        region,
        modes,
        forced=not row or row["tool_choice"] == "yes",
        thinks=bool(row and row["thinks"] == "yes"),
        rate=_rate(settings, row, worldwide=worldwide),
        warning=warning,
    )


def _on_bedrock(name: str, settings: Settings) -> tuple[str, str, tuple[str, str] | None]:
    """Profile id and region, and what was changed. An ARN is taken as it is."""
    prefix = settings.model_prefix.strip(" .").casefold()
    if prefix and prefix not in HOME_OF:
        raise _unreadable("AICHEF_MODEL_PREFIX", settings)
    warning = None
    if name.startswith("arn:"):
        arn = name.split(":")
        return name, settings.model_region or (arn[3] if len(arn) > 3 else "") or REGION, None
    named = _GEOGRAPHY.match(name)
    bare = name[named.end() :] if named else name
    if not prefix and named is None and name == ORIGINAL:
        prefix = "us"
        warning = (
            f"{ORIGINAL} 모델은 지역 프로필로만 쓸 수 있어서 us. 프로필로 불러요. 2027-01-08에 "
            "서비스가 끝나니 다른 모델로 바꿔 주세요.",
            f"{ORIGINAL} is only served under a geography, so its us. profile is called. It ends "
            "on 2027-01-08; please choose another model.",
        )
    geography = prefix or (named[1] if named else "")
    region = settings.model_region or HOME_OF.get(geography, REGION)
    return (f"{geography}.{bare}" if geography else bare), region, warning


def _bare(name: str) -> str:
    """The id as `models.csv` has it."""
    return _ON_BEDROCK.sub("", _GEOGRAPHY.sub("", name))


def _rate(settings: Settings, row: Mapping[str, str] | None, *, worldwide: bool) -> Rate | None:
    """The person's own rate before the table's."""
    if settings.model_rate:
        given = _RATE.fullmatch(settings.model_rate)
        if given is None:
            raise _unreadable("AICHEF_MODEL_RATE", settings)
        return Rate(given[1], given[2], "")
    if row is None:
        return None
    more = 1 if worldwide else 1 + Decimal(row["geo_pct"]) / 100
    usd_in, usd_out = (_plain(Decimal(row[one]) * more) for one in ("usd_in", "usd_out"))
    return Rate(usd_in, usd_out, row["day"])


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


@cache
def _facts() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in rows("aichef.models", "models.csv")}


def _unreadable(field: str, settings: Settings) -> RequestError:
    korean, english = _HOW[field]
    return RequestError(english if settings.locale == "en" else korean, field=field)
