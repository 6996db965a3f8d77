"""The entry point: run the command line and leave with its exit code."""

from __future__ import annotations

import os
import signal
import sys

_INTERRUPTED = 128 + signal.SIGINT
_TERMINATED = 128 + signal.SIGTERM


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(_TERMINATED))  # nothing is begun yet
    try:
        from portlint.cli import run

        # Leave as Ctrl-C does: workers are stopped, half-written files removed.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
        # The same bytes in every locale and on every system; nothing that leaves holds what UTF-8 cannot.
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before or after the command
        code = _INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
