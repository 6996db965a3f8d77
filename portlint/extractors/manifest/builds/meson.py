"""Dependencies, libraries and targets of `meson.build`, and the packages of Meson's wraps."""

from __future__ import annotations

import configparser
import posixpath
from collections.abc import Sequence

from portlint.extractors.manifest.builds.build_facts import PROJECT, BuildFacts
from portlint.extractors.manifest.builds.build_text import decoded
from portlint.extractors.manifest.builds.meson_lexer import Statement, Token, arguments, statements
from portlint.model.extraction import Extraction
from portlint.model.guard import ALWAYS, NEVER, Guard, both, either, negated

NAME = "meson"
VERSION = 1
LANGUAGE = "meson"

_TARGETS = frozenset("executable library shared_library static_library both_libraries shared_module".split())
_NESTED = 100
_TOKENS_OF_ONE = 500  # in one condition: guards grow by copying


def wants(path: str) -> bool:
    folder, name = posixpath.split(path)
    return name == "meson.build" or (name.endswith(".wrap") and posixpath.basename(folder) == "subprojects")


def extract(path: str, data: bytes) -> Extraction:
    """`package` facts `meson/<name>` of dependency() and of wraps (`wrapdb/<name>`), `links` facts of find_library(),
    targets; under `meson(windows)` (the host machine's system) and `meson(option=<name>)`.

    Raises ValueError for what Meson would not read.
    """
    text = decoded(data, path)
    if path.endswith(".wrap"):
        return _wrap(path, text)
    reader = _Reader(path)
    for statement in statements(text):
        reader.one(statement)
    return reader.out.extraction()


class _Reader:
    def __init__(self, path: str) -> None:
        self.out = BuildFacts(path, LANGUAGE)
        self._taken: list[tuple[Guard, Guard]] = []  # of each open if: what was tried before, the branch read now
        self._systems = {"host_machine", "target_machine"}  # and variables that hold their system
        self._texts: dict[str, Guard] = {}

    def one(self, statement: Statement) -> None:
        word = statement[0].text if statement[0].kind == "name" else ""
        if word in ("if", "elif", "else", "endif"):
            self._branch(word, statement)
            return
        guard = ALWAYS
        for _, taken in self._taken:
            guard = both(guard, taken)
        self._assigned(statement)
        for at, token in enumerate(statement[:-1]):
            if token.kind == "name" and statement[at + 1].text == "(":
                self._call(token, statement, at, guard)

    def _branch(self, word: str, statement: Statement) -> None:
        if word == "if":
            if len(self._taken) >= _NESTED:
                raise ValueError(f"if nested more than {_NESTED} deep")
            guard = self._condition(statement[1:])
            self._taken.append((negated(guard), guard))
            return
        if not self._taken:
            raise ValueError(f"line {statement[0].line}: {word} without if")
        before, _ = self._taken.pop()
        if word == "elif":
            guard = self._condition(statement[1:])
            self._taken.append((both(before, negated(guard)), both(before, guard)))
        elif word == "else":
            self._taken.append((NEVER, before))

    def _assigned(self, statement: Statement) -> None:
        """`system = host_machine.system()`, `on_windows = system == 'windows'`."""
        if len(statement) < 3 or statement[0].kind != "name" or statement[1].text != "=":
            return
        name, value = statement[0].text, statement[2:]
        if self._asks_system(value):
            self._systems.add(name)
        elif any(token.text in ("==", "!=", "in") for token in value) and (guard := self._simple(value)) is not None:
            self._texts[name] = guard

    def _asks_system(self, tokens: Sequence[Token]) -> bool:
        return (
            bool(tokens)
            and tokens[0].text in self._systems
            and all(token.text in (".", "system", "(", ")") for token in tokens[1:])
        )

    def _condition(self, tokens: Sequence[Token]) -> Guard:
        """`and` binds closer than `or`; with brackets around a part it stays a condition in words."""
        if len(tokens) > _TOKENS_OF_ONE:
            return _in_words(tokens)
        guard = NEVER
        for alternative in _parted(tokens, "or"):
            part = ALWAYS
            for piece in _parted(alternative, "and"):
                simple = self._simple(piece)
                part = both(part, simple if simple is not None else _in_words(piece))
            guard = either(guard, part)
        return guard

    def _simple(self, tokens: Sequence[Token]) -> Guard | None:
        if not tokens:
            return None
        if tokens[0].text == "not":
            inner = self._simple(tokens[1:])
            return negated(inner) if inner is not None else None
        for at, token in enumerate(tokens):
            if token.kind == "sign" and token.text in ("==", "!="):
                return self._compared(tokens[:at], tokens[at + 1 :], token.text == "==")
            if token.text == "in" and token.kind == "name":
                turned = tokens[at - 1].text == "not"
                return self._compared(tokens[: at - turned], tokens[at + 1 :], not turned)
        if len(tokens) == 1 and tokens[0].kind == "name":
            return self._texts.get(tokens[0].text)
        return _option(tokens)

    def _compared(self, left: Sequence[Token], right: Sequence[Token], same: bool) -> Guard | None:
        if not self._asks_system(left):
            return None
        guard = NEVER
        for token in right:
            if token.kind == "text":
                guard = either(guard, Guard("defined", f"meson({token.text})"))
        return None if guard == NEVER else guard if same else negated(guard)

    def _call(self, token: Token, statement: Statement, at: int, guard: Guard) -> None:
        name = token.text
        if name not in _TARGETS and name not in ("dependency", "find_library", "subproject"):
            return
        places, named = arguments(statement, at + 1)
        first = places[0]
        if not first:
            if name in ("dependency", "find_library"):
                self.out.unresolved(f"{name}() in line {token.line}")
            return
        if "false" in named.get("required", ()):
            guard = both(guard, Guard("condition", f"meson: {first} is found"))
        if name == "dependency":
            self.out.package("meson", first, token.line, "".join(named.get("version", [""])[:1]), guard)
        elif name == "find_library":
            self.out.links(first, token.line, guard)
        elif name == "subproject":
            self.out.edge(PROJECT, self.out.package("meson", first, token.line, "", guard), token.line, guard)
        else:
            self.out.fact("setting", "meson/target", token.line, f"{first} {name}", guard)
            self.out.target(first, token.line, guard)


def _wrap(path: str, text: str) -> Extraction:
    """`subprojects/x.wrap`, an INI file: mesonbuild.com, "Wrap dependency system manual"."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ValueError(f"not a wrap: {str(error).splitlines()[0]}") from None
    section = next((each for each in parser.sections() if each.startswith("wrap-")), "")
    if not section:
        raise ValueError("not a wrap: no section [wrap-...]")
    out = BuildFacts(path, LANGUAGE)
    row = parser[section]
    version = row.get("wrapdb_version", "") or row.get("revision", "")
    out.package("wrapdb", posixpath.basename(path).removesuffix(".wrap"), 1, version.partition("-")[0])
    return out.extraction()


def _parted(tokens: Sequence[Token], word: str) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "sign" else 0
        if token.kind == "name" and token.text == word and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _option(tokens: Sequence[Token]) -> Guard | None:
    """`get_option('x')`, also with `.enabled()` behind it."""
    if tokens[0].text == "get_option" and len(tokens) >= 4 and tokens[2].kind == "text":
        return Guard("defined", f"meson(option={tokens[2].text})")
    return None


def _in_words(tokens: Sequence[Token]) -> Guard:
    return Guard("condition", f"meson: {' '.join(token.text for token in tokens[:50])}"[:200])
