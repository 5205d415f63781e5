"""The page: HTML that works without scripts, and small scripts that make it pleasant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from aichef.web.page import ask, doctor, files, recipe, token, watch
from aichef.web.page.pages import Pages

if TYPE_CHECKING:
    from aichef.session.engine import Engine
    from aichef.session.port import Sessions
    from aichef.settings import Settings


def router(settings: Settings, store: Sessions, engine: Engine) -> APIRouter:
    """Every route of the page, to be given to `web.app.create_app` as its `page`."""
    pages = Pages(settings, store, engine)
    mounted = APIRouter()
    for room in (ask, recipe, watch, doctor, token, files):
        mounted.routes.extend(room.routes(pages))
    return mounted
