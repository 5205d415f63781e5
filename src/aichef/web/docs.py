"""/docs: the API's description as one plain page, without scripts and without anybody's network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from aichef.web.problems import STATUSES, TITLES

if TYPE_CHECKING:
    from collections.abc import Mapping

STYLE: Final = "/docs.css"

_CSS: Final = (
    ":root{color-scheme:light dark}body{max-width:60rem;margin:2rem auto;padding:0 1rem;"
    "font:1rem/1.6 system-ui,'Apple SD Gothic Neo','Noto Sans KR',sans-serif}"
    "pre{overflow:auto;padding:1rem;background:#8881;border-radius:.5rem}"
    "table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.2rem 1rem"
    " .2rem 0}td,th,h2{overflow-wrap:anywhere}h2{margin-top:3rem}"
)

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def page(request: Request) -> Response:
    """The page."""
    return HTMLResponse("".join(_page(request.app.openapi())))


@router.get(STYLE)
async def style() -> Response:
    """Its looks."""
    return Response(_CSS, media_type="text/css", headers={"Cache-Control": "max-age=86400"})


def _page(api: Mapping[str, Any]) -> Iterator[str]:
    info = api["info"]
    yield (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport"'
        f' content="width=device-width, initial-scale=1"><title>{escape(info["title"])}</title>'
        f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{STYLE}">'
        f"<main><h1>{escape(info['title'])}</h1>"
        f"<p>{escape(info['description'])}</p>"
        '<p>For programs: <a href="/openapi.json">/openapi.json</a></p>'
    )
    for path, operations in api["paths"].items():
        for method, one in operations.items():
            yield from _operation(f"{method.upper()} {path}", one)
    yield "<h2>Problems</h2><p>Every problem is application/problem+json with one of these.</p>"
    rows = [(code, str(status), TITLES[code][1]) for code, status in STATUSES.items()]
    yield _table(("code", "status", "meaning"), rows, named=True)
    yield "<h2>Schemas</h2>"
    for name, schema in api["components"]["schemas"].items():
        yield f'<h3 id="{escape(name)}">{escape(name)}</h3>{_json(schema)}'
    yield "</main></html>"


def _operation(name: str, one: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h2>{escape(name)}</h2><p><b>{escape(one['summary'])}.</b> "
    yield f"{escape(one.get('description', ''))}</p>"
    taken = [
        (it["name"], it["in"], it.get("description") or it["schema"].get("description", ""))
        for it in one.get("parameters", ())
    ]
    if taken:
        yield _table(("parameter", "in", "meaning"), taken)
    for media in one.get("requestBody", {}).get("content", {}).values():
        yield f"<p>Body: {_link(media['schema'])}</p>"
        yield from (_json(it["value"]) for it in media["examples"].values())
    answers = [
        (status, kind, said["description"])
        for status, said in one["responses"].items()
        for kind in (said.get("content") or {"": None})
    ]
    yield _table(("status", "type", "meaning"), answers)


def _link(schema: Mapping[str, Any]) -> str:
    name = escape(str(schema.get("$ref", "")).rpartition("/")[2])
    return f'<a href="#{name}">{name}</a>'


def _table(heads: tuple[str, ...], rows: list[tuple[str, str, str]], *, named: bool = False) -> str:
    body = "".join(
        f"<tr{f' id={chr(34)}{escape(row[0])}{chr(34)}' if named else ''}>"
        f"{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
        for row in rows
    )
    return f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>{body}</table>"


def _json(value: object) -> str:
    # What scrolls must be within reach of a keyboard.
    return f"<pre tabindex=0>{escape(json.dumps(value, ensure_ascii=False, indent=1))}</pre>"
