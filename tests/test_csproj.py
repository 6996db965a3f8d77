"""MSBuild, solution and NuGet files: what they say, on which line, under which condition; and what is refused."""

from __future__ import annotations

import pytest

from portlint.extractors.manifest.packages import csproj, csproj_solution, nuget
from portlint.extractors.manifest.packages.csproj_conditions import compares, condition
from portlint.extractors.manifest.xml_safe import MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, read_xml
from portlint.model.extraction import Extraction
from portlint.model.guard import ALWAYS, NEVER

PROJECT = b"""\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>
<Project Sdk="Microsoft.NET.Sdk.Web/8.0.1">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFrameworks>net8.0;net8.0-browser</TargetFrameworks>
    <DefineConstants>$(DefineConstants);ARENA, FAST</DefineConstants>
  </PropertyGroup>
  <PropertyGroup Condition=" '$(Configuration)' == 'Debug' ">
    <DefineConstants>NOISY</DefineConstants>
  </PropertyGroup>
  <ItemGroup Condition="'$(TargetFramework)'=='net8.0'">
    <PackageReference Include="LiteNetLib" Version="1.3.1" />
    <PackageReference Include="Npgsql"><Version>9.0.0</Version></PackageReference>
    <PackageReference Include="StyleCop.Analyzers" Version="1.1.118" PrivateAssets="All" />
    <PackageReference Include="Serilog" />
  </ItemGroup>
  <ItemGroup>
    <ProjectReference Include="..\\Rules\\Rules.csproj" />
    <ProjectReference Include="..\\Gen\\Gen.csproj" OutputItemType="Analyzer" ReferenceOutputAssembly="false" />
    <Reference Include="Steamworks, Version=1.0"><HintPath>..\\libs\\Steamworks.dll</HintPath></Reference>
    <NativeFileReference Include="native\\physics.a" />
    <Compile Remove="Legacy\\**" />
    <Compile Include="$(MSBuildThisFileDirectory)..\\Shared\\*.cs" />
    <Using Include="System.Net.Sockets" />
    <FrameworkReference Include="Microsoft.AspNetCore.App" />
  </ItemGroup>
  <Import Project="..\\build\\common.props" />
  <Target Name="After"><ItemGroup><PackageReference Include="NotOne" /></ItemGroup></Target>
</Project>
"""


def rows(extraction: Extraction) -> list[tuple[str, str, int]]:
    return [(fact.name, fact.value, fact.location.line) for fact in extraction.facts]


def test_what_a_project_says() -> None:
    found = csproj.extract("src/Server/Server.csproj", PROJECT)
    said = rows(found)
    for row in (
        ("dotnet/sdk", "Microsoft.NET.Sdk.Web/8.0.1", 2),
        ("dotnet/property/OutputType", "Exe", 4),
        ("dotnet/target-framework", "net8.0", 5),
        ("dotnet/target-framework", "net8.0-browser", 5),
        ("dotnet/define", "ARENA", 6),
        ("dotnet/define", "FAST", 6),
        ("nuget/LiteNetLib", "1.3.1", 12),
        ("nuget/Npgsql", "9.0.0", 13),
        ("dotnet/private-package", "StyleCop.Analyzers", 14),
        ("nuget/Serilog", "", 15),
        ("dotnet/project-reference", "src/Rules/Rules.csproj", 18),
        ("dotnet/assembly-reference", "src/libs/Steamworks.dll", 20),
        ("dotnet/native-reference", "src/Server/native/physics.a", 21),
        ("dotnet/compile-remove", "Legacy/**", 22),
        ("dotnet/compile-include", "/src/Shared/*.cs", 23),
        ("dotnet/using", "System.Net.Sockets", 24),
        ("dotnet/framework-reference", "Microsoft.AspNetCore.App", 25),
        ("dotnet/import", "src/build/common.props", 27),
    ):
        assert row in said
    assert not any("NotOne" in name for name, _, _ in said), "a target is a step of a build"
    assert not any("DefineConstants" in value and name == "dotnet/define" for name, value, _ in said)


def test_conditions_come_along() -> None:
    facts = {fact.value or fact.name: fact for fact in csproj.extract("a.csproj", PROJECT).facts}
    assert str(facts["NOISY"].guard) == "defined(msbuild(configuration=debug))"
    assert str(facts["1.3.1"].guard) == "defined(msbuild(targetframework=net8.0))"
    assert facts["FAST"].guard == ALWAYS


def test_scopes_of_edges() -> None:
    edges = {edge.target: edge.scope for edge in csproj.extract("src/Server/Server.csproj", PROJECT).dependencies}
    assert edges["nuget/LiteNetLib@1.3.1"] == "run"
    assert edges["nuget/StyleCop.Analyzers@1.1.118"] == "build"
    assert edges["csproj:src/Rules/Rules.csproj"] == "run"
    assert edges["csproj:src/Gen/Gen.csproj"] == "build"


