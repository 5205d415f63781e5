"""The environment, read once into one frozen value."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its type and default; the environment names are AICHEF_<FIELD>.

    `data_dir` holds what the person keeps (own prices, downloaded surveys); `locale` is the
    default language. A supplier of prices is off until its key is there; its `*_url` may name a
    gateway that speaks the same contract, and is "off" to switch it off. Keys are not in `repr`.
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

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Settings from environment variables; unset and blank ones take the default."""
        if kept := environ.get("AICHEF_DATA_DIR"):
            data_dir = Path(kept).expanduser()
        else:
            from platformdirs import user_data_path

            data_dir = user_data_path("aichef", appauthor=False)
        given = {
            one.name: value
            for one in fields(cls)
            if one.name != "data_dir"
            and (value := environ.get(f"AICHEF_{one.name.upper()}", "").strip())
        }
        return cls(data_dir, **given)
