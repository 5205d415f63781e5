"""Stands in for 참가격 at data.go.kr (B551919 ProductPriceInfoService)."""

from __future__ import annotations

from datetime import date
from xml.sax.saxutils import escape

from aichef.fake.market import Ware, shelf_won, shops, survey_days, wares
from aichef.fake.wire import STAND_IN_KEY, Asked, Said, gateway_error, said_xml

_PROBE = Ware(1000, "시험용 흔한 상품(1개)", 1, "EA", 1000)


def answer(asked: Asked) -> Said:
    """Prices of a good on a survey day, the goods, the shops, or the short list of types."""
    operation = asked.path.strip("/")
    key = asked.params.get("ServiceKey" if operation.endswith(".do") else "serviceKey")
    if key != STAND_IN_KEY:
        return gateway_error("30", "SERVICE_KEY_IS_NOT_REGISTERED_ERROR")
    if operation == "getProductPriceInfoSvc":
        return _prices(asked)
    if operation == "getProductInfoSvc.do":
        return _said("".join(_good(one) for one in wares().values()))
    if operation == "getStoreInfoSvc.do":
        return _said("".join(_store(number) for number in range(len(shops()))))
    if operation == "getStandardInfoSvc.do":
        types = ("LM", "SM", "DP", "CS", "TM")
        return _said("".join(_tag("stdInfoVO", f"<code>{one}</code>") for one in types))
    return gateway_error("12", "NO_OPENAPI_SERVICE_ERROR")


def _prices(asked: Asked) -> Said:
    day, good = asked.params.get("goodInspectDay", ""), asked.params.get("goodId", "")
    if len(day) != 8 or not day.isdecimal():
        return _said("", "01")
    if not good.isdecimal():
        return _said("", "05")
    ware = _PROBE if good == "1000" else wares().get(int(good))
    surveyed = {f"{one:%Y%m%d}": one for one in survey_days(asked.today)}
    if ware is None or day not in surveyed:
        return _said("")
    return _said("".join(_price(ware, number, surveyed[day]) for number in range(len(shops()))))


def _price(ware: Ware, number: int, day: date) -> str:
    shop = shops()[number]
    place = number + ware.id
    discount = "Y" if place % 11 == 0 else ("N" if place % 2 else "")
    won = 0 if place % 101 == 0 else shelf_won(ware, shop, day) * (7 if discount == "Y" else 10)
    return _tag(
        "goodPriceVO",
        f"<goodInspectDay>{day:%Y%m%d}</goodInspectDay><entpId>{shop.id}</entpId>"
        f"<goodId>{ware.id}</goodId><goodPrice>{won // 10}</goodPrice>"
        f"<plusoneYn>{'Y' if place % 13 == 0 else 'N'}</plusoneYn><goodDcYn>{discount}</goodDcYn>"
        f"<goodDcStartDay/><goodDcEndDay/><inputDttm>{day:%Y%m%d}</inputDttm>",
    )


def _good(ware: Ware) -> str:
    return (
        f"<item><goodId>{ware.id}</goodId><goodName>{escape(ware.name)}</goodName>"
        f"<productEntpCode>0</productEntpCode><goodUnitDivCode>{ware.unit}</goodUnitDivCode>"
        f"<goodBaseCnt>1</goodBaseCnt><goodSmlclsCode>030200000</goodSmlclsCode><detailMean/>"
        f"<goodTotalCnt>{ware.amount:g}</goodTotalCnt>"
        f"<goodTotalDivCode>{ware.unit}</goodTotalDivCode></item>"
    )


def _store(number: int) -> str:
    shop = shops()[number]
    return _tag(
        "entpInfoVO",
        f"<entpId>{shop.id}</entpId><entpName>{escape(shop.name)}</entpName>"
        f"<entpTypeCode>{shop.type}</entpTypeCode><entpAreaCode>{shop.area}</entpAreaCode>"
        f"<areaDetailCode>{shop.area}</areaDetailCode><plmkAddrBasic>{shop.address}</plmkAddrBasic>"
        f"<xMapCoord>{shop.x}</xMapCoord><yMapCoord>{shop.y}</yMapCoord>",
    )


def _tag(name: str, cells: str) -> str:
    return f"<iros.openapi.service.vo.{name}>{cells}</iros.openapi.service.vo.{name}>"


def _said(found: str, code: str = "00") -> Said:
    result = f"<result>{found}</result>" if found else "<result/>"
    return said_xml(
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<response>{result}<resultCode>{code}</resultCode><resultMsg>-</resultMsg></response>"
    )
