"""A report made by hand: a game with a blocking addon and its server, and names that mean harm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portlint.model.catalog import Capability, Catalog, Match, Rule, Support, Target
from portlint.model.component import Component, Dependency
from portlint.model.extraction import FileRecord
from portlint.model.fact import FactKind, Location
from portlint.model.finding import SEVERITY_OF, Confidence, Finding, Level
from portlint.model.guard import Guard
from portlint.model.report import Estimate, ProjectReport, Range, Report, TargetReport

CHECKED = date(2026, 11, 22)
CLASS_PAGE = "https://docs.godotengine.org/en/stable/classes/class_udpserver.html"
EXTENSION_PAGE = "https://docs.godotengine.org/en/stable/tutorials/scripting/gdextension/gdextension_file.html"

HOSTILE = (
    "a b.gd",
    "bad\udcff\udc80.gd",
    "C:x.gd",
    "line\nbreak.gd",
    "esc\x1b[31m.gd",
    "osc\x1b]0;owned\x07.gd",
    "bidi\u202egpj.gd",
    "c1\x9b31m.gd",
    "<script>alert(1)</script>.gd",
    "%41.gd",
    "#frag?query.gd",
    "-rf.gd",
    "::error::owned.gd",
    "x ::set-output name=a::b.gd",
    "##[error]owned.gd",
    "[red]red[/red].gd",
    "[click](https://example.org).gd",
    "{0}.gd",
    "pipe|tick`.gd",
    "back\\x1bslash.gd",
    "中文.gd",
    "😀.gd",
    "CON",
)

FILES = {
    "client/project.godot": b'config_version=5\n[application]\nconfig/name="Arena"\n[autoload]\nSteam="*res://s.gd"\n',
    "client/net.gd": b"tool\n\nvar peer := ENetMultiplayerPeer.new()\nvar t = Thread.new()\nvar u = Thread.new(1)",
    "client/addons/steam/steam.gdextension": b'[configuration]\nentry_symbol = "init"\n[libraries]\nwindows = "a"\n',
    "client/addons/steam/libsteam.so": b"\x7fELF\0\0\0\0",
    "server/main.cpp": b"#include <pthread.h>\r\nint main() {\r\n\tfork();\r\n}\r\n",
}


def read(path: str) -> bytes | None:
    return FILES.get(path)


def finding(
    rule: str,
    capability: str,
    path: str,
    line: int = 0,
    column: int = 0,
    *,
    name: str = "",
    level: Level = "fails-at-run",
    kind: FactKind = "call",
    component: str = "project:client",
    via: tuple[str, ...] = ("client",),
    message: str = "",
    blocker: bool = False,
    confidence: Confidence = "high",
    guard: str = "",
    instead: str = "",
    source: str = CLASS_PAGE,
) -> Finding:
    return Finding(
        rule=rule,
        capability=capability,
        level=level,
        severity=SEVERITY_OF[level],
        blocker=blocker,
        confidence=confidence,
        kind=kind,
        name=name or rule,
        location=Location(path, line, column),
        guard=guard,
        component=component,
        via=via,
        message=message or f"{name or rule}: not on this target",
        instead=instead,
        source=source,
    )


STEAM = finding(
    "native-library-without-wasm",
    "lib.native",
    "client/addons/steam/libsteam.so",
    name="steam",
    level="fails-at-build",
    kind="ships",
    component="plugin:client/addons/steam",
    via=("client", "steam"),
    message="ships native libraries and no web build: a browser loads WebAssembly only",
    blocker=True,
    instead="drop the addon in the web export, or ask its vendor for a web build",
    source=EXTENSION_PAGE,
)
ENET = finding(
    "enet-peer",
    "net.udp",
    "client/net.gd",
    3,
    13,
    name="ENetMultiplayerPeer",
    message="uses ENet: browsers give pages no datagram sockets",
    instead="use WebRTCMultiplayerPeer or WebSocketMultiplayerPeer",
)
THREADS = tuple(
    finding(
        "thread-create",
        "thread.create",
        "client/net.gd",
        line,
        9,
        name="Thread.new",
        message="starts a thread: this export template has no threads",
        confidence="medium",
        guard="!feature(web)",
    )
    for line in (4, 5)
)
SYMBOL = finding(
    "process-fork",
    "process.fork",
    "client/addons/steam/libsteam.so",
    name="fork",
    kind="symbol",
    component="plugin:client/addons/steam",
    via=("client", "steam"),
    message="imports fork: a page has one process",
)
FORK = finding(
    "process-fork",
    "process.fork",
    "server/main.cpp",
    3,
    2,
    name="fork",
    component="project:server",
    via=("server",),
    message="forks a process: a page has one process",
)
UNKNOWN = finding(
    "pthread-priority",
    "thread.sync",
    "server/main.cpp",
    1,
    1,
    name="<pthread.h>",
    kind="include",
    level="unknown",
    component="project:server",
    via=("server",),
    message="includes <pthread.h>: nobody has checked priorities here",
)

ESTIMATE = Estimate(
    milestone="playable",
    days=Range(8.0, 21.0, 55.0),
    size="weeks",
    drivers=("net.udp in client: 4 to 15 days",),
    assumptions=("one developer who knows the code and has done one port before",),
    choices=("steam: drop it, replace it, or ask the vendor for a build",),
    calibrated=False,
    rates="0123456789ab",
)

EXAMPLE = Report(
    version="0.1.0",
    root="arena",
    files=(
        *(FileRecord(path, "analysed") for path in sorted(FILES) if not path.endswith(".so")),
        FileRecord("client/addons/steam/libsteam.so", "partly", "the section headers are cut off"),
        FileRecord("client/huge.bin", "not-analysed", "larger than the 64 MB limit"),
        FileRecord("server/bad.dll", "not-analysed", "not a PE file"),
        FileRecord("server/worse.dll", "not-analysed", "not a PE file"),
        FileRecord("server/obj/x.o", "excluded", "build output"),
    ),
    components=(
        Component("plugin:client/addons/steam", "plugin", "steam", "client/addons/steam", "4.1", provenance="vendored"),
        Component("project:client", "project", "client", "client"),
        Component("project:server", "project", "server", "server"),
    ),
    dependencies=(
        Dependency(
            "project:client",
            "plugin:client/addons/steam",
            "run",
            "client/addons/steam/steam.gdextension",
            4,
            Guard("not", args=(Guard("defined", "feature(web)"),)),
        ),
    ),
    projects=(
        ProjectReport(
            "client",
            "godot",
            "4.3",
            {"godot-web": "blocked", "web-emscripten": "blocked"},
            {"godot-web": (STEAM.message,), "web-emscripten": (STEAM.message,)},
        ),
        ProjectReport(
            "server",
            "native",
            "",
            {"godot-web": "ready", "web-emscripten": "needs-work"},
            {"godot-web": (), "web-emscripten": (FORK.message,)},
        ),
    ),
    targets=(
        TargetReport(
            "godot-web",
            "Godot's web export, no threads",
            "blocked",
            ("steam ships native libraries and no web build", "ENet needs UDP, which browsers do not give"),
            ESTIMATE,
            (STEAM, SYMBOL, ENET, *THREADS),
            credit=7,
        ),
        TargetReport(
            "web-emscripten",
            "Browser through Emscripten, no threads",
            "blocked",
            ("steam ships native libraries and no web build",),
            None,
            (STEAM, FORK, UNKNOWN),
        ),
    ),
)


def catalog() -> Catalog:
    """What the example's findings rest on; three capabilities, two of them with a price."""
    prices: dict[str, tuple[float, float, float]] = {
        "lib.native": (1, 3, 10),
        "net.udp": (2, 6, 20),
        "process.fork": (1, 3, 8),
        "thread.create": (1, 4, 12),
        "thread.sync": (0.1, 0.3, 1),
    }
    capabilities = {
        id: Capability(id, id.replace(".", " "), days, days[1] / 10, days[1] / 20, "made up for tests")
        for id, days in prices.items()
    }
    rules = {
        "enet-peer": Rule(
            "enet-peer", "net.udp", "uses ENet", CLASS_PAGE, (Match("call", ("ENetMultiplayerPeer.new",)),)
        ),
        "process-fork": Rule("process-fork", "process.fork", "forks a process", "https://man7.org/fork.2.html", ()),
    }
    support = {id: Support("fails-at-run", CLASS_PAGE, CHECKED, f"browsers give no {id}") for id in prices}
    targets = {
        "godot-web": Target(
            "godot-web",
            "Godot's web export, no threads",
            "browser",
            "4.5",
            "emscripten",
            support,
            engine="godot",
            features=("feature(web)",),
        ),
        "wasip1": Target("wasip1", "WASI preview 1", "wasi", "33", "wasip1", support),
        "web-emscripten": Target("web-emscripten", "Browser", "browser", "6", "emscripten", support),
    }
    return Catalog(capabilities, rules, targets, {})


