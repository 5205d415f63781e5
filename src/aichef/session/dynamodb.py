"""Sessions in DynamoDB, for any number of functions and machines.

    ai-chef-sessions-{stage}   sess_x                 the session, one row
                               sess_x#event#12        what happened, by number
                               sess_x#part#2#recipe   what a step of attempt 2 left, compressed
                               key#<digest>           which session an Idempotency-Key brought
    ai-chef-results-{stage}    sess_x                 the newest meal

Every event counts `lastEvent` up, so it is the version of the row: a move reads the row, decides,
and writes where the row is still the one it has read, event and all in one transaction. Items go
by DynamoDB's own clock some time after their `ttl`; until then what has expired is not shown.
Nothing scans: the index by status and time finds sessions that nobody names.
"""

from __future__ import annotations

import json
import random
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from math import ceil
from typing import Any, Final, TypeVar

from aichef.errors import StoreError
from aichef.session import model, moves
from aichef.session.model import KEPT, STATUSES, TALLY, Event, Kind, Phase, Session, Status
from aichef.session.words import say

BY_STATUS: Final = "byStatus"
"""Index of the sessions table: `status`, then `acceptedAt`; keys only."""

MOST_BYTES: Final = 390_000
"""Of an item; DynamoDB takes 400 KB, names included."""

PLAIN_BYTES: Final = 300_000
"""A meal up to this size is kept as text that one can read in the console."""

_MARGIN: Final = timedelta(days=1)
"""Events and parts outlive their session's row, never the other way round."""

_WAIT: Final = 10.0
_READ_AT_ONCE: Final = 100
_WRITE_AT_ONCE: Final = 25
_ENDS: Final[Mapping[str, Kind]] = {"failed": "failed", "cancelled": "cancelled"}

_RACED: Final = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_BUSY: Final = frozenset(
    {
        *("ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded"),
        *("ThrottlingException", "ThrottlingError", "RequestLimitExceeded", "Throttling"),
        "TransactionInProgressException",
    }
)

T = TypeVar("T")
Item = Mapping[str, Any]


def open_client(region: str | None = None, endpoint: str | None = None) -> Any:
    """A client of DynamoDB that tries a few times and waits for seconds, not for minutes.

    `region` and `endpoint` default to what the environment says.
    """
    import botocore.session
    from botocore.config import Config

    config = Config(
        connect_timeout=2,
        read_timeout=5,
        retries={"mode": "standard", "total_max_attempts": 5},
    )
    session = botocore.session.get_session()
    return session.create_client("dynamodb", region, endpoint_url=endpoint, config=config)


@dataclass(frozen=True, slots=True)
class _Row:
    """A session as its row has it, with what only the store needs to know."""

    session: Session
    since: str
    """`acceptedAt` as it is written there: the state machine writes times in its own form."""
    first_event: int
    told: frozenset[str]
    parts: frozenset[str]
    keys: frozenset[str]


