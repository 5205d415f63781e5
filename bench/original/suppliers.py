"""Whom the original asks: a model for a recipe, a shopping search for prices."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.original.prompt import MOST_TOKENS, TEMPERATURE

SHOWN = 10
FOR_SALE = frozenset({"1", "2", "3"})
"""Kinds of listing that are new and not a comparison of others' prices."""

_JSON = re.compile(r"\{.*\}", re.DOTALL)
_TAG = re.compile(r"</?b>")
_BRACKETS = re.compile(r"\([^)]*\)")


@dataclass(frozen=True)
class Suppliers:
    """Where the model and the search are, and with which keys."""

    model_url: str
    model_key: str
    search_url: str
    search_id: str
    search_secret: str


@dataclass(frozen=True)
class Answer:
    """A model's whole answer, and what was counted of it."""

    text: str
    tokens_in: int
    tokens_out: int


@dataclass(frozen=True)
class Listing:
    """Something on sale: its title without markup, won, who sells it."""

    title: str
    won: int
    seller: str


@dataclass(frozen=True)
class Found:
    """An ingredient with its listings; the lowest is the one that counts.

    `traps` counts the listings that were left out although they asked for less than the lowest.
    """

    name: str
    listings: tuple[Listing, ...]
    lowest: Listing | None
    traps: int = 0


def ask(suppliers: Suppliers, prompt: str) -> Answer:
    """The model's answer, once it is whole.

    It comes as a stream, since the stand-in keeps its pace in a stream only; nobody looks at it
    before its end, as in the original, which waits for one body. Raises ConnectionError.
    """
    asked = {
        "model": "stand-in",
        "max_tokens": MOST_TOKENS,
        "temperature": TEMPERATURE,
        "stream": True,
        "messages": [{"role": "user", "content": prompt}],
    }
    headers = {"x-api-key": suppliers.model_key, "Content-Type": "application/json"}
    parts, read, written = [], 0, 0
    with _line(suppliers.model_url) as line:
        line.request("POST", "/v1/messages", json.dumps(asked), headers)
        said = line.getresponse()
        if said.status != 200:
            raise ConnectionError(f"the model answered {said.status}")
        for event in _events(said):
            if event["type"] == "content_block_delta":
                parts.append(event["delta"]["text"])
            elif event["type"] == "message_start":
                read = event["message"]["usage"]["input_tokens"]
            elif event["type"] == "message_delta":
                written = event["usage"]["output_tokens"]
    return Answer("".join(parts), read, written)


def recipe_in(text: str) -> dict[str, Any]:
    """What stands between the first and the last brace. It is believed as it is."""
    found = _JSON.search(text)
    recipe = json.loads(found[0]) if found else {}
    return recipe if isinstance(recipe, dict) else {}


def look_up(suppliers: Suppliers, names: Sequence[str]) -> list[Found]:
    """Each ingredient searched for, one after another."""
    with _line(suppliers.search_url) as line:
        return [_searched(suppliers, line, name) for name in names]


def look_up_together(suppliers: Suppliers, names: Sequence[str]) -> list[Found]:
    """The same, all at once."""

    def one(name: str) -> Found:
        with _line(suppliers.search_url) as line:
            return _searched(suppliers, line, name)

    with ThreadPoolExecutor(max(1, len(names))) as pool:
        return list(pool.map(one, names))


def _searched(suppliers: Suppliers, line: HTTPConnection, name: str) -> Found:
    word = _BRACKETS.sub("", name).strip()
    path = urlsplit(suppliers.search_url).path.rstrip("/")
    wanted = urlencode({"query": word, "display": SHOWN, "start": 1, "sort": "sim"})
    headers = {
        "X-Naver-Client-Id": suppliers.search_id,
        "X-Naver-Client-Secret": suppliers.search_secret,
    }
    line.request("GET", f"{path}/v1/search/shop.json?{wanted}", headers=headers)
    said = line.getresponse()
    items = json.loads(said.read()).get("items", []) if said.status == 200 else []
    return chosen(name, items)


def chosen(name: str, items: Sequence[Mapping[str, Any]]) -> Found:
    """The cheapest listing of an ingredient, whatever is in the pack."""
    listings = tuple(_listing(one) for one in items if _can_be_bought(one))
    lowest = min(listings, key=lambda one: one.won, default=None)
    traps = sum(
        1
        for one in items
        if not _can_be_bought(one) and (lowest is None or int(one["lprice"]) < lowest.won)
    )
    return Found(name, listings, lowest, traps)


def _can_be_bought(item: Mapping[str, Any]) -> bool:
    new = str(item.get("productType")) in FOR_SALE and item.get("mallName") != "네이버"
    return new and item.get("category1") == "식품"


def _listing(item: Mapping[str, Any]) -> Listing:
    title = html.unescape(_TAG.sub("", item["title"]))
    return Listing(title, int(item["lprice"]), item["mallName"])


def _events(said: HTTPResponse) -> Iterator[dict[str, Any]]:
    for line in said:
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))


@contextmanager
def _line(url: str) -> Iterator[HTTPConnection]:
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=120)) as line:
        yield line
