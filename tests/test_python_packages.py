"""Manifests and lock files of Python, Zig and Lua."""

from __future__ import annotations

from types import ModuleType

import pytest

from portlint.extractors.manifest.packages import pyproject, pyproject_lock, requirements, rockspec, zig_zon
from portlint.extractors.manifest.packages.pyproject_names import requirement
from portlint.model.component import Component, Dependency
from portlint.model.extraction import Extraction
from portlint.projects import python
from portlint.projects.locate import Locator

PYPROJECT = """[build-system]
requires = ["maturin>=1"]
[project]
name = "game-server"
version = "1.0"
requires-python = ">=3.12"
dependencies = [
  "Twisted[tls] >= 24; sys_platform != 'win32'",
  "uvicorn",
]
[project.optional-dependencies]
fast = ["uvloop"]
[dependency-groups]
dev = ["pytest", {include-group = "x"}]
"""
POETRY = """[tool.poetry]
name = "g"
[tool.poetry.dependencies]
python = "^3.12"
Django = "^5"
redis = {version = "^5", optional = true}
[tool.poetry.group.dev.dependencies]
ruff = "*"
"""
UV = """version = 1

[[package]]
name = "g"
version = "0.1.0"
source = { editable = "." }
dependencies = [
    { name = "uvicorn" },
    { name = "winloop", marker = "sys_platform == 'win32'" },
]

[[package]]
name = "uvicorn"
version = "0.30.0"
dependencies = [
    { name = "click" },
]

[[package]]
name = "click"
version = "8.1.7"

[[package]]
name = "winloop"
version = "0.1.8"
"""
POETRY_LOCK = """[[package]]
name = "uvicorn"
version = "0.30.0"

[package.dependencies]
click = ">=7.0"
h11 = {version = ">=0.8", markers = "extra == \\"http\\""}

[[package]]
name = "click"
version = "8.1.7"

[[package]]
name = "h11"
version = "0.14.0"

[metadata]
lock-version = "2.0"
"""


def edges(extraction: Extraction) -> list[tuple[str, str, str, str]]:
    return [(each.source, each.target, each.scope, str(each.condition)) for each in extraction.dependencies]


def packages(extraction: Extraction) -> list[tuple[str, str, int, str]]:
    return [(f.name, f.value, f.location.line, str(f.guard)) for f in extraction.facts if f.kind == "package"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Django", ("django", "", "true")),
        ("zope.interface[x, y] (>=1)", ("zope-interface", ">=1", "true")),
        ("a_b == 1.0 ; python_version < '3.9'", ("a-b", "== 1.0", "true")),
        ("a; sys_platform == 'win32' and extra == 'x'", ("a", "", "defined(py(win32)) && extra x")),
        ("a; sys_platform == 'win32' or os_name == 'nt'", ("a", "", "sys_platform == 'win32' or os_name == 'nt'")),
        ("a @ https://example.org/a.whl", ("a", "https://example.org/a.whl", "true")),
    ],
)
def test_a_requirement(text: str, expected: tuple[str, str, str]) -> None:
    found = requirement(text)
    assert found is not None
    assert (found.name, found.version, str(found.guard)) == expected


def test_pyproject() -> None:
    found = pyproject.extract("srv/pyproject.toml", PYPROJECT.encode())
    assert packages(found) == [
        ("pypi/twisted", ">= 24", 8, "!defined(py(win32))"),
        ("pypi/uvicorn", "", 9, "true"),
        ("pypi/uvloop", "", 12, "extra fast"),
    ]
    assert ("pypi:srv", "pypi/pytest", "build", "true") in edges(found)
    assert ("python/native-build", "maturin") in [(fact.name, fact.value) for fact in found.facts]


def test_pyproject_of_poetry() -> None:
    found = pyproject.extract("pyproject.toml", POETRY.encode())
    assert packages(found) == [("pypi/django", "^5", 5, "true"), ("pypi/redis", "^5", 6, "extra optional")]
    assert edges(found)[-1] == ("pypi:.", "pypi/ruff", "build", "true")


def test_requirements() -> None:
    text = b"""# all
-r base.txt
uvicorn[standard]==0.30 \\
    --hash=sha256:x
redis>=5 # cache
./local
-e git+https://x#egg=My_Game
"""
    found = requirements.extract("requirements/prod.txt", text)
    assert packages(found) == [
        ("pypi/uvicorn", "==0.30", 3, "true"),
        ("pypi/redis", ">=5", 5, "true"),
        ("pypi/my-game", "", 7, "true"),
    ]
    assert ("pypi:.", "pypi/redis", "run", "true") in edges(found)
    aside = requirements.extract("requirements-dev.txt", b"pytest\n")
    assert packages(aside) == []
    assert edges(aside) == [("pypi:.", "pypi/pytest", "build", "true")]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("requirements.txt", True), ("requirements_dev.txt", True), ("dev-requirements.txt", True), ("notes.txt", False)],
)
def test_which_files_are_requirements(path: str, expected: bool) -> None:
    assert requirements.wants(path) is expected