class DynamoSessions:
    """Sessions in two tables of `client`, which is botocore's; see `Sessions` for every method.

    `wait` bounds in seconds how long a write tries against others that write the same session.
    """

    def __init__(
        self,
        client: Any,
        sessions: str,
        results: str,
        clock: Callable[[], datetime] = model.clock,
        locale: str = "ko",
        *,
        wait: float = _WAIT,
    ) -> None:
        self._client = client
        self._sessions = sessions
        self._results = results
        self._clock = clock
        self._locale = locale
        self._wait = wait

    def accept(
        self, one: str, profile: str, now: datetime, deadline: datetime, key: str | None = None
    ) -> Session:
        """See `Sessions`."""
        digest = sha256(key.encode("utf-8", "surrogatepass")).hexdigest() if key else None
        for _ in self._tries():
            named, stale = self._named(digest) if digest else (None, None)
            if named:
                return moves.same(named.session, profile, "other_key", self._locale)
            found = self._read(one)
            writes: list[Item] = []
            if found and self._lives(found.session):
                session = moves.same(found.session, profile, "other_profile", self._locale)
                if not digest:
                    return session
                writes.append(self._update(found, add={"keys": frozenset({digest})}))
            else:
                before = found.session.attempt if found else 0
                move = moves.accepted(one, profile, now, deadline, before)
                session = move.session
                writes += [self._first(move, digest, found), self._event(move)]
            if digest:
                writes.append(self._key(digest, one, stale, now))
            if self._wrote(writes):
                return session
        raise self._busy()

    def advance(self, one: str, attempt: int, phase: Phase, progress: int, now: datetime) -> bool:
        """See `Sessions`."""
        return self._move(one, lambda it: moves.advanced(it, attempt, phase, progress, now))

    def tell(
        self,
        one: str,
        attempt: int,
        key: str,
        kind: Kind,
        body: Mapping[str, Any],
        now: datetime,
    ) -> bool:
        """See `Sessions`."""
        return self._move(
            one,
            lambda it: moves.told(it, attempt, kind, body, now),
            key=sha256(key.encode()).hexdigest()[:32],
        )

    def keep(self, one: str, attempt: int, part: str, body: bytes) -> bool:
        """See `Sessions`."""
        for _ in self._tries():
            row = self._row(one)
            if not moves.at_work(row.session, attempt) or part in row.parts:
                return False
            item = {
                "sessionId": _part_id(row.session, part),
                "body": zlib.compress(body),
                "ttl": _ttl(row.session.updated_at + _MARGIN),
            }
            if self._wrote([self._update(row, add={"parts": frozenset({part})}), self._put(item)]):
                return True
        raise self._busy()

    def part(self, one: str, part: str) -> bytes | None:
        """See `Sessions`."""
        row = self._row(one)
        if part not in row.parts:
            return None
        item = self._get(self._sessions, _part_id(row.session, part))
        return zlib.decompress(item["body"]) if item else None

    def finish(self, one: str, attempt: int, meal: str, now: datetime) -> bool:
        """See `Sessions`."""
        expires = now + KEPT
        item: dict[str, object] = {
            "sessionId": one,
            "createdAt": _stamp(now),
            "expiresAt": _stamp(expires),
            "ttl": ceil(expires.timestamp()),
        }
        text = meal.encode()
        if len(text) <= PLAIN_BYTES:
            item["result"] = meal
        else:
            item["packed"] = zlib.compress(text)
        put = {"Put": {"TableName": self._results, "Item": self._typed(item)}}
        return self._move(one, lambda it: moves.finished(it, attempt, now), also=put, bare=True)

    def fail(self, one: str, attempt: int, error: Mapping[str, Any], now: datetime) -> bool:
        """See `Sessions`."""
        return self._move(one, lambda it: moves.failed(it, attempt, error, now))

    def cancel(self, one: str, now: datetime) -> bool:
        """See `Sessions`."""
        return self._move(one, lambda it: moves.cancelled(it, now))

    def again(self, one: str, now: datetime, deadline: datetime) -> Session:
        """See `Sessions`."""
        for _ in self._tries():
            row = self._row(one)
            move = moves.again(row.session, now, deadline, self._locale)
            anew = _cells(move.session) | {
                "firstEvent": move.session.last_event,
                "profile": move.session.profile,
            }
            update = self._update(row, set_=anew, drop=("told", "parts", "stoppedBy"))
            if self._wrote([update, self._event(move)]):
                self._delete(self._sessions, [*_part_ids(row), *_event_ids(row)])
                return move.session
        raise self._busy()

    def find(self, one: str) -> Session:
        """See `Sessions`."""
        return self._row(one).session

    def result(self, one: str) -> str:
        """See `Sessions`."""
        row = self._row(one)
        item = self._get(self._results, one)
        if item is None or item["expiresAt"] <= _stamp(self._clock()):
            raise moves.no_result(row.session, self._locale)
        text: str = item["result"] if "result" in item else zlib.decompress(item["packed"]).decode()
        return text

    def events(self, one: str, after: int = 0) -> tuple[Event, ...]:
        """See `Sessions`. An end that the state machine wrote by itself is told like the others."""
        row = self._row(one)
        wanted = range(max(after + 1, row.first_event), row.session.last_event + 1)
        found = self._many([_event_id(one, number) for number in wanted])
        told = [_read_event(item) for item in found]
        last, kind = row.session, _ENDS.get(row.session.status)
        if kind and wanted and last.last_event not in {event.number for event in told}:
            body = {"phase": last.phase, "progress": last.progress, "error": last.error}
            told.append(Event(last.last_event, kind, body, last.updated_at))
        return tuple(sorted(told, key=lambda event: event.number))

    def marks(self, ids: Sequence[str]) -> Mapping[str, tuple[int, Status]]:
        """See `Sessions`."""
        living = self._living(ids)
        return {one.id: (one.last_event, one.status) for one in living}

    def counts(self) -> Mapping[Status, int]:
        """See `Sessions`."""
        return {status: len(self._of(status)) for status in STATUSES}

    def waiting(self) -> int:
        """See `Sessions`."""
        return sum(one.phase == "accepted" for one in self._of("processing"))

    def processing(self) -> tuple[str, ...]:
        """See `Sessions`."""
        at_work = self._of("processing")
        return tuple(one.id for one in sorted(at_work, key=lambda one: (one.started_at, one.id)))

    def list(self, limit: int = 100, status: Status | None = None) -> tuple[Session, ...]:
        """See `Sessions`."""
        wanted = (status,) if status else STATUSES
        found = [session for one in wanted for session in self._of(one, limit)]
        newest = sorted(found, key=lambda one: (one.accepted_at, one.id), reverse=True)
        return tuple(newest[:limit])

    def room(self) -> bool:
        """See `Sessions`."""
        return True

    def forget(self, one: str) -> None:
        """See `Sessions`."""
        row = self._row(one)
        self._forget(row)

    def expire(self, now: datetime) -> tuple[str, ...]:
        """See `Sessions`. DynamoDB does it by itself; this one is at once."""
        boundary = now - KEPT
        old = [one for status in STATUSES for one in self._indexed(status, until=_stamp(boundary))]
        gone = [row for row in self._rows(old) if moves.expired(row.session, now)]
        for row in gone:
            self._forget(row)
        for one in old:
            self._drop_result(one, now)
        return tuple(sorted(row.session.id for row in gone))

    def close(self) -> None:
        """Give connections back; another use opens them again."""
        self._client.close()

    # ------------------------------------------------------------------ reading

    def _row(self, one: str) -> _Row:
        """Raises SessionNotFound."""
        row = self._read(one)
        if row is None or not self._lives(row.session):
            raise moves.not_found(self._locale)
        return row

    def _read(self, one: str) -> _Row | None:
        item = self._get(self._sessions, one)
        return _read_row(item, self._locale) if item and "status" in item else None

    def _lives(self, session: Session) -> bool:
        return not moves.expired(session, self._clock())

    def _named(self, digest: str) -> tuple[_Row | None, str | None]:
        """The living session of a key, and the id the key has whether that lives or not."""
        item = self._get(self._sessions, _key_id(digest))
        if item is None:
            return None, None
        row = self._read(item["session"])
        mine = row is not None and digest in row.keys and self._lives(row.session)
        return (row if mine else None), item["session"]

    def _get(self, table: str, one: str) -> Item | None:
        answer = self._call(
            "get_item", TableName=table, Key={"sessionId": {"S": one}}, ConsistentRead=True
        )
        return _plain(answer["Item"]) if "Item" in answer else None

    def _many(self, ids: Sequence[str]) -> Sequence[Item]:
        """The items of these ids that are there, in no order."""
        found: list[Item] = []
        all_keys = [{"sessionId": {"S": one}} for one in dict.fromkeys(ids)]
        for keys in _batches(all_keys, _READ_AT_ONCE):
            left = {self._sessions: {"Keys": keys, "ConsistentRead": True}}
            for _ in self._tries():
                answer = self._call("batch_get_item", RequestItems=left)
                found += map(_plain, answer["Responses"].get(self._sessions, ()))
                left = answer.get("UnprocessedKeys")
                if not left:
                    break
            else:
                raise self._busy()
        return found

    def _rows(self, ids: Sequence[str]) -> Sequence[_Row]:
        return [_read_row(item, self._locale) for item in self._many(ids) if "status" in item]

    def _living(self, ids: Sequence[str]) -> Sequence[Session]:
        return [row.session for row in self._rows(ids) if self._lives(row.session)]

    def _of(self, status: Status, most: int | None = None) -> Sequence[Session]:
        """Living sessions of a status, the `most` newest of them."""
        living = self._living(self._indexed(status, most=most))
        return [one for one in living if one.status == status]

    def _indexed(
        self, status: Status, until: str | None = None, most: int | None = None
    ) -> Sequence[str]:
        """Ids by status, newest first. The index follows the table within moments."""
        query: dict[str, Any] = {
            "TableName": self._sessions,
            "IndexName": BY_STATUS,
            "KeyConditionExpression": "#s = :s" + (" AND acceptedAt <= :u" if until else ""),
            "ExpressionAttributeNames": {"#s": "status"},
            "ExpressionAttributeValues": {":s": {"S": status}}
            | ({":u": {"S": until}} if until else {}),
            "ScanIndexForward": False,
        }
        ids: list[str] = []
        while True:
            answer = self._call("query", **query)
            ids += [item["sessionId"]["S"] for item in answer["Items"]]
            if "LastEvaluatedKey" not in answer or (most is not None and len(ids) >= most):
                return ids[:most]
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    # ------------------------------------------------------------------ writing

    def _move(
        self,
        one: str,
        decide: Callable[[Session], moves.Move | None],
        key: str | None = None,
        also: Item | None = None,
        *,
        bare: bool = False,
    ) -> bool:
        """Write what a session becomes; `bare`: it needs what its steps left no longer."""
        for _ in self._tries():
            row = self._row(one)
            move = None if key in row.told else decide(row.session)
            if move is None:
                return False
            cells = _cells(move.session)
            if bare and row.parts:
                cells["parts"] = frozenset(filter(_is_tally, row.parts)) or None
            update = self._update(row, set_=cells, add={"told": frozenset({key})} if key else {})
            if self._wrote([update, self._event(move), *([also] if also else [])]):
                if bare:
                    left = (part for part in row.parts if not _is_tally(part))
                    self._delete(self._sessions, [_part_id(row.session, it) for it in left])
                return True
        raise self._busy()

    def _first(self, move: moves.Move, digest: str | None, found: _Row | None) -> Item:
        """The row of a new session, in place of nothing or of the expired one `found`."""
        item = {
            **_cells(move.session),
            "sessionId": move.session.id,
            "firstEvent": move.session.last_event,
            "profile": move.session.profile,
            "acceptedAt": _stamp(move.session.accepted_at),
            "keys": frozenset({digest} if digest else ()),
        }
        if found is None:
            return self._put(item, "attribute_not_exists(sessionId)")
        return self._put(item, *_unchanged(found), {"#status": "status"})

    def _update(
        self,
        row: _Row,
        set_: Mapping[str, object] | None = None,
        add: Mapping[str, frozenset[str]] | None = None,
        drop: Sequence[str] = (),
    ) -> Item:
        """A change of a row that is still as it was read."""
        given = dict(set_ or {})
        drop = (*drop, *(name for name, value in given.items() if value is None))
        given = {name: value for name, value in given.items() if value is not None}
        condition, values = _unchanged(row)
        names = {f"#{name}": name for name in ("status", *given, *(add or {}), *drop)}
        clauses = {
            "SET": [f"#{name} = :{name}" for name in given],
            "ADD": [f"#{name} :add_{name}" for name in add or {}],
            "REMOVE": [f"#{name}" for name in drop],
        }
        if add and "parts" in add:
            # Keeping a part is no event, so the version alone would not tell two of them apart.
            condition += " AND NOT contains(#parts, :part)"
            values[":part"] = next(iter(add["parts"]))
        added = {f":add_{name}": value for name, value in (add or {}).items()}
        changed = {f":{name}": value for name, value in given.items()}
        update = {
            "TableName": self._sessions,
            "Key": {"sessionId": {"S": row.session.id}},
            "UpdateExpression": _expression(clauses),
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": self._typed(values | added | changed),
        }
        return {"Update": update}

    def _event(self, move: moves.Move) -> Item:
        event = move.event
        return self._put(
            {
                "sessionId": _event_id(move.session.id, event.number),
                "number": event.number,
                "kind": event.kind,
                "body": json.dumps(event.body, ensure_ascii=False),
                "at": _stamp(event.at),
                "ttl": _ttl(event.at + _MARGIN),
            }
        )

    def _key(self, digest: str, one: str, stale: str | None, now: datetime) -> Item:
        """An Idempotency-Key for a session; it may have been that of `stale`, which is gone."""
        item = {"sessionId": _key_id(digest), "session": one, "ttl": _ttl(now + _MARGIN)}
        if stale is None:
            return self._put(item, "attribute_not_exists(sessionId)")
        return self._put(item, "#session = :stale", {":stale": stale}, {"#session": "session"})

    def _put(
        self,
        item: Mapping[str, object],
        condition: str | None = None,
        values: Mapping[str, object] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Item:
        put: dict[str, object] = {"TableName": self._sessions, "Item": self._typed(item)}
        if condition:
            put["ConditionExpression"] = condition
        if values:
            put["ExpressionAttributeValues"] = self._typed(values)
        if names:
            put["ExpressionAttributeNames"] = names
        return {"Put": put}

    def _wrote(self, writes: Sequence[Item]) -> bool:
        """All of it in one transaction; False where somebody else was there first."""
        from botocore.exceptions import ClientError

        try:
            self._call("transact_write_items", TransactItems=writes)
        except StoreError as trouble:
            cause = trouble.__cause__
            if not isinstance(cause, ClientError):
                raise
            reasons = {one.get("Code") for one in cause.response.get("CancellationReasons", ())}
            if reasons & _RACED:
                return False
            if reasons & _BUSY:
                raise StoreError(say("busy", self._locale), trouble="busy") from cause
            raise
        return True

    def _forget(self, row: _Row) -> None:
        """The row first: whoever still writes then finds that it is gone."""
        one = row.session.id
        self._delete(self._sessions, [one])
        self._delete(self._results, [one])
        everything = (_event_id(one, number) for number in range(1, row.session.last_event + 1))
        self._delete(self._sessions, [*everything, *_part_ids(row), *map(_key_id, row.keys)])

    def _delete(self, table: str, ids: Sequence[str]) -> None:
        deletions = [{"DeleteRequest": {"Key": {"sessionId": {"S": one}}}} for one in ids]
        for asked in _batches(deletions, _WRITE_AT_ONCE):
            left = {table: asked}
            for _ in self._tries():
                left = self._call("batch_write_item", RequestItems=left).get("UnprocessedItems")
                if not left:
                    break
            else:
                raise self._busy()

    def _drop_result(self, one: str, now: datetime) -> None:
        item = self._get(self._results, one)
        if item and item["expiresAt"] <= _stamp(now):
            self._delete(self._results, [one])

    def _typed(self, item: Mapping[str, object]) -> dict[str, Any]:
        """An item on the wire. Raises StoreError for one that DynamoDB would not take."""
        typed = {name: _value(value) for name, value in item.items() if value not in (None, set())}
        size = sum(len(name.encode()) + _size(value) for name, value in typed.items())
        if size > MOST_BYTES:
            raise StoreError(say("too_big", self._locale), trouble="too_big")
        return typed

    def _call(self, method: str, **request: Any) -> Any:
        """What DynamoDB answers. Raises StoreError."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, method)(**request)
        except ClientError as trouble:
            busy = trouble.response.get("Error", {}).get("Code") in _BUSY
            what = "busy" if busy else "other"
            raise StoreError(say(what, self._locale), trouble=what) from trouble
        except BotoCoreError as trouble:
            what = "unreachable"
            raise StoreError(say(what, self._locale), trouble=what) from trouble

    def _tries(self) -> Iterator[int]:
        """Again and again, further apart each time and never in step, until the wait is over."""
        until = time.monotonic() + self._wait
        for tried in count():
            yield tried
            if time.monotonic() >= until:
                return
            time.sleep(random.uniform(0, min(0.5, 0.004 * 2**tried)))

    def _busy(self) -> StoreError:
        return StoreError(say("busy", self._locale), trouble="busy")


def _unchanged(row: _Row) -> tuple[str, dict[str, object]]:
    """The condition that a row is as it was read: the same session, with nothing new."""
    seen: dict[str, object] = {
        ":seen": row.session.last_event,
        ":since": row.since,
        ":try": row.session.attempt,
        ":stood": row.session.status,
    }
    condition = "lastEvent = :seen AND acceptedAt = :since AND attempt = :try"
    return f"{condition} AND #status = :stood", seen


def _expression(clauses: Mapping[str, Sequence[str]]) -> str:
    return " ".join(f"{verb} {', '.join(of)}" for verb, of in clauses.items() if of)


def _batches(many: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    return (many[start : start + most] for start in range(0, len(many), most))


def _cells(one: Session) -> dict[str, object]:
    """What of a session changes; None where there is nothing."""
    return {
        "attempt": one.attempt,
        "status": one.status,
        "phase": one.phase,
        "progress": one.progress,
        "startedAt": one.started_at.isoformat(),
        "updatedAt": _stamp(one.updated_at),
        "deadlineAt": _stamp(one.deadline_at),
        "endedAt": _stamp(one.ended_at) if one.ended_at else None,
        "lastEvent": one.last_event,
        "error": None if one.error is None else json.dumps(one.error, ensure_ascii=False),
        "ttl": _ttl(one.updated_at),
    }


def _read_row(item: Item, locale: str) -> _Row:
    """A row, also one that the state machine made or ended by itself; see deploy/."""
    error = json.loads(item["error"]) if "error" in item else None
    profile = item["profile"]
    if "stoppedBy" in item:
        profile = model.canonical(json.loads(profile))
        message = say("stopped", locale)
        details = {"trouble": "stopped", "by": item["stoppedBy"]}
        error = {"code": "SUPPLIER_FAILED", "message": message, "details": details}
    session = Session(
        id=item["sessionId"],
        attempt=item["attempt"],
        profile=profile,
        status=item["status"],
        phase=item["phase"],
        progress=item["progress"],
        accepted_at=datetime.fromisoformat(item["acceptedAt"]),
        started_at=datetime.fromisoformat(item["startedAt"]),
        updated_at=datetime.fromisoformat(item["updatedAt"]),
        deadline_at=datetime.fromisoformat(item["deadlineAt"]),
        ended_at=datetime.fromisoformat(item["endedAt"]) if "endedAt" in item else None,
        last_event=item["lastEvent"],
        error=error,
    )
    sets = (item.get(name, frozenset()) for name in ("told", "parts", "keys"))
    return _Row(session, item["acceptedAt"], item.get("firstEvent", 1), *sets)


def _read_event(item: Item) -> Event:
    at = datetime.fromisoformat(item["at"])
    return Event(item["number"], item["kind"], json.loads(item["body"]), at)


def _event_id(one: str, number: int) -> str:
    return f"{one}#event#{number}"


def _event_ids(row: _Row) -> list[str]:
    """Ids of the events of the row's attempt."""
    numbers = range(row.first_event, row.session.last_event + 1)
    return [_event_id(row.session.id, number) for number in numbers]


def _part_id(session: Session, part: str) -> str:
    return f"{session.id}#part#{session.attempt}#{part}"


def _is_tally(part: str) -> bool:
    return part.startswith(TALLY)


def _part_ids(row: _Row) -> list[str]:
    return [_part_id(row.session, part) for part in sorted(row.parts)]


def _key_id(digest: str) -> str:
    return f"key#{digest}"


def _ttl(moment: datetime) -> int:
    """The second in which what was last touched at `moment` may go."""
    return ceil((moment + KEPT).timestamp())


def _stamp(moment: datetime) -> str:
    """A moment in UTC, so that its text sorts as its time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _value(value: object) -> dict[str, object]:
    """A value on the wire."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, frozenset):
        return {"SS": sorted(value)}
    raise TypeError(type(value).__name__)


def _size(value: Mapping[str, Any]) -> int:
    """Bytes of a value on the wire, as DynamoDB counts them or a few more."""
    ((kind, inner),) = value.items()
    if kind == "B":
        return len(inner)
    return sum(len(one.encode()) for one in inner) if kind == "SS" else len(inner.encode())


def _plain(item: Mapping[str, Any]) -> Item:
    """An item off the wire: texts, whole numbers, bytes and sets of texts."""
    plain: dict[str, Any] = {}
    for name, typed in item.items():
        ((kind, value),) = typed.items()
        plain[name] = {"N": int, "SS": frozenset, "S": str, "B": bytes}[kind](value)
    return plain
