"""What a use looks like: calls, addresses, declarations, methods, members, in the spellings that real code has."""

from __future__ import annotations

import pytest

from portlint.extractors.source.c.family import extract
from portlint.model.extraction import Extraction
from portlint.model.vocabulary import Vocabulary

WORDS = Vocabulary(
    "c",
    calls=frozenset(
        {"connect", "bind", "close", "system", "dlopen", "SDL_LoadObject", "dlsym", "std::thread", "std::async"}
    ),
    types=frozenset({"sockaddr_un", "std::jthread"}),
    constants=frozenset({"SOCK_DGRAM", "AF_UNIX"}),
    digest="shapes",
)


def uses(text: str, path: str = "a.c") -> list[str]:
    """`kind name value` of every fact but includes, in order."""
    facts = extract(path, text.encode(), WORDS).facts
    return [f"{fact.kind} {fact.name} {fact.value}".strip() for fact in facts if fact.kind != "include"]


def own(text: str, path: str = "a.c") -> list[str]:
    outline = extract(path, text.encode(), WORDS).outline
    assert outline is not None
    return [f"{name.name} {name.kind} {name.scope}".strip() for name in outline.own]


CALLS = [
    "void f(void) { connect(a, b); }",
    "void f(void) { return connect(a, b); }",
    "void f(void) { if (x) connect(a); }",
    "void f(void) { if (x) y(); else connect(a); }",
    "void f(void) { do connect(a); while (0); }",
    "void f(void) { out: connect(a); }",
    "void f(void) { switch (x) { case 1: connect(a); } }",
    "void f(void) { default: connect(a); }",
    "void f(void) { (void)connect(a); }",
    "void f(void) { (void) connect (a, sizeof *a); }",
    "void f(void) { int r = (int)connect(a); }",
    "void f(void) { x = y * connect(a); }",
    "void f(void) { x = y && connect(a); }",
    "void f(void) { return -connect(a); }",
    "void f(void) { g(connect(a)); }",
    "void f(void) { return x ? connect(a) : 0; }",
    "void f(void) { for (i = connect(a); i; i--) {} }",
    "void f(void) { while (connect(a) < 0) {} }",
    "void f(void) { while (!connect(a)) {} }",
    "void f(void) { connect\n   (a, b); }",
    "void f(void) { connect /* now */ (a); }",
    "void f(void) { (connect)(a); }",
    "void f(void) { LOG_BEGIN connect(fd, &addr, sizeof(addr)); }",
    "int f(void)\n{\n#ifdef X\n  connect(a);\n#endif\n}",
    "int f(void)\n{\n  // a remark\n  connect(a);\n}",
    "int x = sizeof(connect(a));",
    "char c = 'x'; int f(void) { char q = '\"'; return connect(a); }",
    'char *s = "a\\"b"; int f(void) { return connect(a); }',
    'char *s = "one \\\ntwo"; int f(void) { return connect(a); }',
]


@pytest.mark.parametrize("text", CALLS)
def test_calls(text: str) -> None:
    assert uses(text) == ["call connect call"]
    assert own(text) == []


CPP_CALLS = [
    ("void f() { auto n = 1'000'000; connect(a); }", "call"),
    ('void f() { auto s = R"(quote " here)"; connect(a); }', "call"),
    ('void f() { auto s = R"x(not )" yet)x"; connect(a); }', "call"),
    ("void f() { ::connect(a, b); }", "global"),
    ("void f() { return ::connect(a, b); }", "global"),
    ("void f() { if (::connect(a, b) < 0) {} }", "global"),
    ("int World::tick() { return ::connect(a, b); }", "global"),
    ("template <class T> void f(T t) { connect(t.a); }", "call"),
    ("auto f = [&] { connect(a); };", "call"),
    ("void f() { co_await connect(a); }", "call"),
    ("void f() try { connect(a); } catch (...) {}", "call"),
    ("namespace game { void f() { connect(a); } }", "call"),
    ('extern "C" { void f() { connect(a); } }', "call"),
    ("class World { void tick() { connect(a); } };", "method World"),
    ("struct API World final : Base<int> { void tick() const { connect(a); } };", "method World"),
    ("int World::tick(int a) const { return connect(a); }", "method World"),
    ("template <class T> int World<T>::tick() { if (a) { connect(a); } }", "method World"),
    ("World::World(int a) : b(a), c(0) { connect(a); }", "method World"),
    ("enum class Mode { one }; void f() { connect(a); }", "call"),
    ("struct sockaddr *g(struct sockaddr *x) { connect(a); }", "call"),
]


