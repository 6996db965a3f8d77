"""The rules for C#: fixtures through extractor and rules, names that can be found, silence on harmless APIs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from speaking import rules_of, speaking

from portlint.catalog import load_catalog, vocabulary
from portlint.extractors.source.csharp import extractor as csharp
from portlint.extractors.source.csharp.names import NAMESPACES, RETURNS, names_of

FIXTURES = Path(__file__).parent / "fixtures" / "rules" / "dotnet"
MARK = re.compile(r"//\s*finding:\s*([\w-]+)(?:\s*\((low|medium)\))?\s*$")
TARGET = "unity-web"


def findings(path: str, data: bytes) -> set[tuple[int, str, str]]:
    """(line, rule, confidence) of what speaks against unity-web there; "sure" unless the confidence is low."""
    facts = csharp.extract(path, data, vocabulary(load_catalog(), "csharp")).facts
    return {
        (fact.location.line, rule.id, "low" if match.confidence == "low" else "sure")
        for fact, rule, match, _ in speaking(facts, TARGET, ("UNITY_EDITOR",))
    }


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.cs")), ids=lambda path: path.stem)
def test_marks_and_findings_agree(path: Path) -> None:
    marks = set()
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if mark := MARK.search(line):
            marks.add((number, mark[1], "low" if mark[2] == "low" else "sure"))  # test_rules.py asks for "medium"
    assert marks
    assert findings(path.name, path.read_bytes()) == marks


def test_every_rule_has_a_mark() -> None:
    marked = {
        mark[1]
        for path in FIXTURES.glob("*.cs")
        for line in path.read_text(encoding="utf-8").split("\n")
        if (mark := MARK.search(line))
    }
    assert {rule.id for rule in rules_of("dotnet")} <= marked


def test_rules_are_complete() -> None:
    assert len(rules_of("dotnet")) >= 40
    for rule in rules_of("dotnet"):
        assert rule.source.startswith("https://"), rule.id
        assert rule.checked is not None and rule.notes, rule.id
        assert rule.summary[0].islower() and not rule.summary.endswith("."), rule.id
        assert {match.language for match in rule.match} == {"csharp"}, rule.id


def test_names_stand_in_a_known_namespace() -> None:
    """Else the extractor takes the constructor of a type for a member of a type, and finds neither."""
    for rule in rules_of("dotnet"):
        for match in rule.match:
            for name in match.names if match.kind in ("call", "type") else ():
                parent, _, _ = name.rpartition(".")
                assert parent in NAMESPACES or parent.rpartition(".")[0] in NAMESPACES, f"{rule.id}: {name}"
                assert match.kind == "call" or parent in NAMESPACES, f"{rule.id}: {name}"


def test_steps_lead_between_known_namespaces() -> None:
    assert [name for name, to in RETURNS.items() if to.rpartition(".")[0] not in NAMESPACES] == []


def test_every_name_can_be_found() -> None:
    """A use of each name, written out, gives the fact."""
    words = vocabulary(load_catalog(), "csharp")
    missed = []
    for name in sorted(words.calls):
        parent, _, last = name.rpartition(".")
        written = f"{parent}.Any" if last == "*" else name
        use = f"new {name}(a)" if parent in NAMESPACES else f"{written}(a)"
        if name == "System.Runtime.CompilerServices.TaskAwaiter.GetResult":
            use = "F().GetAwaiter().GetResult()"
        source = f"class A {{ void F() {{ {use}; }} }}"
        if written not in {fact.name for fact in csharp.extract("a.cs", source.encode(), words).facts}:
            missed.append(name)
    assert missed == []


@pytest.mark.parametrize(
    "use",
    [
        "new CancellationTokenSource().Cancel()",
        "CancellationToken token = default",
        "new TaskCompletionSource<int>().SetResult(3)",
        "Interlocked.Increment(ref a)",
        "Volatile.Read(ref a)",
        "lock (a) { }",
        "Monitor.Enter(a); Monitor.Exit(a)",
        "new ConcurrentQueue<int>().Enqueue(3)",
        "new Cookie()",
        "IPAddress.Parse(a)",
        "new IPEndPoint(IPAddress.Any, 3)",
        "new HttpRequestMessage()",
        "new LingerOption(true, 3)",
        "Encoding.UTF8.GetBytes(a)",
        "Stopwatch.StartNew()",
        "Task.CompletedTask.GetAwaiter()",
        "var a = await Task.FromResult(3)",
        "SynchronizationContext.Current.Post(a, b)",
        "PlayerPrefs.SetInt(a, 3)",
        "new WebSocket(a)",
        "UnityWebRequest.Get(a).SendWebRequest()",
        "Assembly.GetExecutingAssembly().GetTypes()",
        "Activator.CreateInstance(a)",
        "Marshal.Copy(a, b, 0, 3)",
        "new MemoryStream().ReadAsync(a, 0, 3)",
        "Console.WriteLine(a)",
        "Debug.Log(a)",
        "Path.Combine(a, b)",
        "File.ReadAllText(a)",
        "SHA256.Create()",
        "thread.Start()",
        "socket.Send(a)",
    ],
)
def test_harmless_apis_stay_silent(use: str) -> None:
    spaces = (*sorted(NAMESPACES), "System.Text", "System.Collections.Generic")
    source = "".join(f"using {name};\n" for name in spaces) + f"class A {{ async void F() {{ {use}; }} }}"
    assert findings("a.cs", source.encode()) == set()


def test_labels_are_well_formed() -> None:
    for path in sorted((Path(__file__).parent / "corpus" / "labels").glob("*.toml")):
        labels = tomllib.loads(path.read_text(encoding="utf-8"))
        assert re.fullmatch(r"[0-9a-f]{40}", labels["commit"])
        assert all(row["label"] in ("right", "wrong") and row["why"] for row in labels["finding"])


def test_known_names_are_compiled_once() -> None:
    words = vocabulary(load_catalog(), "csharp")
    assert names_of(words) is names_of(words)
