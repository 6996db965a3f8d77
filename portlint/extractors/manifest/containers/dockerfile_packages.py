"""Packages that the shell commands of an image install."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Package manager -> ecosystem (as package URLs call it) and the words that install. Manuals: apt-get(8), apk(8),
# dnf(8), pacman(8), zypper(8).
_MANAGERS: dict[str, tuple[str, frozenset[str]]] = {
    "apt-get": ("deb", frozenset({"install"})),
    "apt": ("deb", frozenset({"install"})),
    "aptitude": ("deb", frozenset({"install"})),
    "apk": ("apk", frozenset({"add"})),
    "dnf": ("rpm", frozenset({"install"})),
    "microdnf": ("rpm", frozenset({"install"})),
    "yum": ("rpm", frozenset({"install"})),
    "zypper": ("rpm", frozenset({"install", "in"})),
    "pacman": ("alpm", frozenset({"-S", "-Sy", "-Syu", "-Syyu"})),
}
_PARTED = re.compile(r"&&|\|\||[;|\n]")
# What every compiled program needs, and what a toolchain for WebAssembly brings along: no library of anybody's choice.
_RUNTIMES = re.compile(r"(?:libgcc|libstdc\+\+|libc6|libc-|libatomic|libgomp|musl|glibc|libc\+\+)[\w.+-]*(?:\.\w+)?\Z")
_PREFIXES = frozenset({"sudo", "then", "do", "if", "else", "exec", "time", "{", "(", "!"})
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=")
_NAME = re.compile(r"[a-z0-9][a-z0-9.+_-]*(?::[a-z0-9]+)?\Z", re.IGNORECASE)
_VALUED = frozenset(
    {"-t", "--target-release", "-o", "--option", "-c", "--repository", "-X", "--virtual", "--root", "-p"}
)


def installed(script: str) -> Iterator[tuple[str, str, str]]:
    """(ecosystem, name, version) of each package that a script installs, in its order; names must be literal."""
    for part in _PARTED.split(script):
        tokens = [word.strip("\"'") for word in part.split()]
        while tokens and (tokens[0] in _PREFIXES or _ASSIGNED.match(tokens[0]) or tokens[0].startswith("--")):
            tokens.pop(0)
        if tokens:
            yield from _of_command(tokens)


def _of_command(tokens: list[str]) -> Iterator[tuple[str, str, str]]:
    manager = _MANAGERS.get(tokens[0].rpartition("/")[2])
    if manager is None:
        return
    ecosystem, installs = manager
    at = next((at for at, word in enumerate(tokens) if word in installs), 0)
    if not at:
        return
    skip = False
    for word in tokens[at + 1 :]:
        if skip:
            skip = False
        elif word in _VALUED or (ecosystem == "apk" and word == "-t"):
            skip = True
        elif word.startswith("#"):
            return
        elif not word.startswith(("-", "$", "<", ">", "/", ".", "@")):
            name, _, version = re.sub(r"(?:~=|>=|<=|[<>~])", "=", word).partition("=")
            if _NAME.match(name) and not _RUNTIMES.match(name.lower()):
                yield ecosystem, name.lower(), version if "$" not in version else ""
