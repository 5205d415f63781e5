"""A server that ends with its standard input: `python -m bench.machine WORKERS PORT`."""

from __future__ import annotations

import os
import signal
import sys
import threading

from aichef.cli import main


def parent() -> None:
    # Not through sys.stdin: its lock would be held while we leave.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=parent, daemon=True).start()
    main(["serve", "--workers", sys.argv[1], "--port", sys.argv[2]])
