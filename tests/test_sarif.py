"""SARIF as GitHub reads it: places, identities, messages, and every limit."""

from __future__ import annotations

import json
import os
import re
import subprocess
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec
import pytest
from report_example import (
    ENET,
    EXAMPLE,
    HOSTILE,
    STEAM,
    SYMBOL,
    UNKNOWN,
    catalog,
    finding,
    hostile_report,
    read,
    report_of,
)

from portlint import cli
from portlint.catalog import load_catalog
from portlint.model.fact import Location
from portlint.model.report import Report
from portlint.reporters import RenderOptions, sarif
from portlint.reporters.line_hash import line_hashes
from portlint.reporters.sarif_rules import camel_case, rule_descriptor
from portlint.scan import Options, scan

TARGETS = ("wasip1", "wasip1@2022", "web-emscripten")
SAMPLES = Path(__file__).resolve().parent.parent / "sample_projects"


def log(report: Report) -> Any:
    return json.loads(sarif.render(report, catalog(), RenderOptions(read=read)))


def results(report: Report) -> Any:
    return log(report)["runs"][0]["results"]


def place(result: Any) -> tuple[str, int, int, int, int]:
    physical = result["locations"][0]["physicalLocation"]
    region = physical["region"]
    return (
        physical["artifactLocation"]["uri"],
        region["startLine"],
        region["startColumn"],
        region["endLine"],
        region["endColumn"],
    )


def test_one_run_for_each_target_with_a_category_of_its_own() -> None:
    runs = log(EXAMPLE)["runs"]
    assert [run["automationDetails"]["id"] for run in runs] == ["portlint/godot-web/", "portlint/web-emscripten/"]
    assert [len(run["results"]) for run in runs] == [5, 3]
    assert all(run["originalUriBaseIds"]["SRCROOT"].keys() == {"description"} for run in runs)


def test_a_folder_of_a_checkout_is_placed_from_the_top_in_a_category_of_its_own() -> None:
    (run,) = json.loads(
        sarif.render(report_of([ENET, STEAM]), catalog(), RenderOptions(read=read, prefix="games/a b/"))
    )["runs"]
    assert run["automationDetails"]["id"] == "portlint/games/a%20b/web-emscripten/"
    found = {result["ruleId"]: result for result in run["results"]}
    (plain,) = [result for result in results(report_of([ENET])) if result["ruleId"] == "enet-peer"]
    assert place(found["enet-peer"]) == ("games/a%20b/client/net.gd", *place(plain)[1:])
    key = "primaryLocationLineHash"
    assert found["enet-peer"]["partialFingerprints"][key] == plain["partialFingerprints"][key]
    whole = json.loads(sarif.render(EXAMPLE, catalog(), RenderOptions(read=read, prefix="games/a b/")))
    uris = re.findall(r'"uri": "([^"]*)"', json.dumps([run["results"] for run in whole["runs"]]))
    assert any("gdextension" in uri for uri in uris) and all(uri.startswith("games/a%20b/") for uri in uris)


