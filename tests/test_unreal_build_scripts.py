"""Unreal's build scripts: what a module links where, without running it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from portlint.extractors.source.build_scripts import extractor as build_cs
from portlint.extractors.source.build_scripts.branches import newest
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact

CORPUS = Path(os.environ.get("PORTLINT_CORPUS", "/nonexistent"))
PATH = "Plugins/Store/Source/Store/Store.Build.cs"
FRAME = "public class Store : ModuleRules {{ public Store(ReadOnlyTargetRules Target) : base(Target) {{ {} }} }}"


def script(body: str, path: str = PATH) -> Extraction:
    return build_cs.extract(path, FRAME.format(body).encode())


def rows(extraction: Extraction) -> list[tuple[str, str, str]]:
    return [(fact.kind, fact.name, fact.value) for fact in extraction.facts if fact.name != "unreal/build/module"]


def only(extraction: Extraction) -> Fact:
    (fact,) = [fact for fact in extraction.facts if fact.name != "unreal/build/module"]
    return fact


@pytest.mark.parametrize(
    ("body", "kind", "name", "value"),
    [
        ('PublicAdditionalLibraries.Add("a/b.lib");', "links", "b.lib", "a/b.lib"),
        ('PublicSystemLibraries.Add("winhttp.lib");', "links", "winhttp.lib", "system"),
        ('PublicFrameworks.Add("GameKit");', "links", "GameKit.framework", "framework"),
        (
            'PublicAdditionalFrameworks.Add(new Framework("Store", "Store.embeddedframework.zip"));',
            "links",
            "Store.framework",
            "framework",
        ),
        ('PublicDelayLoadDLLs.Add("store.dll");', "may-load", "store.dll", "delay-load"),
        (
            'RuntimeDependencies.Add(Path.Combine(ModuleDirectory, "..", "..", "lib", "s.dll"));',
            "ships",
            "s.dll",
            "Plugins/Store/lib/s.dll",
        ),
        (
            'RuntimeDependencies.Add("$(TargetOutputDir)/s.dll", Path.Combine(PluginDirectory, "lib/s.dll"));',
            "ships",
            "s.dll",
            "$(TargetOutputDir)/s.dll",
        ),
        ('PrivateDependencyModuleNames.Add("Sockets");', "setting", "unreal/build/needs", "Sockets"),
        (
            'AddEngineThirdPartyPrivateStaticDependencies(Target, "OpenSSL");',
            "setting",
            "unreal/build/engine-library",
            "OpenSSL",
        ),
        ("Type = ModuleType.External;", "setting", "unreal/build/external", "true"),
    ],
)  # fmt: skip
def test_lists(body: str, kind: str, name: str, value: str) -> None:
    assert rows(script(body)) == [(kind, name, value)]


def test_arrays_of_every_form() -> None:
    for array in ('new string[] { "A", "B" }', 'new[] { "A", "B" }', 'new List<string> { "A", "B" }', '[ "A", "B" ]'):
        found = script(f"PublicDependencyModuleNames.AddRange({array});")
        assert [fact.value for fact in found.facts if fact.name == "unreal/build/needs"] == ["A", "B"], array


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('"a" + "/b.lib"', "a/b.lib"),
        ('$"{Folder}/b.lib"', "third/b.lib"),
        ('Path.Combine(Folder, "b.lib")', "third/b.lib"),
        ('System.IO.Path.Combine(@"c", "b.lib")', "c/b.lib"),
        ('Path.Combine(Folder, Target.Platform.ToString(), "b.lib")', "third/*/b.lib"),
        ('Path.Combine(Unknown(), "b.lib")', "*/b.lib"),
    ],
)
def test_paths_are_told_as_far_as_they_can_be(expression: str, value: str) -> None:
    assert only(script(f'string Folder = "third"; PublicAdditionalLibraries.Add({expression});')).value == value


def test_a_path_that_says_nothing_is_left_out() -> None:
    assert rows(script("PublicAdditionalLibraries.Add(Unknown());")) == []


def guard(condition: str, other: str = "") -> str:
    body = 'PublicAdditionalLibraries.Add("a.lib");'
    text = f"if ({condition}) {{ {other} }} else {{ {body} }}" if other else f"if ({condition}) {{ {body} }}"
    return str(next(fact.guard for fact in script(text).facts if fact.name == "a.lib"))


@pytest.mark.parametrize(
    ("condition", "written"),
    [
        ("Target.Platform == UnrealTargetPlatform.Win64", "defined(platform(Win64))"),
        ("UnrealTargetPlatform.Win64 == Target.Platform", "defined(platform(Win64))"),
        ("Target.Platform != UnrealTargetPlatform.Mac", "!defined(platform(Mac))"),
        ("!(Target.Platform == UnrealTargetPlatform.Mac)", "!defined(platform(Mac))"),
        ("Target.Type == TargetType.Server", "defined(target(Server))"),
        ("Target.Type == TargetRules.TargetType.Server", "defined(target(Server))"),
        ("Target.bBuildEditor", "defined(target(Editor))"),
        ("Target.IsInPlatformGroup(UnrealPlatformGroup.Android)", "defined(platform(Android))"),
        (
            "Target.Platform == UnrealTargetPlatform.IOS || Target.Platform == UnrealTargetPlatform.TVOS",
            "defined(platform(IOS)) || defined(platform(TVOS))",
        ),
        ("Has() && Target.Platform == UnrealTargetPlatform.Mac", "Has() && defined(platform(Mac))"),
        ("Directory.Exists(Sdk)", "Directory.Exists(Sdk)"),
    ],
)
def test_conditions(condition: str, written: str) -> None:
    assert guard(condition) == written


def test_else_is_the_negation_of_all_before() -> None:
    chain = "Target.Platform == UnrealTargetPlatform.Win64"
    assert guard(chain, other="int x = 1;") == "!defined(platform(Win64))"


def test_a_group_is_its_platforms() -> None:
    assert "platform(LinuxArm64)" in guard("Target.IsInPlatformGroup(UnrealPlatformGroup.Unix)")
    assert guard("Target.IsInPlatformGroup(Mine.Consoles)") == "Target.IsInPlatformGroup(Mine.Consoles)"


def test_a_chain_that_throws_at_its_end_is_marked() -> None:
    throws = "if (Target.Platform == UnrealTargetPlatform.Win64) {} else { throw new BuildException(); }"
    assert (only(script(throws)).name, str(only(script(throws)).guard)) == (
        "unreal/build/unsupported",
        "!defined(platform(Win64))",
    )
    assert rows(script("if (!File.Exists(Sdk)) { throw new BuildException(); }")) == []


def test_targets() -> None:
    text = (
        "public class ArenaServerTarget : TargetRules { public ArenaServerTarget(TargetInfo Target) : base(Target) {"
        ' Type = TargetType.Server; DefaultBuildSettings = BuildSettingsVersion.V2; ExtraModuleNames.Add("Arena"); } }'
    )
    found = build_cs.extract("Source/ArenaServer.Target.cs", text.encode())
    assert {fact.name.removeprefix("unreal/build/"): fact.value for fact in found.facts} == {
        "target": "ArenaServerTarget",
        "target-type": "Server",
        "DefaultBuildSettings": "V2",
        "needs": "Arena",
    }


def test_comments_and_strings_are_no_code() -> None:
    found = script('/* PublicDelayLoadDLLs.Add("a.dll"); */ string s = "PublicDelayLoadDLLs.Add(x)"; // Add("b.dll")\n')
    assert rows(found) == []


def test_of_version_branches_the_newest_is_read_and_a_chain_keeps_its_conditions() -> None:
    body = (
        "if (Target.Platform == UnrealTargetPlatform.Mac) {}\n#if UE_5_0_OR_LATER\n"
        'else if (Target.Platform == UnrealTargetPlatform.LinuxArm64) { PublicAdditionalLibraries.Add("new.a"); }\n'
        "#else\n"
        'else if (Target.Platform == UnrealTargetPlatform.LinuxAArch64) { PublicAdditionalLibraries.Add("old.a"); }\n'
        "#endif\n"
    )
    found = script(body)
    assert (only(found).name, only(found).location.line) == ("new.a", 3)
    assert str(only(found).guard) == "!defined(platform(Mac)) && defined(platform(LinuxArm64))"
    assert found.partly == "of #if only the branch of the newest engine is read"


@pytest.mark.parametrize(
    ("text", "kept", "left_out"),
    [
        ("#if A\n1\n#endif", "1", False),
        ("#if !A\n1\n#else\n2\n#endif", "2", True),
        ("#if A\n1\n#elif B\n2\n#else\n3\n#endif\n4", "1 4", True),
        ("#if A\n#if !B\n1\n#endif\n2\n#endif", "2", True),
        ("#endif\n1\n#else\n2", "1 2", False),
    ],
)
def test_branches(text: str, kept: str, left_out: bool) -> None:
    branch, hidden = newest(text)
    assert (" ".join(branch.split()), hidden) == (kept, left_out)
    assert branch.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"\xff\xff public", "not UTF-8"),
        (b"public class A\0 : ModuleRules {}", "NUL bytes"),
        (b"<<<<<<< HEAD\npublic class A : ModuleRules {}", "line 1: an unresolved merge conflict"),
        (b"//" + b" " * 2_000_001, "larger than the 2 MB limit"),
        (b"class A { void f() { if (" + b"!(" * 20_000 + b") { throw new X(); } } }", None),
        (b"class A { void f() {" + b"if (a) {" * 20_000 + b'PublicDelayLoadDLLs.Add("a.dll");', None),
        (b"class A { string s = " + b'"a" + ' * 50_000 + b'"b"; }', None),
        (b"class A : ModuleRules { A() { PublicDelayLoadDLLs.Add(", None),
        (b"", None),
    ],
)
def test_hostile_scripts_end_in_one_line_or_in_facts(data: bytes, complaint: str | None) -> None:
    started = time.process_time()
    try:
        build_cs.extract("A.Build.cs", data)
        said = None
    except ValueError as error:
        said = str(error)
    assert time.process_time() - started < 10
    if complaint:
        assert said and complaint in said and "\n" not in said
    else:
        assert said is None or "\n" not in said


@pytest.mark.parametrize(("name", "scripts"), [("gamelift-example", 5), ("nakama-unreal", 17), ("socketio-unreal", 5)])
def test_real_scripts(name: str, scripts: int) -> None:
    if not (CORPUS / name).is_dir():
        pytest.skip("no checkout in PORTLINT_CORPUS")
    paths = [path for path in sorted((CORPUS / name).rglob("*.cs")) if build_cs.wants(path.name)]
    found = [build_cs.extract(path.relative_to(CORPUS).as_posix(), path.read_bytes()) for path in paths]
    assert len(found) == scripts
    for extraction in found:
        assert {"unreal/build/module", "unreal/build/target"} & {fact.name for fact in extraction.facts}
        assert "grammar" not in extraction.partly
