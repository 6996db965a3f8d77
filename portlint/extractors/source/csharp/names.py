"""The catalog's C# names by type, and where a file names such a type, found in its bytes without parsing.

`System.Net.Sockets.UdpClient.Send` is the member `Send` of a type; `System.Threading.Thread`, right below a
namespace, is a type: as a `call` it stands for the construction, `new Thread(...)`. A trailing `.*` stands for every
member, the constructors included.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from portlint.model.vocabulary import Vocabulary

# What is right below one of these is a type. The namespaces of `type` names are added.
NAMESPACES = frozenset(
    {
        "Godot",
        "Microsoft.Win32",
        "System",
        "System.Collections.Concurrent",
        "System.ComponentModel",
        "System.Diagnostics",
        "System.IO",
        "System.IO.Compression",
        "System.IO.IsolatedStorage",
        "System.IO.MemoryMappedFiles",
        "System.IO.Pipes",
        "System.IO.Ports",
        "System.Management",
        "System.Net",
        "System.Net.Http",
        "System.Net.Mail",
        "System.Net.NetworkInformation",
        "System.Net.Security",
        "System.Net.Sockets",
        "System.Net.WebSockets",
        "System.Reflection",
        "System.Reflection.Emit",
        "System.Runtime.CompilerServices",
        "System.Runtime.InteropServices",
        "System.Runtime.Loader",
        "System.Security.Cryptography",
        "System.Threading",
        "System.Threading.Tasks",
        "System.Timers",
        "System.Windows.Forms",
        "UnityEngine",
        "UnityEngine.Networking",
        "UnityEngine.Rendering",
    }
)
# Members whose own type matters: `Task.Factory.StartNew`, `client.GetStream().Read`.
RETURNS = {
    "Microsoft.Win32.Registry.ClassesRoot": "Microsoft.Win32.RegistryKey",
    "Microsoft.Win32.Registry.CurrentUser": "Microsoft.Win32.RegistryKey",
    "Microsoft.Win32.Registry.LocalMachine": "Microsoft.Win32.RegistryKey",
    "Microsoft.Win32.RegistryKey.OpenSubKey": "Microsoft.Win32.RegistryKey",
    "System.Diagnostics.Process.GetCurrentProcess": "System.Diagnostics.Process",
    "System.Diagnostics.Process.Start": "System.Diagnostics.Process",
    "System.Net.Http.HttpClient.GetAsync": "System.Threading.Tasks.Task",
    "System.Net.Http.HttpClient.GetByteArrayAsync": "System.Threading.Tasks.Task",
    "System.Net.Http.HttpClient.GetStringAsync": "System.Threading.Tasks.Task",
    "System.Net.Http.HttpClient.PostAsync": "System.Threading.Tasks.Task",
    "System.Net.Http.HttpClient.SendAsync": "System.Threading.Tasks.Task",
    "System.Net.Sockets.Socket.Accept": "System.Net.Sockets.Socket",
    "System.Net.Sockets.TcpClient.Client": "System.Net.Sockets.Socket",
    "System.Net.Sockets.TcpClient.ConnectAsync": "System.Threading.Tasks.Task",
    "System.Net.Sockets.TcpClient.GetStream": "System.Net.Sockets.NetworkStream",
    "System.Net.Sockets.TcpListener.AcceptTcpClient": "System.Net.Sockets.TcpClient",
    "System.Net.Sockets.TcpListener.Server": "System.Net.Sockets.Socket",
    "System.Net.Sockets.UdpClient.Client": "System.Net.Sockets.Socket",
    "System.Threading.Tasks.Task.ContinueWith": "System.Threading.Tasks.Task",
    "System.Threading.Tasks.Task.Delay": "System.Threading.Tasks.Task",
    "System.Threading.Tasks.Task.Factory": "System.Threading.Tasks.TaskFactory",
    "System.Threading.Tasks.Task.Run": "System.Threading.Tasks.Task",
    "System.Threading.Tasks.Task.WhenAll": "System.Threading.Tasks.Task",
    "System.Threading.Tasks.Task.WhenAny": "System.Threading.Tasks.Task",
    "System.Threading.Tasks.TaskFactory.StartNew": "System.Threading.Tasks.Task",
}
_LOOK_BACK = 400  # bytes; no line of code is longer, and a file of one line must not cost its square
NEW = ""  # the member that stands for a construction

_WORD = re.compile(rb"\w+")
_AFTER = re.compile(rb"\s*\.\s*(\w+)")
_BEFORE = re.compile(rb"((?:\w+\s*::\s*)?(?:\w+\s*\.\s*)+)\Z")
_GLOBAL = re.compile(r"\s+|^global::")


class Hit(NamedTuple):
    """A word at data[start:end] that is the simple name of a known type.

    `qualifier`: what stands before it, without blanks and `global::`: `System.IO`. `member`: the word after it, or "".
    """

    word: str
    start: int
    end: int
    qualifier: str
    member: str


class Names:
    """The vocabulary by type."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        from ahocorasick_rs import BytesAhoCorasick, MatchKind

        self._types = frozenset(vocabulary.types)
        spaces = NAMESPACES | {name.rpartition(".")[0] for name in self._types}
        self._members: dict[str, set[str]] = {name: set() for name in self._types}
        self._whole: set[str] = set()
        for name in (*vocabulary.calls, *vocabulary.constants):
            parent, _, last = name.rpartition(".")
            if last == "*":
                self._whole.add(parent)
                self._members.setdefault(parent, set())
            elif parent in spaces:
                self._members.setdefault(name, set()).add(NEW)
            elif parent:
                self._members.setdefault(parent, set()).add(last)
        for name, type_name in RETURNS.items():
            if type_name in self._members:
                parent, _, last = name.rpartition(".")
                self._members.setdefault(parent, set())
        self._by_word: dict[str, list[str]] = {}
        for full in sorted(self._members):
            self._by_word.setdefault(full.rpartition(".")[2], []).append(full)
        self._searcher = BytesAhoCorasick([word.encode() for word in sorted(self._by_word)], MatchKind.LeftmostLongest)
        self._traces = {full: self._trace(full) for full in self._members}

    def types_called(self, word: str) -> list[str]:
        """The full names of the known types with this simple name."""
        return self._by_word.get(word, [])

    def is_known(self, full: str) -> bool:
        return full in self._members

    def is_type(self, full: str) -> bool:
        return full in self._types

    def is_call(self, full: str, member: str) -> bool:
        return member in self._members.get(full, ()) or full in self._whole

    def members(self, full: str) -> frozenset[str]:
        return frozenset(self._members.get(full, ()))

    def leads(self, full: str, member: str) -> bool:
        """Whether the member is of interest: a known name itself, or a step to another known type."""
        return self.is_call(full, member) or RETURNS.get(f"{full}.{member}", "") in self._members

    def has_traces(self, full: str, data: bytes) -> bool:
        """False when the file names no member that would make it worth while to follow a variable of this type."""
        return full in self._whole or any(trace in data for trace in self._traces[full])

    def _trace(self, full: str) -> tuple[bytes, ...]:
        steps = [name.rpartition(".")[2] for name, to in RETURNS.items() if name.startswith(f"{full}.")]
        return tuple(f".{member}".encode() for member in sorted({*self._members[full], *steps} - {NEW}))

    def hits(self, data: bytes) -> list[Hit]:
        """Whole words that are known types and that the bytes around do not rule out, in order.

        A static member that nobody asks for (`Task.CompletedTask`) is no hit. Strings and trailing comments are for
        the syntax tree to rule out; what the word means is for the scope.
        """
        found = []
        for _, start, _ in self._searcher.find_matches_as_indexes(data):
            before = data[start - 1] if start else 0
            if _continues(before):
                continue
            end = _WORD.match(data, start).end()  # type: ignore[union-attr]
            word = data[start:end].decode("utf-8", "replace")
            if word not in self._by_word:
                continue
            after = _AFTER.match(data, end) if data[end : end + 1] in b". \r\n" else None
            member = after[1].decode("utf-8", "replace") if after else ""
            if member and not any(self.leads(full, member) for full in self._by_word[word]):
                continue
            line = data.rfind(b"\n", max(0, start - _LOOK_BACK), start) + 1
            head = data[line:start] if line else data[:start] if start < _LOOK_BACK else b""
            if _is_aside(head):
                continue
            qualifier = ""
            if before in b". :" and (dotted := _BEFORE.search(data, max(line, start - 120), start)):
                qualifier = _GLOBAL.sub("", dotted[1].decode("utf-8", "replace")).rstrip(".")
            elif before == 46:  # `.` alone: a member of an expression
                continue
            found.append(Hit(word, start, end, qualifier, member))
        return found


def _continues(byte: int) -> bool:
    """True for a byte that makes what follows part of a longer word."""
    return byte == 95 or byte > 127 or chr(byte).isalnum() or byte == 64  # `_`, beyond ASCII, `@`


def _is_aside(head: bytes) -> bool:
    """True where the line up to a word is a comment, a namespace, or a `using` directive that gives no other name."""
    head = head.lstrip()
    if head.startswith((b"using ", b"namespace ")):
        return not any(mark in head for mark in (b"(", b"{", b";", b"=", b"static "))
    return head.startswith((b"//", b"*"))


@lru_cache(maxsize=4)
def names_of(vocabulary: Vocabulary) -> Names:
    return Names(vocabulary)