@pytest.mark.parametrize("name", ["sarif", "github", "gitlab"])
def test_what_a_forge_reads_names_files_from_the_top_of_the_checkout(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "games" / "arena"
    folder.mkdir(parents=True)
    (folder / "net.c").write_text("#include <sys/socket.h>\nint f(void) { return socket(1, 2, 0); }\n")
    arguments = ["scan", str(folder), "--target", "wasip1", "--no-cache", "--jobs", "1", "--output-format", name]
    assert cli.run(arguments) == 1
    assert "games/arena" not in capsys.readouterr().out
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert cli.run(arguments) == 1
    shown = capsys.readouterr().out
    assert "games/arena/net.c" in shown and not re.search(r'["=]net\.c', shown)


def test_a_ready_target_has_a_run_without_results() -> None:
    run = log(report_of([]))["runs"][0]
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []


def test_the_worst_comes_first() -> None:
    assert [result["ruleId"] for result in results(EXAMPLE)] == [
        "native-library-without-wasm",
        "process-fork",
        "enet-peer",
        "thread-create",
        "thread-create",
    ]


def test_a_text_finding_stands_on_its_name() -> None:
    enet = next(result for result in results(EXAMPLE) if result["ruleId"] == "enet-peer")
    assert place(enet) == ("client/net.gd", 3, 13, 3, 32)
    expected = line_hashes(read("client/net.gd") or b"", [3])[3]
    assert enet["partialFingerprints"]["primaryLocationLineHash"] == expected
    assert enet["message"]["text"] == (
        "uses ENet: browsers give pages no datagram sockets. On this target it builds, then fails at run time. "
        "Instead: use WebRTCMultiplayerPeer or WebSocketMultiplayerPeer."
    )


def test_a_binary_finding_stands_on_the_manifest_line() -> None:
    steam = results(EXAMPLE)[0]
    assert place(steam) == ("client/addons/steam/steam.gdextension", 4, 1, 4, 14)
    assert "[client > steam](1)" in steam["message"]["text"]
    assert "[client/addons/steam/libsteam.so](2)" in steam["message"]["text"]
    related = {one["id"]: one for one in steam["relatedLocations"]}
    assert related[2]["physicalLocation"]["artifactLocation"]["uri"] == "client/addons/steam/libsteam.so"
    assert all(one["message"]["text"] for one in related.values())


def test_a_binary_without_a_manifest_stands_on_itself() -> None:
    symbols = [msgspec.structs.replace(SYMBOL, name=name, component="x") for name in ("fork", "execve")]
    (only,) = results(report_of(symbols))
    assert place(only) == ("client/addons/steam/libsteam.so", 1, 1, 1, 1)
    assert [one["fullyQualifiedName"] for one in only["locations"][0]["logicalLocations"]] == ["execve", "fork"]
    assert re.fullmatch("[0-9a-f]{16}:1", only["partialFingerprints"]["primaryLocationLineHash"])


def test_the_identity_of_a_binary_does_not_hang_on_its_symbols() -> None:
    one, other = (msgspec.structs.replace(SYMBOL, name=name, component="x") for name in ("fork", "vfork"))
    hashes = [results(report_of([found]))[0]["partialFingerprints"] for found in (one, other)]
    assert hashes[0]["primaryLocationLineHash"] == hashes[1]["primaryLocationLineHash"]
    assert hashes[0]["portlint/v1"] != hashes[1]["portlint/v1"]


def test_one_result_for_a_rule_and_a_line() -> None:
    names = ["b", "a", "c"]
    (only,) = results(report_of([msgspec.structs.replace(ENET, name=name, message=f"uses {name}") for name in names]))
    assert only["message"]["text"].startswith("uses a. ")
    assert "The same holds for b, c." in only["message"]["text"]
    assert only["properties"]["count"] == 3


def test_a_folder_is_replaced_by_a_file_in_it() -> None:
    found = [finding("engine-export", "lib.native", path) for path in (".", "game")]
    places = {place(result)[0] for result in results(report_of(found, paths=["a.txt", "game/project.godot"]))}
    assert places == {".", "game"}, "as long as the report says that these are files"
    report = msgspec.structs.replace(report_of(found), files=report_of([], paths=["a.txt", "game/project.godot"]).files)
    assert {place(result)[0] for result in results(report)} == {"a.txt", "game/project.godot"}


def test_what_nobody_has_checked_is_a_note() -> None:
    (only,) = results(report_of([msgspec.structs.replace(UNKNOWN, severity="error")]))
    assert only["level"] == "note"


def test_an_unreadable_text_leaves_the_hash_to_the_upload() -> None:
    (only,) = results(report_of([finding("enet-peer", "net.udp", "gone.gd", 7, 3, name="abc")]))
    assert only["partialFingerprints"].keys() == {"portlint/v1"}
    assert place(only) == ("gone.gd", 7, 3, 7, 6)


def test_regions_stay_on_their_line() -> None:
    beyond = finding("enet-peer", "net.udp", "client/net.gd", 1, 40, name="abc")
    (only,) = results(report_of([beyond]))
    assert place(only) == ("client/net.gd", 1, 5, 1, 5)


def test_rules() -> None:
    rules = {rule["id"]: rule for run in log(EXAMPLE)["runs"] for rule in run["tool"]["driver"]["rules"]}
    assert rules["enet-peer"]["name"] == "EnetPeer"
    assert rules["enet-peer"]["shortDescription"]["text"] == "Uses ENet."
    assert rules["enet-peer"]["fullDescription"]["text"] == "Uses ENet: browsers give no net.udp."
    assert rules["pthread-priority"]["properties"]["problem.severity"] == "recommendation"
    assert rules["thread-create"]["properties"]["precision"] == "medium"
    for rule in rules.values():
        assert rule["help"]["text"]
        assert len(rule["properties"]["tags"]) <= 10
        assert "security-severity" not in rule["properties"]


def test_the_help_is_the_rules_page_in_the_words_of_the_target() -> None:
    """Also of a target in a release, whose id the catalog does not have."""
    found = [msgspec.structs.replace(finding("udp-socket", "net.udp", "a.c", 1, 1), level="silent")]
    described = {target: rule_descriptor("udp-socket", found, target, load_catalog()) for target in TARGETS}
    helps = {target: rule.help.markdown or "" for target, rule in described.items()}
    assert helps["wasip1"] == helps["wasip1@2022"]
    assert "WASI preview 1 cannot create a socket" in helps["wasip1"]
    assert "browsers give pages no datagram sockets" in helps["web-emscripten"]
    for text in helps.values():
        assert "On this target: builds, then does nothing." in text, "what the finding says, not the capability alone"
        assert "// finding: udp-socket" in text and "ignore[udp-socket]" in text and "2 to 20 person-days" in text


def test_long_texts_are_cut_to_githubs_limit() -> None:
    base = catalog()
    rule = msgspec.structs.replace(base.rules["enet-peer"], summary="x" * 3000)
    long = msgspec.structs.replace(base, rules={"enet-peer": rule})
    (run,) = json.loads(sarif.render(report_of([ENET]), long, RenderOptions()))["runs"]
    described = run["tool"]["driver"]["rules"][0]
    assert len(described["shortDescription"]["text"]) == len(described["fullDescription"]["text"]) == 1024


@pytest.mark.parametrize(
    ("rule", "name"), [("udp-socket", "UdpSocket"), ("dlopen", "DlopenUse"), ("x86-intrinsics", "X86Intrinsics")]
)
def test_camel_case(rule: str, name: str) -> None:
    assert camel_case(rule) == name
    assert name.lower() != rule.lower()


def test_rule_indexes_point_at_the_rule() -> None:
    for run in log(hostile_report())["runs"]:
        rules = run["tool"]["driver"]["rules"]
        assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_uris_give_back_the_exact_names() -> None:
    run = log(hostile_report())["runs"][0]
    found = {unquote_to_bytes(place(result)[0]) for result in run["results"]}
    assert found == {os.fsencode(name) for name in HOSTILE}
    assert all(re.fullmatch("([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", place(result)[0]) for result in run["results"])


def test_names_make_no_links_and_no_placeholders() -> None:
    for result in log(hostile_report())["runs"][0]["results"]:
        text = result["message"]["text"]
        assert not re.search(r"\{\d+\}", text)
        assert all(target.isdigit() for target in re.findall(r"\]\(([^)]*)\)", text))
        ids = {str(one["id"]) for one in result["relatedLocations"]}
        assert set(re.findall(r"\]\((\d+)\)", text)) <= ids


def test_what_was_not_looked_at_is_in_the_log() -> None:
    notes = log(EXAMPLE)["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notes[0]["message"]["text"] == ("2 files not analysed: not a PE file (server/bad.dll, server/worse.dll).")
    assert len(notes) == 3


def test_related_locations_and_tags_stay_inside_the_limits() -> None:
    via = tuple(f"c{number}" for number in range(1200))
    deep = msgspec.structs.replace(STEAM, via=via, component="c1199")
    base = report_of([deep])
    edge = EXAMPLE.dependencies[0]
    edges = [
        msgspec.structs.replace(edge, source=source, target=target, path="client/net.gd")
        for source, target in pairwise(via)
    ]
    (only,) = results(msgspec.structs.replace(base, dependencies=tuple(edges)))
    assert 50 <= len(only["relatedLocations"]) <= 100


@pytest.mark.parametrize(("findings", "exported"), [(4999, 4999), (5000, 5000), (5001, 5000), (30000, 5000)])
def test_results_beyond_the_cap(findings: int, exported: int) -> None:
    many = [msgspec.structs.replace(ENET, location=Location("client/net.gd", line)) for line in range(1, findings + 1)]
    many[-1] = msgspec.structs.replace(many[-1], blocker=True)
    found = results(report_of(many))
    assert len(found) == exported
    assert found[0]["properties"]["blocker"], "the worst is never what is left out"
    if findings > 5000:
        left = findings - 4999
        assert found[-1]["ruleId"] == "results-left-out"
        assert found[-1]["message"]["text"].startswith(f"{left:,} more results not exported")
    else:
        assert found[-1]["ruleId"] == "enet-peer"


def test_at_most_twenty_runs_and_the_rest_is_named() -> None:
    target = report_of([ENET]).targets[0]
    targets = tuple(msgspec.structs.replace(target, id=f"target-{number:02}") for number in range(22))
    runs = log(msgspec.structs.replace(report_of([ENET]), targets=targets))["runs"]
    assert len({run["automationDetails"]["id"] for run in runs}) == len(runs) == 20
    assert [len(run["results"]) for run in runs] == [1] * 19 + [2]
    assert runs[-1]["results"][-1]["message"]["text"] == "2 more targets not exported: target-20, target-21."


def test_a_file_too_large_for_github_is_written_with_fewer_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_GZIP_BYTES", 20_000)
    many = [
        finding("enet-peer", "net.udp", f"{zlib.crc32(str(number).encode())}.gd", number, 1)
        for number in range(1, 3000)
    ]
    text = sarif.render(report_of(many), catalog(), RenderOptions())
    assert len(zlib.compress(text.encode())) < 20_000
    found = json.loads(text)["runs"][0]["results"]
    assert 50 < len(found) < 3000
    assert f"{2999 - (len(found) - 1):,} more results not exported" in found[-1]["message"]["text"]


def _multitool() -> Path | None:
    folder = SAMPLES.parent / ".venv" / "validator" / "node_modules" / "@microsoft" / "sarif-multitool-linux"
    path = Path(os.environ.get("PORTLINT_SARIF_MULTITOOL") or folder / "Sarif.Multitool")
    return path if path.is_file() and os.access(path, os.X_OK) else None


needs_validator = pytest.mark.skipif(
    _multitool() is None,
    reason="no SARIF validator: make test installs it where npm is, or set PORTLINT_SARIF_MULTITOOL to its program",
)


def _complaints(folder: Path, *texts: str) -> list[str]:
    """What the validator says, as rule ids, by its report: its exit code is 0 even with errors."""
    answer = folder / "answer.json"
    for number, text in enumerate(texts):
        (folder / f"{number}.sarif").write_text(text)
    command = [
        str(_multitool()),
        "validate",
        str(folder / "*.sarif"),
        "--rule-kind",
        "Sarif;Ghas",
        "--level",
        "Error;Warning",
    ]
    done = subprocess.run(
        [*command, "--log", "ForceOverwrite", "-o", str(answer)],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert f"{len(texts)} files scanned" in done.stdout
    runs = json.loads(answer.read_text(encoding="utf-8-sig"))["runs"]
    return [found["ruleId"] for run in runs for found in run.get("results", [])]


@needs_validator
def test_the_validator_finds_nothing(tmp_path: Path) -> None:
    reports = (EXAMPLE, hostile_report(), report_of([]), report_of([SYMBOL, STEAM]))
    options = RenderOptions(read=read)
    assert _complaints(tmp_path, *(sarif.render(report, catalog(), options) for report in reports)) == []


@needs_validator
def test_the_validator_finds_nothing_in_the_samples(tmp_path: Path) -> None:
    texts = []
    for sample in sorted(path for path in SAMPLES.iterdir() if path.is_dir()):
        done = scan(sample, Options(use_cache=False, jobs=1), lambda done, total: None)

        def read_sample(path: str, sample: Path = sample) -> bytes:
            return (sample / path).read_bytes()

        options = RenderOptions(read=read_sample, prefix=f"sample_projects/{sample.name}/")
        texts.append(sarif.render(done.report, done.catalog, options))
    assert len(texts) > 5
    assert _complaints(tmp_path, *texts) == []


@needs_validator
def test_the_validator_would_find_something(tmp_path: Path) -> None:
    text = sarif.render(report_of([ENET]), catalog(), RenderOptions())
    assert "SARIF1002" in _complaints(tmp_path, text.replace("client/net.gd", "a b:c"))
    assert "SARIF1001" in _complaints(tmp_path, text.replace("EnetPeer", "enet-peer"))
