"""Stands in for a gateway that speaks the closed Naver Shopping Search contract."""

from __future__ import annotations

from aichef.fake.market import listings
from aichef.fake.wire import NAVER_ID, NAVER_SECRET, Asked, Said, said_json


def answer(asked: Asked) -> Said:
    """Items for a query: titles with markup, prices as strings, a comparison page among them."""
    sent = (asked.headers.get("x-naver-client-id"), asked.headers.get("x-naver-client-secret"))
    if sent != (NAVER_ID, NAVER_SECRET):
        return error(
            "024", "Not Exist Client ID : Authentication failed. (인증에 실패했습니다.)", 401
        )
    if asked.path != "/v1/search/shop.json":
        return error("SE05", "Invalid search api (존재하지 않는 검색 api 입니다.)", 404)
    word = asked.params.get("query", "")
    if not word:
        return error("SE01", "Incorrect query request (잘못된 쿼리요청입니다.)", 400)
    items = [
        {
            "title": one.title,
            "link": f"https://smartstore.example/products/{one.id}",
            "image": "",
            "lprice": str(one.won),
            "hprice": "0",
            "mallName": one.seller,
            "productId": str(one.id),
            "productType": "2",
            "brand": "",
            "maker": "",
            **{f"category{place}": name for place, name in enumerate(one.categories, 1)},
        }
        for one in listings(word)
    ]
    page = {**items[0], "mallName": "네이버", "productType": "1", "lprice": "10"}
    used = {**items[0], "productType": "4", "lprice": "20"}
    items = [page, used, *items][: int(asked.params.get("display", "10"))]
    return said_json(
        {
            "lastBuildDate": "",
            "total": len(items),
            "start": 1,
            "display": len(items),
            "items": items,
        }
    )


def error(code: str, message: str, status: int) -> Said:
    """Answer with one of the documented errors."""
    return said_json({"errorMessage": message, "errorCode": code}, status)