@pytest.mark.parametrize(("text", "value"), CPP_CALLS)
def test_calls_of_cpp(text: str, value: str) -> None:
    found = [each for each in uses(text, "a.cpp") if not each.startswith("construct")]
    assert found == [f"call connect {value}"]
    assert own(text, "a.cpp") == []


NO_USE = [
    ("a.c", "void f(void) { x.connect(a); }"),
    ("a.c", "void f(void) { x->connect(a); }"),
    ("a.c", "void f(void) { x->ops\n  .connect(a); }"),
    ("a.c", "// connect(a);\n/* connect(a); */"),
    ("a.c", "// a remark that goes on \\\nconnect(a);\nint x;"),
    ("a.c", 'char *s = "connect(a)";'),
    ("a.c", 'char *s = "\\\\" "connect(a)";'),
    ("a.c", "int c = 'connect';"),
    ("a.c", "void f(void) { goto connect; }"),
    ("a.c", "struct connect x;"),
    ("a.c", "int reconnect(int a); int connect_all(int a);"),
    ("a.c", "struct ops o = { .connect = 0 };"),
    ("a.c", "#if defined(connect)\n#endif\n#ifdef connect\n#endif\n#undef connect\n"),
    ("a.c", "#error cannot connect(a)\n"),
    ("a.c", "#define NAME(x) #x\n"),
    ("a.cpp", "void f() { game::connect(a); std::bind(a); Game<int>::connect(a); }"),
    ("a.cpp", "void f() { world.connect(a); world->template connect<int>(a); }"),
    ("a.cpp", "using std::bind;"),
    ("a.cpp", "int World::connect(int a) { return 1; }"),
    ("a.cpp", 'auto s = R"(connect(a))";'),
    ("a.cpp", 'auto s = u8R"x(connect(a) )" connect(b))x";'),
    ("a.m", "void f(void) { [peer connect]; }"),
    ("a.m", "void f(void) { [[peer other] connect]; }"),
    ("a.m", "void f(void) { [peer connect:address with:1]; }"),
    ("a.m", "void f(void) { x = @selector(connect); }"),
    ("a.m", "- (void)connect {\n}\n- (void)connect:(id)peer;\n"),
    ("a.c", "int f(void) { return EM_ASM_INT({ connect(1); var s = 'a)b'; /* ) */ }); }"),
    ("a.c", 'EM_JS(int, f, (int a), { return connect(a) + "}"; });'),
    ("a.c", "EM_ASYNC_JS(int, f, (), {\n  if (x) { await connect(1); }\n});"),
    ("a.c", "void f(void) { MAIN_THREAD_EM_ASM({ connect($0); }, 1); }"),
]


@pytest.mark.parametrize(("path", "text"), NO_USE)
def test_no_use_and_nothing_of_its_own(path: str, text: str) -> None:
    assert uses(text, path) == []
    assert own(text, path) == []


def test_what_follows_javascript_is_c_again() -> None:
    found = uses("int f(void) { EM_ASM({ connect(1); }, bind(2)); return close(3); }")
    assert found == ["call bind call", "call close call"]


ADDRESSES = [
    'struct { char *n; int (*f)(void); } t[] = { { "connect", connect }, };',
    'struct { char *n; int (*f)(void); int z; } t[] = { { "do connect", connect, 3 }, };',
    "struct ops o = { .connect = connect, .other = 0 };",
    "struct ops o = { connect };",
    "void f(void) { op = connect; }",
    "void f(void) { op = &connect; }",
    "void f(void) { use(connect, 1); }",
    "void f(void) { return connect; }",
    "void f(void) { x = y ? connect : 0; }",
]


@pytest.mark.parametrize("text", ADDRESSES)
def test_addresses(text: str) -> None:
    assert uses(text) == ["call connect address"]
    assert own(text) == []


