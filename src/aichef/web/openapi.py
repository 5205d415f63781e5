"""The API's own description: schemas of schemas.json and of a meal, examples, every problem."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from aichef.web.problems import PROBLEM, STATUSES, TITLES, body_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI

SESSION_ID: Final = "^sess_[a-z2-7]{26}$"

_ALWAYS: Final = ("UNAUTHORIZED", "TOO_MANY_REQUESTS", "INTERNAL_ERROR", "SUPPLIER_FAILED")
_SCHEMAS: Final = "#/components/schemas/"
_PROFILE: Final[Mapping[str, object]] = {
    "target": "keto",
    "servings": 2,
    "budget": 30000,
    "allergies": ["땅콩"],
    "locale": "ko",
}
_BABY: Final[Mapping[str, object]] = {
    "target": "baby_food",
    "babyAgeMonths": 8,
    "currentFoods": ["쌀", "소고기", "애호박"],
}
_HEADERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "Location": {"description": "Where the session stands.", "schema": {"type": "string"}},
    "ETag": {"description": "Changes with every event.", "schema": {"type": "string"}},
}


def answer(schema: str, description: str, headers: tuple[str, ...] = ()) -> dict[str, Any]:
    """A JSON answer of a route, as OpenAPI describes it."""
    body: dict[str, Any] = {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": _SCHEMAS + schema}}},
    }
    if headers:
        body["headers"] = {name: _HEADERS[name] for name in headers}
    return body


def problems(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The problems of a route by status, those of every route included."""
    found: dict[int | str, dict[str, Any]] = {}
    for code in (*codes, *_ALWAYS):
        one = found.setdefault(
            STATUSES[code],
            {
                "description": "",
                "content": {
                    PROBLEM: {"schema": {"$ref": f"{_SCHEMAS}Problem"}, "examples": {}},
                },
            },
        )
        title = TITLES[code][1]
        one["description"] = ". ".join(filter(None, (one["description"], f"{code}: {title}")))
        body = body_of(code, f"{title}.", {}, "en")
        one["content"][PROBLEM]["examples"][code] = {"value": body}
    return found


def profile_body() -> dict[str, Any]:
    """The body of a request for a meal."""
    return {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": f"{_SCHEMAS}Profile"},
                "examples": {"keto": {"value": _PROFILE}, "baby": {"value": _BABY}},
            }
        },
    }


def session_parameters() -> list[dict[str, Any]]:
    """The parameters of a route that reads them itself: a session's id and a tag."""
    return [
        {
            "name": "session_id",
            "in": "path",
            "required": True,
            "description": "The id it was accepted under.",
            "schema": {"type": "string", "pattern": SESSION_ID},
        },
        {
            "name": "If-None-Match",
            "in": "header",
            "description": "The ETag of what is known already.",
            "schema": {"type": "string"},
        },
    ]


@cache
def schemas() -> dict[str, Any]:
    """Every named schema, as they stand in an OpenAPI document."""
    here = json.loads((files("aichef.web") / "schemas.json").read_text("utf-8"))
    meal = json.loads((files("aichef.meal") / "schema.json").read_text("utf-8"))
    meal = {key: value for key, value in meal.items() if key != "$schema"}
    found = _moved(here, _SCHEMAS) | {"Meal": _moved(meal, f"{_SCHEMAS}Meal/$defs/")}
    return dict(sorted(found.items()))


def describe(app: FastAPI, made: dict[str, Any]) -> dict[str, Any]:
    """What FastAPI made of the routes, with our schemas and without its own error."""
    for path in made["paths"].values():
        for operation in path.values():
            said = operation["responses"].get("422", {}).get("content", {})
            if "application/json" in said:
                del operation["responses"]["422"]
    made.setdefault("components", {})["schemas"] = schemas()
    made["components"]["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "Where the server asks for one (AICHEF_TOKEN).",
        }
    }
    if app.state.token.is_set:
        for name, path in made["paths"].items():
            if name not in {"/healthz", "/readyz"}:
                for operation in path.values():
                    operation["security"] = [{"token": []}]
    return made


def _moved(value: Any, to: str) -> Any:
    """A schema whose references lead into the document."""
    if isinstance(value, dict):
        return {key: _moved(one, to) for key, one in value.items()} | (
            {"$ref": value["$ref"].replace("#/$defs/", to, 1)}
            if isinstance(value.get("$ref"), str)
            else {}
        )
    return [_moved(one, to) for one in value] if isinstance(value, list) else value
