"""What a Godot web export asks of the page's host, and what versions of engine and extension ask of each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from portlint.judge.godot.preset import Preset, extensions_on, threads_on
from portlint.model.finding import Level

_HEADERS = "Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp (COOP, COEP)"
_PWA = "progressive_web_app/enabled"
_PWA_HEADERS = "progressive_web_app/ensure_cross_origin_isolation_headers"


class Want(msgspec.Struct, frozen=True):
    """What is asked for, as a sentence without its full stop, and the preset that asks, or None."""

    level: Level
    text: str
    instead: str
    preset: Preset | None = None


def hosting(presets: Sequence[Preset], is_threaded: bool) -> list[Want]:
    """The headers that the server of the page has to send, one answer a preset of this kind; one where there is none.

    `is_threaded`: the export to judge has threads. platform/web/js/engine/features.js asks for isolation only then.
    """
    if not is_threaded:
        return [_of_extensions(each) for each in presets if extensions_on(each) and not threads_on(each)]
    threaded = [each for each in presets if threads_on(each)]
    return [_of_threads(each) for each in threaded] or [_of_threads(None)]


def _of_threads(preset: Preset | None) -> Want:
    options = preset.options if preset else {}
    who = f"preset {preset.index} exports with threads" if preset else "an export with threads"
    if options.get(_PWA) == "true" and options.get(_PWA_HEADERS, "true") == "true":
        text = f"{who}: the page needs {_HEADERS}; the service worker of its PWA option adds them"
        return Want("flag", text, "serve over https, without which there is no service worker", preset)
    text = f"{who}{':' if preset else ''} starts only on an https page that is served with {_HEADERS}"
    instead = f"send both headers, or turn {_PWA} on; portals that cannot need the export without threads"
    return Want("partial", text, instead, preset)


def _of_extensions(preset: Preset) -> Want:
    text = (
        f"preset {preset.index} loads extensions without threads: the manual asks for COOP and COEP headers there too, "
        "the engine's loader does not"
    )
    return Want("flag", text, "try the page on a host without the headers before relying on them", preset)


def version_conflict(settings: Mapping[str, str], engine: str) -> str:
    """Why an engine of this version (`4.3`) refuses an extension, or "". `settings`: `configuration/...` as written.

    Parts that a version leaves out are not compared; a maximum's missing parts are 9999 in the engine
    (core/extension/gdextension_library_loader.cpp).
    """
    own = _parts(engine)
    least = settings.get("configuration/compatibility_minimum", "")
    most = settings.get("configuration/compatibility_maximum", "")
    if not own:
        return ""
    if least and _parts(least)[: len(own)] > own[: len(_parts(least))]:
        return f"asks for Godot {least} or later, and the project is one of {engine}: the engine does not load it"
    if most and _parts(most) and own[: len(_parts(most))] > _parts(most)[: len(own)]:
        return f"goes up to Godot {most}, and the project is one of {engine}: the engine does not load it"
    return ""


def _parts(version: str) -> list[int]:
    found = re.match(r"\d+(?:\.\d+)*", version.strip())
    return [int(part) for part in found[0].split(".")] if found else []