def test_projects_of_old() -> None:
    text = b"""<Project ToolsVersion="15.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
      <PropertyGroup><TargetFrameworkVersion>v4.7.2</TargetFrameworkVersion></PropertyGroup>
      <ItemGroup><Compile Include="Net\\Host.cs" /></ItemGroup></Project>"""
    said = rows(csproj.extract("Server.csproj", text))
    assert ("dotnet/target-framework", "net472", 2) in said
    assert ("dotnet/compile-include", "Net/Host.cs", 3) in said


def test_choose_negates_what_came_before() -> None:
    text = b"""<Project><Choose>
      <When Condition="'$(OS)' == 'Windows_NT'"><PropertyGroup><A>1</A></PropertyGroup></When>
      <When Condition="'$(X)' == '1'"><PropertyGroup><A>2</A></PropertyGroup></When>
      <Otherwise><PropertyGroup><A>3</A></PropertyGroup></Otherwise></Choose></Project>"""
    guards = {fact.value: str(fact.guard) for fact in csproj.extract("a.props", text).facts}
    assert guards["1"] == "defined(msbuild(os=windows_nt))"
    assert guards["2"] == "defined(msbuild(x=1)) && !defined(msbuild(os=windows_nt))"
    assert guards["3"] == "!defined(msbuild(os=windows_nt)) && !defined(msbuild(x=1))"


def test_the_mark_of_an_engine_stays() -> None:
    text = b'<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="MonoGame.Framework.DesktopGL" '
    found = csproj.extract("Game/Game.csproj", text + b'Version="3.8.1" /></ItemGroup></Project>')
    assert ("engine/monogame", "3.8.1", 1) in rows(found)
    assert [name for name, _, _ in rows(found)].count("nuget/MonoGame.Framework.DesktopGL") == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", "true"),
        ("'$(A)' == 'b'", "defined(msbuild(a=b))"),
        ("$(A) == 'B'", "defined(msbuild(a=b))"),
        ("'b' != '$(A)'", "!defined(msbuild(a=b))"),
        ("'$(A)' == ''", "defined(msbuild(a=))"),
        ("$(A)", "defined(msbuild(a=true))"),
        ("'$(A)'=='1' AND ('$(B)'=='2' or !('$(C)'=='3'))", None),
        ("'x' == 'X'", "true"),
        ("'x' == 'y'", "false"),
        ("$(TargetFramework.StartsWith('net4'))", "defined(msbuild(targetframework=net4*))"),
        ("Exists('..\\\\x.cs')", "msbuild(Exists('..\\\\x.cs'))"),
        ("$([MSBuild]::IsOSPlatform('Windows'))", "msbuild($([MSBuild]::IsOSPlatform('Windows')))"),
        ("'$(A)' == '$(B)'", "msbuild('$(A)' == '$(B)')"),
        ("'$(A)' ==", "msbuild('$(A)' ==)"),
        ("((((", "msbuild((((()"),
    ],
)
def test_condition(text: str, shown: str | None) -> None:
    guard = condition(text)
    if shown is None:
        assert guard.holds({"msbuild(a=1)"}, {"msbuild(b=2)", "msbuild(c=3)"}) is True
        assert guard.holds({"msbuild(a=1)", "msbuild(c=3)"}, {"msbuild(b=2)"}) is False
        return
    assert str(guard) == shown


def test_what_is_not_understood_is_unknown_and_never_false() -> None:
    for text in ("Exists('x')", "$(A) > 3", "'%(Identity)' == 'x'", "(" * 5000, "'a' == 'b" * 400):
        assert condition(text).holds((), ()) is None
    assert condition("Exists('x') and 'a' == 'b'").holds((), ()) is False
    assert compares("msbuild(a=b=c)") == ("a", "b=c")
    assert compares("UNITY_EDITOR") == ("", "")
    assert condition("false") == NEVER


def test_solutions() -> None:
    text = (
        "\ufeff\r\nMicrosoft Visual Studio Solution File, Format Version 12.00\r\n"
        'Project("{9A19103F-16F7-4668-BE54-9A1E7A4F7556}") = "S", "src\\Server\\Server.csproj", "{1}"\r\nEndProject\r\n'
        'Project("{2150E333-8FDC-42A3-9474-1A3956D46DE8}") = "docs", "docs", "{2}"\r\nEndProject\r\n'
    )
    for data in (text.encode(), text.encode("utf-16")):
        assert rows(csproj_solution.extract("game/All.sln", data)) == [
            ("dotnet/solution-project", "game/src/Server/Server.csproj", 3)
        ]
    slnx = b'<Solution>\n<Folder Name="/a/">\n<Project Path="src/A.csproj" /></Folder></Solution>'
    assert rows(csproj_solution.extract("All.slnx", slnx)) == [("dotnet/solution-project", "src/A.csproj", 3)]
    with pytest.raises(ValueError, match="first line"):
        csproj_solution.extract("x.sln", b"hello")