OWN = [
    ("a.c", "int connect(int fd);", "connect declares"),
    ("a.c", "extern int connect(int fd, struct sockaddr *to);", "connect declares"),
    ("a.c", "int (connect)(int fd);", "connect declares"),
    ("a.c", "LUA_API int (connect) (lua_State *L, int x);", "connect declares"),
    ("a.c", "ZEXTERN int ZEXPORT connect OF((int a, int b));", "connect declares"),
    ("a.c", "int connect __P((int));", "connect declares"),
    ("a.c", "ENET_API int connect(ENetHost *host);", "connect declares"),
    ("a.c", "ZSTD_API(int) connect(int fd);", "connect declares"),
    ("a.c", "extern DECLSPEC(int) connect(const char *to);", "connect declares"),
    ("a.c", "__attribute__((noreturn)) void connect(int x) __attribute__((cold));", "connect declares"),
    ("a.c", "struct peer *connect(void);", "connect declares"),
    ("a.c", "char **\nconnect(int x);", "connect declares"),
    ("a.c", "int connect(int fd) { return 1; }", "connect defines"),
    ("a.c", "int\nconnect (int fd)\n{\n}", "connect defines"),
    ("a.c", "int connect(fd, to)\n  int fd;\n  char *to;\n{\n}", "connect defines"),
    ("a.c", "connect(fd) int fd; { return 1; }", "connect defines"),
    ("a.c", "int ZEXPORT connect(int a) ZNORETURN { }", "connect defines"),
    ("a.c", "PNG_EXPORT(int) connect(int a) { }", "connect defines"),
    ("a.c", "static int connect(int fd) { return 1; }", "connect defines-static"),
    ("a.c", "static inline int *connect(void)\n{\n}", "connect defines-static"),
    ("a.c", "int a, connect;", "connect variable"),
    ("a.c", "void f(int connect) { }", "connect variable"),
    ("a.c", "struct ops { int (*connect)(int); };", "connect variable"),
    ("a.c", "enum { open_it, connect, bind_it };", "connect variable"),
    ("a.c", "enum what {\n  connect = 1,\n};", "connect variable"),
    ("a.cpp", "namespace game { int connect(int x); }", "connect declares"),
    ("a.cpp", 'extern "C" int connect(int x);', "connect declares"),
    ("a.cpp", "template <class T> std::vector<T> connect(T x) { }", "connect defines"),
    ("a.cpp", "auto connect(int x) -> int;", "connect declares"),
    ("a.cpp", "struct World { int connect(int x); };", "connect member World"),
    (
        "a.cpp",
        "class API World : public Base {\npublic:\n  virtual int connect() const = 0;\n};",
        "connect member World",
    ),
    ("a.cpp", "class World { static int connect(int x) { return 1; } };", "connect member World"),
    ("a.h", "class World { void connect(); };", "connect member World"),
    ("a.cpp", "namespace a { class World { class Inner { void connect(); }; }; }", "connect member Inner"),
    ("a.cpp", "#ifdef A\nstruct W : A {\n#else\nstruct W {\n#endif\n  int connect(int x);\n};", "connect member W"),
]


@pytest.mark.parametrize(("path", "text", "expected"), OWN)
def test_own_names(path: str, text: str, expected: str) -> None:
    assert own(text, path) == [expected]
    assert uses(text, path) == []


def test_a_class_that_ends_hides_nothing_behind_it() -> None:
    text = (
        "struct World { int connect(int x); };\n"
        "void f() { connect(1); }\n"
        "int World::g() { return connect(2) + ::connect(3); }"
    )
    assert own(text, "a.cpp") == ["connect member World"]
    assert uses(text, "a.cpp") == ["call connect call", "call connect method World", "call connect global"]


def test_an_address_of_what_is_a_variable_here_is_none_of_the_platforms() -> None:
    assert uses("int f(int connect) { g(connect); return 0; }") == []


