"""One of several processes that write to the same session: `python -m tests.session.racer …`."""

from __future__ import annotations

import json
import sys
from itertools import count

from aichef.session.port import Sessions
from tests.session.stores import DEADLINE, NOW, PROFILE, opened

SHARED = 20
OWN = 20


def race(store: Sessions, one: str, name: str, ending: str) -> dict[str, object]:
    """What this writer did that took hold."""
    shared = own = advanced = 0
    for step in range(max(SHARED, OWN)):
        shared += store.tell(one, 1, f"shared-{step}", "ingredient", {"step": step}, NOW)
        own += store.tell(one, 1, f"{name}-{step}", "price", {"by": name, "step": step}, NOW)
        advanced += store.advance(one, 1, "recipe_generation", 10 + step, NOW)
    kept = store.keep(one, 1, "recipe", name.encode())
    ended = {
        "finish": lambda: store.finish(one, 1, json.dumps({"by": name}), NOW),
        "fail": lambda: store.fail(one, 1, {"code": name}, NOW),
        "cancel": lambda: store.cancel(one, NOW),
    }[ending]()
    return {"shared": shared, "own": own, "advanced": advanced, "kept": kept, "ended": ended}


def endless(store: Sessions, one: str, name: str) -> None:
    """Accept, say so, and write until somebody kills us."""
    store.accept(one, PROFILE, NOW, DEADLINE, key=one)
    print("accepted", flush=True)
    for step in count():
        store.tell(one, 1, f"{name}-{step}", "ingredient", {"step": step}, NOW)
        store.keep(one, 1, f"{name}-{step}", bytes(2_000))


if __name__ == "__main__":
    kind, where, session, who, how = sys.argv[1:]
    sessions = opened(kind, where, lambda: NOW)
    if how == "endless":
        endless(sessions, session, who)
    elif how == "accept":
        print(sessions.accept(session, PROFILE, NOW, DEADLINE, key="once").id)
    else:
        print(json.dumps(race(sessions, session, who, how)))
    sessions.close()