def test_lock_files() -> None:
    uv = pyproject_lock.extract("uv.lock", UV.encode())
    assert [component.id for component in uv.components] == [
        "package:pypi/uvicorn@0.30.0",
        "package:pypi/click@8.1.7",
        "package:pypi/winloop@0.1.8",
    ]
    assert edges(uv) == [
        ("locked:pypi:.", "package:pypi/uvicorn@0.30.0", "run", "true"),
        ("locked:pypi:.", "package:pypi/winloop@0.1.8", "run", "defined(py(win32))"),
        ("package:pypi/uvicorn@0.30.0", "package:pypi/click@8.1.7", "run", "true"),
    ]
    poetry = pyproject_lock.extract("poetry.lock", POETRY_LOCK.encode())
    assert edges(poetry) == [
        ("package:pypi/uvicorn@0.30.0", "package:pypi/click@8.1.7", "run", "true"),
        ("package:pypi/uvicorn@0.30.0", "package:pypi/h11@0.14.0", "run", "extra http"),
    ]


def test_a_project_and_its_graph() -> None:
    tree = {
        "pyproject.toml": pyproject.extract("pyproject.toml", PYPROJECT.encode()),
        "uv.lock": pyproject_lock.extract("uv.lock", UV.encode()),
        "server/a.py": Extraction(),
        "tests/pyproject.toml": pyproject.extract("tests/pyproject.toml", PYPROJECT.encode()),
    }
    projects = python.find(tree)
    assert [(project.path, project.kind) for project in projects] == [(".", "python")]
    components: dict[str, Component] = {}
    found: list[Dependency] = []
    python.add(tree, Locator(projects), components, found)
    arrows = {(edge.source, edge.target) for edge in found}
    assert ("project:.", "package:pypi/uvicorn@0.30.0") in arrows
    assert ("project:.", "package:pypi/twisted") in arrows
    assert components["project:."].name == "game-server"


def test_settings_of_a_formatter_are_no_project() -> None:
    only = pyproject.extract("pyproject.toml", b"[tool.ruff]\nline-length = 100\n")
    assert python.find({"pyproject.toml": only, "a.py": Extraction()}) == []


def test_zig_packages() -> None:
    text = b""".{
    .name = .server, .version = "0.1.0",
    .dependencies = .{
        .@"zig-net" = .{ .url = "https://x/a.tar.gz", .hash = "h", .lazy = true }, // c
        .here = .{ .path = "libs/here" },
    },
    .paths = .{ "src", "" },
}
"""
    found = zig_zon.extract("srv/build.zig.zon", text)
    assert packages(found) == [("zig/zig-net", "https://x/a.tar.gz", 4, "true")]
    assert edges(found) == [("zig:srv", "package:zig/zig-net", "run", "true")]


def test_rocks() -> None:
    text = b"""package = "x"
version = "1-1"
dependencies = {
   "lua >= 5.1", -- no
   "luasocket >= 3.0",
}
build = { modules = { x = { "x.c" } } }
"""
    found = rockspec.extract("x-1-1.rockspec", text)
    assert packages(found) == [("luarocks/luasocket", ">= 3.0", 5, "true")]
    assert [fact.value for fact in found.facts if fact.name == "lua:c-module"] == ["x.c"]


@pytest.mark.parametrize(
    ("module", "path", "text", "says"),
    [
        (pyproject, "pyproject.toml", "a = ", "not valid TOML"),
        (pyproject, "pyproject.toml", "a" + ".a" * 2000 + " = 1", "nested more than"),
        (pyproject, "pyproject.toml", "a = " + "[" * 2000, "nested more than"),
        (pyproject_lock, "uv.lock", "x = 1", "not a lock file of Python"),
        (pyproject_lock, "uv.lock", "[[package]]\nversion = '1'\n", "line 1: a package without a name"),
        (zig_zon, "build.zig.zon", ".{}", "not a build.zig.zon"),
        (zig_zon, "build.zig.zon", ".{ .a =" * 100_000, "nested more than"),
        (zig_zon, "build.zig.zon", "}", "a bracket too many"),
        (rockspec, "a.rockspec", "x = 1", "it names no package"),
        (requirements, "requirements.txt", "a\0", "NUL bytes"),
    ],
)
def test_what_is_refused_in_one_line(module: ModuleType, path: str, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        module.extract(path, text.encode())
    assert "\n" not in str(caught.value)
