"""Run one small program per call and say what the call really does: works, fails, fakes, traps or hangs.

The programs are the `code` of `probes/*.toml`. Each ends in one word on standard output: `ok`, `noeffect` (the call
reported success and nothing happened), `error MEANING` or `setup MEANING` (what the probe needs is missing: it says
nothing). Meanings are names, since the numbers differ between systems.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
from toolchains import Toolchain

_HERE = Path(__file__).resolve().parent
SECONDS = 20
# Emscripten 3.1.6 forgets what only its JavaScript library calls; any larger program has these anyhow.
_EMCC = ["-sEXIT_RUNTIME=1", "-sEXPORTED_FUNCTIONS=_main,_malloc,_free,_htonl,_htons,_ntohs"]
_MARK_OF = {"error": "fails", "noeffect": "fakes", "trap": "traps", "hang": "hangs"}


class Probe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`names[0]` is what `code` calls; the other names share its implementation. `about` says what is expected."""

    names: tuple[str, ...]
    code: str
    about: str = ""


def probes() -> list[Probe]:
    """All probes, sorted by name. Raises msgspec.ValidationError for a key that is unknown or missing."""
    found = [
        msgspec.convert(raw, Probe)
        for path in sorted((_HERE / "probes").glob("*.toml"))
        for raw in tomllib.loads(path.read_text(encoding="utf-8"))["probe"]
    ]
    return sorted(found, key=lambda probe: probe.names)


def outcome(probe: Probe, toolchain: Toolchain) -> str:
    """`nobuild`, `ok`, `noeffect`, `error X`, `setup X`, `trap` or `hang`."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if not _built(probe, toolchain, folder):
            return "nobuild"
        (folder / "run").mkdir()
        try:
            done = subprocess.run(
                _command(toolchain, folder),
                cwd=folder / "run",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "hang"
    said = re.findall(r"^(?:ok|noeffect|error \w+|setup \w+)$", done.stdout, re.M)
    return said[0] if said else "trap"


def outcomes(toolchain: Toolchain) -> dict[str, str]:
    """The outcome of every probe by the name that it calls. One after the other: some measure time."""
    return {probe.names[0]: outcome(probe, toolchain) for probe in probes()}


def marks(results: dict[str, str], control: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield (name, mark, how) for every bad outcome of a call that works on the host, its siblings included."""
    for probe in probes():
        first = probe.names[0]
        word = results.get(first, "nobuild").split()[0]
        if control.get(first) == "ok" and word in _MARK_OF:
            yield first, _MARK_OF[word], "run"
            yield from ((name, _MARK_OF[word], "source") for name in probe.names[1:])


def _built(probe: Probe, toolchain: Toolchain, folder: Path) -> bool:
    source, made = folder / "probe.c", folder / "probe.o"
    prelude = (_HERE / "probes" / "prelude.h").read_text(encoding="utf-8")
    source.write_text(f"{prelude}\nint main(void) {{\n{probe.code}\nreturn 0; }}\n", encoding="utf-8")
    flags = [flag for flag, _ in toolchain.options if flag.startswith("-D")]
    words = [*toolchain.c, *flags, "-w", "-Werror=implicit-function-declaration", "-c", str(source), "-o", str(made)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        return False
    libraries = [library for flag, library in toolchain.options if flag.startswith("-D")]
    link = [word.replace("{}", str(made)).replace("{out}", str(folder / "probe")) for word in toolchain.link]
    if libraries:
        link[link.index("-lc") : link.index("-lc")] = libraries
    if link[0] == "emcc":
        link += _EMCC + (["-sPTHREAD_POOL_SIZE=4"] if "-pthread" in link else [])
    return subprocess.run(link, capture_output=True, check=False, cwd=folder).returncode == 0


def _command(toolchain: Toolchain, folder: Path) -> list[str]:
    program = "probe.js" if toolchain.link[0] == "emcc" else "probe"
    return [*toolchain.runner, str(folder / program), *([str(folder / "run")] if toolchain.options else [])]
