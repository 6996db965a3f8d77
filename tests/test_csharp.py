"""C#: source in, facts with guards out."""

from __future__ import annotations

import pytest

from portlint.extractors.source.csharp import extractor as csharp
from portlint.extractors.source.csharp.shadows import without_shadowed
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.vocabulary import Vocabulary

THREAD = "System.Threading.Thread"
SOCKET = "System.Net.Sockets.Socket"
WORDS = Vocabulary(
    "csharp",
    calls=frozenset(
        {
            THREAD,
            f"{THREAD}.Start",
            f"{THREAD}.Sleep",
            SOCKET,
            f"{SOCKET}.Send",
            f"{SOCKET}.EnableBroadcast",
            "System.Net.Sockets.TcpClient",
            "System.Net.Sockets.NetworkStream.Read",
            "System.Threading.Timer",
            "System.Timers.Timer",
            "System.Threading.Tasks.Task.Run",
            "System.Threading.Tasks.Task.Result",
            "System.Threading.Tasks.Task.Wait",
            "System.Threading.Tasks.TaskFactory.StartNew",
            "System.Runtime.CompilerServices.TaskAwaiter.GetResult",
            "System.Threading.CancellationTokenSource",
            "System.IO.File.ReadAllTextAsync",
            "UnityEngine.Application.Quit",
        }
    ),
    types=frozenset({THREAD, SOCKET}),
)
USINGS = "using System.Threading;\nusing System.Threading.Tasks;\nusing System.Net.Sockets;\nusing System.IO;\n"


def read(source: str) -> Extraction:
    return csharp.extract("a.cs", source.encode(), WORDS)


def facts(source: str) -> list[Fact]:
    """Without the notes for csharp_shadows."""
    return [f for f in read(source).facts if f.kind != "export" and not f.name.startswith("simple-name:")]


def seen(body: str, usings: str = USINGS) -> list[str]:
    """`kind Class.member` of every fact in a class body, with `=value` where there is one."""
    found = []
    for fact in facts(f"{usings}class A {{\n{body}\n}}"):
        name = ".".join(part for part in fact.name.split(".") if part[:1].isupper())
        short = name.removeprefix("System.").removeprefix("Threading.").removeprefix("Net.Sockets.")
        found.append(f"{fact.kind} {short}" + (f"={fact.value}" if fact.value else ""))
    return found


def guards(body: str, head: str = "", usings: str = "using System.Threading;\n") -> list[str]:
    """The guards of the Thread.Sleep calls in a function body."""
    source = f"{usings}class A {{\n{head}\nvoid F(int x) {{\n{body}\n}}\n}}"
    return [str(fact.guard) for fact in facts(source) if fact.name == f"{THREAD}.Sleep"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Thread t;", ["type Thread"]),
        ("Thread t = new Thread(F);", ["call Thread"]),
        ("Thread t = new(F);", ["call Thread"]),
        ("Thread t;\nvoid F() { t = new(G); }", ["type Thread", "call Thread"]),
        ("void F() { Thread.Sleep(5); }", ["call Thread.Sleep=5"]),
        ("void F() { System.Threading.Thread.Sleep(5); }", ["call Thread.Sleep=5"]),
        ("void F() { global::System.Threading.Thread.Sleep(5); }", ["call Thread.Sleep=5"]),
        ("void F() { other.Thread.Sleep(5); Other.Thread.Sleep(5); }", []),
        ("void F() { G(Thread.Sleep); }", ["call Thread.Sleep"]),
        ('// Thread.Sleep(5)\n/* new Thread() */ string s = "new Thread()";', []),
        ('string s = $"{Thread.CurrentThread.Name}"; int ThreadCount;', []),
        ("class B : Thread { }", ["type Thread"]),
        ("List<Thread> all; Thread[] more;", ["type Thread", "type Thread"]),
        ("bool F(object o) => o is Thread || (o as Socket) != null;", ["type Thread", "type Socket"]),
        ("Socket s = new Socket(AddressFamily.X, SocketType.Dgram, p);", ["call Socket=SocketType.Dgram"]),
        (
            "void F() { Task.Run(G); Task.Factory.StartNew(G); Task.Yield(); }",
            ["call Tasks.Task.Run", "call Tasks.TaskFactory.StartNew"],
        ),
        ("async Task<int> F() { await Task.CompletedTask; return 3; }", []),
        ("CancellationTokenSource a = new CancellationTokenSource();", ["call CancellationTokenSource"]),
        ("CancellationTokenSource a = new CancellationTokenSource(x);", ["call CancellationTokenSource=delay"]),
        ("void F() { G(File.ReadAllTextAsync); Path.Combine(a); }", ["call IO.File.ReadAllTextAsync"]),
        ("int Thread; void F(int Socket) { Thread = Socket; }", []),
        ("", []),
    ],
)
def test_what_a_file_names(body: str, expected: list[str]) -> None:
    assert seen(body) == expected


