"""The environment, read once into one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aichef.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER: Final = (
    "{name}에는 0부터 999,999까지의 정수를 적어 주세요.",
    "Set {name} to a whole number from 0 to 999,999.",
)
_FOLDER: Final = (
    "{path}: 이런 사용자의 폴더가 없어요. AICHEF_DATA_DIR에 폴더의 전체 경로를 적어 주세요.",
    "{path}: there is no such user's folder; set AICHEF_DATA_DIR to a full path.",
)
_SHORT_TOKEN: Final = (
    "AICHEF_TOKEN이 너무 짧아요. {least}자 이상으로 정해 주세요. 예: openssl rand -hex 24",
    "AICHEF_TOKEN is too short; make it at least {least} signs, as openssl rand -hex 24 does.",
)
_LEAST_TOKEN: Final = 16
_MOST_DIGITS: Final = 6

_KEYS_OF_OTHERS: Final = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}
"""Where the key may stand already, by the wire that `model` names."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its type and default; the environment names are AICHEF_<FIELD>.

    `data_dir` holds what the person keeps (own prices, downloaded surveys); `locale` is the
    default language. A supplier of prices is off until its key is there; its `*_url` may name a
    gateway that speaks the same contract, and is "off" to switch it off. Keys are not in `repr`.
    Up to `most_walks` shops one walks to are free of charge in a basket; each further one must
    save `walk_worth` won.

    `model` names who writes: "bedrock:<profile id>", "anthropic:<id>", "openai:<id>"; "" or "off"
    for the cook's book. `model_url` is its server, where that is not the supplier's own, and
    `model_prefix` the geography a Bedrock model runs in ("us", "eu", "apac", "global" …).
    `model_seconds` bounds a whole answer. `model_rate` is the dollars for a million tokens read
    and written, "0.10/0.50", of a model that `models/data/models.csv` has no row for.

    `database_url` is a PostgreSQL address ("postgresql://…") where sessions are kept and shared
    by several processes; "" keeps them in SQLite files in `data_dir`.

    A server asks everybody for `token`, of 16 signs or more, where there is one. `origins` are the
    pages of others that may call it from a browser, "https://a.example https://b.example". One
    client may send `client_rate` requests a second and have `client_sessions` at work at once; 0 is
    no limit.
    """

    data_dir: Path
    locale: str = "ko"
    data_go_kr_key: str = field(default="", repr=False)
    kamis_url: str = "https://apis.data.go.kr/B552845"
    chamgagyeok_url: str = "https://apis.data.go.kr/B551919/ProductPriceInfoService"
    coupang_access_key: str = field(default="", repr=False)
    coupang_secret_key: str = field(default="", repr=False)
    coupang_url: str = "https://api-gateway.coupang.com"
    naver_client_id: str = field(default="", repr=False)
    naver_client_secret: str = field(default="", repr=False)
    naver_url: str = "https://openapi.naver.com"
    model: str = ""
    model_url: str = field(default="", repr=False)
    model_key: str = field(default="", repr=False)
    model_region: str = ""
    model_prefix: str = ""
    model_seconds: int = 60
    model_rate: str = ""
    most_walks: int = 2
    walk_worth: int = 3_000
    database_url: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    origins: str = ""
    client_rate: int = 20
    client_sessions: int = 10

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Settings from environment variables; unset and blank ones take the default.

        Raises RequestError where a number is none, the folder is nobody's or the token can be
        guessed; `details["field"]` names the variable.
        """
        if kept := environ.get("AICHEF_DATA_DIR"):
            data_dir = _folder(kept, spoken(None, environ))
        else:
            from platformdirs import user_data_path

            data_dir = user_data_path("aichef", appauthor=False)
        given: dict[str, Any] = {}
        for one in fields(cls):
            name = f"AICHEF_{one.name.upper()}"
            value = environ.get(name, "").strip()
            if not value or one.name == "data_dir":
                continue
            number = one.type == "int"
            given[one.name] = _whole(name, value, spoken(None, environ)) if number else value
        wire = given.get("model", "").partition(":")[0].strip().casefold()
        if wire in _KEYS_OF_OTHERS and "model_key" not in given:
            given["model_key"] = environ.get(_KEYS_OF_OTHERS[wire], "").strip()
        if given.get("token") and len(given["token"]) < _LEAST_TOKEN:
            said = _SHORT_TOKEN[spoken(None, environ) == "en"].format(least=_LEAST_TOKEN)
            raise RequestError(said, field="AICHEF_TOKEN")
        return cls(data_dir, **given)


def spoken(asked: str | None, environ: Mapping[str, str]) -> str:
    """Language to speak where there is no profile: "en" or "ko"; a flag before the environment."""
    wanted = asked or environ.get("AICHEF_LOCALE") or "ko"
    return "en" if wanted.strip().lower().startswith(("en", "영어")) else "ko"


def _folder(text: str, locale: str) -> Path:
    try:
        return Path(text).expanduser()
    except (RuntimeError, ValueError) as nobody:
        said = _FOLDER[locale == "en"].format(path=text)
        raise RequestError(said, field="AICHEF_DATA_DIR") from nobody


def _whole(name: str, value: str, locale: str) -> int:
    text = value.replace(",", "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise RequestError(_NUMBER[locale == "en"].format(name=name), field=name)
    return int(text)
