"""The environment, read once into one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its type and default; the environment names are AICHEF_<FIELD>.

    `data_dir` holds what the person keeps (own prices); `locale` is the default language.
    """

    data_dir: Path
    locale: str = "ko"

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """Settings from environment variables; unset ones take the default."""
        if kept := environ.get("AICHEF_DATA_DIR"):
            data_dir = Path(kept).expanduser()
        else:
            from platformdirs import user_data_path

            data_dir = user_data_path("aichef", appauthor=False)
        return cls(data_dir, environ.get("AICHEF_LOCALE", "ko"))
