"""The service worker: it keeps a shopping list that was opened, and nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from aichef.web.page.pages import Pages

_FILE: Final = Path(__file__).parent / "offline" / "sw.js"


def routes(_pages: Pages) -> list[Route]:
    """The worker has to be fetched from where it works, under a name that stays."""
    return [Route("/sw.js", _worker, methods=["GET"], include_in_schema=False)]


async def _worker(_: Request) -> Response:
    headers = {"Cache-Control": "no-cache"}
    return Response(_source(), 200, headers, "text/javascript; charset=utf-8")


@cache
def _source() -> bytes:
    return _FILE.read_bytes()
