"""What a run prints, opens and starts; an audit hook of Python sees files and programs, so that none is forgotten."""

from __future__ import annotations

import os
import sys
import time
from typing import TextIO

from portlint.progress import WIPED

_WRITES = os.O_WRONLY | os.O_RDWR
_STARTS = frozenset(("os.exec", "os.posix_spawn", "os.spawn", "os.startfile", "os.system"))


class _Heard:
    """A stream that also keeps what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.text: list[str] = []

    def write(self, text: str) -> int:
        self.text.append(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


class Watch:
    """Begun before the run. `file` is where its answer is to be kept.

    `opened`: how often each path was opened to be read, as it was named. `written`: paths opened to be written.
    `started`: argument lists of programs.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.began_ns = time.time_ns()
        self.opened: dict[bytes, int] = {}
        self.written: set[bytes] = set()
        self.started: list[tuple[str, ...]] = []
        self._here = os.getcwdb()
        self._ended = False
        self._streams = sys.stdout, sys.stderr
        self._heard = _Heard(sys.stdout), _Heard(sys.stderr)
        sys.stdout, sys.stderr = self._heard
        sys.addaudithook(self._see)

    def end(self) -> tuple[str, str]:
        """What was printed, on standard output and standard error. An audit hook cannot be taken away, only stop."""
        self._ended = True
        sys.stdout, sys.stderr = self._streams
        printed, notes = ("".join(each.text) for each in self._heard)
        return printed, notes.rpartition(WIPED)[2]

    def _see(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and not self._ended:
            path, mode, flags = arguments
            if isinstance(path, (str, bytes)):
                self._open(os.path.join(self._here, os.fsencode(path)), mode, flags)
        elif event == "subprocess.Popen" and not self._ended:
            words = arguments[1]
            self.started.append(tuple(map(str, words)) if isinstance(words, (list, tuple)) else (str(words),))
        elif event in _STARTS and not self._ended:
            self.started.append((event,))

    def _open(self, path: bytes, mode: object, flags: object) -> None:
        if isinstance(flags, int) and flags & _WRITES:
            self.written.add(path)
        else:
            self.opened[path] = self.opened.get(path, 0) + 1
