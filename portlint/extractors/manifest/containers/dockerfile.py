"""What a Dockerfile's image is made of and what it asks of its host."""

from __future__ import annotations

import posixpath
import re

import msgspec

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.builds.build_text import decoded, is_aside
from portlint.extractors.manifest.containers.dockerfile_lexer import Instruction, filled, instructions, words
from portlint.extractors.manifest.containers.dockerfile_packages import installed
from portlint.model.extraction import Extraction

NAME = "dockerfile"
VERSION = 1
LANGUAGE = "container"

_NAME = re.compile(r"(?:Dockerfile|Containerfile)(?:[.-][\w.-]+)?\Z|[\w.-]+\.(?:[Dd]ockerfile|[Cc]ontainerfile)\Z")
_PORT = re.compile(r"(\d+(?:-\d+)?)(?:/(\w+))?\Z")
_FROM = re.compile(r"(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "cmd", "cmd.exe", "powershell", "pwsh", "tini", "dumb-init"})
_NOT_TEXT = (".dockerignore", ".md", ".sh", ".ps1", ".bat", ".py")  # beside one: what starts it
_SERVES = frozenset({"CMD", "ENTRYPOINT", "EXPOSE"})
_PAIR = re.compile(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S*)")
_CHAIN = 50  # stages built on stages


class _Stage(msgspec.Struct):
    base: str
    name: str
    line: int
    body: list[Instruction]
    values: dict[str, str]
    environment: dict[str, str]  # what a stage built on this one sees: arguments end with their stage


def wants(path: str) -> bool:
    name = posixpath.basename(path)
    return bool(_NAME.match(name)) and not name.endswith(_NOT_TEXT)


def extract(path: str, data: bytes) -> Extraction:
    """Facts of the last stage, which is what ships, and of the stages that it is built on:

    `container/expose/udp` and `/tcp` (value: the port or range), `container/base` (the image), `container/entry` and
    `container/shell-entry` (what is run, the second through a shell or script), `container/user`,
    `container/volume`, `package` `deb/...`, `apk/...`, `rpm/...` (what its RUN lines install). Stages that only build
    give `container/build-base` and `container/build-package`, and so do images that start nothing and open no
    port: tools for a build. A file for tests or debugging, by its name, only gives `container/aside`. A name
    that an argument decides is not literal.
    Raises ValueError for what Docker would refuse.
    """
    stages = _stages(instructions(decoded(data, path)))
    out = BuildFacts(path, LANGUAGE)
    if is_aside(posixpath.basename(path)):
        out.fact("setting", "container/aside", 1)
        return out.extraction()
    shipped = _shipped(stages)
    serves = any(one.name in _SERVES for number in shipped for one in stages[number].body)
    for number, stage in enumerate(stages):
        ships = number in shipped
        if not _is_stage(stage.base, stages[:number]):
            out.fact("setting", "container/base" if ships else "container/build-base", stage.line, stage.base)
            if "$" in stage.base:
                out.unresolved(f"FROM {stage.base}")
        base = next((each for each in reversed(stages[:number]) if each.name == stage.base.lower()), None)
        if base is not None:
            stage.environment |= base.environment
            stage.values |= base.environment
        _body(stage, ships and serves, number == len(stages) - 1, out)
    return out.extraction()


def _stages(found: list[Instruction]) -> list[_Stage]:
    stages: list[_Stage] = []
    before: dict[str, str] = {}
    for one in found:
        if one.name == "FROM":
            matched = _FROM.match(filled(one.rest, before))
            if matched is None:
                raise ValueError(f"line {one.line}: FROM without an image")
            stages.append(_Stage(matched[1], (matched[2] or "").lower(), one.line, [], dict(before), {}))
        elif not stages:
            if one.name != "ARG":
                raise ValueError(f"line {one.line}: {one.name} in front of the first FROM")
            _assign(one, before)
        else:
            stages[-1].body.append(one)
    if not stages:
        raise ValueError("no FROM: not a Dockerfile")
    return stages


def _shipped(stages: list[_Stage]) -> set[int]:
    """The last stage and those that it stands on: what they install and expose is in the image."""
    at = len(stages) - 1
    found = {at}
    for _ in range(_CHAIN):
        base = stages[at].base.lower()
        below = [number for number in range(at) if stages[number].name and stages[number].name == base]
        if not below:
            break
        at = below[-1]
        found.add(at)
    return found


def _is_stage(base: str, earlier: list[_Stage]) -> bool:
    return any(each.name and each.name == base.lower() for each in earlier)


def _body(stage: _Stage, ships: bool, last: bool, out: BuildFacts) -> None:
    entry: dict[str, Instruction] = {}
    for one in stage.body:
        if one.name in ("ARG", "ENV"):
            _assign(one, stage.values, stage.environment if one.name == "ENV" else None)
        elif one.name == "RUN":
            for ecosystem, name, version in installed(filled(f"{one.rest}\n{one.script}", stage.values)):
                if ships:
                    out.fact("package", f"{ecosystem}/{name}", one.line, version)
                else:
                    out.fact("setting", "container/build-package", one.line, f"{ecosystem}/{name}")
        elif ships:
            if one.name in ("CMD", "ENTRYPOINT"):
                entry[one.name] = one
            _declares(one, stage.values, out)
    chosen = entry.get("ENTRYPOINT") or entry.get("CMD")
    if chosen and last:
        _entry(chosen, stage.values, out)


def _declares(one: Instruction, values: dict[str, str], out: BuildFacts) -> None:
    rest = filled(one.rest, values)
    if one.name == "EXPOSE":
        for word in rest.split():
            found = _PORT.match(word)
            if found:
                out.fact("setting", f"container/expose/{(found[2] or 'tcp').lower()}", one.line, found[1])
            elif word.startswith("#"):
                break
            else:
                out.fact("setting", "container/expose/unknown", one.line, word)
                out.unresolved(f"EXPOSE {word}")
    elif one.name == "USER":
        out.fact("setting", "container/user", one.line, rest)
    elif one.name == "VOLUME":
        for folder in words(rest):
            out.fact("setting", "container/volume", one.line, folder)


def _entry(one: Instruction, values: dict[str, str], out: BuildFacts) -> None:
    found = words(filled(one.rest, values))
    if not found:
        return
    command = " ".join(found)[:200]
    first = posixpath.basename(found[0].replace("\\", "/"))
    script = first.endswith((".sh", ".bash", ".ps1", ".bat")) or first in _SHELLS
    through_shell = script or (not one.rest.startswith("[") and any(sign in one.rest for sign in "&|;><`$"))
    out.fact("setting", "container/shell-entry" if through_shell else "container/entry", one.line, command)


def _assign(one: Instruction, values: dict[str, str], environment: dict[str, str] | None = None) -> None:
    """ARG and ENV: `A=b C="d e"`, and the older `ENV A b`."""
    rest = filled(one.rest, values)
    name, _, value = rest.partition(" ")
    if one.name == "ENV" and "=" not in name:
        given = {name: value.strip()}
    else:
        given = {found[1]: found[2].strip("\"'") for found in _PAIR.finditer(rest)}
    values |= given
    if environment is not None:
        environment |= given