@pytest.mark.parametrize(
    ("usings", "body", "expected"),
    [
        ("", "void F() { Thread.Sleep(5); }", []),
        ("using Other;\n", "void F() { Thread.Sleep(5); }", []),
        ("namespace System.Threading.Mine;\n", "void F() { Thread.Sleep(5); }", ["call Thread.Sleep=5"]),
        ("namespace Mine;\n", "void F() { Thread.Sleep(5); }", ["call Thread.Sleep=5"]),  # implicit usings
        ("namespace Mine { ", "void F() { Thread.Sleep(5); } }", []),
        ("using T = System.Threading.Thread;\n", "T t = new T(F);", ["call Thread"]),
        ("using Threading = System.Threading;\n", "void F() { Threading.Thread.Sleep(5); }", ["call Thread.Sleep=5"]),
        (
            "using System.Threading;\nusing Timer = System.Timers.Timer;\n",
            "Timer t = new Timer(5);",
            ["call Timers.Timer=5"],
        ),
        ("using System.Threading;\nusing System.Timers;\n", "Timer t = new Timer(5);", []),  # nobody can tell
        ("using static System.Threading.Thread;\n", "void F() { Sleep(5); this.Sleep(6); }", ["call Thread.Sleep=5"]),
        ("global using System.Threading;\n", "void F() { Thread.Sleep(5); }", ["call Thread.Sleep=5"]),
        (USINGS, "class Thread { } void F() { Thread.Sleep(5); new Thread(); }", []),
        (USINGS, "enum Socket { A } Socket s = Socket.A;", []),
        (USINGS, "delegate void Thread(); Thread t;", []),
    ],
)
def test_what_a_simple_name_means(usings: str, body: str, expected: list[str]) -> None:
    assert seen(body, usings) == expected


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ("Socket s; void F() { s.Send(b); }", 1),
        ("Socket s; void F() { this.s?.Send(b); s!.Send(b); }", 2),
        ("Socket S { get; } void F() { S.Send(b); }", 1),
        ("Socket G() => null; void F() { G().Send(b); }", 1),
        ("void F(Socket s) { s.Send(b); }", 1),
        ("void F() { var s = new Socket(a, t, p); s.Send(b); }", 1),
        ("void F() { new Socket(a, t, p).Send(b); ((Socket)x).Send(b); (x as Socket).Send(b); }", 3),
        ("void F() { if (x is Socket s) s.Send(b); }", 1),
        ("void F() { if (G(out Socket s)) s.Send(b); }", 1),
        ("Socket[] all; void F() { foreach (var s in all) s.Send(b); all[0].Send(b); }", 2),
        ("List<Socket> all; void F() { foreach (Socket s in all) s.Send(b); }", 1),
        ("void F(TcpClient c) { c.Client.Send(b); var s = c.Client; s.Send(b); }", 2),
        ("Socket s; void F() {\n// It is sent.\ns.Send(b); }", 1),
        ("class B { public Socket s; } B b; void F() { b.s.Send(x); }", 1),
        # Something of the same name that is no socket, or that nobody can tell.
        ("Socket s; void F(Peer s) { s.Send(b); }", 0),
        ("Socket s; void F() { other.s.Send(b); }", 0),
        ("Socket s; void F() { Peer s = null; s.Send(b); }", 0),
        ("Socket s; void F() { G(s => s.Send(b)); }", 0),
        ("Socket s; void F() { s.x.Send(b); Send(b); }", 0),
        ("void F(Socket s) { } void G() { s.Send(b); }", 0),
        ("class B { Socket s; } void F() { s.Send(b); }", 0),
        ("Socket[] all; void F() { all.Send(b); }", 0),
    ],
)
def test_members_of_variables(body: str, sent: int) -> None:
    assert seen(body).count("call Socket.Send") == sent


