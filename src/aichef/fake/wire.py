"""What a stand-in is asked and what it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

STAND_IN_KEY: Final = "stand-in+key/of=aichef"
"""Key of data.go.kr that the stand-ins take; it needs encoding, like a real one."""

COUPANG_ACCESS: Final = "stand-in-access"
COUPANG_SECRET: Final = "stand-in-secret"  # noqa: S105 - opens nothing but the stand-in
NAVER_ID: Final = "stand-in-id"
NAVER_SECRET: Final = "stand-in-secret"  # noqa: S105 - opens nothing but the stand-in


@dataclass(frozen=True)
class Asked:
    """A request: path below the supplier's prefix, query as sent and as read, headers, day."""

    path: str
    query: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    today: date


@dataclass(frozen=True)
class Said:
    """An answer."""

    body: bytes
    status: int = 200
    kind: str = "application/json; charset=utf-8"


Supplier = Callable[[Asked], Said]


def said_json(value: object, status: int = 200) -> Said:
    """Answer with JSON."""
    return Said(json.dumps(value, ensure_ascii=False).encode(), status)


def said_xml(text: str, status: int = 200) -> Said:
    """Answer with XML."""
    return Said(text.encode(), status, "text/xml; charset=utf-8")


def gateway_error(code: str, name: str) -> Said:
    """Answer as the gateway of data.go.kr refuses: XML, whatever was asked for."""
    return said_xml(
        "<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg>"
        f"<returnAuthMsg>{name}</returnAuthMsg><returnReasonCode>{code}</returnReasonCode>"
        "</cmmMsgHeader></OpenAPI_ServiceResponse>",
        400,
    )
