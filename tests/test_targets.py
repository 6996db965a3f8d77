"""The target profiles and the capabilities keep their word."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from portlint.catalog import load_catalog, rules_folder
from portlint.catalog.toolchain import toolchain_for
from portlint.errors import PortlintError
from portlint.model.catalog import Support, Target
from portlint.model.finding import Level

TARGETS = {
    "cloudflare-workers",
    "container",
    "godot-web",
    "godot-web-threads",
    "kwasm",
    "runwasi",
    "unity-web",
    "unity-web-threads",
    "wasip1",
    "wasip1-threads",
    "wasip2",
    "wasip3",
    "wasix",
    "web-emscripten",
    "web-emscripten-pthreads",
}
# What a server may be moved to: these say which languages can, and what bounds them.
SERVER = ("cloudflare-workers", "kwasm", "runwasi", "wasip1", "wasip1-threads", "wasip2", "wasip3", "wasix")
LANGUAGES = {"rust", "c", "go", "tinygo", "zig", "csharp", "javascript", "python"}
AREAS = set("thread net fs process memory code time gfx audio ui os lib engine dotnet".split())
AREAS_OF_LANGUAGES = {"go", "javascript", "lua", "node", "python", "rust", "zig"}
BAD: frozenset[Level] = frozenset({"fails-at-build", "fails-at-run", "silent", "hangs"})
# What keeps its capital at the start of a clause; every other clause starts in lower case.
NAMES = tuple(
    "CPython Cloudflare Emscripten GOOS= Go Instant::now Javy OS. OpenGL Pyodide Python SDL SIMD SSE System TLS UDP TCP"
    " Unity WASI Wasmer WebGL Windows WorkerThreadPool Workers".split()
)


# A feature of an engine, a condition of Cargo, a tag of Go, a condition of a build system.
_CONDITION = (
    r"feature\(\w+\)|cfg\((unix|windows|\w+=[\w.-]+)\)|go\([\w.]+\)"
    r"|(cmake|vcpkg|conan|scons|meson|make)\((\w+=)?[\w. -]+\)"
)


def targets() -> list[Target]:
    return list(load_catalog().targets.values())


def answers() -> list[tuple[Target, str, Support]]:
    return [(target, name, support) for target in targets() for name, support in target.support.items()]


def test_every_target_of_the_first_release_is_there() -> None:
    assert set(load_catalog().targets) >= TARGETS


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("wasip1.toml", '[support."memory.lock"]', '[support."memory.lok"]', "no answer for memory.lock"),
        ("wasip2.toml", '[support."net.udp"]', '[support."net.udpp"]', "unknown capabilities net.udpp"),
        ("wasip1.toml", '"build-wasi"', '"build-wasy"', "conditions 'build-wasy', which is no group"),
        ("wasip2.toml", '"wasip1"', '"wasip9"', "extends 'wasip9', which is no other target"),
        ("wasip2.toml", '"wasip1"', '"runwasi"', "extends 'runwasi', which is no other target"),  # runs in a circle
        ("runwasi.toml", '"net.dns"]', '"net.dnss"]', "an answer to 'net.dnss', which is no capability"),
        ("wasix.toml", "triple =", "tripel =", "tripel"),
        ("wasix.toml", '"preview"', '"nearly"', "nearly"),
        ("wasip1.toml", "instead =", "insted =", "insted"),
        ("wasip1.toml", '"fails-at-build"', '"broken"', "broken"),
    ],
)
def test_a_profile_that_breaks_its_word_is_refused(
    tmp_path: Path, file: str, old: str, new: str, complaint: str
) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(rules_folder() / "targets", folder / "targets")
    for name in ("capabilities.toml", "conditions.toml"):
        shutil.copy(rules_folder() / name, folder)
    profile = folder / "targets" / file
    profile.write_text(profile.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PortlintError, match=complaint):
        load_catalog(folder)


def test_answers_have_a_source_on_the_web() -> None:
    assert [(t.id, name) for t, name, s in answers() if not re.fullmatch(r"https://[\w.-]+\.\w+/\S+", s.source)] == []


def test_answers_say_why() -> None:
    """Every level other than `works`; a clause in lower case that completes "...: "."""
    assert [(t.id, name) for t, name, s in answers() if s.level != "works" and not s.because] == []
    clauses = [(t.id, name, s.because) for t, name, s in answers() if s.because]
    assert [row for row in clauses if row[2][0].isupper() and not row[2].startswith(NAMES)] == []
    assert [row for row in clauses if row[2].endswith((".", "!")) or "\n" in row[2]] == []


def test_bad_answers_name_a_way_out() -> None:
    assert [(t.id, name) for t, name, s in answers() if s.level in BAD and not s.instead] == []


def test_flags_are_named_exactly_where_a_flag_helps() -> None:
    assert [(t.id, name) for t, name, s in answers() if s.level == "flag" and not s.flag] == []
    assert [(t.id, name) for t, name, s in answers() if s.level == "works" and s.flag] == []


def test_unknown_says_so() -> None:
    """An unknown answer admits it, or points to the target that knows."""
    unknown = [(t.id, name, s.because) for t, name, s in answers() if s.level == "unknown"]
    assert unknown
    assert [row for row in unknown if "nobody has checked" not in row[2] and "is judged on" not in row[2]] == []


def test_only_what_fails_can_block() -> None:
    assert [(t.id, name) for t, name, s in answers() if s.blocker and s.level not in BAD] == []


def test_no_answer_is_a_year_older_than_the_newest() -> None:
    newest = max(s.checked for _, _, s in answers())
    assert [(t.id, name) for t, name, s in answers() if newest - s.checked > timedelta(days=365)] == []


def test_conditions_do_not_contradict_themselves() -> None:
    for target in targets():
        assert not set(target.defines) & set(target.undefines), target.id
        assert not set(target.features) & set(target.lacks), target.id
        named = [name for name in (*target.features, *target.lacks) if not re.fullmatch(_CONDITION, name)]
        assert named == [], target.id
        for names in (target.defines, target.undefines, target.features, target.lacks):
            assert len(names) == len(set(names)), target.id


@pytest.mark.parametrize("language", ["c", "cxx"])
def test_macros_agree_with_the_compiler(language: str) -> None:
    """What a profile calls defined or undefined is so in the dump of its compiler; the engine adds its own."""
    for target in targets():
        dump = rules_folder() / "toolchains" / target.toolchain / f"predefined-{language}.h"
        predefined = set(re.findall(r"^#define (\w+)", dump.read_text(encoding="utf-8"), flags=re.MULTILINE))
        of_compiler = {name for name in target.defines if not name.endswith("_ENABLED")}
        assert of_compiler <= predefined, target.id
        assert not set(target.undefines) & predefined, target.id


def test_threads_are_stated_once() -> None:
    """`threads`, the level of `thread.create` and the toolchain's name agree."""
    for target in targets():
        assert target.threads == (target.support["thread.create"].level in ("works", "flag")), target.id
        if target.toolchain not in ("host", "wasix"):  # one table, whatever is linked
            assert target.threads == target.toolchain.endswith("threads"), target.id