def test_a_property_that_is_set_has_its_value() -> None:
    assert "call Socket.EnableBroadcast=true" in seen("void F(Socket s) { s.EnableBroadcast = true; }")


@pytest.mark.parametrize(
    ("body", "waits"),
    [
        ("void F(Task<int> t) { G(t.Result); }", ["Result"]),
        ("void F() { Task.Run(G).Wait(); }", ["Wait"]),
        ("void F() { GoAsync().Wait(); a.b.GoAsync<int>(3)\n.Result.X(); }", ["Wait", "Result"]),
        ("Task<int> Go() => null; void F() { G(Go().Result); }", ["Result"]),
        ("void F() { Go().GetAwaiter().GetResult(); }", ["GetResult"]),
        ("async Task F(Task<int> t) { await t; G(t.Result); }", []),
        ("async Task F(Task<int> t) { await Task.WhenAll(u, t); G(t.Result); }", []),
        ("void F(Task<int> t) { if (t.IsCompleted) G(t.Result); }", []),
        ("void F(Task<int> t) { t.ContinueWith(u => u.Result); }", []),
        ("void F() { G(Find().Result); www.Result.Go(); }", []),
    ],
)
def test_blocking_on_tasks(body: str, waits: list[str]) -> None:
    names = [fact.name.rpartition(".")[2] for fact in facts(f"{USINGS}class A {{ {body} }}")]
    assert [name for name in names if name in ("Result", "Wait", "GetResult")] == waits


@pytest.mark.parametrize(
    ("loop", "blocks"),
    [
        ("while (!op.isDone) { }", True),
        ("while (!request.op.isDone) Spin();", True),
        ("while (!op.isDone) yield return null;", False),
        ("while (!op.isDone) { await G(); }", False),
        ("while (!op.isDone) { if (late) break; }", False),
        ("while (op.isDone) { }", False),
    ],
)
def test_waiting_loops(loop: str, blocks: bool) -> None:
    names = [f.name for f in facts(f"using System.Threading;\nclass A {{ void F() {{ Thread.Sleep(1); {loop} }} }}")]
    assert ("blocking-loop:isDone" in names) is blocks


