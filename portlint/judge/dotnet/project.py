"""What a .NET project as a whole means for a target: the compiler, ASP.NET Core, Windows, packages, native imports."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence

import msgspec

from portlint.catalog.packages import recognise
from portlint.extractors.manifest.packages import csproj
from portlint.judge.dotnet.builds import Builds, effective_facts, packages_of
from portlint.judge.godot.export import is_before
from portlint.judge.godot.ground import finding, of_support
from portlint.judge.words import some
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding, Level
from portlint.model.guard import ALWAYS, Guard
from portlint.model.package import Fate, Package, is_called
from portlint.projects.dotnet_builds import Build

# Members that wait inside: .NET on WASI throws for them, and has their asynchronous twins (dotnet/runtime#106977).
_SOCKETS = "System.Net.Sockets."
BLOCKING = frozenset(
    _SOCKETS + name
    for name in (
        "Socket.Connect", "Socket.Accept", "Socket.Send", "Socket.SendTo", "Socket.SendFile", "Socket.Receive",
        "Socket.ReceiveFrom", "Socket.ReceiveMessageFrom", "Socket.Poll", "Socket.Select", "Socket.Disconnect",
        "TcpClient.Connect", "TcpListener.AcceptTcpClient", "TcpListener.AcceptSocket", "UdpClient.Send",
        "UdpClient.Receive", "NetworkStream.Read", "NetworkStream.Write", "NetworkStream.ReadByte",
        "NetworkStream.WriteByte",
    )
)  # fmt: skip
# Assemblies that .NET 10 marks unsupported on `wasi`, by the names of what is in them; those that other rules name.
UNSUPPORTED = (
    "System.Net.HttpListener", "System.Net.Security.", "System.Net.NetworkInformation.", "System.IO.Pipes.",
    "System.Net.WebRequest", "System.Net.HttpWebRequest", "System.Net.WebClient", "System.Net.Mail.",
    "System.IO.FileSystemWatcher", "System.IO.IsolatedStorage.", "System.Diagnostics.Process",
)  # fmt: skip
# Libraries of operating systems: programs for several systems import them side by side and call what is there.
_SYSTEM = frozenset(
    " kernel32 user32 gdi32 advapi32 shell32 ole32 oleaut32 ntdll winmm ws2_32 psapi dwmapi shcore bcrypt"
    " crypt32 iphlpapi dbghelp comctl32 comdlg32 version wininet winhttp setupapi hid kernelbase msvcrt"
    " ucrtbase libc libc.so.6 c libdl libdl.so.2 libm libpthread librt libx11 libx11.so.6 libobjc.dylib"
    " libsystem.dylib libsystem libobjc x11".split()
)
_LEVELS: dict[str, Level] = {"no": "fails-at-run", "partial": "partial", "unknown": "unknown"}
_OF_DOTNET = ("System.", "Microsoft.Extensions.", "Microsoft.CSharp", "Microsoft.NETCore.", "NETStandard.Library")


def dotnet_findings(
    project: Project,
    files: Mapping[str, Extraction],
    known: Builds,
    packages: Sequence[Package],
    target: Target,
    catalog: Catalog,
) -> list[Finding]:
    """Findings of one .NET project; `files` are its own extractions. None for the exporter of an engine."""
    if target.engine:
        return []
    judged = _DotnetProject(project, files, known, packages, target, catalog)
    return [
        *judged.compiler(),
        *judged.web_server(),
        *judged.windows_only(),
        *judged.known_packages(),
        *judged.calls("dotnet-blocking-socket", lambda name: name in BLOCKING),
        *judged.calls("dotnet-unsupported-library", lambda name: name.startswith(UNSUPPORTED)),
        *judged.native_imports(),
    ]


def unsettled(project: Project, known: Builds, packages: Sequence[Package], target: Target, catalog: Catalog) -> str:
    """Why a project that nothing stands against is not `ready`, or "": unknown packages, or a target nobody has tried.

    The code of a package lies on a server that is never asked; where no row of the catalogue speaks for it and the
    tree does not hold it, what it needs is unknown. Parts of .NET itself (`System.*`, `Microsoft.Extensions.*`) pass.
    """
    if target.engine or target.family == "container":
        return ""
    if target.support[catalog.rules["dotnet-compiler"].needs].level == "unknown":
        return f"nobody has checked whether .NET builds for {target.id}"
    unknown = set()
    for build in known.of(project):
        # A file does not show the namespaces that its project names for it, and its reader asks no project.
        implicit = (known.symbols(build, target.family).properties.get("implicitusings") or "").lower()
        if implicit in ("enable", "true") or build.values("dotnet/using"):
            return (
                f"{build.name} names namespaces for all of its files (ImplicitUsings), and what these use may be unseen"
            )
        for fact in packages_of(build, known.symbols(build, target.family)):
            row = next((each for each in packages if is_called(each.match.packages, fact.name)), None)
            fate = row.fate(target.id, target.family) if row else None
            name = fact.name.removeprefix("nuget/")
            if (fate is None or fate.status == "unknown") and not name.startswith(_OF_DOTNET):
                unknown.add(name)
    if not unknown:
        return ""
    names = sorted(unknown, key=str.lower)
    which = "packages" if len(names) > 1 else "package"
    return f"what the NuGet {which} {some(names)} would need is not known: the tree has no source"


class _DotnetProject:
    def __init__(
        self,
        project: Project,
        files: Mapping[str, Extraction],
        known: Builds,
        packages: Sequence[Package],
        target: Target,
        catalog: Catalog,
    ) -> None:
        self._known, self._packages = known, packages
        self._target, self._rules = target, catalog.rules
        self._builds = known.of(project)
        self._facts = effective_facts(project, files, known, target)

    def compiler(self) -> list[Finding]:
        """Whether anything compiles .NET for the target: one finding, at the first program, else the first library."""
        ordered = sorted(self._builds, key=lambda build: (not build.is_program, self._is_of_windows(build), build.path))
        return self._supported("dotnet-compiler", ordered[:1], csproj.FRAMEWORK)

    def web_server(self) -> list[Finding]:
        """Projects against ASP.NET Core, each: they are the programs that would have to be written anew."""
        return self._supported("dotnet-aspnet-core", [build for build in self._builds if build.is_web], csproj.SDK)

    def windows_only(self) -> list[Finding]:
        """Projects whose every framework is Windows'."""
        of_windows = [build for build in self._builds if self._is_of_windows(build)]
        return self._supported("dotnet-windows-project", of_windows, csproj.FRAMEWORK)

    def _is_of_windows(self, build: Build) -> bool:
        framework = self._known.symbols(build, self._target.family).framework
        return framework is not None and framework.platform == "windows"

    def known_packages(self) -> list[Finding]:
        """Packages that the catalogue knows not to work on this target, one finding a package and project file."""
        found: dict[tuple[str, str], Finding] = {}
        for build in self._builds:
            for fact in packages_of(build, self._known.symbols(build, self._target.family)):
                row = next((each for each in self._packages if is_called(each.match.packages, fact.name)), None)
                fate = row.fate(self._target.id, self._target.family) if row else None
                if row and fate:
                    for each in self._package(row, fate, fact):
                        found.setdefault((row.id, fact.location.path), each)
        return list(found.values())

    def calls(self, name: str, wanted: Callable[[str], bool]) -> list[Finding]:
        """Calls of a rule that a list of names drives, each; the rule says that one a component is shown."""
        rule = self._rules[name]
        support = self._target.support[rule.needs]
        if support.level == "works":
            return []
        found = []
        for fact in self._facts:
            if fact.kind != "call" or not wanted(fact.name) or not _holds(fact):
                continue
            made = of_support(rule, "call", fact.name, fact.location, support)
            made = msgspec.structs.replace(made, message=f"{rule.summary} ({fact.name}): {support.because}")
            if fact.guard != ALWAYS:
                made = _guarded(made, fact.guard)
            found.append(made)
        return found

    def native_imports(self) -> list[Finding]:
        """`[DllImport]` and `[LibraryImport]`, one finding a file and library."""
        if self._target.family == "container":
            return []  # which of its libraries the image has is no question of the code
        linked = {_stem(fact.value) for build in self._builds for fact in build.values("dotnet/native-reference")}
        groups: dict[tuple[str, str], list[Fact]] = {}
        for fact in self._facts:
            if fact.kind == "may-load" and _holds(fact) and _stem(fact.name) not in linked:
                groups.setdefault((fact.location.path, fact.name), []).append(fact)
        return [self._import(library, calls) for (_, library), calls in sorted(groups.items())]

    def _import(self, library: str, calls: Sequence[Fact]) -> Finding:
        rule = self._rules["dotnet-native-import"]
        support = self._target.support[rule.needs]
        names = sorted({fact.value for fact in calls if fact.value})
        shown = some(names)
        place = calls[0].location
        if _stem(library) in _SYSTEM:
            message = (
                f"imports {shown or 'functions'} from {library}, an operating system's: whether that is called on "
                f"{self._target.id} is not known"
            )
            made = finding(rule, "may-load", library, place, "unknown", message, "", rule.source)
            return msgspec.structs.replace(made, confidence="low")
        row = recognise(self._packages, "", "", [f"{_stem(library)}.dll"])
        fate = row.fate(self._target.id, self._target.family) if row else None
        called = f" ({row.name})" if row and row.name.lower() != _stem(library) else ""
        message = f"imports {shown or 'functions'} from {library}{called}: "
        instead = (fate.instead if fate else "") or "a static build of it with NativeFileReference, or do without"
        if fate and fate.status in ("native", "yes", "partial"):
            message += fate.because or "there is a build for it, which has to be linked in"
            made = finding(rule, "may-load", library, place, "partial", message, instead, fate.source)
            return msgspec.structs.replace(made, confidence="medium")
        message += (fate.because if fate else "") or support.because
        source = fate.source if fate else support.source
        made = finding(rule, "may-load", library, place, "fails-at-run", message, instead, source)
        sure = any(fact.guard == ALWAYS for fact in calls)
        if sure:
            return msgspec.structs.replace(made, confidence="medium")
        return _guarded(made, calls[0].guard)

    def _package(self, row: Package, fate: Fate, fact: Fact) -> list[Finding]:
        late = bool(fate.since) and is_before(fact.value, fate.since)
        if fate.status in ("native", "yes") and not late:
            return []
        level = _LEVELS.get(fate.status, "fails-at-run")
        reason = f"works only from version {fate.since} on" if late else fate.because or "has no known build for it"
        rule = self._rules["nuget-package-without-wasm"]
        name = fact.name.removeprefix("nuget/")
        known_as = f" ({row.name})" if row.name.lower() != name.lower() else ""
        message = f"depends on {name}{known_as}: {reason}"
        if fact.guard != ALWAYS:
            level, message = "unknown", f"{message}; only if {fact.guard}"
        made = finding(rule, "package", name, fact.location, level, message, fate.instead, fate.source)
        return [msgspec.structs.replace(made, confidence="medium")]

    def _supported(self, name: str, found: Sequence[Build], at: str) -> list[Finding]:
        """The rule's answer on the target, at the line of each project file that shows it best."""
        rule = self._rules[name]
        support = self._target.support[rule.needs]
        if support.level == "works":
            return []
        out = []
        for build in found:
            place = next((fact.location for fact in build.own if fact.name == at), Location(build.path, 1, 1))
            shown = self._known.symbols(build, self._target.family).moniker
            made = of_support(rule, "setting", build.name, place, support)
            message = f"{rule.summary} ({shown}): {support.because}" if shown else made.message
            out.append(msgspec.structs.replace(made, message=message))
        return out


def _guarded(found: Finding, guard: Guard) -> Finding:
    """What a condition that nobody can settle makes of a finding."""
    return msgspec.structs.replace(
        found,
        level="unknown",
        severity="note",
        blocker=False,
        confidence="low",
        message=f"{found.message}; only if {guard}",
        guard=str(guard),
    )


def _holds(fact: Fact) -> bool:
    return fact.guard.holds((), ()) is not False


def _stem(library: str) -> str:
    """`libenet.so` and `enet.dll` are `enet`, as the loader tries both; a name of the C library stays what it is."""
    name = posixpath.basename(library.replace("\\", "/")).lower()
    for ending in (".dll", ".so", ".dylib", ".a", ".o"):
        name = name.removesuffix(ending)
    plain = name.removeprefix("lib")
    return name if name in _SYSTEM or not plain else plain
