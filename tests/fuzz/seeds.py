"""What gets damaged: the binary fixtures, and archives made of them here, by format."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from portlint.extractors.binary import sniff

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "binary"
LARGEST = 200_000  # bytes: damage to a larger file is spread too thin
NAMES = {"macho": "macho", "fat": "macho", "coff": "pe", "coff-bigobj": "pe", "coff-import": "pe"}
MADE = {
    "plugin.aar": ("jni/arm64-v8a/libx.so", "elf-android-arm64.so"),
    "package.nupkg": ("lib/net8.0/x.dll", "dotnet.dll"),
    "wheel.whl": ("x/native.pyd", "pe-x86_64.dll"),
}

Seed = tuple[str, bytes]


def seeds() -> dict[str, list[Seed]]:
    """Files by format (elf, pe, dotnet, macho, ar, wasm, component, zip ...); each is a name and its bytes."""
    found: dict[str, list[Seed]] = {}
    for path in sorted(FIXTURES.iterdir()):
        data = path.read_bytes()
        if 0 < len(data) <= LARGEST:
            found.setdefault(_format(path.name, data), []).append((path.name, data))
    for name, (inside, fixture) in MADE.items():
        found.setdefault("zip", []).append((name, _zipped(inside, (FIXTURES / fixture).read_bytes())))
    return dict(sorted(found.items()))


def _format(name: str, data: bytes) -> str:
    if name.startswith("dotnet"):
        return "dotnet"
    kind = sniff(data[:4096])
    return NAMES.get(kind, kind)


def _zipped(name: str, data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for inside, content in (("META-INF/MANIFEST", b"x: y\n"), (name, data)):
            archive.writestr(zipfile.ZipInfo(inside, (2026, 1, 1, 0, 0, 0)), content)
    return packed.getvalue()