@pytest.mark.parametrize(
    ("body", "guard"),
    [
        ("#if UNITY_WEBGL\nThread.Sleep(1);\n#endif", "defined(UNITY_WEBGL)"),
        (
            "#if !UNITY_WEBGL || UNITY_EDITOR\nThread.Sleep(1);\n#endif",
            "!defined(UNITY_WEBGL) || defined(UNITY_EDITOR)",
        ),
        ("#if A && (B || !C)\nThread.Sleep(1);\n#endif // A", "defined(A) && (defined(B) || !defined(C))"),
        ("#if A\n#elif B\nThread.Sleep(1);\n#endif", "!defined(A) && defined(B)"),
        ("#if A\n#elif B\n#else\nThread.Sleep(1);\n#endif", "!defined(A) && !defined(B)"),
        ("#if A == false\nThread.Sleep(1);\n#endif", "!defined(A)"),
        ("#if false\nThread.Sleep(1);\n#endif", "false"),
        ("#if A +\nThread.Sleep(1);\n#endif", "A +"),
        ("/*\n#if A\n*/\nThread.Sleep(1);", "true"),
        ("#region A\nThread.Sleep(1);\n#endregion", "true"),
        ("#if A\nreturn;\n#endif\nThread.Sleep(1);", "!defined(A)"),
        ("#if A\nif (x) return;\n#endif\nThread.Sleep(1);", "true"),
        ("#if A\nif (x) {\n#else\nif (y) {\n#endif\nThread.Sleep(1); }", "true"),
        ("int a = G(\n#if A\n1\n#else\n2\n#endif\n); Thread.Sleep(1);", "true"),
        # run-time tests
        ("if (Application.platform == RuntimePlatform.WebGLPlayer) Thread.Sleep(1);", "feature(web)"),
        ("if (Application.platform != RuntimePlatform.WebGLPlayer) { Thread.Sleep(1); }", "!feature(web)"),
        (
            "if (Application.platform is RuntimePlatform.Android or RuntimePlatform.PS5) Thread.Sleep(1);",
            "feature(android) || !feature(web)",
        ),
        ("if (Application.platform is not RuntimePlatform.WebGLPlayer) Thread.Sleep(1);", "!feature(web)"),
        ("if (Application.isEditor) Thread.Sleep(1);", "feature(editor)"),
        ("if (!OperatingSystem.IsBrowser()) Thread.Sleep(1);", "!feature(web)"),
        ("if (OperatingSystem.IsBrowser()) G(); else Thread.Sleep(1);", "!feature(web)"),
        ("if (OperatingSystem.IsBrowser()) return; Thread.Sleep(1);", "!feature(web)"),
        ("if (OperatingSystem.IsBrowser()) { throw new X(); }\nThread.Sleep(1);", "!feature(web)"),
        ("if (OperatingSystem.IsBrowser()) G();\nThread.Sleep(1);", "true"),
        ("if (OperatingSystem.IsBrowser() || x > 3) return; Thread.Sleep(1);", "!feature(web)"),
        ("if (OperatingSystem.IsBrowser() && x > 3) return; Thread.Sleep(1);", "true"),
        ("if (x > 3 && OperatingSystem.IsBrowser()) Thread.Sleep(1);", "feature(web)"),
        ("var a = OperatingSystem.IsBrowser() ? 3 : Thread.Sleep(1);", "!feature(web)"),
        ("_ = !OperatingSystem.IsBrowser() && Thread.Sleep(1);", "!feature(web)"),
        ("if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows)) Thread.Sleep(1);", "feature(windows)"),
        ('if (RuntimeInformation.IsOSPlatform(OSPlatform.Create("BROWSER"))) Thread.Sleep(1);', "feature(web)"),
        ('if (OperatingSystem.IsOSPlatform("browser")) return; Thread.Sleep(1);', "!feature(web)"),
        ('if (OS.HasFeature("web")) return; Thread.Sleep(1);', "!feature(web)"),
        ('if (OS.GetName() == "Web") return; Thread.Sleep(1);', "!feature(web)"),
        (
            "switch (Application.platform) {"
            " case RuntimePlatform.WebGLPlayer: break; default: Thread.Sleep(1); break; }",
            "!feature(web)",
        ),
        (
            "switch (Application.platform) { case RuntimePlatform.Android:\ncase RuntimePlatform.WebGLPlayer:"
            " Thread.Sleep(1); break; }",
            "feature(android) || feature(web)",
        ),
        ("if (IsReady()) Thread.Sleep(1);", "true"),
        ("if (o is A && !OperatingSystem.IsBrowser()) Thread.Sleep(1);", "!feature(web)"),
        ("if (o is A || OperatingSystem.IsBrowser()) return; Thread.Sleep(1);", "!feature(web)"),
    ],
)
def test_guards(body: str, guard: str) -> None:
    assert guards(body) == [guard]


@pytest.mark.parametrize(
    ("head", "guard"),
    [
        ("static bool IsWeb => Application.platform == RuntimePlatform.WebGLPlayer;", "!feature(web)"),
        ("readonly bool IsWeb = OperatingSystem.IsBrowser();", "!feature(web)"),
        ("bool IsWeb { get { return OperatingSystem.IsBrowser(); } }", "!feature(web)"),
        ("bool IsWeb { get { G(); return OperatingSystem.IsBrowser(); } }", "true"),
        ("bool IsWeb = OperatingSystem.IsBrowser(); bool isWeb;", "!feature(web)"),
    ],
)
def test_guards_held_by_a_member(head: str, guard: str) -> None:
    assert guards("if (IsWeb) return; Thread.Sleep(1);", head) == [guard]


