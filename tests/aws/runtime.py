"""A sandbox of Lambda on this machine: a Runtime API, and a process that asks it for its work.

The process is AWS's own runtime interface client over one of our handlers. Its DynamoDB is moto's
in the test's process, behind a wire as thin as it may be.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.exceptions import ClientError

RUNTIME = "/2018-06-01/runtime"


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body in one packet, or each answer waits for an acknowledgement.
    wbufsize = -1

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Nothing."""

    def given(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "content-length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """host:port of a server, for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Sandbox:
    """A function's process. `starts` counts how often one had to be begun."""

    todo: queue.Queue[tuple[str, bytes] | None] = field(default_factory=queue.Queue)
    done: queue.Queue[tuple[str, Any]] = field(default_factory=queue.Queue)

    def invoke(self, event: object) -> tuple[str, Any, float]:
        """ "response" or "error", what came, and after how many seconds."""
        began = time.monotonic()
        self.todo.put((str(uuid.uuid4()), json.dumps(event).encode()))
        kind, body = self.done.get(timeout=120)
        return kind, body, time.monotonic() - began


@contextmanager
def sandbox(handler: str, environ: Mapping[str, str]) -> Iterator[Sandbox]:
    """A new sandbox; its process is begun at once, as Lambda does."""
    one = Sandbox()

    class Runtime(_Quiet):
        def do_GET(self) -> None:
            work = one.todo.get()
            if work is None:
                with suppress(OSError):
                    self.answer(410, b"")
                return
            self.answer(
                200,
                work[1],
                {
                    "Lambda-Runtime-Aws-Request-Id": work[0],
                    "Lambda-Runtime-Deadline-Ms": str(int((time.time() + 60) * 1000)),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:x:1:function:x",
                    "content-type": "application/json",
                },
            )

        def do_POST(self) -> None:
            body, path = json.loads(self.given()), self.path.removeprefix(RUNTIME)
            one.done.put((path.rsplit("/", 1)[1], body))
            self.answer(202, b"{}")

    with ExitStack() as leaving:
        address = leaving.enter_context(serving(Runtime))
        process = subprocess.Popen(
            [sys.executable, "-m", "awslambdaric", handler],
            env={
                **os.environ,
                **environ,
                "AWS_LAMBDA_RUNTIME_API": address,
                "AWS_LAMBDA_FUNCTION_NAME": handler,
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield one
        finally:
            process.kill()
            process.wait()
            one.todo.put(None)


@contextmanager
def dynamodb_behind(client: Any) -> Iterator[str]:
    """The address of a DynamoDB that hands everything on to a client."""

    class Tables(_Quiet):
        def do_POST(self) -> None:
            operation = self.headers["x-amz-target"].rpartition(".")[2]
            method = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
            headers = {"content-type": "application/x-amz-json-1.0"}
            try:
                said = getattr(client, method)(**_read(json.loads(self.given())))
            except ClientError as trouble:
                code, text = trouble.response["Error"]["Code"], str(trouble)
                reasons = trouble.response.get("CancellationReasons", [])
                body = {"__type": f"x#{code}", "message": text, "CancellationReasons": reasons}
                self.answer(400, json.dumps(body).encode(), headers)
                return
            said.pop("ResponseMetadata")
            self.answer(200, json.dumps(_written(said)).encode(), headers)

    with serving(Tables) as address:
        yield f"http://{address}"


def _read(value: Any) -> Any:
    """A request as botocore wants it: bytes are bytes."""
    if isinstance(value, dict):
        if set(value) == {"B"} and isinstance(value["B"], str):
            return {"B": base64.b64decode(value["B"])}
        return {name: _read(one) for name, one in value.items()}
    return [_read(one) for one in value] if isinstance(value, list) else value


def _written(value: Any) -> Any:
    """An answer as the wire wants it: bytes are base64."""
    if isinstance(value, dict):
        return {name: _written(one) for name, one in value.items()}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return [_written(one) for one in value] if isinstance(value, list) else value
