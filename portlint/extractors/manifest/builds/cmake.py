"""What CMake files look for, link and build, each under its conditions. They are read, never run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from portlint.extractors.manifest.builds.build_facts import PROJECT, BuildFacts
from portlint.extractors.manifest.builds.build_text import decoded, emscripten_settings
from portlint.extractors.manifest.builds.cmake_conditions import asks_platform
from portlint.extractors.manifest.builds.cmake_lexer import Argument, Command, commands
from portlint.extractors.manifest.builds.cmake_links import Linked, linked
from portlint.extractors.manifest.builds.cmake_packages import package_of
from portlint.extractors.manifest.builds.cmake_scope import Scope
from portlint.model.extraction import Extraction
from portlint.model.guard import Guard, both

NAME = "cmake"
VERSION = 2
LANGUAGE = "cmake"

_KINDS = frozenset(
    "SHARED STATIC MODULE OBJECT INTERFACE UNKNOWN IMPORTED GLOBAL ALIAS EXCLUDE_FROM_ALL WIN32 MACOSX_BUNDLE".split()
)
_VISIBILITY = frozenset(
    "PUBLIC PRIVATE INTERFACE LINK_PUBLIC LINK_PRIVATE LINK_INTERFACE_LIBRARIES debug optimized general".split()
)
_FLAGS = re.compile(r"CMAKE_(?:\w+_)?(?:FLAGS|LINKER_FLAGS)(?:_\w+)?\Z")
_FLAG_COMMANDS = frozenset(
    "target_link_options target_compile_options add_link_options add_compile_options add_definitions "
    "set_target_properties set_property target_link_libraries link_libraries add_compile_definitions".split()
)
_TEMPLATE = re.compile(r"\.(?:c|cc|conf|cpp|h|hpp|html|in|java|js|json|m|pc|plist|py|rc|sh|txt|xml)\.cmake\Z")
_BUILDING = frozenset({"add_executable", "add_library", "target_sources"})  # what they name is a `cmake/source`
_LONGEST = 300  # of a pattern
_HERE = re.compile(r"\$\{(?:CMAKE_CURRENT_SOURCE_DIR|CMAKE_CURRENT_LIST_DIR)\}/")
_VARIABLE = re.compile(r"\$(?:ENV)?\{[^{}]*\}|\$<[^<>]*>")
_SOURCES = re.compile(r"\.(?:c|cc|cpp|cxx|m|mm|asm|s)\Z", re.IGNORECASE)


def wants(path: str) -> bool:
    """Not `FindX.cmake`, which says how to look for X and not that anybody does, nor templates (`config.h.cmake`)."""
    name = posixpath.basename(path)
    if name == "CMakeLists.txt":
        return True
    return name.endswith(".cmake") and not name.startswith("Find") and not _TEMPLATE.search(name)


def extract(path: str, data: bytes) -> Extraction:
    """`package` facts `cmake/<name>` and `pkgconfig/<name>` (value: the version asked for), `links` facts as written
    (`ws2_32`, `OpenSSL::SSL`), `setting` facts: `cmake/program`, `cmake/library`, `cmake/source` (value: what),
    `cmake/mention` (a source that any command names), `cmake/glob` (a pattern of sources, `*` for a variable),
    `cmake/option` (value: `NAME=default`), `cmake/refuses` where the file stops the build on a
    platform, `emscripten/<SETTING>`.

    Guards are `cmake(WIN32)`, `cmake(CMAKE_SYSTEM_NAME=Linux)`, `cmake(OPTION)`. Each program and library is a
    component with its edges. Raises ValueError for what CMake would not read.
    """
    return _File(path).read(commands(decoded(data, path)))


class _File:
    def __init__(self, path: str) -> None:
        self._out = BuildFacts(path, LANGUAGE)
        self._scope = Scope()
        self._ported = False
        self._targets: dict[str, str] = {}
        self._mentioned: set[tuple[str, str]] = set()
        self._found: dict[str, str] = {}  # packages by the name, in small letters, that their variables begin with

    def read(self, found: Sequence[Command]) -> Extraction:
        for command in found:
            self._scope.follow(command)
            self._note_port(command)
            self._mention(command)
            if self._scope.guard.op != "false":
                self._one(command)
        return self._out.extraction()

    def _one(self, command: Command) -> None:
        arguments = command.arguments
        if command.name in _FLAG_COMMANDS or (command.name == "set" and arguments and _FLAGS.match(arguments[0].text)):
            self._flags(arguments)
        if command.name in ("add_executable", "add_library"):
            self._target(command)
        elif command.name in ("target_link_libraries", "link_libraries"):
            self._link(command)
        elif command.name in ("option", "cmake_dependent_option") and len(arguments) > 1:
            default = arguments[2].text if len(arguments) > 2 else "OFF"
            self._out.fact("setting", "cmake/option", command.line, f"{arguments[0].text}={default}", self._scope.guard)
        elif command.name == "message" and arguments and arguments[0].text == "FATAL_ERROR":
            if not asks_platform(self._scope.guard):
                return
            text = " ".join(each.text for each in arguments[1:])
            self._out.fact("setting", "cmake/refuses", command.line, text[:200], self._scope.guard)
        elif command.name == "target_sources" and arguments:
            self._sources(arguments[1:])
        elif command.name == "find_library" and len(arguments) > 1:
            self._library(command)
        else:
            self._packages(command)

    def _note_port(self, command: Command) -> None:
        """A branch for Emscripten or WASI says that somebody has built for it."""
        if command.name in ("if", "elseif") and not self._ported:
            words = {each.text for each in command.arguments}
            for word in sorted(words & {"EMSCRIPTEN", "Emscripten", "WASI"}):
                self._ported = True
                self._out.fact("setting", f"build/{word.lower()}", command.line)

    def _packages(self, command: Command) -> None:
        for one in package_of(command, self._scope):
            guard = both(self._scope.guard, one.guard)
            identity = self._out.package(one.ecosystem, one.name, command.line, one.version, guard)
            for word in {one.name, one.prefix} - {""}:
                self._found[word.lower()] = identity

    def _target(self, command: Command) -> None:
        texts = list(self._scope.expand(command.arguments))
        if not texts:
            return
        name = texts[0][0]
        words = {text for text, _, _ in texts[1:3]}
        if "${" in name:
            self._out.unresolved(f"the target {name}")
            return
        if words & {"ALIAS", "IMPORTED"}:
            return
        kind = "cmake/program" if command.name == "add_executable" else "cmake/library"
        flavour = next((word for word in ("SHARED", "MODULE", "STATIC", "OBJECT", "INTERFACE") if word in words), "")
        self._out.fact("setting", kind, command.line, f"{name} {flavour}".strip(), self._scope.guard)
        self._targets[name] = self._out.target(name, command.line, self._scope.guard)
        self._sources(command.arguments[1:])

    def _sources(self, arguments: Sequence[Argument]) -> None:
        for written, guard, line in self._scope.expand(arguments):
            text = _HERE.sub("", written)
            if _SOURCES.search(text) and "$" not in text and text not in _KINDS:
                self._out.fact("setting", "cmake/source", line, text, both(self._scope.guard, guard))

    def _mention(self, command: Command) -> None:
        """Sources by name and by pattern, whatever the command does with them: what it leaves out is told by these."""
        texts = [each.text for each in command.arguments]
        if command.name == "aux_source_directory" and texts:
            self._seen("glob", f"{texts[0]}/*", command.line)
        patterns = command.name == "file" and bool(texts) and texts[0] in ("GLOB", "GLOB_RECURSE")
        if "RELATIVE" in texts:  # the folder behind it is no pattern
            del texts[texts.index("RELATIVE") : texts.index("RELATIVE") + 2]
        for text in (part for each in texts for part in each.split(";")):
            is_source, is_open = bool(_SOURCES.search(text)), "$" in _HERE.sub("", text)
            if (patterns and ("*" in text or is_open)) or (is_source and is_open):
                self._seen("glob", text, command.line)
            elif is_source and command.name not in _BUILDING:
                self._seen("mention", text, command.line)

    def _seen(self, what: str, text: str, line: int) -> None:
        value = _VARIABLE.sub("*", _HERE.sub("", text))[:_LONGEST]
        if (what, value) not in self._mentioned:
            self._mentioned.add((what, value))
            self._out.fact("setting", f"cmake/{what}", line, value)

    def _link(self, command: Command) -> None:
        arguments = command.arguments
        source = PROJECT
        if command.name == "target_link_libraries" and arguments:
            owner = next(iter(self._scope.expand(arguments[:1])), ("", None, 0))[0]
            source = self._targets.get(owner, PROJECT)
            arguments = arguments[1:]
        for text, guard, line in self._scope.expand(arguments):
            if text in _VISIBILITY:
                continue
            for one in linked(text):
                self._item(one, both(self._scope.guard, both(guard, one.guard)), line, source)

    def _item(self, one: Linked, guard: Guard, line: int, source: str) -> None:
        if one.name in self._targets:
            self._out.edge(source, self._targets[one.name], line, guard)
        elif one.name:
            self._out.links(one.name, line, guard, source)
            known = self._found.get(one.name.partition("::")[0].lower())
            if known:
                self._out.edge(source, known, line, guard)
        elif one.variable:
            known = next((self._found[word] for word in one.prefixes if word in self._found), "")
            if known:
                self._out.edge(source, known, line, guard)
            else:
                self._out.unresolved(one.variable)

    def _library(self, command: Command) -> None:
        """find_library(VAR NAMES a b): the variable stands for the first name that is there."""
        names = [each.text for each in command.arguments[1:]]
        start = names.index("NAMES") + 1 if "NAMES" in names else 0
        if start < len(names) and "$" not in names[start]:
            found = Argument(names[start], command.line)
            self._scope.follow(Command("set", command.line, (command.arguments[0], found)))

    def _flags(self, arguments: Sequence[Argument]) -> None:
        texts = list(self._scope.expand(arguments))
        words = [(word, guard, line) for text, guard, line in texts for word in text.replace('"', " ").split()]
        for name, value, at in emscripten_settings([word for word, _, _ in words]):
            _, guard, line = words[at]
            self._out.fact("setting", name, line, value, both(self._scope.guard, guard))
