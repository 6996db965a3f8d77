"""Build files written in Python, as a syntax tree: they are read, never run."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Sequence

from portlint.model.guard import ALWAYS, NEVER, Guard, both, either, negated

_TEXT = re.compile(r"(?:\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*)", re.DOTALL)
# Operators make a tree deep, and Python builds and walks it by recursion: `a.b.c...` is one level a dot.
_DEEPENING = re.compile(r"[-+*/%.(\[{~<>=!&|^@:]|\b(?:not|lambda|await|and|or|if)\b")
_OPERATORS = 4_000  # in one statement
_SIZE = 500_000  # characters

Named = Callable[[ast.expr], str]


def parse(text: str) -> ast.Module:
    """Raises ValueError, in one line, for what Python 3 would refuse or what is nested without end."""
    if len(text) > _SIZE:
        raise ValueError(f"larger than the {_SIZE // 1000} kB limit for build scripts")
    for statement in _statements(_TEXT.sub('""', text)):
        if sum(1 for _ in _DEEPENING.finditer(statement)) > _OPERATORS:
            raise ValueError(f"a statement with more than {_OPERATORS} operators")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in other people's strings
            return ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"line {error.lineno or 0}: not read as Python: {error.msg}") from None
    except (RecursionError, MemoryError):
        raise ValueError("nested too deeply") from None


def guarded(body: Sequence[ast.stmt], named: Named, guard: Guard = ALWAYS) -> Iterator[tuple[ast.stmt, Guard]]:
    """Every statement without a body of its own, with the conditions around it; functions and loops are read once."""
    for statement in body:
        if isinstance(statement, ast.If):
            test = condition(statement.test, named)
            yield from guarded(statement.body, named, both(guard, test))
            yield from guarded(statement.orelse, named, both(guard, negated(test)))
            continue
        inner = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
        inner += [handler.body for handler in getattr(statement, "handlers", [])]
        if any(inner):
            for part in inner:
                yield from guarded(part, named, guard)
        else:
            yield statement, guard


def condition(test: ast.expr, named: Named) -> Guard:
    """`named` gives the name of a guard (`scons(platform)`) for what is asked about, or "" for anything else."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return negated(condition(test.operand, named))
    if isinstance(test, ast.BoolOp):
        parts = [condition(each, named) for each in test.values]
        guard = parts[0]
        for part in parts[1:]:
            guard = both(guard, part) if isinstance(test.op, ast.And) else either(guard, part)
        return guard
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        name, values = named(test.left), strings(test.comparators[0])
        if name and values:
            guard = NEVER
            for value in values:
                guard = either(guard, Guard("defined", f"{name[:-1]}={value})"))
            if isinstance(test.ops[0], ast.Eq | ast.In):
                return guard
            if isinstance(test.ops[0], ast.NotEq | ast.NotIn):
                return negated(guard)
    if isinstance(test, ast.Constant):
        return ALWAYS if test.value else NEVER
    name = named(test)
    return Guard("defined", name) if name else Guard("condition", f"python: {ast.unparse(test)}"[:200])


def strings(value: ast.expr | None) -> list[str]:
    """The literal texts of an expression: one, a list, a sum of lists."""
    if isinstance(value, ast.Constant):
        return [value.value] if isinstance(value.value, str) else []
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return [text for each in value.elts for text in strings(each)]
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return [*strings(value.left), *strings(value.right)]
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ("Split", "list", "File"):
        return [word for each in value.args for text in strings(each) for word in text.split()]
    return []


def calls(statement: ast.stmt) -> Iterator[ast.Call]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Call):
            yield node


def called(call: ast.Call) -> str:
    """`Append` for `env.Append(...)`."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _statements(text: str) -> Iterator[str]:
    """Text between line ends outside of brackets."""
    depth = start = 0
    for found in re.finditer(r"[\[({]|[\])}]|(?<!\\)\n", text):
        if found[0] == "\n":
            if not depth:
                yield text[start : found.start()]
                start = found.end()
        else:
            depth = max(0, depth + (1 if found[0] in "([{" else -1))
    yield text[start:]
