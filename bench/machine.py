"""A machine that serves, without its HTTP door: `python -m bench.machine WORKERS`.

Settings come from the environment. It ends with its standard input, or at SIGTERM.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading

from aichef.kitchens.serving import serving
from aichef.settings import Settings


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def parent() -> None:
        # Not through sys.stdin: its lock would be held while we leave.
        while os.read(0, 1):
            pass
        stop.set()

    threading.Thread(target=parent, daemon=True).start()
    environ = dict(os.environ)
    with serving(Settings.read(environ), int(sys.argv[1]), environ):
        print("serving", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
