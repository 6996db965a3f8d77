"""What holds at one place of a CMake file: the conditions around it, and the variables with a literal value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from portlint.extractors.manifest.builds.cmake_conditions import condition
from portlint.extractors.manifest.builds.cmake_lexer import Argument, Command
from portlint.model.guard import ALWAYS, NEVER, Guard, both, negated

Values = list[tuple[Guard, tuple[str, ...]]]

_REFERENCE = re.compile(r"\$\{([\w.+/-]+)\}")
_ALTERNATIVES = 24  # values that one variable may have, by condition
_ITEMS = 2_000  # of one list
_LENGTH = 4_000  # characters of one text: `set(A "${A}${A}")` doubles it each time
_NESTED = 100
_PARTS = 60  # of one condition: a chain of elseif() has as many as it has branches
_CACHED = frozenset({"CACHE", "PARENT_SCOPE", "FORCE", "INTERNAL"})


class Scope:
    """Follows if(), function() and set() from command to command. Nothing is run: loops are read once."""

    def __init__(self) -> None:
        self._taken: list[tuple[Guard, Guard]] = []  # of each open if(): what was tried before, the branch read now
        self._rest = ALWAYS  # what a return() further up leaves
        self._functions = 0
        self._variables: dict[str, Values] = {}
        self.guard = ALWAYS

    def follow(self, command: Command) -> None:
        """Take in a command that changes what holds. Raises ValueError where if() and endif() do not pair up."""
        name, arguments = command.name, command.arguments
        if name == "if":
            self._open(condition(arguments, self.known))
        elif name in ("elseif", "else", "endif"):
            self._branch(name, command)
        elif name in ("function", "macro"):
            self._functions += 1
        elif name in ("endfunction", "endmacro"):
            self._functions = max(0, self._functions - 1)
        elif name == "return" and not self._functions:
            self._return()
        elif name in ("set", "list", "unset", "foreach", "project", "string"):
            self._assign(name, arguments)

    def known(self, name: str) -> str | None:
        """The one text that a variable surely has here."""
        values = self._variables.get(name, [])
        if len(values) == 1 and values[0][0] == ALWAYS and len(values[0][1]) <= 1:
            return values[0][1][0] if values[0][1] else ""
        return None

    def expand(self, arguments: Sequence[Argument]) -> Iterator[tuple[str, Guard, int]]:
        """Texts with the condition under which they stand here, and their lines; references left are not literal."""
        for argument in arguments:
            for guard, items in self._values(argument):
                for item in items:
                    yield item, guard, argument.line

    def _values(self, argument: Argument) -> Values:
        if argument.raw or "${" not in argument.text:
            return [(ALWAYS, (argument.text,) if argument.quoted else _split(argument.text))]
        whole = _REFERENCE.fullmatch(argument.text)
        if whole and whole[1] in self._variables:
            return self._variables[whole[1]]
        text = _REFERENCE.sub(self._filled, argument.text)
        if len(text) > _LENGTH:
            text = text[:_LENGTH]
        return [(ALWAYS, (text,) if argument.quoted else _split(text))]

    def _filled(self, found: re.Match[str]) -> str:
        known = self.known(found[1])
        return found[0] if known is None else known

    def _open(self, guard: Guard) -> None:
        if len(self._taken) >= _NESTED:
            raise ValueError(f"if() nested more than {_NESTED} deep")
        self._taken.append((negated(guard), guard))
        self._settle()

    def _branch(self, name: str, command: Command) -> None:
        if not self._taken:
            raise ValueError(f"line {command.line}: {name}() without if()")
        before, _ = self._taken.pop()
        if name == "elseif":
            guard = condition(command.arguments, self.known)
            self._taken.append((_and(before, negated(guard)), _and(before, guard)))
        elif name == "else":
            self._taken.append((NEVER, before))
        self._settle()

    def _return(self) -> None:
        """What follows holds where the open branches do not. Negating the whole guard would double it each time."""
        branches = self._branches(ALWAYS)
        if branches != ALWAYS:
            self._rest = _and(self._rest, negated(branches))
        self._settle()

    def _settle(self) -> None:
        self.guard = self._branches(self._rest)

    def _branches(self, guard: Guard) -> Guard:
        for _, taken in self._taken:
            guard = _and(guard, taken)
        return guard

    def _assign(self, name: str, arguments: Sequence[Argument]) -> None:
        if not arguments:
            return
        if name == "set":
            self._set(arguments[0].text, self._under(arguments[1:]))
        elif name == "list" and len(arguments) > 1 and arguments[0].text.upper() in ("APPEND", "PREPEND"):
            self._add(arguments[1].text, self._under(arguments[2:]))
        elif name == "string" and len(arguments) > 1 and arguments[0].text.upper() == "APPEND":
            self._variables.pop(arguments[1].text, None)
        elif name == "foreach" and len(arguments) > 1:
            self._variables[arguments[0].text] = self._under(_listed(arguments[1:]))
        elif name == "project":
            self._variables["PROJECT_NAME"] = [(ALWAYS, (arguments[0].text,))]
        elif name == "unset":
            self._variables.pop(arguments[0].text, None)

    def _under(self, arguments: Sequence[Argument]) -> Values:
        """The values of arguments, by condition; options of set() itself end them."""
        texts = [each.text for each in arguments]
        stop = next((at for at, text in enumerate(texts) if text in _CACHED and not arguments[at].quoted), len(texts))
        grouped: dict[Guard, list[str]] = {}
        for text, guard, _ in self.expand(arguments[:stop]):
            grouped.setdefault(guard, []).append(text)
        return [(guard, tuple(items[:_ITEMS])) for guard, items in grouped.items()]

    def _set(self, name: str, values: Values) -> None:
        if self.guard == ALWAYS:
            self._variables[name] = values or [(ALWAYS, ())]
            return
        kept = [(_and(guard, negated(self.guard)), items) for guard, items in self._variables.get(name, [])]
        self._keep(name, [*kept, *((_and(self.guard, guard), items) for guard, items in values)])

    def _add(self, name: str, values: Values) -> None:
        old = self._variables.get(name, [])
        self._keep(name, [*old, *((_and(self.guard, guard), items) for guard, items in values)])

    def _keep(self, name: str, values: Values) -> None:
        values = [each for each in values if each[0].op != "false"]
        merged: dict[Guard, tuple[str, ...]] = {}
        for guard, items in values:
            merged[guard] = (*merged.get(guard, ()), *items)[:_ITEMS]
        if len(merged) > _ALTERNATIVES:
            self._variables.pop(name, None)  # then a use of it is recorded as not literal
        else:
            self._variables[name] = list(merged.items())


def _and(first: Guard, second: Guard) -> Guard:
    """The conjunction, each part once."""
    if "false" in (first.op, second.op):
        return NEVER
    joined = both(first, second)
    if joined.op != "and":
        return joined
    if len(joined.args) > _PARTS:
        return Guard("condition", f"cmake: more than {_PARTS} conditions")
    parts = tuple(dict.fromkeys(joined.args))
    if any(negated(part) in parts for part in parts):
        return NEVER
    return parts[0] if len(parts) == 1 else Guard("and", args=parts)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part) if ";" in text else (text,)


def _listed(arguments: Sequence[Argument]) -> list[Argument]:
    """What foreach() goes through: plain items, `IN ITEMS ...`, `IN LISTS names`."""
    if arguments[0].text != "IN":
        return [] if arguments[0].text == "RANGE" else list(arguments)
    found: list[Argument] = []
    lists = False
    for argument in arguments[1:]:
        if argument.text in ("LISTS", "ITEMS", "ZIP_LISTS"):
            lists = argument.text != "ITEMS"
        else:
            found.append(Argument(f"${{{argument.text}}}", argument.line) if lists else argument)
    return found
