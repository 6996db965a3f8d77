"""Which files a port will change: signs, reach through calls and includes, the order, the cut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.cache import Cache
from portlint.errors import PortlintError
from portlint.model.component import Provenance
from portlint.model.report import Work
from portlint.planning.kept import kept_survey
from portlint.planning.knowledge import load_knowledge
from portlint.planning.places import Survey
from portlint.planning.reach import Reach
from portlint.planning.signs import Names, Shown, is_source, signs, stem
from portlint.scan import Options, scan

Make = Callable[..., Path]
SOCKET = "#include <sys/socket.h>\nint net_open(void) { return socket(AF_INET, SOCK_DGRAM, 0); }\n"
PLAIN = "int add_{0}(int a) {{ return a + 1; }}\n"


def work_of(root: Path, target: str = "web-emscripten") -> Work:
    report = scan(root, Options(targets=(target,), use_cache=False, jobs=1, work=True), lambda done, of: None).report
    assert report.targets[0].work is not None
    return report.targets[0].work


def place(work: Work, path: str) -> int:
    return [each.path for each in work.places].index(path)


def rows(work: Work) -> dict[str, tuple[str, ...]]:
    return {each.path: each.reasons for each in work.places}


@pytest.mark.parametrize(
    ("path", "text", "shown"),
    [
        ("a.c", "FILE *f = fopen(name, mode);", {"fs": ("fopen",)}),
        ("a.c", "SDL_PollEvent(&e); SDL_Delay(1); SDL_Delay(2);", {"mainloop": ("SDL_Delay", "SDL_PollEvent")}),
        ("a.c", "Mix_PlayChannel(1, chunk, 0);", {"audio": ("Mix_PlayChannel",)}),  # Mix_*
        ("a.c", "my_fopen(name); fopener(name);", {}),
        ("a.rs", "let t = TcpStream::connect(a);", {}),  # one word with its path: only TcpStream alone is a name
        ("a.rs", "use gl::types::GLuint;", {"graphics": ("gl::types::GLuint",)}),
        ("a.rs", "let glow = 0.5;", {}),
        ("a.rs", "use std::net::UdpSocket;", {"sockets": ("std::net::UdpSocket",)}),
    ],
)
def test_apis(path: str, text: str, shown: dict[str, tuple[str, ...]]) -> None:
    names = Names({area.id: area.names for area in load_knowledge().area})
    assert dict(signs(path, text.encode(), None, names, frozenset()).apis) == shown


@pytest.mark.parametrize(
    ("path", "text", "defines"),
    [
        ("a.c", "static int open_it(int a,\n  int b)\n{\n  if (a) { run(b); }\n}", {b"open_it"}),
        ("a.c", "int open_it(int a);", set()),
        ("a.cs", "var a = new Start() { B = 1 };", set()),
        ("a.cpp", "void Net::send_all() const {", {b"send_all"}),
        ("a.rs", "pub fn poll_it(&self) -> u8 { other() }", {b"poll_it"}),
        ("a.go", "func (s *Server) Listen(port int) error {\n\tfunc() {}()\n}", {b"Listen"}),
        ("a.gd", "static func load_map(path):\n\tpass", {b"load_map"}),
        ("a.py", "async def serve(a):\n    call(b)", {b"serve"}),
    ],
)
def test_definitions(path: str, text: str, defines: set[bytes]) -> None:
    assert signs(path, text.encode(), None, Names({}), frozenset()).defines == defines


@pytest.mark.parametrize(
    ("path", "text", "guards"),
    [
        ("a.rs", '#[cfg(target_os = "wasi")]\n#[cfg(test)]\nif cfg!(unix) {}', 2),
        ("a.cs", "#if UNITY_WEBGL\n#endif\n#if MY_OWN\n#endif", 1),
        ("a.gd", 'if OS.has_feature("web"): pass', 1),
        ("a.go", "//go:build linux\n\npackage a", 1),
        ("a.py", "if sys.platform == 'win32': pass", 1),
    ],
)
def test_guards_of_languages_without_preprocessor(path: str, text: str, guards: int) -> None:
    assert signs(path, text.encode(), None, Names({}), frozenset()).guards == guards


def test_main_is_told_from_what_only_ends_so() -> None:
    def has_main(text: str) -> bool:
        return signs("a.c", text.encode(), None, Names({}), frozenset()).has_main

    assert has_main("int main(int argc, char **argv) {")
    assert has_main("static int SDL_main(void) {") is False  # one letter before: WinMain is spelt `WinMain`
    assert not has_main("int domain(int a) {")
    assert not has_main("  return remain(a);")


def test_stems_stand_for_modules() -> None:
    assert [stem(each) for each in ("src/net.c", "src/sys/mod.rs", "src/a.b.cs")] == [b"net", b"sys", b"a"]
    assert is_source("a.HPP")
    assert not is_source("Makefile")


def test_wrapper_its_header_and_its_caller_come_before_the_rest(make_tree: Make) -> None:
    files = {f"src/plain{number}.c": PLAIN.format(number) for number in range(60)}
    files |= {
        "src/net.c": '#include "net.h"\n' + SOCKET,
        "src/net.h": "int net_open(void);\n",
        "src/game.c": '#include "net.h"\nint start(void) { return net_open(); }\n',
    }
    work = work_of(make_tree(files))
    assert place(work, "src/net.c") == 0
    assert place(work, "src/game.c") == 1
    assert "calls net_open() of src/net.c" in rows(work)["src/game.c"]
    assert "declares net_open() of src/net.c" in rows(work)["src/net.h"]
    assert "sockets" in work.places[0].areas
    assert set(work.areas) == {"sockets", "js_glue", "mainloop"}  # every page needs the last two
    assert [each.path for each in work.places if each.expected] == ["src/net.c", "src/game.c", "src/net.h"]


def test_conditions_on_the_platform_count(make_tree: Make) -> None:
    files = {f"src/plain{number}.c": PLAIN.format(number) for number in range(3)}
    files["src/paths.c"] = "#ifdef _WIN32\nint a;\n#elif defined(__ANDROID__)\nint b;\n#else\nint c;\n#endif\n"
    files["src/own.c"] = "#ifdef MY_OPTION\nint a;\n#endif\n"
    work = work_of(make_tree(files))
    assert place(work, "src/paths.c") == 0
    assert rows(work)["src/paths.c"] == ("asks for the platform in 2 conditions",)
    assert rows(work)["src/own.c"] == ()


def test_tests_and_vendored_code_come_later(make_tree: Make) -> None:
    files = {"third_party/x/net.c": SOCKET, "src/net.c": SOCKET, "tests/net.c": SOCKET}
    work = work_of(make_tree(files))
    assert [each.path for each in work.places] == ["src/net.c", "tests/net.c", "third_party/x/net.c"]


def test_importers_of_other_languages(make_tree: Make) -> None:
    files = {f"src/plain{number}.rs": f"pub fn add{number}() {{}}\n" for number in range(5)}
    files |= {
        "Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n',
        "src/socket.rs": "use std::net::UdpSocket;\npub fn bind_it() { UdpSocket::bind(1); }\n",
        "src/server.rs": "use crate::socket;\npub fn serve() {}\n",
    }
    work = work_of(make_tree(files), "wasip1")
    assert [each.path for each in work.places[:2]] == ["src/socket.rs", "src/server.rs"]
    assert rows(work)["src/server.rs"] == ("names src/socket.rs",)


def test_functions_of_vendored_code_and_of_other_languages_are_not_called(make_tree: Make) -> None:
    root = make_tree(
        {
            "third_party/x/net.c": SOCKET,
            "src/other.c": "int go_on(void) { return net_open(); }\n",
            "src/send.js": "function send_all(a) { return new WebSocket(a); }\n",
            "src/plain.c": "int a(void) { return send_all(1); }\n",
        }
    )
    assert rows(work_of(root))["src/other.c"] == rows(work_of(root))["src/plain.c"] == ()


def test_a_survey_is_kept_until_something_changes(tmp_path: Path) -> None:
    knowledge = load_knowledge()
    made: list[Survey] = []

    def make() -> Survey:
        shown = {"a.c": Shown({"fs": ("fopen",)}, len(made), True)}
        made.append(Survey(shown, Reach({"a.c": ("b.h",)}, {"a.c": {"c.c": "run"}}, {"a.c": ()}), {"a.c": "test"}))
        return made[-1]

    def asked(content: str, label: Provenance) -> Survey:
        with Cache(tmp_path / "cache") as cache:
            return kept_survey(cache, {"a.c": content}, {"a.c": label}, knowledge, make)

    first = asked("sha256:1", "test")
    assert asked("sha256:1", "test") == first
    assert len(made) == 1
    assert asked("sha256:2", "test") != first
    assert asked("sha256:1", "first-party") != first
    assert len(made) == 3


def test_a_warm_cache_says_the_same(make_tree: Make) -> None:
    root = make_tree({"src/net.c": SOCKET, "src/game.c": "int start(void) { return net_open(); }\n"})

    def run(use_cache: bool) -> Work | None:
        options = Options(targets=("web-emscripten",), use_cache=use_cache, jobs=1, work=True)
        return scan(root, options, lambda done, of: None).report.targets[0].work

    first = run(True)
    assert run(True) == run(False) == first
    (root / "src/game.c").write_text("int start(void) { return 0; }\n")
    assert run(True) == run(False) != first


def test_the_list_is_made_only_when_asked_for(make_tree: Make) -> None:
    root = make_tree({"src/net.c": SOCKET})
    report = scan(root, Options(targets=("wasip1",), use_cache=False, jobs=1), lambda done, of: None).report
    assert report.targets[0].work is None


def test_no_more_than_a_share_is_expected(make_tree: Make) -> None:
    text = "#ifdef _WIN32\n#endif\n#ifdef __APPLE__\n#endif\nvoid log_it(void) { fopen(a, b); SDL_Delay(1); }\n"
    files = {f"src/net{number}.c": text + SOCKET for number in range(250)}
    expected = sum(each.expected for each in work_of(make_tree(files)).places)
    assert expected == 250 * load_knowledge().expected.most


def test_every_row_says_what_it_rests_on() -> None:
    knowledge = load_knowledge()
    assert all(row.basis for row in (*knowledge.area, *knowledge.sign, knowledge.expected))
    assert len({area.id for area in knowledge.area}) == len(knowledge.area)


@pytest.mark.parametrize("text", ["area = 1", "not toml", "[expected]\nscore = 'high'"])
def test_a_broken_file_is_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "places.toml"
    file.write_text(text)
    with pytest.raises(PortlintError, match=r"places\.toml: [^\n]+$"):
        load_knowledge(file)


def test_a_header_weighs_with_its_source_and_says_so(make_tree: Make) -> None:
    """The header shows nothing itself; a header of a source that shows nothing is its neighbour."""
    files = {f"src/plain{n}.c": PLAIN.format(n) for n in range(30)}
    files |= {"src/net.c": SOCKET, "src/net.h": "int net_open(void);\n", "src/plain0.h": "int add_0(int a);\n"}
    found = work_of(make_tree(files))
    assert place(found, "src/net.h") < place(found, "src/plain0.h")
    assert "src/net.c" in " ".join(rows(found)["src/net.h"])


def test_an_error_weighs_more_than_a_note(make_tree: Make) -> None:
    files = {f"src/plain{n}.c": PLAIN.format(n) for n in range(30)}
    files |= {"src/a_note.c": SOCKET, "src/b_error.c": "#include <unistd.h>\nint run(void) { return fork(); }\n"}
    found = {each.path: each.signs for each in work_of(make_tree(files)).places}
    assert found["src/b_error.c"]["errors"] > 0 == found["src/plain0.c"]["errors"]
