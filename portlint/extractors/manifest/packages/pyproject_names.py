"""One requirement of Python: its name, its version, and the environment that it is for.

Sources: packaging.python.org, "Dependency specifiers", "Names and normalization".
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

from portlint.model.component import Component
from portlint.model.guard import ALWAYS, Guard, both, negated

_REQUIREMENT = re.compile(
    r"\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(?:@\s*(\S+)|\(?([^;@)]*)\)?)\s*(?:;(.*))?$",
    re.DOTALL,
)
_CLAUSE = re.compile(r"""\s*(sys_platform|platform_system|os_name|extra)\s*(==|!=)\s*["']([\w.-]+)["']\s*$""")
_SYSTEMS = {"Windows": "win32", "Darwin": "darwin", "Linux": "linux", "Emscripten": "emscripten"}


class Requirement(NamedTuple):
    name: str
    version: str
    guard: Guard


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement(text: str) -> Requirement | None:
    """`uvicorn[standard]>=0.20; sys_platform != "win32"`; None for what is none."""
    found = _REQUIREMENT.match(text[:4000])
    if found is None or (found[4] and not re.match(r"\s*(?:[=<>!~^]|\*|$)", found[4])):
        return None
    version = (found[3] or found[4] or "").strip()
    return Requirement(normal(found[1]), version, marker(found[5] or ""))


def marker(text: str) -> Guard:
    """The condition of an environment marker; versions of Python say nothing, what else is not understood is kept."""
    if not text.strip():
        return ALWAYS
    if "(" in text or re.search(r"\bor\b", text):
        return Guard("condition", " ".join(text.split())[:120])
    guard = ALWAYS
    for clause in re.split(r"\band\b", text):
        found = _CLAUSE.match(clause)
        if found is None:
            continue
        value = _SYSTEMS.get(found[3], found[3]) if found[1] == "platform_system" else found[3]
        one = Guard("condition", f"extra {value}") if found[1] == "extra" else Guard("defined", f"py({value})")
        guard = both(guard, negated(one) if found[2] == "!=" else one)
    return guard


def identity(name: str, version: str) -> str:
    return f"package:pypi/{name}" + (f"@{version}" if version else "")


def component(name: str, version: str) -> Component:
    purl = f"pkg:pypi/{quote(name)}" + (f"@{quote(version, safe='+!')}" if version else "")
    return Component(identity(name, version), "package", name, "", version, purl, "vendored")
