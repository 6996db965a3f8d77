"""The entry point: give a remembered answer or run the command line, and leave with the exit code."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` dresses it up with `enum`, which takes a while
import os
import sys

TYPE_CHECKING = False  # `typing` takes longer to import than a remembered answer to find
if TYPE_CHECKING:
    from portlint.answers.watch import Watch

_INTERRUPTED = 128 + 2  # SIGINT
_TERMINATED = 128 + 15  # SIGTERM


def main() -> None:
    _signal.signal(_signal.SIGTERM, lambda *_: os._exit(_TERMINATED))  # nothing is begun yet
    try:
        # The same bytes in every locale and on every system; nothing that leaves holds what UTF-8 cannot.
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        code = _code(sys.argv[1:])
    except KeyboardInterrupt:  # before or after the command
        code = _INTERRUPTED
    sys.exit(code)


def _code(arguments: list[str]) -> int:
    from portlint.answers.question import answer_file

    file = answer_file(arguments)
    if not file:
        return _run(arguments, None)
    from portlint.answers.recall import give, held

    answer = held(file)
    if answer is None:
        from portlint.answers.watch import Watch

        return _run(arguments, Watch(file))
    if not answer.printed[2]:
        try:
            return give(answer)
        except OSError:  # a closed pipe, a full disk: the command line knows what to say
            pass
    _leave_in_order()
    from portlint.cli import guarded

    return guarded(lambda: give(answer))


def _run(arguments: list[str], watch: Watch | None) -> int:
    from portlint.cli import run

    _leave_in_order()
    return run(arguments, watch)


def _leave_in_order() -> None:
    """Leave on SIGTERM as Ctrl-C does: workers are stopped, half-written files removed."""
    _signal.signal(_signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))


if __name__ == "__main__":
    main()