def test_every_toolchain_has_its_tables() -> None:
    folders = {path.name for path in (rules_folder() / "toolchains").iterdir() if path.is_dir()}
    assert {target.toolchain for target in targets()} <= folders


def test_inheritance_goes_over_several_files() -> None:
    """runwasi takes from wasip2 what wasip2 takes from wasip1, and its own rows go before both."""
    runwasi, wasip2, wasip1 = (load_catalog().targets[name] for name in ("runwasi", "wasip2", "wasip1"))
    assert runwasi.support["gfx.vulkan"] == wasip2.support["gfx.vulkan"] == wasip1.support["gfx.vulkan"]
    assert runwasi.support["net.raw"] == wasip2.support["net.raw"] != wasip1.support["net.raw"]
    assert runwasi.support["fs.host-paths"] != wasip2.support["fs.host-paths"]
    assert runwasi.languages == wasip2.languages
    assert runwasi.defines == wasip2.defines
    assert runwasi.advice != wasip2.advice


def test_a_container_answers_for_what_nobody_wrote_down() -> None:
    container = load_catalog().targets["container"]
    assert container.support["net.udp"].level == "works"
    assert container.support["fs.persist"].level == "flag"
    assert container.support["go.port"].level == "works"
    assert not any(support.blocker for support in container.support.values())


