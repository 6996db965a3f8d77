"""The text report: verdicts first, lines that can be searched for, one screen."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec
import pytest
from report_example import ENET, EXAMPLE, HOSTILE, catalog, finding, hostile_report, report_of

from portlint.errors import PortlintError
from portlint.model.extraction import FileRecord
from portlint.model.finding import Finding
from portlint.model.report import ProjectReport, Report
from portlint.reporters import REPORTERS, RenderOptions, reporter

SHORT = """\
portlint 0.1.0: arena, 2 projects, 9 files

godot-web: blocked (1 blocker, 4 errors; projects: 1 blocked, 1 ready; 7 uses
    ruled out by guards)
  - steam ships native libraries and no web build
  - ENet needs UDP, which browsers do not give
  estimate without the blockers: weeks: 8-21-55 person-days (P10-P50-P90) to
    playable, uncalibrated

web-emscripten: blocked (1 blocker, 1 error, 1 note; projects: 1 blocked, 1
    needs-work)
  - steam ships native libraries and no web build

Projects            godot-web   web-emscripten
client (godot 4.3)  blocked     blocked
server (native)     ready       needs-work

Blockers
client/addons/steam/libsteam.so:1: error[native-library-without-wasm] \
ships native libraries and no web build: a browser loads WebAssembly only
    via client > steam (client/addons/steam/steam.gdextension:4)
    instead: drop the addon in the web export, or ask its vendor for a web build
"""

VERBOSE_THREAD = """\
client/net.gd:5: error[thread-create] starts a thread: this export template has no threads \
(builds, then fails at run time; if !feature(web); medium confidence; on godot-web)
"""

BLIND = """
Not looked at
  2 files not analysed: not a PE file (server/bad.dll, server/worse.dll)
  1 file not analysed: larger than the 64 MB limit (client/huge.bin)
  1 file partly: the section headers are cut off
    (client/addons/steam/libsteam.so)
  1 file excluded: build output (1)