@pytest.mark.parametrize(
    ("before", "guard"),
    [
        ('[Conditional("UNITY_EDITOR")] void F() { Thread.Sleep(1); }', "defined(UNITY_EDITOR)"),
        ('[Conditional("A"), Conditional("B")] void F() { Thread.Sleep(1); }', "defined(A) || defined(B)"),
        ('[UnsupportedOSPlatform("browser")] void F() { Thread.Sleep(1); }', "!feature(web)"),
        (
            '[System.Runtime.Versioning.SupportedOSPlatform("windows10.0")] void F() => Thread.Sleep(1);',
            "feature(windows)",
        ),
        ('[UnsupportedOSPlatform("browser")] class B { void F() { Thread.Sleep(1); } }', "!feature(web)"),
        ('[Obsolete("browser")] void F() { Thread.Sleep(1); }', "true"),
    ],
)
def test_attributes_guard(before: str, guard: str) -> None:
    found = facts(f"using System.Threading;\nclass A {{ {before} }}")
    assert [str(fact.guard) for fact in found if fact.name.endswith("Sleep")] == [guard]


@pytest.mark.parametrize(
    ("members", "guard"),
    [
        ("A() {\n#if WEB\nthrow new X();\n#else\nG();\n#endif\n} void F() { Thread.Sleep(1); }", "!defined(WEB)"),
        ("A() { if (OperatingSystem.IsBrowser()) throw x; } int P => Thread.Sleep(1);", "!feature(web)"),
        ("A() { if (OperatingSystem.IsBrowser()) throw x; } A(int a) { } void F() { Thread.Sleep(1); }", "true"),
        ("A() { if (OperatingSystem.IsBrowser()) throw x; } static void F() { Thread.Sleep(1); }", "true"),
        ("A() { if (OperatingSystem.IsBrowser()) throw x; } int f = Thread.Sleep(1);", "true"),
        ("A() { if (OperatingSystem.IsBrowser()) G(); } void F() { Thread.Sleep(1); }", "true"),
    ],
)
def test_objects_that_cannot_be_made(members: str, guard: str) -> None:
    found = facts(f"using System.Threading;\nclass A {{ {members} }}")
    assert [str(fact.guard) for fact in found if fact.name.endswith("Sleep")] == [guard]


def test_files_of_editors_and_tests() -> None:
    assert guards("Thread.Sleep(1);", usings="using UnityEditor;\nusing System.Threading;\n") == [
        "defined(UNITY_EDITOR)"
    ]
    tests = "using System.Threading;\nusing NUnit.Framework;\n"
    assert guards("Thread.Sleep(1);", usings=tests) == ["defined(UNITY_INCLUDE_TESTS)"]
    both = "#if UNITY_EDITOR\nusing UnityEditor;\n#endif\nusing System.Threading;\n"
    assert guards("Thread.Sleep(1);", usings=both) == ["true"]
    assert guards("Thread.Sleep(1);", usings="#define A\nusing System.Threading;\n#if A\n") == ["true"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('[DllImport("fmod")] static extern void F();', ["fmod F true"]),
        ('[DllImport("fmod", EntryPoint = "FMOD_Go")] static extern void F();', ["fmod FMOD_Go true"]),
        ('[LibraryImport(@"x/fmod.dll")] static partial void F();', ["x/fmod.dll F true"]),
        ('const string L = "fmod"; [DllImport(L)] static extern void F();', ["fmod F true"]),
        ("[DllImport(Platform.L)] static extern void F();", ["Platform.L F true"]),
        (
            '#if UNITY_WEBGL\nconst string L = "__Internal";\n#else\nconst string L = "fmod";\n#endif\n'
            "[DllImport(L)] static extern void F();",
            ["__Internal F defined(UNITY_WEBGL)", "fmod F !defined(UNITY_WEBGL)"],
        ),
        (
            'class B { const string L = "b"; [DllImport(L)] static extern void F(); }\n'
            'class C { const string L = "c"; }',
            ["b F true"],
        ),
        ('// [DllImport("fmod")]\nstring s = "[DllImport(\\"fmod\\")]";', []),
    ],
)
def test_native_imports(body: str, expected: list[str]) -> None:
    found = [fact for fact in facts(f"class A {{\n{body}\n}}") if fact.kind == "may-load"]
    assert [f"{fact.name} {fact.value} {fact.guard}" for fact in found] == expected