@pytest.mark.parametrize("name", SERVER)
def test_a_server_target_says_which_languages_reach_it(name: str) -> None:
    target = load_catalog().targets[name]
    assert set(target.languages) == LANGUAGES
    for row in target.languages.values():
        assert re.fullmatch(r"https://[\w.-]+\.\w+/\S+", row.source), row
        assert row.checked <= date.today()
        assert row.status in ("none", "unknown") or row.triple or row.notes, row
        assert row.status != "unknown" or "nobody has checked" in row.notes, row
    assert target.advice
    assert target.advice[0].islower()
    assert not target.advice.endswith(".")


def test_limits_are_sourced_and_dated() -> None:
    for target in targets():
        for row in target.limits.values():
            assert re.fullmatch(r"https://[\w.-]+\.\w+/\S+", row.source), target.id
            assert row.checked <= date.today(), target.id
    assert {"memory", "cpu", "size", "connections", "inbound"} <= set(
        load_catalog().targets["cloudflare-workers"].limits
    )


def test_no_answer_is_from_the_future() -> None:
    assert [(t.id, name) for t, name, s in answers() if s.checked > date.today()] == []


@pytest.mark.parametrize(
    ("target", "holds", "fails"),
    [
        ("wasip1", "cfg(target_env=p1)", "cfg(target_env=p2)"),
        ("wasip1", "go(wasip1)", "go(js)"),
        ("wasip1", "cfg(target_family=wasm)", "cfg(unix)"),
        ("wasip1-threads", "cfg(target_feature=atomics)", "cfg(unix)"),
        ("wasip2", "cfg(target_os=wasi)", "cfg(target_feature=atomics)"),
        ("wasip2", "go(wasip1)", "go(linux)"),  # what runs there of Go is a module of wasip1
        ("web-emscripten", "cmake(EMSCRIPTEN)", "cmake(WIN32)"),
        ("unreal-html5", "scons(platform=web)", "cmake(CMAKE_SYSTEM_NAME=WASI)"),
        ("wasip2", "cmake(CMAKE_SYSTEM_NAME=WASI)", "cmake(UNIX)"),
        ("wasix", "meson(wasi)", "conan(compiler=Visual Studio)"),
        ("container", "cmake(UNIX)", "vcpkg(wasm32)"),
        ("wasip3", "cfg(target_env=p3)", "cfg(target_env=p2)"),
        ("wasix", "cfg(target_vendor=wasmer)", "cfg(target_env=p2)"),
        ("cloudflare-workers", "cfg(target_os=unknown)", "cfg(target_os=wasi)"),
        ("cloudflare-workers", "go(js)", "go(wasip1)"),
        ("godot-web", "cfg(target_os=emscripten)", "cfg(target_os=unknown)"),
        ("container", "cfg(unix)", "cfg(target_arch=wasm32)"),
        ("container", "go(linux)", "go(wasm)"),
    ],
)
def test_conditions_of_languages_and_builds(target: str, holds: str, fails: str) -> None:
    profile = load_catalog().targets[target]
    assert holds in profile.features
    assert fails in profile.lacks


def test_a_target_without_releases_takes_no_version() -> None:
    with pytest.raises(PortlintError, match="only one version of this target is known; write container"):
        toolchain_for(load_catalog().targets["container"], "2024")


def test_capability_rows_are_unique_and_named_by_area() -> None:
    """The loader keeps the last of two rows with one id, so the file itself is counted."""
    text = (rules_folder() / "capabilities.toml").read_text(encoding="utf-8")
    ids = re.findall(r'^id\s*=\s*"(.*)"$', text, flags=re.MULTILINE)
    assert len(ids) == len(set(ids)) == len(load_catalog().capabilities)
    areas = {name.split(".")[0] for name in ids}
    assert areas >= AREAS
    assert areas - AREAS <= AREAS_OF_LANGUAGES


def test_capability_prices_are_ranges() -> None:
    for row in load_catalog().capabilities.values():
        low, likely, high = row.days
        assert 0 < low < likely < high, row.id
        assert 0 <= row.per_site <= row.per_file < likely, row.id
        assert row.basis, row.id
        assert not row.title.endswith("."), row.id
    assert len({row.days for row in load_catalog().capabilities.values()}) <= 6  # classes, not invented precision


