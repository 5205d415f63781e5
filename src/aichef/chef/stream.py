"""Ingredients of an answer that is still being written: each at its closing brace, never half.

Every sign is looked at once and every ingredient parsed once, so a long answer costs as much a
sign as a short one. What the pieces say is believed for the screen and the price look-ups only;
the recipe is made of the whole answer (`answer.py`).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

_SIGN: Final = re.compile(r'"[^"\\]*"|["{}\[\],]')
_DEEP: Final = re.compile(r'"[^"\\]*"|["{}\[\]]')
"""A text that is whole in this piece, or a sign that matters; a comma does among keys only."""

_IN_TEXT: Final = re.compile(r'["\\]')
_LIST: Final = "ingredients"
_WRAPPER: Final = "recipe"


class Ingredients:
    """Reads an answer piece by piece; `feed` gives the ingredients that became whole by it.

    Prose or a fence before the JSON, nested values, braces in texts and keys in any order are
    understood, and a recipe inside `{"recipe": …}`. An element that is no object, or no JSON, is
    left to whoever reads the whole answer. `wanted` names another list to read instead.
    """

    __slots__ = (
        "_base", "_depth", "_escaped", "_in_list", "_in_text", "_keeps", "_kept", "_key", "_wanted",
    )  # fmt: skip

    def __init__(self, wanted: str = _LIST) -> None:
        self._wanted = wanted
        self._depth = 0
        self._base = 1  # the depth of the object whose keys count
        self._in_text = False
        self._escaped = False
        self._in_list = False
        self._key: str | None = None
        self._keeps = False  # an ingredient, or a text that may be a key, is being collected
        self._kept: list[str] = []

    def feed(self, piece: str) -> tuple[dict[str, Any], ...]:
        """The ingredients whose last sign is in this piece, in their order."""
        found: list[dict[str, Any]] = []
        since = 0
        at = self._text_end(piece, 0, 0) if self._in_text else 0
        while not self._in_text:
            among_keys = self._depth == self._base
            if self._depth == 0:
                # Quotes and commas of prose mean nothing.
                place = piece.find("{", at)
                if place < 0:
                    break
                self._depth, at = 1, place + 1
                continue
            hit = (_SIGN if among_keys else _DEEP).search(piece, at)
            if hit is None:
                break
            sign, at = hit[0], hit.end()
            if sign == '"':
                self._in_text = True
                if among_keys:
                    self._keeps, since = True, at
                at = self._text_end(piece, at, since)
            elif sign[0] == '"':
                if among_keys:
                    self._key = sign[1:-1]
            elif sign in "{[":
                if self._open(sign):
                    self._keeps, since = True, at - 1
            elif sign == ",":
                self._key = None
            elif self._close(sign):
                found.extend(_object(self._taken(piece[since:at])))
        if self._keeps:
            self._kept.append(piece[since:])
        return tuple(found)

    def _text_end(self, piece: str, at: int, since: int) -> int:
        """The place behind the text that is open; it stays open where the piece ends first.

        A text among keys is kept from `since` on, and becomes the key when it ends.
        """
        if self._escaped and piece:
            self._escaped, at = False, 1
        while hit := _IN_TEXT.search(piece, at):
            at = hit.end()
            if hit[0] == '"':
                self._in_text = False
                if self._keeps and not self._in_list:
                    self._key = _unescaped(self._taken(piece[since : at - 1]))
                return at
            at += 1
            self._escaped = at > len(piece)
        return len(piece)

    def _open(self, sign: str) -> bool:
        """A bracket opens; whether an ingredient begins with it."""
        if self._depth == self._base and sign == "{":
            if self._key is None:
                # An object holds no object without a key: the brace before was prose.
                return False
            if self._key == _WRAPPER:
                self._base += 1
        self._depth += 1
        deeper = self._depth - self._base
        if sign == "[" and deeper == 1 and self._key == self._wanted:
            self._in_list = True
        return sign == "{" and deeper == 2 and self._in_list

    def _close(self, sign: str) -> bool:
        """A bracket closes; whether an ingredient is whole by it."""
        self._depth -= 1
        deeper = self._depth - self._base
        if deeper == 0:
            self._in_list = False
        elif deeper < 0:
            self._base, self._key = max(1, self._depth), None
        return self._keeps and deeper == 1 and sign == "}"

    def _taken(self, rest: str) -> str:
        """What was kept, with the rest of it; the keeping ends."""
        text = "".join((*self._kept, rest))
        self._kept.clear()
        self._keeps = False
        return text


def _unescaped(key: str) -> str | None:
    """A key as it is meant; None where it is none."""
    if "\\" not in key:
        return key
    try:
        return str(json.loads(f'"{key}"', strict=False))
    except ValueError:
        return None


def _object(text: str) -> list[dict[str, Any]]:
    """The object a text holds, or nothing."""
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return []
    return [value] if isinstance(value, dict) else []