def test_types_of_the_project_in_other_files() -> None:
    use = "using System.Threading;\nnamespace Game.Net { class A { Thread t = new Thread(); } }"
    files = {"use.cs": use, "own.cs": "namespace Game { class Thread { } }"}
    read_ones = {path: csharp.extract(path, source.encode(), WORDS) for path, source in files.items()}
    names = {fact.name for extraction in without_shadowed(read_ones).values() for fact in extraction.facts}
    assert THREAD not in names
    files["own.cs"] = "namespace Elsewhere { class Thread { } }"
    read_ones = {path: csharp.extract(path, source.encode(), WORDS) for path, source in files.items()}
    names = {fact.name for extraction in without_shadowed(read_ones).values() for fact in extraction.facts}
    assert THREAD in names


def test_places_are_counted_in_characters() -> None:
    (fact,) = [f for f in facts('using System.Threading;\nclass A { string ö = "ü"; Thread t; }') if f.kind == "type"]
    assert (fact.location.line, fact.location.column) == (2, 27)


SOURCE = "using System.Threading;\nclass A { void F() { Thread.Sleep(1); } }\n"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + SOURCE.encode(),
        SOURCE.encode("utf-16"),
        SOURCE.replace("\n", "\r\n").encode(),
        b"<<<<<<< HEAD\n" + SOURCE.encode() + b"=======\n>>>>>>> other\n",
        SOURCE.encode() + b"\n#if A\n",
        b"#endif\n#else\n" + SOURCE.encode(),
        SOURCE.encode() + b"class B { void G() {",
        SOURCE.encode() + b"\xff\xfe\x80",
        SOURCE.encode() + b"/*\n" * 100_000,
    ],
    ids=["bom", "utf-16", "crlf", "conflict", "open-if", "stray-endif", "truncated", "not-utf-8", "open-comment"],
)
def test_files_that_are_not_quite_right(data: bytes) -> None:
    names = [fact.name for fact in csharp.extract("a.cs", data, WORDS).facts]
    assert f"{THREAD}.Sleep" in names


def test_a_glob_in_a_string_is_no_comment() -> None:
    assert len(facts('using System.Threading;\nclass A { string s = "a/*"; void F() { Thread.Sleep(1); } }')) == 1


def test_absurd_directives_are_refused() -> None:
    with pytest.raises(ValueError, match="#if nested"):
        read("#if A\n" * 1000 + SOURCE)


def test_what_is_not_understood_is_said() -> None:
    assert read(SOURCE).partly == ""
    assert "line" in read(SOURCE + "class ((( {").partly


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"x" * (csharp.MAX_BYTES + 1), "larger than"),
        (b"a\0b", "not text"),
        (
            b"using System.Threading; class A { object o = " + b"(" * 3000 + b"new Thread(x)" + b")" * 3000 + b"; }",
            "deep",
        ),
    ],
)
def test_files_that_are_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        csharp.extract("a.cs", data, WORDS)


def test_every_cut_of_a_file_is_survived() -> None:
    source = (
        USINGS
        + "class A { Socket s;\n#if X\nvoid F() { if (OperatingSystem.IsBrowser()) return; s.Send(b); }\n#endif\n}"
    ).encode()
    for end in range(0, len(source), 3):
        csharp.extract("a.cs", source[:end], WORDS)