def report_of(findings: Sequence[Finding], target: str = "web-emscripten", paths: Sequence[str] = ()) -> Report:
    """A report of one project and one target with just these findings, and these files beside theirs."""
    files = sorted({*paths, *(found.location.path for found in findings)})
    return Report(
        version="0.1.0",
        root="tree",
        files=tuple(FileRecord(path, "analysed") for path in files),
        components=(Component("project:client", "project", "client", "."),),
        dependencies=(),
        projects=(ProjectReport(".", "native", "", {target: "needs-work"}, {target: ()}),),
        targets=(TargetReport(target, "Browser", "needs-work", (), None, tuple(findings)),),
    )


def hostile_report() -> Report:
    """A finding, a component, an edge, a project and an unread file for each of the hostile names."""
    findings = [
        finding(
            "enet-peer",
            "net.udp",
            name,
            1,
            1,
            name=name,
            component=f"plugin:{name}",
            via=("client", name),
            message=f"uses {name}: not here",
            guard=f"defined({name})",
            instead=f"drop {name}",
        )
        for name in HOSTILE
    ]
    binaries = [
        finding("process-fork", "process.fork", f"lib/{name}", name=name, kind="symbol", component=f"plugin:{name}")
        for name in HOSTILE
    ]
    base = report_of([*findings, *binaries])
    return Report(
        version=base.version,
        root=HOSTILE[1],
        files=(*base.files, *(FileRecord(f"unread/{name}", "not-analysed", f"cannot read {name}") for name in HOSTILE)),
        components=(
            *base.components,
            *(Component(f"plugin:{name}", "plugin", name, name, version=name) for name in HOSTILE),
        ),
        dependencies=tuple(
            Dependency("project:client", f"plugin:{name}", "run", name, 1, Guard("condition", name)) for name in HOSTILE
        ),
        projects=tuple(ProjectReport(name, "native", "", {"web-emscripten": "needs-work"}, {}) for name in HOSTILE),
        targets=(
            TargetReport("web-emscripten", "Browser", "needs-work", HOSTILE, None, base.targets[0].findings),
            TargetReport("godot-web", "Godot", "needs-work", HOSTILE, None, base.targets[0].findings[::2]),
        ),
    )
