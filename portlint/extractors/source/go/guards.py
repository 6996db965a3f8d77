"""When a Go file or a line of it counts: build constraints, file names, and tests of `runtime.GOOS`.

Names are `go(linux)`, `go(wasm)`, `go(cgo)`, `go(TAG)`. Sources: pkg.go.dev/cmd/go, "Build constraints";
github.com/golang/go, src/internal/syslist/syslist.go.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from portlint.extractors.source.syntax import before, text_of
from portlint.model.guard import ALWAYS, NEVER, Guard, both, either, negated

if TYPE_CHECKING:
    from tree_sitter import Node

SYSTEMS = frozenset(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows "
    "zos".split()
)
PROCESSORS = frozenset(
    "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 "
    "ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm".split()
)
_TOKEN = re.compile(r"\s*(&&|\|\||!|\(|\)|[^\s()!&|]+)")
_RELEASE = re.compile(r"go1(?:\.\d+)?")
_DEEPEST = 200
_ENDS = ("return_statement", "break_statement", "continue_statement", "goto_statement")
_FIELDS = {b"GOOS": SYSTEMS, b"GOARCH": PROCESSORS}


def tag(name: str) -> Guard:
    """One name of a constraint. A current toolchain has every `go1.N`; nothing ever sets `ignore`."""
    if _RELEASE.fullmatch(name):
        return ALWAYS
    return NEVER if name == "ignore" else Guard("defined", f"go({name})")


NO_CGO = negated(tag("cgo"))


def constraint(text: str) -> Guard:
    """The expression of a `//go:build` line; one that is not understood is kept as text, which is unknown."""
    text = text.partition("//")[0].strip()
    tokens = [match[1] for match in _TOKEN.finditer(text)]
    try:
        guard, end = _any(tokens, 0, 0)
    except (IndexError, RecursionError):
        return Guard("condition", text)
    return guard if end == len(tokens) else Guard("condition", text)


def old_constraint(text: str) -> Guard:
    """The words of a `// +build` line: each an alternative, its parts joined by commas."""
    ways = []
    for word in text.split():
        guard = ALWAYS
        for part in word.split(","):
            guard = both(guard, negated(tag(part[1:])) if part.startswith("!") else tag(part))
        ways.append(guard)
    return either(*ways)


def of_name(path: str) -> Guard:
    """What `x_linux.go`, `x_js_wasm.go`, `x_amd64.s`, `x_test.go` say; the part before the first `_` says nothing."""
    stem = path.rpartition("/")[2].partition(".")[0]
    words = stem.split("_")[1:]
    guard = ALWAYS
    if words and words[-1] == "test":
        guard = tag("test") if path.endswith(".go") else ALWAYS  # assembly called so is built with the package
        words.pop()
    if len(words) > 1 and words[-2] in SYSTEMS and words[-1] in PROCESSORS:
        return both(guard, both(tag(words[-2]), tag(words[-1])))
    if words and words[-1] in SYSTEMS | PROCESSORS:
        return both(guard, tag(words[-1]))
    return guard


def _any(tokens: Sequence[str], at: int, depth: int) -> tuple[Guard, int]:
    ways = []
    while True:
        guard, at = _all(tokens, at, depth)
        ways.append(guard)
        if at >= len(tokens) or tokens[at] != "||":
            return either(*ways), at
        at += 1


def _all(tokens: Sequence[str], at: int, depth: int) -> tuple[Guard, int]:
    guard, at = _one(tokens, at, depth)
    while at < len(tokens) and tokens[at] == "&&":
        other, at = _one(tokens, at + 1, depth)
        guard = both(guard, other)
    return guard, at


def _one(tokens: Sequence[str], at: int, depth: int) -> tuple[Guard, int]:
    if depth > _DEEPEST:
        raise RecursionError
    if tokens[at] == "!":
        guard, at = _one(tokens, at + 1, depth + 1)
        return negated(guard), at
    if tokens[at] == "(":
        guard, at = _any(tokens, at + 1, depth + 1)
        if tokens[at] != ")":
            raise IndexError
        return guard, at + 1
    if tokens[at] in ("&&", "||", ")"):
        raise IndexError
    return tag(tokens[at]), at + 1


def at_run_time(path: Sequence[Node], runtime: bytes) -> Guard:
    """Under which tests of `runtime.GOOS` and `runtime.GOARCH` the end of `path` is reached.

    `runtime` is what the file calls the package. Read are if, else, switch, and an if that leaves the block.
    """
    guard = ALWAYS
    for node, inner in pairwise(path):
        if node.type == "if_statement":
            guard = both(guard, _branch(node, inner, runtime))
        elif node.type in ("expression_case", "default_case") and inner != node.child_by_field_name("value"):
            guard = both(guard, _case(node, runtime))
        elif node.type in ("block", "statement_list", "expression_case", "default_case"):
            for earlier in before(node, inner):
                if earlier.type == "if_statement" and _leaves(earlier):
                    guard = both(guard, negated(_condition(earlier.child_by_field_name("condition"), runtime)))
    return guard


def _branch(node: Node, inner: Node, runtime: bytes) -> Guard:
    condition = _condition(node.child_by_field_name("condition"), runtime)
    if inner == node.child_by_field_name("consequence"):
        return condition
    return negated(condition) if inner == node.child_by_field_name("alternative") and condition != ALWAYS else ALWAYS


def _case(node: Node, runtime: bytes) -> Guard:
    switch = node.parent
    field = _field(switch.child_by_field_name("value"), runtime) if switch is not None else None
    if switch is None or field is None:
        return ALWAYS
    if node.type == "expression_case":
        return _values(node, field)
    guard = ALWAYS
    for other in switch.named_children:
        if other.type == "expression_case":
            guard = both(guard, negated(_values(other, field)))
    return guard


def _values(case: Node, field: frozenset[str]) -> Guard:
    values = case.child_by_field_name("value")
    names = [text_of(each)[1:-1] for each in values.named_children] if values is not None else []
    return either(*(tag(name) for name in names)) if names and set(names) <= field else ALWAYS


def _condition(node: Node | None, runtime: bytes) -> Guard:
    """The part of a condition that is about the platform; what else it asks may be true."""
    if node is None:
        return ALWAYS
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return _condition(node.named_children[0], runtime)
    if node.type == "unary_expression" and text_of(node).startswith("!"):
        inner = _condition(node.child_by_field_name("operand"), runtime)
        return ALWAYS if inner == ALWAYS else negated(inner)
    if node.type != "binary_expression":
        return ALWAYS
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = text_of(node.child_by_field_name("operator"))
    if operator in ("==", "!="):
        field = _field(left, runtime)
        name = text_of(right)[1:-1]
        if field is None or name not in field:
            return ALWAYS
        return tag(name) if operator == "==" else negated(tag(name))
    if operator in ("&&", "||"):
        one, two = _condition(left, runtime), _condition(right, runtime)
        if operator == "&&":
            return both(one, two)
        return either(one, two)
    return ALWAYS


def _field(node: Node | None, runtime: bytes) -> frozenset[str] | None:
    if node is None or node.type != "selector_expression" or node.text is None:
        return None
    name, _, field = node.text.partition(b".")
    return _FIELDS.get(field) if name == runtime else None


def _leaves(node: Node) -> bool:
    """Whether an if without else ends by leaving the block."""
    body = node.child_by_field_name("consequence")
    if body is None or node.child_by_field_name("alternative") is not None:
        return False
    last = body
    while last.named_child_count and last.type in ("block", "statement_list"):
        last = last.named_children[-1]
    if last.type == "expression_statement":
        return text_of(last).startswith(("panic(", "os.Exit(", "log.Fatal"))
    return last.type in _ENDS