MACROS = [
    ("#define GO(a) connect(a)\n", ["call connect macro GO"]),
    ("#define GO(a) do { \\\n  connect(a); \\\n} while (0)\n", ["call connect macro GO"]),
    ("#define GO connect\n", ["call connect macro GO"]),
    ("#  define GO(a) connect(a)\n", ["call connect macro GO"]),
    ('#define TEXT(a) \\\n  #a \\\n  "connect(a)"\n', []),
    ("#define connect(a) my_connect(a)\n", []),
    ("#define PASTE(a) a##connect\n", []),
]


@pytest.mark.parametrize(("text", "expected"), MACROS)
def test_macro_bodies(text: str, expected: list[str]) -> None:
    assert uses(text) == expected


LIBRARIES = [
    ('void f(void) { h = dlopen("libx.so", 1); }', "may-load libx.so dlopen"),
    ('void f(void) { h = SDL_LoadObject( "x.dll" ); }', "may-load x.dll SDL_LoadObject"),
    ('void f(void) { go = (Go)dlsym(h, "go_init"); }', "may-load go_init dlsym"),
]


@pytest.mark.parametrize(("text", "expected"), LIBRARIES)
def test_libraries_loaded_by_name(text: str, expected: str) -> None:
    assert expected in uses(text)


STD = [
    ("#include <thread>\nusing namespace std;\nvoid f() { thread t(work); }", ["call std::thread"]),
    ("#include <thread>\nusing namespace std;\nvoid f() { vector<thread> all; }", ["call std::thread"]),
    ("#include <thread>\nusing namespace std;\nvoid f() { jthread t{work}; }", ["type std::jthread"]),
    ("#include <future>\nusing namespace std;\nvoid f() { auto r = async(work); }", ["call std::async"]),
    ("#include <vector>\nusing namespace std;\nvoid f() { thread t(work); }", []),
    ("#include <thread>\nvoid f() { thread t(work); }", []),
    ("#include <thread>\nusing namespace std;\nvoid f() { int thread = 1; x.thread(2); }", []),
    ("#include <thread>\nvoid f() { std::thread t(work); }", ["call std::thread"]),
]


@pytest.mark.parametrize(("text", "expected"), STD)
def test_names_of_namespace_std(text: str, expected: list[str]) -> None:
    found = [" ".join(each.split()[:2]) for each in uses(text, "a.cpp")]
    assert found == expected


def test_includes_and_directives_in_odd_spacing() -> None:
    text = (
        b'#  include <a.h>\n # include "b.h" // why\n#include \\\n  <c.h>\n'
        b"/* x */ #include <d.h>\n#import <e.h>\n\xef#include <f.h>\n"
    )
    found: Extraction = extract("a.m", text, WORDS)
    assert [(fact.name, fact.value, fact.location.line) for fact in found.facts] == [
        ("a.h", "<", 1),
        ("b.h", '"', 2),
        ("c.h", "<", 3),
        ("d.h", "<", 5),
        ("e.h", "<", 6),
    ]


def test_lines_and_columns_are_those_of_the_file() -> None:
    facts = extract("a.c", b"int x;\r\n\r\n  y = connect(1); bind(2);\r\n", WORDS).facts
    assert [(fact.location.line, fact.location.column) for fact in facts] == [(3, 7), (3, 19)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("struct W { W(int m) : a(nullptr), connect(false), cv(m) {} bool connect; };", []),
        ("struct W { W() : connect(false) {} bool connect; };", []),
        ("struct W { W() noexcept : a{1}, connect(f(1)) {} int connect; };", []),
        ("struct W { W() : a(connect(1)) {} int b; };", ["call connect method W"]),
        ("struct W { W() : a(1), connect(2) {} };", ["call connect method W"]),  # no field of that name in sight
        ("void f() { g(h(1), connect(2), 3); }", ["call connect call"]),
    ],
)
def test_initial_value_of_a_member_is_no_call(text: str, expected: list[str]) -> None:
    assert uses(text, "a.cpp") == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('__asm__ __volatile__("" : "+r" (x));', False),
        ('asm volatile ("" ::: "memory");', False),
        ('asm("");', False),
        ('asm volatile ("nop" ::: "memory");', True),
        ('__asm__("" "mfence");', True),
    ],
)
def test_assembly_without_an_instruction_is_a_barrier(text: str, found: bool) -> None:
    assert uses(f"void f(int x) {{ {text} }}") == (["construct inline-asm"] if found else [])
