"""C# solutions as projects: what belongs together, which symbols a build has, what a target makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.catalog import load_catalog, vocabulary
from portlint.catalog.packages import load_packages
from portlint.catalog.toolchain import load_toolchain
from portlint.extractors.manifest.packages import csproj, csproj_solution, nuget
from portlint.extractors.source.csharp import extractor as csharp
from portlint.graph import Graph
from portlint.judge.dotnet.builds import Builds, effective_facts
from portlint.judge.dotnet.managed import managed_findings
from portlint.judge.dotnet.project import dotnet_findings, unsettled
from portlint.judge.facts import Judge
from portlint.judge.matching import Matcher
from portlint.model.component import Component, Dependency, Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding
from portlint.projects import Locator, dotnet
from portlint.projects.dotnet_builds import Build, builds
from portlint.projects.dotnet_symbols import best, framework_of, of_framework, symbols_of

CATALOG = load_catalog()
WORDS = vocabulary(CATALOG, "csharp")
SAMPLE = Path(__file__).resolve().parent.parent / "sample_projects" / "arena_server_dotnet"
SDK = '<Project Sdk="Microsoft.NET.Sdk">'


def read(files: dict[str, str]) -> dict[str, Extraction]:
    found = {}
    for path, text in files.items():
        data = text.encode()
        if csharp.wants(path):
            found[path] = csharp.extract(path, data, WORDS)
        reader = next((each for each in (csproj, csproj_solution, nuget) if each.wants(path)), None)
        if reader:
            found[path] = reader.extract(path, data)
        found.setdefault(path, Extraction())
    return found


def sample() -> dict[str, Extraction]:
    paths = [path for path in sorted(SAMPLE.rglob("*")) if path.is_file()]
    return read({path.relative_to(SAMPLE).as_posix(): path.read_text() for path in paths})


def project(body: str, sdk: str = SDK) -> str:
    return f"{sdk}{body}</Project>"


def properties(**values: str) -> str:
    return (
        "<PropertyGroup>" + "".join(f"<{name}>{value}</{name}>" for name, value in values.items()) + "</PropertyGroup>"
    )


def packages(*names: str) -> str:
    return (
        "<ItemGroup>"
        + "".join(f'<PackageReference Include="{name}" Version="1.0" />' for name in names)
        + "</ItemGroup>"
    )


def refers(path: str) -> str:
    return f'<ItemGroup><ProjectReference Include="{path}" /></ItemGroup>'


def only(files: dict[str, str], path: str = "A.csproj") -> Build:
    return builds(read(files))[path]


def judged(files: dict[str, Extraction], target: str) -> list[Finding]:
    found = dotnet.find(files)
    known = Builds(files)
    return [
        each
        for one in found
        for each in dotnet_findings(one, files, known, load_packages(), CATALOG.targets[target], CATALOG)
    ]


def test_the_sample_is_one_project() -> None:
    assert dotnet.find(sample()) == [Project(".", "dotnet", "net10.0")]


def test_references_and_solutions_tie_projects_together() -> None:
    files = {
        "server/Server/Server.csproj": project(refers("../Rules/Rules.csproj")),
        "server/Rules/Rules.csproj": project(""),
        "editor/Editor.csproj": project(""),
        "tests/Rules.Tests/Rules.Tests.csproj": project(packages("xunit") + refers("../../server/Rules/Rules.csproj")),
    }
    assert [each.path for each in dotnet.find(read(files))] == ["editor", "server"]
    listed = (
        '<Solution><Project Path="server/Server/Server.csproj" /><Project Path="editor/Editor.csproj" /></Solution>'
    )
    assert [each.path for each in dotnet.find(read({**files, "All.slnx": listed}))] == ["."]


@pytest.mark.parametrize(
    "files",
    [
        {"Game.csproj": '<Project Sdk="Godot.NET.Sdk/4.3.0"></Project>', "project.godot": ""},
        {"Assembly-CSharp.csproj": project(""), "ProjectSettings/ProjectVersion.txt": ""},
        {"Assets/Net/Net.csproj": project(""), "ProjectSettings/ProjectVersion.txt": ""},
        {"Rules/Rules.csproj": project(""), "project.godot": "", "Game.csproj": '<Project Sdk="Godot.NET.Sdk/4.3.0"/>'},
        {"Game/Game.csproj": project(packages("MonoGame.Framework.DesktopGL"))},
        {"A.Tests/A.Tests.csproj": project(packages("NUnit"))},
    ],
    ids=["godot", "unity", "in assets", "library of a game", "monogame", "tests alone"],
)
def test_what_is_no_project_of_its_own(files: dict[str, str]) -> None:
    assert dotnet.find(read(files)) == []


def test_a_server_beside_a_unity_game_is_one() -> None:
    files = {
        "Client/ProjectSettings/ProjectVersion.txt": "",
        "Server/Server.csproj": project(properties(OutputType="Exe")),
    }
    assert [each.path for each in dotnet.find(read(files))] == ["Server"]


def test_tools_count_where_there_is_nothing_else() -> None:
    tool = {"tools/Gen/Gen.csproj": project(properties(OutputType="Exe", TargetFramework="net8.0"))}
    assert [each.path for each in dotnet.find(read(tool))] == ["tools/Gen"]
    both = {**tool, "Server/Server.csproj": project("")}
    assert [each.path for each in dotnet.find(read(both))] == ["Server"]
    assert any(each.rule == "dotnet-compiler" for each in judged(read(tool), "wasip1")), "never silent, never ready"


def test_graph_of_the_sample() -> None:
    files = sample()
    components: dict[str, Component] = {}
    edges: list[Dependency] = []
    dotnet.add(files, Locator(dotnet.find(files)), components, edges)
    components.setdefault("project:.", Component("project:.", "project", "arena", "."))
    graph = Graph(components.values(), edges)
    assert graph.path_to("project:.", "package:nuget/MessagePack@3.1.4") == (
        "project:.",
        "module:Arena.Server",
        "module:Arena.Rules",
        "package:nuget/MessagePack@3.1.4",
    )
    assert components["module:Arena.Rules.Tests"].provenance == "test"
    assert components["package:nuget/Npgsql@9.0.3"].purl == "pkg:nuget/Npgsql@9.0.3"
    scopes = {(edge.target, edge.path): edge.scope for edge in edges if edge.target.startswith("package:")}
    assert scopes["package:nuget/xunit@2.9.3", "Arena.Rules.Tests/Arena.Rules.Tests.csproj"] == "test"
    assert all(edge.line > 0 for edge in edges)


def test_a_lock_file_gives_versions_and_what_lies_below() -> None:
    lock = (
        '{"dependencies": {"net8.0": {"A": {"type": "Direct", "resolved": "2.1",'
        ' "dependencies": {"B": "1.0"}}, "B": {"type": "Transitive", "resolved": "1.4"}}}}'
    )
    files = read({"S/S.csproj": project(packages("A")), "S/packages.lock.json": lock})
    components: dict[str, Component] = {}
    edges: list[Dependency] = []
    dotnet.add(files, Locator(dotnet.find(files)), components, edges)
    graph = Graph(components.values(), edges)
    assert graph.path_to("project:S", "package:nuget/B@1.4") == (
        "project:S",
        "package:nuget/A@2.1",
        "package:nuget/B@1.4",
    )


def test_what_is_inherited() -> None:
    files = {
        "Directory.Build.props": project(properties(Base="net8.0", TargetFramework="$(Base)"), "<Project>"),
        "src/Directory.Build.props": project(
            "<Import Project=\"$([MSBuild]::GetPathOfFileAbove('Directory.Build.props', '../'))\" />"
            + properties(DefineConstants="SHARED"),
            "<Project>",
        ),
        "src/A/A.csproj": project(properties(DefineConstants="$(DefineConstants);OWN")),
        "B/B.csproj": project(properties(TargetFramework="netstandard2.1")),
    }
    found = symbols_of(only(files, "src/A/A.csproj"), "wasi")
    assert (found.moniker, {"SHARED", "OWN"} <= found.defined) == ("net8.0", True)
    assert symbols_of(only(files, "B/B.csproj"), "wasi").moniker == "netstandard2.1"


def test_imports_in_a_ring_end() -> None:
    ring = project('<Import Project="b.props" />', "<Project>")
    files = {"A.csproj": project('<Import Project="a.props" />'), "a.props": ring, "b.props": ring.replace("b.", "a.")}
    assert [fact.name for fact in only(files).facts] == ["dotnet/sdk"]


@pytest.mark.parametrize(
    ("moniker", "defined", "undefined"),
    [
        (
            "net8.0",
            "NET NET8_0 NET6_0_OR_GREATER NETCOREAPP NETCOREAPP3_1_OR_GREATER",
            "NET9_0_OR_GREATER NET48 WINDOWS",
        ),
        ("net10.0", "NET9_0_OR_GREATER NET10_0", "NET8_0 NETFRAMEWORK NETSTANDARD2_0 NETCOREAPP3_1"),
        ("net8.0-browser", "BROWSER NET8_0", "WINDOWS ANDROID WASI"),
        ("net8.0-windows10.0.19041", "WINDOWS NET7_0_OR_GREATER", "BROWSER"),
        ("net472", "NETFRAMEWORK NET472 NET47_OR_GREATER NET45_OR_GREATER", "NET48_OR_GREATER NET NET5_0_OR_GREATER"),
        ("netstandard2.1", "NETSTANDARD NETSTANDARD2_1 NETSTANDARD2_0_OR_GREATER", "NET NETCOREAPP NETSTANDARD2_0"),
        ("net6", "NET6_0 NET5_0_OR_GREATER", "NET7_0"),
    ],
)
def test_symbols_of_frameworks(moniker: str, defined: str, undefined: str) -> None:
    framework = framework_of(moniker)
    assert {name: of_framework(name, framework) for name in defined.split()} == dict.fromkeys(defined.split(), True)
    assert {name: of_framework(name, framework) for name in undefined.split()} == dict.fromkeys(
        undefined.split(), False
    )
    assert of_framework("ARENA", framework) is None


def test_the_framework_that_suits_the_target() -> None:
    every = ["net8.0", "net472", "netstandard2.0", "net8.0-windows", "net8.0-browser"]
    assert (best(every, "wasi"), best(every, "browser")) == ("net8.0", "net8.0-browser")
    assert best(["net8.0-windows"], "wasi") == "net8.0-windows"
    assert (best(["net9.0", "net10.0"], "container"), best([], "wasi")) == ("net10.0", "")


def test_a_published_build_is_release() -> None:
    debug = "<PropertyGroup Condition=\"'$(Configuration)'=='Debug'\">"
    conditional = f"{debug}<DefineConstants>LOUD</DefineConstants></PropertyGroup>"
    open_one = "<PropertyGroup Condition=\"Exists('x')\"><DefineConstants>MAYBE</DefineConstants></PropertyGroup>"
    found = symbols_of(only({"A.csproj": project(conditional + open_one)}), "wasi")
    names = ("RELEASE", "TRACE", "DEBUG", "LOUD", "MAYBE", "NOBODY")
    assert {name: found.settle(name) for name in names} == {
        "RELEASE": True,
        "TRACE": True,
        "DEBUG": False,
        "LOUD": False,
        "MAYBE": None,
        "NOBODY": False,
    }


CODE = """using System.Diagnostics;
namespace Arena;
class A
{
#if LOUD
    void Debugging() => Process.Start("loud");
#elif NET9_0_OR_GREATER
    void New() => Process.Start("new");
#else
    void Old() => Process.Start("old");
#endif
    void Guarded() { if (System.OperatingSystem.IsWindows()) Process.Start("windows"); }
    void Web() { if (!System.OperatingSystem.IsBrowser()) Process.Start("not-web"); }
}
"""


@pytest.mark.parametrize(
    ("target", "alive"),
    [("wasip2", {"old", "not-web"}), ("web-emscripten", {"old"}), ("container", {"old", "not-web"})],
)
def test_guards_resolve(target: str, alive: set[str]) -> None:
    files = read({"A.csproj": project(properties(TargetFramework="net8.0")), "A.cs": CODE})
    chosen = CATALOG.targets[target]
    facts = effective_facts(dotnet.find(files)[0], files, Builds(files), chosen)
    calls = [fact for fact in facts if fact.name == "System.Diagnostics.Process.Start"]
    assert {fact.value for fact in calls if fact.guard.holds((), ()) is True} == alive
    assert all(fact.guard.holds((), ()) is not None for fact in calls)


def test_files_that_nobody_compiles_say_nothing() -> None:
    files = read(
        {
            "Server/Server.csproj": project("<ItemGroup><Compile Remove='Old/**' /></ItemGroup>"),
            "Server/A.cs": CODE,
            "Server/Old/B.cs": CODE,
            "Server/obj/C.cs": CODE,
            "scripts/D.cs": CODE,
            "Listed/Listed.csproj": "<Project><ItemGroup><Compile Include='E.cs'/></ItemGroup></Project>",
            "Listed/E.cs": CODE,
            "Listed/F.cs": CODE,
        }
    )
    known = Builds(files)
    owners = {path: build.path for path in files if path.endswith(".cs") and (build := known.build_of(path))}
    assert owners == {"Server/A.cs": "Server/Server.csproj", "Listed/E.cs": "Listed/Listed.csproj"}


def test_linked_files_belong_to_who_includes_them() -> None:
    files = read(
        {
            "A/A.csproj": project("<ItemGroup><Compile Include='..\\Shared\\**\\*.cs' /></ItemGroup>"),
            "Shared/x/B.cs": CODE,
        }
    )
    build = Builds(files).build_of("Shared/x/B.cs")
    assert build is not None
    assert build.path == "A/A.csproj"


def by_rule(found: list[Finding]) -> dict[str, list[Finding]]:
    rules: dict[str, list[Finding]] = {}
    for each in found:
        rules.setdefault(each.rule, []).append(each)
    return rules


def test_aspnet_blocks_on_wasi_and_not_in_a_container() -> None:
    web = read({"Web.csproj": project(properties(TargetFramework="net8.0"), '<Project Sdk="Microsoft.NET.Sdk.Web">')})
    framework = read(
        {"F.csproj": project('<ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App" /></ItemGroup>')}
    )
    for files in (web, framework):
        (found,) = by_rule(judged(files, "wasip2"))["dotnet-aspnet-core"]
        assert (found.blocker, found.level) == (True, "fails-at-build")
        assert judged(files, "container") == []
    blazor = project("", '<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly">')
    assert "dotnet-aspnet-core" not in by_rule(judged(read({"B.csproj": blazor}), "web-emscripten"))


def test_packages_are_judged_by_what_is_known_of_them() -> None:
    body = packages("Npgsql", "BouncyCastle.Cryptography", "OpenTK.Mathematics", "Nobody.Knows")
    (found, other) = by_rule(judged(read({"A.csproj": project(body)}), "web-emscripten"))["nuget-package-without-wasm"]
    assert {found.name, other.name} == {"Npgsql", "OpenTK.Mathematics"}
    assert found.level == "fails-at-run"
    assert "npgsql" in found.source or "opentk" in found.source


def test_conditions_on_packages() -> None:
    text = (
        "<ItemGroup Condition=\"'$(TargetFramework)' == 'net8.0'\"><PackageReference Include=\"Npgsql\" /></ItemGroup>"
    )
    for moniker, rules in (("net9.0", 0), ("net8.0", 1)):
        files = read({"A.csproj": project(properties(TargetFramework=moniker) + text)})
        assert len(by_rule(judged(files, "web-emscripten")).get("nuget-package-without-wasm", ())) == rules


def test_unknown_packages_forbid_ready() -> None:
    def said(target: str, *names: str) -> str:
        files = read({"A.csproj": project(packages(*names))})
        chosen = CATALOG.targets[target]
        return unsettled(dotnet.find(files)[0], Builds(files), load_packages(), chosen, CATALOG)

    assert "Nobody.Knows" in said("wasip2", "Nobody.Knows", "System.Memory", "BouncyCastle.Cryptography")
    assert said("wasip2", "System.Memory", "BouncyCastle.Cryptography", "Microsoft.Extensions.Logging") == ""
    assert said("container", "Nobody.Knows") == ""
    assert "nobody has checked" in said("cloudflare-workers")


def test_usings_of_the_project_forbid_ready() -> None:
    files = read({"A.csproj": project(properties(ImplicitUsings="enable"))})
    chosen = CATALOG.targets["wasip2"]
    said = unsettled(dotnet.find(files)[0], Builds(files), load_packages(), chosen, CATALOG)
    assert "ImplicitUsings" in said


IMPORTS = """using System.Runtime.InteropServices;
namespace Arena;
static class Native
{
    [DllImport("enet")] static extern int enet_initialize();
    [DllImport("kernel32.dll")] static extern bool Beep(uint a, uint b);
    [DllImport("arena_physics")] static extern void Step();
}
"""


def test_native_imports() -> None:
    files = read({"A.csproj": project(""), "N.cs": IMPORTS})
    levels = {
        each.name: (each.level, each.severity) for each in by_rule(judged(files, "wasip2"))["dotnet-native-import"]
    }
    assert levels == {
        "enet": ("fails-at-run", "error"),
        "kernel32.dll": ("unknown", "note"),
        "arena_physics": ("fails-at-run", "error"),
    }
    assert "dotnet-native-import" not in by_rule(judged(files, "container"))
    linked = project('<ItemGroup><NativeFileReference Include="native/libarena_physics.a" /></ItemGroup>')
    found = by_rule(judged(read({"A.csproj": linked, "N.cs": IMPORTS}), "web-emscripten"))["dotnet-native-import"]
    assert "arena_physics" not in {each.name for each in found}


SOCKETS = """using System.Net.Sockets;
namespace Arena;
class S
{
    void Wait(Socket socket, byte[] data) { socket.Receive(data); }
    async void Run(Socket socket, byte[] data) { await socket.ReceiveAsync(data); }
}
"""


def test_sockets_that_wait() -> None:
    files = read({"A.csproj": project(""), "S.cs": SOCKETS})
    (found,) = by_rule(judged(files, "wasip2"))["dotnet-blocking-socket"]
    assert (found.location.line, found.name) == (5, "System.Net.Sockets.Socket.Receive")
    assert "dotnet-blocking-socket" not in by_rule(judged(files, "web-emscripten"))


def managed(*facts: tuple[str, str, str]) -> Extraction:
    rows = (("ships", "dotnet-anycpu", "managed"), *facts)
    return Extraction(tuple(Fact(kind, name, Location("x.dll"), "dotnet", value=value) for kind, name, value in rows))  # type: ignore[arg-type]


def test_managed_assemblies_are_notes() -> None:
    calls = managed(("call", "System.Net.Sockets.UdpClient.Send", ""), ("may-load", "enet.dll", ""))
    files = {
        "libs/Transport.dll": calls,
        "copy/Transport.dll": calls,
        "libs/System.Net.Sockets.dll": calls,
        "Editor/Tool.dll": calls,
        "libs/Pure.dll": managed(("call", "System.Math.Sqrt", "")),
    }
    target = CATALOG.targets["unity-web"]
    judge = Judge(CATALOG, target, load_toolchain(target.toolchain), Matcher(CATALOG.rules.values()))
    found = managed_findings(
        Project(".", "unity"), files, lambda path: not path.startswith("Editor/"), target, CATALOG, judge
    )
    (note,) = found
    assert (note.name, note.level, note.severity, note.confidence) == ("Transport.dll", "unknown", "note", "low")
    assert "System.Net.Sockets.UdpClient" in note.message
    assert "net.udp" in note.message
    assert "enet.dll" in note.message
    assert "not known" in note.message
