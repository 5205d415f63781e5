"""Stands in for KAMIS at data.go.kr (B552845 `recent`)."""

from __future__ import annotations

from datetime import timedelta

from aichef.fake.market import Quote, quotes
from aichef.fake.wire import STAND_IN_KEY, Asked, Said, gateway_error, said_json


def answer(asked: Asked) -> Said:
    """The newest list: retail rows, one of them years old, wholesale beside them."""
    if asked.path != "/recent/price":
        return gateway_error("12", "NO_OPENAPI_SERVICE_ERROR")
    if asked.params.get("serviceKey") != STAND_IN_KEY:
        return gateway_error("30", "SERVICE_KEY_IS_NOT_REGISTERED_ERROR")
    day = asked.today - timedelta(days=max(0, asked.today.weekday() - 4))
    found = [_row(one, f"{day:%Y%m%d}") for one in quotes(day)]
    found.append({**found[0], "exmn_ymd": "20190314", "exmn_dd_prc": "1"})
    found.append({**found[0], "se_cd": "02", "se_nm": "중도매", "exmn_dd_prc": "2"})
    found.append({**found[0], "vrty_cd": "99", "exmn_dd_prc": "-"})
    size = int(asked.params.get("numOfRows", "10"))
    start = (int(asked.params.get("pageNo", "1")) - 1) * size
    page = found[start : start + size]
    items: object = {"item": page if len(page) != 1 else page[0]} if page else ""
    return said_json(
        {
            "response": {
                "header": {"resultCode": "00", "resultMsg": "NORMAL_SERVICE"},
                "body": {
                    "dataType": "JSON",
                    "numOfRows": size,
                    "pageNo": start // size + 1,
                    "totalCount": len(found),
                    "items": items,
                },
            }
        }
    )


def _row(one: Quote, day: str) -> dict[str, str]:
    return {
        "exmn_ymd": day,
        "se_cd": "01",
        "se_nm": "소매",
        "ctgry_cd": f"{one.item[:1]}00",
        "item_cd": one.item,
        "item_nm": one.food,
        "vrty_cd": one.kind,
        "vrty_nm": "시험용",
        "grd_cd": one.grade,
        "grd_nm": "상품",
        "sgg_cd": "1101",
        "sgg_nm": "서울",
        "mrkt_cd": "",
        "mrkt_nm": "",
        "unit": one.unit,
        "unit_sz": one.amount,
        "exmn_dd_prc": f"{one.won:,}",
        # Wrong on purpose: the real one is wrong for livestock.
        "exmn_dd_cnvs_prc": "29300",
        "orgnl_reg_dt": day,
    }