@pytest.mark.parametrize(
    ("target", "capability", "level", "blocker"),
    [
        # WASI: measured with real compilers, linkers and a run-time
        ("wasip1", "net.udp", "fails-at-build", True),
        ("wasip1", "net.tcp-client", "fails-at-build", True),
        ("wasip1", "net.dns", "fails-at-build", True),
        ("wasip1", "thread.create", "fails-at-run", False),  # links, then ENOTSUP
        ("wasip1-threads", "thread.create", "works", False),
        ("wasip2", "thread.create", "fails-at-run", False),
        ("wasip2", "net.udp", "works", False),
        ("wasip2", "net.tcp-server", "works", False),
        ("wasip2", "net.raw", "fails-at-build", True),
        ("wasip2", "code.setjmp", "flag", False),  # on every WASI target
        ("wasip1", "code.exceptions", "flag", False),
        ("wasip1", "memory.map", "flag", False),
        ("wasip1", "process.signal", "flag", False),
        ("wasip1", "process.fork", "fails-at-build", False),
        ("wasip1", "code.dlopen", "fails-at-run", False),  # links, returns NULL
        ("wasip1", "fs.permissions", "fails-at-run", False),
        ("wasip1", "engine.export", "fails-at-build", True),
        # WASI 0.3, shims and WASIX: read in sources and documents
        ("wasip3", "thread.create", "fails-at-run", False),
        ("wasip3", "process.pipe", "works", False),
        ("wasip3", "net.udp", "works", False),
        ("runwasi", "net.udp", "works", False),
        ("runwasi", "fs.host-paths", "works", False),
        ("runwasi", "process.signal", "partial", False),  # SIGTERM ends at the shim
        ("runwasi", "thread.create", "fails-at-run", False),
        ("kwasm", "net.tcp-server", "fails-at-build", True),
        ("wasix", "net.udp", "flag", False),  # --net
        ("wasix", "thread.create", "works", False),
        ("wasix", "process.fork", "partial", False),
        ("wasix", "net.interfaces", "fails-at-build", False),
        ("wasix", "net.http-server", "unknown", False),
        # Workers: requests in, TCP out
        ("cloudflare-workers", "net.udp", "fails-at-run", True),
        ("cloudflare-workers", "net.tcp-server", "fails-at-run", True),
        ("cloudflare-workers", "net.tcp-client", "partial", False),
        ("cloudflare-workers", "net.websocket-server", "partial", False),
        ("cloudflare-workers", "net.http-server", "partial", False),
        ("cloudflare-workers", "thread.create", "fails-at-run", False),
        ("cloudflare-workers", "fs.persist", "silent", False),
        ("cloudflare-workers", "time.clock", "partial", False),
        ("cloudflare-workers", "memory.over-4g", "fails-at-run", True),
        # Emscripten: builds hide what fails
        ("web-emscripten", "net.udp", "fails-at-run", True),
        ("web-emscripten", "net.tcp-server", "fails-at-run", True),
        ("web-emscripten", "net.tcp-client", "partial", False),
        ("web-emscripten", "net.dns", "silent", False),
        ("web-emscripten", "process.fork", "fails-at-run", False),
        ("web-emscripten", "memory.protect", "silent", False),
        ("web-emscripten", "ui.main-loop", "hangs", False),
        ("web-emscripten", "fs.read", "works", False),
        ("web-emscripten", "fs.persist", "partial", False),
        ("web-emscripten", "thread.create", "fails-at-run", False),
        ("web-emscripten-pthreads", "thread.create", "flag", False),
        ("web-emscripten-pthreads", "net.udp", "fails-at-run", True),  # threads bring no sockets
        ("web-emscripten", "engine.export", "unknown", False),
        ("web-emscripten", "lib.native", "fails-at-build", True),
        # Godot's exporter
        ("godot-web", "thread.create", "silent", False),
        ("godot-web", "thread.pool", "works", False),
        ("godot-web", "net.websocket-client", "works", False),
        ("godot-web", "net.dns", "silent", False),
        ("godot-web", "engine.csharp", "fails-at-build", True),
        ("godot-web", "engine.extensions", "flag", False),
        ("godot-web", "lib.native", "fails-at-run", True),  # the export only warns
        ("godot-web-threads", "thread.create", "flag", False),
        ("godot-web-threads", "lib.native", "fails-at-run", True),
    ],
)
def test_levels_that_were_measured_or_read(target: str, capability: str, level: Level, blocker: bool) -> None:
    support = load_catalog().targets[target].support[capability]
    assert (support.level, support.blocker) == (level, blocker)
