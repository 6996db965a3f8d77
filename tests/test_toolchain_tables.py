"""The generated tables of `rules/toolchains/`: whole, sorted, of the agreed words, and true where that is known."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tools.declarations import declared

FOLDER = Path(__file__).resolve().parent.parent / "rules" / "toolchains"
IDS = ("emscripten", "emscripten-pthreads", "host", "wasip1", "wasip1-threads", "wasip2", "wasix")
FILES = {"headers.txt", "predefined-c.h", "predefined-cxx.h", "symbols.tsv", "toolchain.toml"}
MARKS = {"defined", "absent", "undeclared", "fails", "fakes", "traps", "hangs"}
HOWS = {"link", "declare", "run", "source", "doc"}
KEYS = {
    "id",
    "title",
    "version",
    "release",
    "newest",
    "speaks_for",
    "obtained",
    "source",
    "checked",
    "emulation",
    "undefines",
}
BLOCK = re.compile(r"^@ (\S+)\n((?:[^@].*\n)*)", re.M)
LINE = re.compile(r"(> \S.*|# \w+(\([^)]*\))?( .*)?|- \w+|= \w.*|! .+)$")


def text(toolchain: str, file: str) -> str:
    return (FOLDER / toolchain / file).read_text(encoding="utf-8")


@cache
def headers(toolchain: str) -> dict[str, list[str]]:
    return {name: body.splitlines() for name, body in BLOCK.findall(text(toolchain, "headers.txt"))}


@cache
def symbols(toolchain: str) -> dict[str, list[list[str]]]:
    """The rows of each name, five fields each."""
    found: dict[str, list[list[str]]] = {}
    for line in text(toolchain, "symbols.tsv").splitlines()[1:]:
        fields = line.split("\t")
        found.setdefault(fields[0], []).append(fields + [""] * (5 - len(fields)))
    return found


def release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def mark(toolchain: str, name: str, version: str = "") -> str:
    """The mark in one release; without `version`, in the one that the table was made from."""
    at = release(version or tomllib.loads(text(toolchain, "toolchain.toml"))["release"])
    for _, word, _, since, until in symbols(toolchain)[name]:
        if (not since or release(since) <= at) and (not until or at < release(until)):
            return word
    return "none"


@pytest.mark.parametrize("toolchain", IDS)
def test_folder_is_complete_and_clean(toolchain: str) -> None:
    assert {path.name for path in (FOLDER / toolchain).iterdir()} == FILES
    for file in FILES:
        data = (FOLDER / toolchain / file).read_bytes()
        assert data.endswith(b"\n") and b"\r" not in data
        assert len(data) < 1_500_000
        assert not re.search(rb"/usr/(lib|share)/(llvm|emscripten)|yowasp/include", data), f"{file} names a sysroot"


@pytest.mark.parametrize("toolchain", IDS)
def test_toolchain_toml(toolchain: str) -> None:
    told = tomllib.loads(text(toolchain, "toolchain.toml"))
    assert set(told) == KEYS
    assert told["id"] == toolchain
    assert told["source"].startswith("https://")
    defined = set(re.findall(r"^#define (\w+)", text(toolchain, "predefined-c.h"), re.M))
    assert not defined & set(told["undefines"])


@pytest.mark.parametrize("toolchain", IDS)
def test_symbols_are_sorted_and_marked(toolchain: str) -> None:
    lines = text(toolchain, "symbols.tsv").splitlines()
    assert lines[0] == "name\tmark\thow\tsince\tuntil"
    keys = [(fields[0], fields[4]) for rows in symbols(toolchain).values() for fields in rows]
    assert keys == sorted(keys) and len(keys) == len(set(keys)) == len(lines) - 1
    cures = set(tomllib.loads(text(toolchain, "toolchain.toml"))["emulation"]) | {"-mllvm -wasm-enable-sjlj"}
    for rows in symbols(toolchain).values():
        for name, word, how, since, until in rows:
            assert word in MARKS or (word.startswith("flag:") and word.removeprefix("flag:") in cures), name
            assert how in HOWS, name
            assert not (since and until) or release(since) < release(until), name


def test_every_toolchain_answers_for_the_same_names() -> None:
    names = set(symbols("host"))
    assert len(names) > 3000
    assert all(set(symbols(toolchain)) == names for toolchain in IDS)


@pytest.mark.parametrize("toolchain", IDS)
def test_every_name_has_a_mark_in_the_release_at_hand(toolchain: str) -> None:
    assert [name for name in symbols(toolchain) if mark(toolchain, name) == "none"] == []


@pytest.mark.parametrize("toolchain", IDS)
def test_headers_are_well_formed(toolchain: str) -> None:
    blocks = BLOCK.findall(text(toolchain, "headers.txt"))
    names = [name for name, _ in blocks]
    assert names == sorted(set(names))
    assert sum(2 + len(name) + 1 + len(body) for name, body in blocks) == len(text(toolchain, "headers.txt"))
    for name, lines in headers(toolchain).items():
        assert [line for line in lines if not LINE.match(line)] == [], name
        order = [">#-=!".index(line[0]) for line in lines]
        assert order == sorted(order), name
        macros = [re.split(r"[ (]", line[2:])[0] for line in lines if line.startswith("# ")]
        assert macros == sorted(macros), name


@pytest.mark.parametrize(
    ("toolchain", "name", "expected"),
    [
        ("host", "epoll_create1", "defined"),
        ("wasip1", "printf", "defined"),
        ("wasip1", "fork", "absent"),
        ("wasip1", "system", "absent"),
        ("wasip1", "isnan", "defined"),  # no function, but a macro with arguments
        ("wasip1", "signal", "flag:-D_WASI_EMULATED_SIGNAL"),
        ("wasip1", "mmap", "flag:-D_WASI_EMULATED_MMAN"),
        ("wasip1", "clock", "flag:-D_WASI_EMULATED_PROCESS_CLOCKS"),
        ("wasip1", "getpid", "flag:-D_WASI_EMULATED_GETPID"),
        ("wasip1", "longjmp", "flag:-mllvm -wasm-enable-sjlj"),
        ("wasip1", "qsort_r", "undeclared"),
        ("wasip1", "pthread_create", "fails"),
        ("wasip1", "chmod", "fails"),
        ("wasip1", "mprotect", "fails"),
        ("wasip1", "socket", "absent"),
        ("wasip1", "nanosleep", "defined"),
        ("wasip1-threads", "pthread_create", "defined"),
        ("wasip1-threads", "dlopen", "fails"),
        ("wasip2", "socket", "defined"),
        ("wasip2", "recvfrom", "defined"),
        ("wasip2", "sendmsg", "absent"),
        ("wasip2", "recvmsg", "absent"),
        ("wasip2", "pthread_create", "fails"),
        ("emscripten", "fork", "fails"),
        ("emscripten", "execve", "fails"),
        ("emscripten", "socket", "fakes"),
        ("emscripten", "getaddrinfo", "fakes"),
        ("emscripten", "dlopen", "traps"),
        ("emscripten", "mprotect", "fakes"),
        ("emscripten", "epoll_create1", "absent"),
        ("emscripten", "pthread_create", "fails"),
        ("emscripten", "setjmp", "defined"),
        ("emscripten-pthreads", "pthread_create", "defined"),
        ("emscripten-pthreads", "sem_open", "fails"),
    ],
)
def test_known_marks(toolchain: str, name: str, expected: str) -> None:
    assert mark(toolchain, name) == expected


@pytest.mark.parametrize(
    ("toolchain", "name", "version", "expected"),
    [
        ("emscripten", "epoll_wait", "6.0.7", "absent"),
        ("emscripten", "epoll_wait", "6.0.8", "defined"),
        ("emscripten", "dlopen", "3.1.42", "fails"),
        ("emscripten", "fork", "6.0.9", "fails"),
        ("wasip1", "dup2", "wasi-sdk-33", "absent"),
        ("wasip1", "dup2", "wasi-sdk-34", "defined"),
        ("wasip1", "pthread_mutex_lock", "wasi-sdk-16", "none"),  # it came with wasi-sdk 25
    ],
)
def test_drift(toolchain: str, name: str, version: str, expected: str) -> None:
    assert mark(toolchain, name, version) == expected


@pytest.mark.parametrize(
    ("toolchain", "present", "absent"),
    [
        ("host", ("sys/epoll.h", "linux/input.h", "immintrin.h"), ("windows.h", "emscripten.h")),
        ("wasip1", ("sys/socket.h", "threads.h", "ifaddrs.h", "sys/eventfd.h"), ("netdb.h", "sys/wait.h", "pwd.h")),
        ("wasip2", ("netdb.h",), ("net/if.h", "termios.h", "spawn.h", "ucontext.h")),
        ("emscripten", ("emscripten.h", "AL/al.h", "SDL/SDL.h", "sys/wait.h"), ("execinfo.h", "windows.h")),
    ],
)
def test_known_headers(toolchain: str, present: tuple[str, ...], absent: tuple[str, ...]) -> None:
    assert set(present) <= set(headers(toolchain))
    assert not set(absent) & set(headers(toolchain))


@pytest.mark.parametrize(
    ("toolchain", "header", "line"),
    [
        (
            "host",
            "sys/socket.h",
            "> features.h bits/types/struct_iovec.h stddef.h bits/socket.h bits/types/struct_osockaddr.h",
        ),
        ("host", "bits/socket.h", "# AF_INET PF_INET"),
        ("host", "netinet/in.h", "# INADDR_ANY ((in_addr_t) 0x00000000)"),
        ("host", "features.h", "# __GLIBC_MINOR__ 36"),
        ("host", "endian.h", "# BYTE_ORDER __BYTE_ORDER"),
        ("emscripten", "bits/signal.h", "# SIGALRM 14"),
        ("emscripten", "SDL/SDL.h", "> SDL.h"),
    ],
)
def test_known_lines(toolchain: str, header: str, line: str) -> None:
    assert line in headers(toolchain)[header]


@pytest.mark.parametrize(
    ("toolchain", "header", "start", "once"),
    [
        ("wasip1", "signal.h", "! flag:-D_WASI_EMULATED_SIGNAL wasm lacks signal support", False),
        ("wasip1", "sys/mman.h", "! flag:-D_WASI_EMULATED_MMAN ", False),
        ("wasip2", "setjmp.h", "! flag:-mllvm -wasm-enable-sjlj ", True),
        ("wasip1", "xmmintrin.h", "! This header is only meant to be used on x86", True),
        ("emscripten", "xmmintrin.h", "! flag:-msimd128 -msse ", True),
    ],
)
def test_refusals(toolchain: str, header: str, start: str, once: bool) -> None:
    refusals = [line for line in headers(toolchain)[header] if line.startswith("!")]
    assert len(refusals) == 1 and refusals[0].startswith(start)
    assert refusals[0].endswith(" (once)") is once


def test_declared_names_are_found() -> None:
    names = {line for line in headers("host")["sys/socket.h"] if line.startswith("= ")}
    assert {"bind", "connect", "sendto", "socket"} <= set(names.pop().split())


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("int f(void);", ["f"]),
        ("void (*signal(int, void (*)(int)))(int);", ["signal"]),
        ("struct s { int (*member)(void); }; struct s *mk(struct s *p) __attribute__((nonnull(1)));", ["mk"]),
        ('extern "C" { static inline int g(int a) { return h(a); } }', ["g"]),
        ('extern int stat(const char *) __asm__("" "stat64");', ["stat"]),
        ("extern int optind, opterr;", ["optind", "opterr"]),
        ("extern char *names[2], **environ;", ["names", "environ"]),
        ("extern void (*hook)(int);", ["hook"]),
        ("typedef int (*callback)(void); enum e { A = 1 };", []),
        ("_Noreturn void stop(void) __attribute__((cold));", ["stop"]),
    ],
)
def test_declared(code: str, expected: list[str]) -> None:
    assert list(declared(code)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("socket", "defined"),
        ("sendmsg", "defined"),  # which wasip2 lacks
        ("getaddrinfo", "defined"),
        ("fork", "defined"),  # in the build without exceptions
        ("dlopen", "defined"),
        ("sigaction", "defined"),
        ("epoll_create1", "defined"),
        ("mmap", "flag:-D_WASI_EMULATED_MMAN"),
        ("getifaddrs", "absent"),
        ("flock", "absent"),
        ("inotify_init", "absent"),
    ],
)
def test_what_wasix_libc_has(name: str, expected: str) -> None:
    assert mark("wasix", name) == expected


def test_the_headers_of_wasix() -> None:
    assert {"netdb.h", "sys/epoll.h", "spawn.h", "termios.h", "dlfcn.h", "sys/socket.h"} <= set(headers("wasix"))
    assert not {"sys/inotify.h", "ucontext.h", "sys/prctl.h"} & set(headers("wasix"))