def test_global_json() -> None:
    data = b'{\n // which SDK\n "sdk": {\n "version": "8.0.100" }, }'
    assert rows(csproj_solution.extract("global.json", data)) == [("dotnet/sdk-version", "8.0.100", 4)]
    assert rows(csproj_solution.extract("i18n/global.json", b'{"title": "Global"}')) == []


LOCK = b"""{
  "version": 1,
  "dependencies": {
    "net8.0": {
      "Npgsql": {"type": "Direct", "requested": "[9.0.3, )", "resolved": "9.0.3",
        "dependencies": {"Microsoft.Extensions.Logging.Abstractions": "8.0.2"}},
      "Microsoft.Extensions.Logging.Abstractions": {"type": "Transitive", "resolved": "8.0.2"},
      "rules": {"type": "Project"}
    }
  }
}"""


def test_lock_file() -> None:
    found = nuget.extract("src/Server/packages.lock.json", LOCK)
    names = {each.id: each.purl for each in found.components}
    below = "package:nuget/Microsoft.Extensions.Logging.Abstractions@8.0.2"
    assert names["package:nuget/Npgsql@9.0.3"] == "pkg:nuget/Npgsql@9.0.3"
    assert "rules" not in str(names)
    assert {(edge.source, edge.target, edge.line) for edge in found.dependencies} == {
        ("folder:src/Server", "package:nuget/Npgsql@9.0.3", 5),
        ("package:nuget/Npgsql@9.0.3", below, 5),
    }


def test_packages_config() -> None:
    data = b"""<packages>
      <package id="Lidgren.Network" version="2012.1.7" targetFramework="net45" />
      <package id="NUnit.Runners" version="3.0" developmentDependency="true" /></packages>"""
    found = nuget.extract("Server/packages.config", data)
    assert rows(found) == [("nuget/Lidgren.Network", "2012.1.7", 2)]
    assert {edge.target: edge.scope for edge in found.dependencies} == {
        "package:nuget/Lidgren.Network@2012.1.7": "run",
        "package:nuget/NUnit.Runners@3.0": "build",
    }


def test_sources_are_named_without_secrets() -> None:
    data = b"""<configuration><packageSources><clear /><add key="own"
      value="https://me:token@feed.example.org/v3/index.json?key=abc" /></packageSources>
      <packageSourceCredentials><own><add key="ClearTextPassword" value="hunter2" /></own></packageSourceCredentials>
      </configuration>"""
    found = nuget.extract("NuGet.Config", data)
    assert [value for _, value, _ in rows(found)] == ["https://feed.example.org/v3/index.json"]
    assert "hunter2" not in str(found)


def test_wants() -> None:
    assert all(map(csproj.wants, ("a.csproj", "x/Directory.Build.props", "b.TARGETS")))
    assert not csproj.wants("a.cs")
    assert all(map(nuget.wants, ("packages.config", "x/NuGet.Config", "packages.lock.json")))
    assert not nuget.wants("app.config")


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><Project><A>&b;</A></Project>'


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (BOMB, "document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><Project/>', "document type"),
        (b"<a>" * (MAX_DEPTH + 1), "nested more than"),
        (b"<a>" + b"<b/>" * (MAX_ELEMENTS + 1) + b"</a>", "more than 100000"),
        (b"<a " + b" ".join(b'x%d="1"' % n for n in range(MAX_ATTRIBUTES + 1)) + b"/>", "attributes"),
        (b"<a>" + b" " * MAX_BYTES + b"</a>", "larger than"),
        (b"<Project><A></Project>", "line 1: not valid XML"),
        (b"", "not valid XML"),
        (b"<a>&undefined;</a>", "not valid XML"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "XML"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
    ],
)
def test_bad_input_is_one_line(data: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says) as told:
        csproj.extract("a.csproj", data)
    assert "\n" not in str(told.value)


def test_lock_file_bombs() -> None:
    deep = b'{"dependencies": ' + b'{"a":' * 100_000
    for data in (b"[" * 100_000, deep, b"{}", b'{"dependencies": []}', b"\xff\xfe\x00"):
        with pytest.raises(ValueError, match=r"^[^\n]+$"):
            nuget.extract("packages.lock.json", data)


def test_text_of_a_child_stands_for_an_attribute() -> None:
    root = read_xml(b'<a B="1"><c> 2 </c></a>')
    assert (root.get("b"), root.get("C"), root.get("d")) == ("1", "2", "")
