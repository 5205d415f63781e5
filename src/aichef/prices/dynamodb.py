"""The price store of several machines: surveys as one file in pieces, offers and calls as items.

    ai-chef-prices-{stage}   surveys               which file is the newest, and its pieces
                             surveys#<digest>#3    a piece of that file, compressed
                             offer#쿠팡#tofu        what a mall answered, for a day
                             calls#쿠팡             when a mall was asked

One machine refreshes and publishes; the others fetch what they do not have yet.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from aichef.errors import ShopError
from aichef.prices.survey_store import FILE, SurveyStore

PIECE: Final = 380_000
"""Bytes of a piece; an item of DynamoDB takes 400 KB."""

_SURVEYS: Final = "surveys"
_KEPT: Final = timedelta(days=7)
_OFFER_KEPT: Final = timedelta(days=1)
_TRIES: Final = 5
_TROUBLE: Final = "the price table could not be read or written"


@dataclass(slots=True)
class SharedPrices(SurveyStore):
    """A local price store that shares with others through `table` of `client`, botocore's.

    What is read of surveys is in the folder; offers and the counting of calls are in the table.
    Raises ShopError.
    """

    client: Any = None
    table: str = ""

    def fetch(self) -> bool:
        """Take over the newest published file; whether there was one we did not have."""
        newest = self._get(_SURVEYS)
        mark = self.folder / "published"
        if newest is None:
            return False
        digest = newest["digest"]["S"]
        if self.exists and mark.is_file() and mark.read_text("utf-8") == digest:
            return False
        names = [f"{_SURVEYS}#{digest}#{place}" for place in range(int(newest["pieces"]["N"]))]
        pieces = [piece["body"]["B"] for name in names if (piece := self._get(name))]
        packed = b"".join(pieces)
        if sha256(packed).hexdigest() != digest:
            raise ShopError(_TROUBLE, trouble="damaged")
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f"{FILE}.new"
        fresh.write_bytes(zlib.decompress(packed))
        fresh.replace(self.folder / FILE)
        mark.write_text(digest, "utf-8")
        return True

    def publish(self, now: datetime) -> int:
        """Give the file to the others; bytes of it, compressed."""
        packed = zlib.compress(self._copied(), 9)
        digest = sha256(packed).hexdigest()
        pieces = [packed[start : start + PIECE] for start in range(0, len(packed), PIECE)]
        ttl = {"ttl": _second(now + _KEPT)}
        for place, piece in enumerate(pieces):
            self._put(f"{_SURVEYS}#{digest}#{place}", {"body": {"B": piece}, **ttl})
        told = {"digest": {"S": digest}, "pieces": {"N": str(len(pieces))}, **ttl}
        self._put(_SURVEYS, told)
        return len(packed)

    def keep_offers(self, supplier: str, food: str, body: str, now: datetime) -> None:
        """See `SurveyStore`."""
        ttl = {"ttl": _second(now + _OFFER_KEPT)}
        item = {"body": {"S": body}, "at": {"S": _stamp(now)}, **ttl}
        self._put(f"offer#{supplier}#{food}", item)

    def offers(self, supplier: str, food: str, since: datetime) -> tuple[str, datetime] | None:
        """See `SurveyStore`."""
        item = self._get(f"offer#{supplier}#{food}")
        if item is None or item["at"]["S"] < _stamp(since):
            return None
        return item["body"]["S"], datetime.fromisoformat(item["at"]["S"])

    def take_call(self, supplier: str, now: datetime, most: int, within: timedelta) -> bool:
        """See `SurveyStore`; where many take at once, one that cannot count does not call."""
        for _ in range(_TRIES):
            item = self._get(f"calls#{supplier}")
            before = item["at"]["S"] if item else None
            calls = _calls(before, now - timedelta(hours=24))
            if sum(call > _stamp(now - within) for call in calls) >= most:
                return False
            at = json.dumps([*calls, _stamp(now)])
            counted = {"at": {"S": at}, "ttl": _second(now + _OFFER_KEPT)}
            if self._put(f"calls#{supplier}", counted, before, once=True):
                return True
        return False

    def calls(self, supplier: str, since: datetime) -> int:
        """See `SurveyStore`."""
        item = self._get(f"calls#{supplier}")
        return len(_calls(item["at"]["S"] if item else None, since))

    def _copied(self) -> bytes:
        """The file as it is now, without gaps."""
        with TemporaryDirectory() as folder:
            copy = Path(folder) / FILE
            with closing(sqlite3.connect(self.folder / FILE)) as file:
                file.execute("VACUUM INTO ?", (str(copy),))
            return copy.read_bytes()

    def _get(self, name: str) -> dict[str, Any] | None:
        answer = self._call(
            "get_item", TableName=self.table, Key={"name": {"S": name}}, ConsistentRead=True
        )
        found: dict[str, Any] | None = answer.get("Item") if answer else None
        return found

    def _put(
        self, name: str, item: dict[str, Any], before: str | None = None, *, once: bool = False
    ) -> bool:
        """Write an item; `once`: only where its `at` is still what it was `before`."""
        request: dict[str, Any] = {"TableName": self.table, "Item": {"name": {"S": name}, **item}}
        if once:
            request["ConditionExpression"] = (
                "#at = :before" if before else "attribute_not_exists(#at)"
            )
            request["ExpressionAttributeNames"] = {"#at": "at"}
        if once and before:
            request["ExpressionAttributeValues"] = {":before": {"S": before}}
        return self._call("put_item", **request) is not None

    def _call(self, method: str, **request: Any) -> Any:
        """The answer; None where a condition did not hold."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self.client, method)(**request)
        except ClientError as trouble:
            code = trouble.response.get("Error", {}).get("Code")
            if code == "ConditionalCheckFailedException":
                return None
            raise ShopError(_TROUBLE, trouble="store") from trouble
        except BotoCoreError as trouble:
            raise ShopError(_TROUBLE, trouble="store") from trouble


def _calls(kept: str | None, since: datetime) -> list[str]:
    return [call for call in json.loads(kept or "[]") if call > _stamp(since)]


def _second(moment: datetime) -> dict[str, str]:
    return {"N": str(ceil(moment.timestamp()))}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
