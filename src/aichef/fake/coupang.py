"""Stands in for Coupang Partners: product search behind an HMAC signature."""

from __future__ import annotations

import hashlib
import hmac
import re

from aichef.fake.market import listings
from aichef.fake.wire import COUPANG_ACCESS, COUPANG_SECRET, Asked, Said, said_json

_PATH = "/v2/providers/affiliate_open_api/apis/openapi/v1/products"
_SIGNED = re.compile(
    r"CEA algorithm=HmacSHA256, access-key=(\S+), signed-date=(\d{6}T\d{6}Z), signature=([0-9a-f]+)"
)


def answer(asked: Asked) -> Said:
    """Products for a keyword; 401 for a signature that is not over exactly what was sent."""
    if not _signature_holds(asked):
        return said_json({"code": "ERROR", "message": "Invalid signature."}, 401)
    if asked.path == f"{_PATH}/goldbox":
        return said_json({"rCode": "0", "rMessage": "", "data": []})
    if asked.path != f"{_PATH}/search":
        return said_json({"code": "ERROR", "message": "Not found."}, 404)
    word = asked.params.get("keyword", "")
    found = [
        {
            "productId": one.id,
            "productName": one.title,
            "productPrice": one.won,
            "productImage": f"https://ads-partners.coupang.com/image1/{one.id}",
            "productUrl": f"https://link.coupang.com/re/AFFSDP?lptag=AF0&pageKey={one.id}",
            "keyword": word,
            "rank": rank,
            "isRocket": rank % 2 == 1,
            "isFreeShipping": rank % 3 == 0,
        }
        for rank, one in enumerate(listings(word)[: int(asked.params.get("limit", "10"))], 1)
    ]
    return said_json(
        {"rCode": "0", "rMessage": "", "data": {"landingUrl": "", "productData": found}}
    )


def _signature_holds(asked: Asked) -> bool:
    signed = _SIGNED.fullmatch(asked.headers.get("authorization", ""))
    if not signed or signed[1] != COUPANG_ACCESS:
        return False
    message = f"{signed[2]}GET{asked.path}{asked.query}"
    made = hmac.new(COUPANG_SECRET.encode(), message.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(made, signed[3])