"""


@dataclass
class Shown:
    """A rendered report and its height on a terminal of 80 columns."""

    text: str

    @property
    def height(self) -> int:
        return sum(max(1, -(-len(line) // 80)) for line in self.text.splitlines())


def shown(report: Report, *, verbose: bool = False, colour: bool = False) -> Shown:
    return Shown(reporter("text").render(report, catalog(), RenderOptions(verbose=verbose, colour=colour)))


def many(number: int) -> list[Finding]:
    return [
        finding(f"rule-{n % 30:02}", "net.udp", f"src/f{n:04}.c", n + 1, component=f"module:{n % 50}")
        for n in range(number)
    ]


def test_the_verdicts_and_the_blockers_come_first() -> None:
    assert shown(EXAMPLE).text.startswith(SHORT)


def test_what_was_not_looked_at_comes_last() -> None:
    assert BLIND in shown(EXAMPLE).text
    assert shown(EXAMPLE, verbose=True).text.endswith(BLIND)
    assert shown(EXAMPLE).text.endswith("\n\n7 findings; --verbose shows each, with its path, remedy and source\n")


def test_verbose_shows_every_finding_with_its_source() -> None:
    text = shown(EXAMPLE, verbose=True).text
    assert VERBOSE_THREAD in text
    assert len(re.findall(r"^\S+:\d+: (?:error|warning|note)\[[a-z-]+\] ", text, re.MULTILINE)) == 7
    assert text.count("    source:") == 5  # two and two in a row have the same remedy and source
    assert "    driver: net.udp in client: 4 to 15 days\n" in text


def test_findings_stand_under_their_component() -> None:
    lines = shown(EXAMPLE, verbose=True).text.splitlines()
    rest = lines[lines.index("Other findings, by component") + 1 :]
    headings = [line for line in rest[: rest.index("")] if re.fullmatch(r"\w+ \(\w+\)", line)]
    assert headings == ["steam (plugin)", "client (project)", "server (project)"]


@pytest.mark.parametrize("number", [0, 1, 3000])
@pytest.mark.parametrize("targets", [1, 2, 7])
def test_at_most_a_screen(number: int, targets: int) -> None:
    report = report_of(many(number))
    base = report.targets[0]
    deciding = ("one reason " * 8, "another reason " * 8, "a third reason")
    report = msgspec.structs.replace(
        report,
        targets=tuple(
            msgspec.structs.replace(base, id=f"t{n}", deciding=deciding, estimate=EXAMPLE.targets[0].estimate)
            for n in range(targets)
        ),
        projects=tuple(ProjectReport(f"p{n:03}", "godot", "4.3", {"t0": "blocked"}, {}) for n in range(139)),
        files=tuple(FileRecord(f"f{n}", "not-analysed", f"reason {n}") for n in range(50)),
    )
    text = shown(report)
    assert text.height <= (42 if targets < 7 else 55)
    assert "139 projects" in text.text
    assert shown(report, verbose=True).text.count(" (godot 4.3)") == 139


def test_like_findings_share_a_line_and_none_is_lost() -> None:
    findings = [finding("udp-socket", "net.udp", "a.c", line) for line in range(1, 8)]
    text = shown(report_of(findings)).text
    assert "a.c:1: error[udp-socket] udp-socket: not on this target +6 more places" in text


def test_a_reason_is_given_once() -> None:
    reason = "not on this target"
    findings = [finding("a-rule", "net.udp", "a.c", 1), finding("b-rule", "net.udp", "b.c", 1)]
    report = report_of(findings)
    assert shown(report).text.count(reason) == 1
    target = msgspec.structs.replace(report.targets[0], deciding=(f"a-rule: {reason} - a.c:1",))
    assert shown(msgspec.structs.replace(report, targets=(target,))).text.count(f": {reason}") == 1
    assert shown(report, verbose=True).text.count(reason) == 2


def test_one_place_has_one_line_whatever_each_target_says() -> None:
    base = report_of([ENET]).targets[0]
    other = msgspec.structs.replace(
        base, id="wasip1", findings=(msgspec.structs.replace(ENET, message="uses ENet: preview 1 has no sockets"),)
    )
    report = msgspec.structs.replace(report_of([ENET]), targets=(base, other))
    assert shown(report).text.count("error[enet-peer]") == 1
    assert "uses ENet: browsers give pages no datagram sockets\n" in shown(report).text
    assert shown(report).text.endswith("\n2 findings; --verbose shows each, with its path, remedy and source\n")
    assert shown(report, verbose=True).text.count("error[enet-peer]") == 2


def test_a_reason_that_was_cut_above_is_given_below() -> None:
    found = finding("a-rule", "net.udp", "a.c", 1)
    base = msgspec.structs.replace(report_of([found]).targets[0], deciding=(f"{found.message} - a.c:1",))
    for number, said in ((1, 1), (3, 3 + 1)):  # of many targets each reason is cut to a line, so it counts for nothing
        targets = tuple(msgspec.structs.replace(base, id=f"t{n}") for n in range(number))
        text = shown(msgspec.structs.replace(report_of([found]), targets=targets)).text
        assert text.count("not on this target") == said


def test_long_conditions_are_cut_unless_verbose() -> None:
    guard = " && ".join(f"defined(USE_{number})" for number in range(30))
    found = finding("a-rule", "net.udp", "a.c", 1, guard=guard, message=f"uses x, only if {guard}: no x here")
    text = shown(report_of([found])).text
    assert "uses x, only if defined(USE_0) && defined(USE_1) && defined(USE_2) &&...: no x here\n" in text
    assert guard in shown(report_of([found]), verbose=True).text.replace("\n", " ")


def test_projects_with_one_answer_share_a_line() -> None:
    report = msgspec.structs.replace(
        report_of([]),
        projects=tuple(
            ProjectReport(f"p{n:03}", "godot", "4.3", {"web-emscripten": "ready" if n % 50 else "blocked"}, {})
            for n in range(139)
        ),
    )
    text = shown(report).text
    assert "\n  blocked (3): p000, p050, p100\n  ready (136): p001, p002," in text
    assert re.search(r"and \d+ more\n", text)


def test_blockers_that_say_the_same_share_a_line() -> None:
    blockers = [
        finding("engine", "net.udp", f"p{n}/project.godot", 1, component=f"project:p{n}", blocker=True, message="is: x")
        for n in range(139)
    ]
    assert "\np0/project.godot:1: error[engine] is: x +138 more places\n" in shown(report_of(blockers)).text


def test_left_out_findings_are_counted() -> None:
    text = shown(report_of(many(3000))).text
    lines = [line for line in text.splitlines() if "error[" in line]
    in_lines = sum(1 + int((re.findall(r"\+([\d,]+) more", line) or ["0"])[0].replace(",", "")) for line in lines)
    left = int(re.findall(r"^and ([\d,]+) more findings$", text, re.MULTILINE)[0].replace(",", ""))
    assert in_lines + left == 3000


def test_a_target_that_differs_is_named() -> None:
    base = report_of([ENET]).targets[0]
    other = msgspec.structs.replace(base, id="wasip2", findings=())
    text = shown(msgspec.structs.replace(report_of([ENET]), targets=(base, other))).text
    assert "browsers give pages no datagram sockets (on web-emscripten)\n" in text


def test_many_targets_are_listed_by_verdict() -> None:
    base = report_of([]).targets[0]
    ids = [f"a-target-with-a-long-name-{n}" for n in range(4)]
    verdicts = dict(zip(ids, ["ready", "ready", "blocked", "unknown"], strict=True))
    report = msgspec.structs.replace(
        report_of([]),
        targets=tuple(msgspec.structs.replace(base, id=id) for id in ids),
        projects=(
            ProjectReport("a", "native", "", verdicts, {}),  # type: ignore[arg-type]
            ProjectReport("b", "native", "", dict.fromkeys(ids, "ready"), {}),
        ),
    )
    text = " ".join(shown(report).text.split())
    assert f"a (native): blocked on {ids[2]}; unknown on {ids[3]}; ready on {ids[0]}, {ids[1]} " in text
    assert "b (native): ready on every target" in text


def test_no_project_is_said() -> None:
    report = msgspec.structs.replace(report_of([]), projects=(), targets=())
    assert shown(report).text == (
        "portlint 0.1.0: tree, 0 projects, 0 files\nno project found: nothing that a target could run\n"
    )


def test_colour_changes_nothing_but_colour() -> None:
    plain, colour = shown(EXAMPLE, verbose=True).text, shown(EXAMPLE, verbose=True, colour=True).text
    assert "\x1b[31mblocked\x1b[0m" in colour
    assert "\x1b" not in plain
    assert " ".join(re.sub("\x1b\\[[0-9;]*m", "", colour).split()) == " ".join(plain.split())


@pytest.mark.parametrize("verbose", [False, True])
def test_names_cannot_harm_a_terminal_or_a_ci_log(verbose: bool) -> None:
    text = shown(hostile_report(), verbose=verbose).text
    assert not any((ord(char) < 0x20 and char != "\n") or 0x7F <= ord(char) < 0xA0 for char in text)
    assert not re.search("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", text)
    for line in text.splitlines():
        assert not line.lstrip().startswith("::")
        assert not re.search(r"##\w*\[", line)


def test_every_hostile_name_has_its_line() -> None:
    text = shown(hostile_report(), verbose=True).text
    places = re.findall(r"^(.+):1: error\[enet-peer\]", text, re.MULTILINE)
    assert len(places) == len(set(places)) == len(HOSTILE)


def test_reporters_by_name() -> None:
    assert {reporter(name).NAME for name in REPORTERS} == set(REPORTERS)
    with pytest.raises(PortlintError, match="unknown output format 'xml'; known formats: concise, "):
        reporter("xml")


def test_many_blockers_are_counted() -> None:
    blockers = [msgspec.structs.replace(found, blocker=True, instead="drop it") for found in many(50)]
    text = shown(report_of(blockers)).text
    section = text[text.index("Blockers\n") : text.index("\n\n50 findings")]
    assert len(re.findall("error\\[", section)) >= 3
    assert section.count("instead: drop it") == 1
    more = sum(1 + int(number or 0) for number in re.findall(r"error\[.*?(?:\+(\d+) more places?)?\n", section))
    assert section.endswith(f"\nand {50 - more} more blockers")


def test_what_nobody_has_checked_blocks_nothing() -> None:
    unknown = msgspec.structs.replace(ENET, blocker=True, level="unknown", severity="note")
    text = shown(report_of([unknown])).text
    assert "Blockers" not in text
    assert "(1 note)" in text
