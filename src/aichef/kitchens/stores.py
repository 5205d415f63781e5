"""Which store of sessions a process uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aichef.errors import RequestError

if TYPE_CHECKING:
    from aichef.session.port import Sessions
    from aichef.settings import Settings

_MOST: Final = 5
"""Connections of one process; of PostgreSQL's usual hundred, many processes want some."""

_ADDRESS: Final = (
    "AICHEF_DATABASE_URL을 읽을 수 없어요. postgresql:// 로 시작하는 주소를 설정해 주세요.",
    "AICHEF_DATABASE_URL cannot be read. Please set an address that starts with postgresql://.",
)
_EXTRA: Final = (
    "PostgreSQL을 쓰는 도구가 없어요. pip install 'aichef[serve,postgres]' 로 넣어 주세요.",
    "What talks to PostgreSQL is missing. Please run pip install 'aichef[serve,postgres]'.",
)


def open_store(settings: Settings) -> Sessions:
    """PostgreSQL where its address is set, else SQLite in the data folder; opened at first use.

    Raises RequestError for an address that is none, or where the extra is missing.
    """
    address, english = settings.database_url, settings.locale == "en"
    if not address:
        from aichef.session.sqlite import SqliteSessions

        return SqliteSessions(settings.data_dir, locale=settings.locale)
    if not address.startswith(("postgresql://", "postgres://")):
        raise RequestError(_ADDRESS[english], field="AICHEF_DATABASE_URL")
    try:
        from aichef.session.postgres import PostgresSessions
    except ImportError as missing:
        raise RequestError(_EXTRA[english], field="AICHEF_DATABASE_URL") from missing
    return PostgresSessions(address, locale=settings.locale, most=_MOST)
