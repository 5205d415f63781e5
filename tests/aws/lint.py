"""What is wrong with a state machine, as far as one can see without running it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_PATH = re.compile(r"\$\$?(\.[A-Za-z_][\w-]*|\[\d+\]|\['[^']+'\])*")
_INTRINSIC = re.compile(r"States\.(JsonToString|JsonMerge|Format)\(.*\)")
_COMMON = {"Type", "Comment", "Next", "End", "InputPath", "OutputPath"}
_FIELDS = {
    "Task": {
        *("Resource", "TimeoutSeconds", "Parameters", "ResultSelector", "ResultPath"),
        *("Retry", "Catch"),
    },
    "Succeed": set[str](),
    "Fail": {"Error", "Cause", "ErrorPath", "CausePath"},
    "Pass": {"Result", "Parameters", "ResultPath"},
}
_NEEDED = {
    "arn:aws:states:::lambda:invoke": {"FunctionName"},
    "arn:aws:states:::dynamodb:updateItem": {"TableName", "Key"},
}
_LEAST = {"IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1.0, "MaxDelaySeconds": 1}


def faults_of(machine: Mapping[str, Any]) -> list[str]:
    """Each fault in a sentence that begins with its state; none for a machine that holds."""
    states: Mapping[str, Mapping[str, Any]] = machine["States"]
    faults = [f"{name}: {fault}" for name, one in states.items() for fault in _of(one, states)]
    start = machine.get("StartAt")
    if start not in states:
        faults.append(f"StartAt: no state {start}")
    if "TimeoutSeconds" not in machine:
        faults.append("the machine has no TimeoutSeconds")
    reached = _reached(start, states)
    faults += [f"{name}: is never reached" for name in states if name not in reached]
    return faults


def _of(state: Mapping[str, Any], states: Mapping[str, Any]) -> Iterator[str]:
    kind = state.get("Type")
    if kind not in _FIELDS:
        yield f"unknown type {kind}"
        return
    for field in set(state) - _COMMON - _FIELDS[kind]:
        yield f"unknown field {field}"
    if kind not in {"Succeed", "Fail"} and ("Next" in state) == bool(state.get("End")):
        yield "needs Next or End"
    for target in _targets(state):
        if target not in states:
            yield f"no state {target}"
    for field in ("InputPath", "OutputPath", "ResultPath", "ErrorPath", "CausePath"):
        if state.get(field) is not None and not _PATH.fullmatch(state[field]):
            yield f"{field} is no path"
    yield from _paths([state.get("Parameters"), state.get("ResultSelector")])
    yield from _handlers(state)
    if kind == "Task":
        resource = state.get("Resource", "")
        given = {name.removesuffix(".$") for name in state.get("Parameters", {})}
        if resource not in _NEEDED:
            yield f"unknown resource {resource}"
        for name in _NEEDED.get(resource, set()) - given:
            yield f"{resource} needs {name}"
        if "TimeoutSeconds" not in state:
            yield "has no TimeoutSeconds, which means three years"


def _paths(value: Any) -> Iterator[str]:
    """Every `name.$` has a path, or an intrinsic we use; no plain text looks like one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            is_path = isinstance(inner, str) and bool(
                _PATH.fullmatch(inner) or _INTRINSIC.fullmatch(inner)
            )
            if name.endswith(".$") and not is_path:
                yield f"{name}: {inner!r} is no path"
            if not name.endswith(".$") and isinstance(inner, str) and inner.startswith("$."):
                yield f"{name}: {inner!r} is a path without .$"
            yield from _paths(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner)


def _handlers(state: Mapping[str, Any]) -> Iterator[str]:
    for kind in ("Retry", "Catch"):
        handlers = state.get(kind, [])
        for place, one in enumerate(handlers):
            errors = one.get("ErrorEquals", [])
            if not errors:
                yield f"{kind} without ErrorEquals"
            alone = len(errors) == 1 and place == len(handlers) - 1
            if "States.ALL" in errors and not alone:
                yield f"{kind}: States.ALL must be alone and last"
            for name, least in _LEAST.items():
                figure = one.get(name, least)
                if isinstance(figure, bool | str) or figure < least:
                    yield f"{kind}: {name} is {figure!r}"


def _targets(state: Mapping[str, Any]) -> list[str]:
    caught = [one.get("Next") for one in state.get("Catch", [])]
    return [one for one in (state.get("Next"), *caught) if one]


def _reached(start: Any, states: Mapping[str, Mapping[str, Any]]) -> set[str]:
    reached: set[str] = set()
    left = [start]
    while left:
        one = left.pop()
        if one in states and one not in reached:
            reached.add(one)
            left += _targets(states[one])
    return reached
