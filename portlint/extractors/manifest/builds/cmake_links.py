"""What one item of `target_link_libraries()` stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from portlint.extractors.manifest.builds.cmake_conditions import variable
from portlint.model.guard import ALWAYS, Guard, both, either, negated

_REFERENCE = re.compile(r"\$\{([\w.+/-]+)\}\Z")
_RESULT = re.compile(
    r"(.+?)(?:_STATIC)?_(?:LIBRAR(?:Y|IES)|LIBS|LINK_LIBRARIES|LDFLAGS|TARGETS?|LIBRARY_RELEASE)\Z", re.I
)
_FILE = re.compile(r"(?:lib)?([\w.+-]+?)\.(?:a|so|dylib|lib|dll|tbd)(?:\.[\d.]+)?\Z")
_FRAMEWORK = re.compile(r"-(?:weak_)?framework[ =]([\w.]+)\Z")
_PLAIN = re.compile(r"[A-Za-z_0-9][\w.+:-]*\Z")
# cmake.org, cmake-variables(7): CMAKE_DL_LIBS; FindThreads: CMAKE_THREAD_LIBS_INIT.
_BUILT_IN = {"CMAKE_DL_LIBS": "dl", "CMAKE_THREAD_LIBS_INIT": "Threads::Threads"}
_WRAPPED = re.compile(r"\$<(BUILD_INTERFACE|LINK_ONLY|INSTALL_INTERFACE|COMPILE_ONLY):(.*)>\Z")
_ON_PLATFORM = re.compile(r"\$<\$<PLATFORM_ID:([\w,]+)>:(.*)>\Z")
_NOT_ON = re.compile(r"\$<\$<NOT:\$<PLATFORM_ID:([\w,]+)>>:(.*)>\Z")
_IF_BOOL = re.compile(r"\$<\$<BOOL:\$\{(\w+)\}>:(.*)>\Z")
_DEEP = 12


class Linked(msgspec.Struct, frozen=True):
    """A library by name, or a variable whose value another file decides (then `prefixes` name its package)."""

    name: str = ""
    variable: str = ""
    prefixes: tuple[str, ...] = ()
    guard: Guard = ALWAYS


def linked(text: str, guard: Guard = ALWAYS, depth: int = 0) -> Iterator[Linked]:
    """What an item links; nothing for flags. Generator expressions: cmake.org, cmake-generator-expressions(7)."""
    text = text.strip()
    if text.startswith("$<"):
        yield from _generated(text, guard, depth)
    elif found := _REFERENCE.match(text):
        name = found[1]
        if name in _BUILT_IN:
            yield Linked(_BUILT_IN[name], guard=guard)
        else:
            yield Linked(variable=text, prefixes=_prefixes(name), guard=guard)
    elif found := _FRAMEWORK.match(text):
        yield Linked(found[1], guard=guard)
    elif text.startswith(("-l", "/DEFAULTLIB:")) and len(text) > 2:
        yield from linked(text.removeprefix("/DEFAULTLIB:").removeprefix("-l"), guard, depth + 1) if depth < 2 else ()
    elif text == "-pthread":
        yield Linked("pthread", guard=guard)
    elif "$" in text:
        yield Linked(variable=text, guard=guard)
    elif found := _FILE.match(text.rpartition("/")[2]):
        yield Linked(found[1], guard=guard)
    elif _PLAIN.match(text):
        yield Linked(text, guard=guard)


def _generated(text: str, guard: Guard, depth: int) -> Iterator[Linked]:
    inside: tuple[str, Guard] | None = None
    if found := _WRAPPED.match(text):
        inside = found[2], guard
    elif found := _ON_PLATFORM.match(text):
        inside = found[2], both(guard, _platforms(found[1]))
    elif found := _NOT_ON.match(text):
        inside = found[2], both(guard, negated(_platforms(found[1])))
    elif found := _IF_BOOL.match(text):
        inside = found[2], both(guard, variable(found[1]))
    elif text.startswith("$<TARGET_OBJECTS:"):
        return
    if inside is None or depth > _DEEP:
        yield Linked(variable=text, guard=guard)
        return
    for part in inside[0].split(";"):
        yield from linked(part, inside[1], depth + 1)


def _platforms(names: str) -> Guard:
    return either(*(Guard("defined", f"cmake(CMAKE_SYSTEM_NAME={name})") for name in names.split(",")))


def _prefixes(name: str) -> tuple[str, ...]:
    """What `OPENSSL_CRYPTO_LIBRARY` may belong to, in small letters, longest first: `openssl_crypto`, `openssl`."""
    found = _RESULT.match(name)
    parts = (found[1] if found else name).lower().split("_")
    return tuple("_".join(parts[:size]) for size in range(len(parts), 0, -1))[:4]
