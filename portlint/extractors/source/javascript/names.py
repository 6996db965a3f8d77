"""Which of Node's modules, packages and globals rules ask about, and where a file has them."""

from __future__ import annotations

import re
from functools import lru_cache

from portlint.extractors.source.javascript.bindings import Binding
from portlint.model.vocabulary import Vocabulary

# nodejs.org/api; what only `node:` leads to (sqlite, test, sea) is recognised by that.
BUILTINS = frozenset(
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain "
    "events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl "
    "stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib".split()
)
# Each begins with plain text, which is searched for several times faster than an alternative of words.
_QUOTED = rb"""(["'`])([\w@][\w@./:-]*|[./][^"'`\n]{0,300}\.node)\1"""
_SPECIFIERS = tuple(
    re.compile(word + _QUOTED) for word in (rb"from\s*", rb"import\s*", rb"import\s*\(\s*", rb"require\s*\(\s*")
)
_BEFORE = b"_$.#"


class Names:
    """The vocabulary by module: `node:net.createServer` is `createServer` of `node:net`."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.imports = vocabulary.imports
        self._calls = vocabulary.calls
        self._starts = tuple(name[:-1] for name in vocabulary.calls if name.endswith("*"))
        self._of: dict[str, set[str]] = {}
        for name in vocabulary.calls:
            module, _, member = name.partition(".") if _is_of_runtime(name) else name.rpartition(".")
            self._of.setdefault(module, set()).add(member)
        for module in [each for each in self._of if each.endswith("/promises")]:
            self._of.setdefault(module.removesuffix("/promises"), set()).add("promises")
        self._globals = {
            name for name in self._of if not name.startswith("node:") and name in ("process", "eval", "Function")
        }

    def modules_in(self, data: bytes) -> list[tuple[str, int]]:
        """(module, byte of its first letter) of what is imported, as far as anything of it may be a fact."""
        found = []
        for pattern in _SPECIFIERS:
            for match in pattern.finditer(data):
                name = canonical(match[2].decode("utf-8", "replace"))
                if name.startswith("node:") or name in self._of or name in self.imports or name.endswith(".node"):
                    found.append((name, match.start(2)))
        return sorted(found, key=lambda each: each[1])

    @lru_cache(maxsize=2)  # noqa: B019 - asked twice for one file, and there is one instance a vocabulary
    def globals_in(self, data: bytes) -> tuple[tuple[str, int], ...]:
        """The globals that a file uses with a member that rules know, each once."""
        found: dict[str, int] = {}
        for name in sorted(self._globals):
            members = self._of[name]
            tail = r"\s*\(" if "" in members else r"\s*\??\.\s*(\w+)"
            for match in re.finditer(f"{name}{tail}".encode(), data):
                if _stands_alone(data, match.start()) and ("" in members or match[1].decode() in members):
                    found[name] = match.start()
                    break
        return tuple(found.items())

    def known(self, module: str, parts: tuple[str, ...]) -> str:
        """The shortest name of the vocabulary that these members make, or ""."""
        module = "process" if module == "node:process" else module
        parts = tuple(part for part in parts if part != "default")
        if module == "node:fs" and parts[:1] == ("promises",):
            module, parts = "node:fs/promises", parts[1:]
        if module == "node:dns" and parts[:1] == ("promises",):
            module, parts = "node:dns/promises", parts[1:]
        for size in range(len(parts) + 1):
            name = ".".join((module, *parts[:size]))
            if name in self._calls or (self._starts and size and name.startswith(self._starts)):
                return name
        return ""

    def places(self, data: bytes, binding: Binding) -> list[int]:
        """Where the variable may be used: with a member that rules know, taken apart, or by itself."""
        module = "process" if binding.module == "node:process" else binding.module
        local = re.escape(binding.local.encode())
        members = self._of.get(module, set())
        if binding.module in ("eval", "Function"):
            tail = rb"\s*\("
        elif binding.parts or "" in members:
            tail = rb"(?![\w$])"
        else:
            # With a member that rules know, or taken apart: what else a module is used for is no question here.
            tail = rb"\s*(?:!?\??\.\s*(?:%s)\b|\[|[;,)\n}])" % b"|".join(map(_escaped, sorted({*members, "default"})))
        return [match.start() for match in re.finditer(local + tail, data) if _stands_alone(data, match.start())]


def _escaped(word: str) -> bytes:
    return re.escape(word.partition(".")[0].encode())


def _stands_alone(data: bytes, start: int) -> bool:
    """Whether a word begins here, and no member of something else; `...x` spreads a variable."""
    before = data[start - 1 : start] if start else b""
    is_part = bool(before) and (before.isalnum() or before in _BEFORE)
    return not is_part or data[max(start - 3, 0) : start] == b"..."


def canonical(specifier: str) -> str:
    """`fs` and `node:fs` are one module; packages keep their name, also where a file of theirs is meant."""
    if specifier.startswith("node:"):
        return specifier
    base, _, rest = specifier.partition("/")
    if base in BUILTINS and rest in ("", "promises", "web", "consumers", "posix", "win32", "strict"):
        return f"node:{specifier}"
    return specifier


def _is_of_runtime(name: str) -> bool:
    """Names of packages may have dots (`socket.io.Server`), those of Node's modules and globals have none."""
    return name.startswith(("node:", "process.")) or "." not in name


@lru_cache(maxsize=4)
def names_of(vocabulary: Vocabulary) -> Names:
    return Names(vocabulary)
