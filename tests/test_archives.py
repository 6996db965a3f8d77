"""Libraries inside packages: found, never written to disk, and no archive takes the scan down."""

from __future__ import annotations

import gzip
import io
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from portlint.cache import Cache
from portlint.collect import Collected, Collector
from portlint.extractors.binary import native
from portlint.extractors.binary.archive.limits import ENTRIES, MEGABYTE
from portlint.extractors.binary.filenames import folder_of, is_unsure, wants
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.member import member_path, real_path
from portlint.projects import layout, library_path, ships
from portlint.walk import walk

# Archives written by hand, so that every field can lie


class Row(msgspec.Struct, frozen=True):
    """A member of a ZIP archive. What is None is stated as it is."""

    name: str | bytes
    content: bytes = b""
    flags: int = 0
    method: int = 8
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    mode: int = 0
    at: int | None = None  # index of the row whose local header the directory names instead of this one's


def zipped(*rows: Row, zip64: bool = False, front: bytes = b"") -> bytes:
    """A ZIP archive behind `front`; `zip64`: with all sizes and offsets in the wide fields."""
    body = bytearray(front)
    directory = bytearray()
    offsets: list[int] = []
    for row in rows:
        offsets.append(len(body) - len(front))
        name = row.name.encode() if isinstance(row.name, str) else row.name
        packed = _packed(row)
        size = len(row.content) if row.size is None else row.size
        crc = zlib.crc32(row.content) if row.crc is None else row.crc
        offset = offsets[-1] if row.at is None else offsets[row.at]
        body += struct.pack(
            "<4s5H3I2H", b"PK\3\4", 20, row.flags, row.method, 0, 0, crc, len(packed), size, len(name), 0
        )
        body += name + packed
        sizes, extra = (len(packed), size, offset), b""
        if zip64:
            extra = struct.pack("<HHQQQ", 1, 24, size, len(packed), offset)
            sizes = (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
        directory += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 3 << 8 | 20, 20, row.flags, row.method, 0, 0, crc, *sizes[:2],
            len(name), len(extra), 0, 0, 0, row.mode << 16, sizes[2],
        )  # fmt: skip
        directory += name + extra
    start, size, count = len(body) - len(front), len(directory), len(rows)
    body += directory
    if zip64:
        where = len(body)
        body += struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
        body += struct.pack("<4sIQI", b"PK\6\7", 0, where, 1)
        start, size, count = 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFF
    return bytes(body) + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, size, start, 0)


def unity_package(assets: Sequence[tuple[str | None, bytes]]) -> bytes:
    """A `.unitypackage` of (pathname or None for an asset without one, content)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for number, (path, content) in enumerate(assets):
            guid = f"{number:032x}"
            _add(tar, f"{guid}/asset", content)
            _add(tar, f"{guid}/asset.meta", b"fileFormatVersion: 2\n")
            if path is not None:
                _add(tar, f"{guid}/pathname", path.encode() + b"\n00")
    return gzip.compress(buffer.getvalue(), mtime=0)


def _packed(row: Row) -> bytes:
    if row.packed is not None:
        return row.packed
    if row.method != 8:
        return row.content
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(row.content) + packer.flush()


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


FIXTURES = Path(__file__).parent / "fixtures" / "binary"
ELF = (FIXTURES / "elf-x86_64.so").read_bytes()
DOTNET = (FIXTURES / "dotnet.dll").read_bytes()
MACHO = (FIXTURES / "macho-fat.dylib").read_bytes()
JAVA = (FIXTURES / "java.class").read_bytes()
LIB = Row("x.so", ELF)
JUNK = b"\xff" * (MEGABYTE + MEGABYTE // 10)  # no deflate stream begins so


def nested(depth: int) -> bytes:
    """An archive `depth` deep with a library in each."""
    inner = zipped(LIB)
    for _ in range(depth - 1):
        inner = zipped(LIB, Row("in.jar", inner))
    return inner


# file name: (content, what is found inside, what the record says beside it)
CASES: dict[str, tuple[bytes, list[str], str]] = {
    "slip.nupkg": (zipped(Row("../../../x.so", ELF)), ["x.so"], "x.so: a name that no archive should have"),
    "absolute.aar": (zipped(Row("/etc/x.so", ELF)), ["etc/x.so"], "etc/x.so: a name that no archive should have"),
    "backslash.zip": (
        zipped(Row("C:\\Windows\\..\\x.dll", DOTNET)),
        ["Windows/x.dll"],
        "Windows/x.dll: a name that no archive should have",
    ),
    "nul.jar": (zipped(Row(b"x.so\0.txt", ELF)), ["x.so"], "x.so: a name that no archive should have"),
    "deep.nupkg": (nested(3), ["in.jar!/in.jar!/x.so", "in.jar!/x.so", "x.so"], ""),
    "deeper.nupkg": (
        nested(4),
        ["in.jar!/in.jar!/x.so", "in.jar!/x.so", "x.so"],
        "in.jar!/in.jar!/in.jar: archives inside each other are opened 3 deep",
    ),
    "ratio.whl": (
        zipped(Row("zeros.so", ELF + bytes(20 * MEGABYTE)), LIB),
        ["x.so"],
        "zeros.so: unpacks to more than 100 times its size",
    ),
    "large.zip": (
        zipped(Row("big.so", packed=JUNK, size=200 * MEGABYTE), LIB),
        ["x.so"],
        "big.so: larger than the 128 MB limit of a member",
    ),
    "total.zip": (
        zipped(LIB, *(Row(f"{number}.so", packed=JUNK, size=105 * MEGABYTE) for number in range(6))),
        ["x.so"],
        "4.so, 5.so: beyond the 512 MB that are unpacked of one file; "
        "0.so, 1.so, 2.so and 1 more: damaged: it cannot be unpacked",
    ),
    "fifield.xcframework.zip": (
        zipped(LIB, Row("kernel.so", ELF), Row("copy.so", ELF, at=1), Row("again.so", ELF, at=1)),
        ["x.so"],
        "kernel.so, copy.so, again.so: overlaps another member",
    ),
    "encrypted.nupkg": (zipped(Row("secret.so", ELF, flags=1), LIB), ["x.so"], "secret.so: encrypted"),
    "checksum.nupkg": (zipped(Row("bad.so", ELF, crc=7), LIB), ["x.so"], "bad.so: damaged: wrong checksum"),
    "liar.nupkg": (
        zipped(Row("more.so", ELF, size=100), Row("less.so", ELF, size=len(ELF) + 1), LIB),
        ["x.so"],
        "more.so, less.so: damaged: it unpacks to another size than the archive states",
    ),
    "wide.zip": (zipped(LIB, Row("y.so", ELF), zip64=True), ["x.so", "y.so"], ""),
    "twins.zip": (zipped(LIB, Row("x.so", MACHO)), ["x (2).so", "x.so"], "x.so: two members of one name"),
    "link.xcframework.zip": (
        zipped(Row("X.framework/X", b"Versions/A/X", mode=0o120777), Row("X.framework/Versions/A/X", MACHO)),
        ["X.framework/Versions/A/X"],
        "",
    ),
    "method.zip": (
        zipped(Row("zstd.so", ELF, method=93), LIB),
        ["x.so"],
        "zstd.so: compressed by method 93, which portlint does not unpack",
    ),
    "stored.zip": (zipped(Row("x.so", ELF, method=0), front=b"#!/bin/sh\n")[10:], ["x.so"], ""),
    "kinds.aar": (
        zipped(
            Row("jni/arm64-v8a/x.so", ELF),
            Row("jni/x86/empty.so", b""),
            Row("jni/x86/pointer.so", b"version https://git-lfs.github.com/spec/v1\n"),
            Row("jni/x86/cut.so", ELF[:40]),
            Row("mesh.obj", b"v 0 0 0\n"),
            Row("~x.so", ELF),
            Row("__MACOSX/._x.so", b"\0\5\x16\7"),
            Row("readme.txt", b"x"),
            Row("classes.jar", zipped(Row("a/B.class", JAVA), Row("libn.so", ELF))),
        ),
        ["classes.jar!/libn.so", "jni/arm64-v8a/x.so"],
        "jni/x86/pointer.so: Git LFS pointer: fetch LFS to inspect it; jni/x86/empty.so: empty file; "
        "jni/x86/cut.so: not a whole ELF header; 1 Java class file not read",
    ),
    "plain.unitypackage": (
        unity_package([("Assets/Plugins/x.dll", DOTNET), ("Assets/a.png", b"\x89PNG"), ("Assets/x.cs", b"class X {}")]),
        ["Assets/Plugins/x.dll"],
        "",
    ),
    "hostile.unitypackage": (
        unity_package([("../../x.dll", DOTNET), (None, ELF), ("a/empty.dll", b""), ("a.aar", zipped(LIB))]),
        [f"{1:032x}/asset", "a.aar!/x.so", "x.dll"],
        "x.dll: a name that no archive should have; a/empty.dll: empty file",
    ),
    "bomb.unitypackage": (
        unity_package([("x.so", ELF), ("zeros.so", ELF + bytes(100 * MEGABYTE))]),
        ["x.so"],
        "unpacks to more than 100 times its size; the rest of it was not read",
    ),
    "cut.unitypackage": (
        unity_package([("x.so", ELF), ("y.so", bytes(range(256)) * 400)])[:-60],
        ["x.so"],
        "truncated: the rest of the package is missing",
    ),
}
# what the record says where nothing inside is found
EMPTY: dict[str, tuple[bytes, str, str]] = {
    "docs.zip": (zipped(Row("readme.txt", b"x")), "excluded", "an archive without native libraries"),
    "classes.jar": (zipped(Row("A.class", JAVA)), "partly", "1 Java class file not read"),
    "none.zip": (zipped(), "excluded", "an archive without native libraries"),
    "cut.nupkg": (zipped(LIB)[:-30], "not-analysed", "truncated: a ZIP archive without its directory"),
    "text.zip": (b"no archive\n", "excluded", "no source, manifest or native library"),
    "text.jar": (b"no archive\n", "not-analysed", "a text file, not a native library"),
    "x.so": (zipped(LIB), "not-analysed", "a ZIP archive, not a native library"),
    "other.vsix": (zipped(LIB), "excluded", "no source, manifest or native library"),
    "~x.dll": (DOTNET, "excluded", "what an editor leaves beside a library that it reloads"),
}


def collected(root: Path, cache: Path | None, jobs: int) -> Collected:
    with Cache(cache) as kept:
        return Collector(root, kept, {}, jobs).collect(walk(root).entries, lambda *_: None)


def inside(found: Collected, archive: str) -> list[str]:
    return [path[len(archive) + 2 :] for path in found.extractions if path.startswith(f"{archive}!/")]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All cases, five folders deep: a name that climbs out would still end inside of what the test looks at."""
    top = tmp_path_factory.mktemp("archives")
    root = top / "1" / "2" / "3" / "4" / "5"
    root.mkdir(parents=True)
    for name, (data, *_) in {**CASES, **EMPTY}.items():
        (root / name).write_bytes(data)
    return root


@pytest.fixture(scope="module")
def found(tree: Path) -> Collected:
    return collected(tree, None, 1)


@pytest.mark.parametrize("name", CASES)
def test_libraries_inside(found: Collected, name: str) -> None:
    _, members, partly = CASES[name]
    record = next(each for each in found.records if each.path == name)
    assert inside(found, name) == members
    assert sorted(record.reason.split("; ")) == sorted(partly.split("; "))
    assert record.state == ("partly" if partly else "analysed")
    for member in members:
        extraction = found.extractions[f"{name}!/{member}"]
        assert {fact.location.path for fact in extraction.facts} == {f"{name}!/{member}"}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_inside(found: Collected, name: str) -> None:
    _, state, reason = EMPTY[name]
    record = next(each for each in found.records if each.path == name)
    assert (record.state, record.reason, inside(found, name)) == (state, reason, [])
    assert name not in found.extractions


def test_a_member_says_what_the_file_says(found: Collected) -> None:
    alone = native.extract("x.so", ELF).facts
    member = found.extractions["wide.zip!/x.so"].facts
    assert alone
    assert [(fact.kind, fact.name, fact.value) for fact in member] == [
        (each.kind, each.name, each.value) for each in alone
    ]


def test_every_file_has_one_record(tree: Path, found: Collected) -> None:
    assert [each.path for each in found.records] == sorted(path.name for path in tree.iterdir())
    assert list(found.extractions) == sorted(found.extractions)


def test_the_same_whatever_the_workers_and_the_cache(tree: Path, found: Collected, tmp_path: Path) -> None:
    """And no file is written, nor one touched, beside the cache."""
    top = tree.parents[4]
    before = {path: path.lstat().st_mtime_ns for path in top.rglob("*")}
    expected = msgspec.msgpack.encode(found)
    for cache in ("one", "eight"):
        for _ in ("cold", "warm"):
            again = collected(tree, tmp_path / cache, 8 if cache == "eight" else 1)
            assert msgspec.msgpack.encode(again) == expected
    assert {path: path.lstat().st_mtime_ns for path in top.rglob("*")} == before


def test_known_archives_start_no_process(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    for name in ("deep.nupkg", "classes.jar", "docs.zip", "plain.unitypackage"):
        (tmp_path / "tree" / name).write_bytes((tree / name).read_bytes())
    collected(tmp_path / "tree", tmp_path / "cache", 1)
    script = (
        "import sys, test_archives, pathlib\n"
        f"base = pathlib.Path({str(tmp_path)!r})\n"
        "found = test_archives.collected(base / 'tree', base / 'cache', 1)\n"
        "assert len(found.extractions) == 4, list(found.extractions)\n"
        "assert 'pebble' not in sys.modules\n"
    )
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{here.parent}"}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment)


def test_a_hundred_thousand_entries() -> None:
    rows = [LIB, *(Row(f"{number}.txt", method=0) for number in range(ENTRIES)), Row("last.so", ELF)]
    extraction = native.extract("many.zip", zipped(*rows))
    assert list(extraction.members) == ["many.zip!/x.so"]
    assert extraction.partly == f"only the first {ENTRIES} entries were looked at"


def test_python_writes_what_is_read() -> None:
    """Archives of another writer: streamed (sizes behind the data), with a comment, a ZIP64 header, folders."""

    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, part: bytes) -> int:  # type: ignore[override]
            self.data += part
            return len(part)

    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        archive.comment = b"PK\5\6 is no end record here, nor is this one: PK\5\6" + bytes(18)
        archive.mkdir("lib")
        archive.writestr("lib/\u00e4.so", ELF)
        with archive.open("lib/wide.so", "w", force_zip64=True) as member:
            member.write(ELF)
    extraction = native.extract("x.whl", bytes(stream.data))
    assert list(extraction.members) == ["x.whl!/lib/wide.so", "x.whl!/lib/\u00e4.so"]
    assert extraction.partly == ""


def test_tar_with_long_names_and_folders() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.PAX_FORMAT) as tar:
        folder = tarfile.TarInfo("./abc")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, content in (("./abc/pathname", b"P/x.so"), ("./abc/asset", ELF), ("./abc/" + "n" * 300, b"y" * 999)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    extraction = native.extract("x.unitypackage", buffer.getvalue())
    assert (list(extraction.members), extraction.partly) == (["x.unitypackage!/P/x.so"], "")


@pytest.mark.parametrize("step", [1, 7])
def test_every_cut_and_flip_has_an_outcome(step: int) -> None:
    """ValueError or an extraction, whatever byte is wrong."""
    seeds = {
        "x.nupkg": zipped(LIB, Row("in.jar", zipped(LIB)), zip64=step == 7),
        "x.unitypackage": unity_package([("x.so", ELF), (None, DOTNET)]),
        "y.unitypackage": gzip.compress(gzip.decompress(unity_package([("x.so", ELF)])), 0, mtime=0),
    }
    outcomes = set()
    for name, data in seeds.items():
        for at in range(0, len(data), max(1, len(data) // 150)):
            flipped = data[:at] + bytes([data[at] ^ (1 << step)]) + data[at + 1 :]
            for damaged in (data[:at], flipped):
                try:
                    outcomes.add(bool(native.extract(name, damaged).partly))
                except ValueError as error:
                    assert "\n" not in str(error)
                    outcomes.add(True)
    assert outcomes == {True, False}


# Folders, and where members belong


def shipped(path: str) -> Extraction:
    return Extraction((Fact("ships", "macho-arm64", Location(path), "macho", value="ios"),))


@pytest.mark.parametrize(
    ("path", "file", "library"),
    [
        ("P/x.so", "P/x.so", "P/x.so"),
        ("P/x.aar!/jni/x.so", "P/x.aar", "P/x.aar!/jni/x.so"),
        ("a.nupkg!/b.JAR!/x.so", "a.nupkg", "a.nupkg!/b.JAR!/x.so"),
        ("odd!/x.so", "odd!/x.so", "odd!/x.so"),
        ("P/X.framework/X", "P/X.framework/X", "P/X.framework"),
        ("P/X.framework/Versions/A/X", "P/X.framework/Versions/A/X", "P/X.framework"),
        ("P/X.xcframework/ios-arm64/X.framework/X", "P/X.xcframework/ios-arm64/X.framework/X", "P/X.xcframework"),
        ("P/X.xcframework/ios-arm64/libX.a", "P/X.xcframework/ios-arm64/libX.a", "P/X.xcframework"),
        ("P/x.bundle/Contents/MacOS/x", "P/x.bundle/Contents/MacOS/x", "P/x.bundle"),
        ("P/x.bundle", "P/x.bundle", "P/x.bundle"),
        ("P/my.plugin/x.so", "P/my.plugin/x.so", "P/my.plugin/x.so"),
        ("X.xcframework.zip!/X.xcframework/ios/X.framework/X", "X.xcframework.zip", "X.xcframework.zip!/X.xcframework"),
    ],
)
def test_whose_file(path: str, file: str, library: str) -> None:
    assert (real_path(path), library_path(path)) == (file, library)


def test_member_path_and_real_path() -> None:
    assert real_path(member_path("a.zip", "b/c.so")) == "a.zip"


@pytest.mark.parametrize(
    ("path", "wanted", "unsure"),
    [
        ("X.framework/X", True, True),
        ("X.framework/Versions/A/X", True, True),
        ("X.framework/Other", False, True),
        ("X.framework/Info.plist", False, False),
        ("X.framework/Headers/X", False, False),
        ("x.bundle/Contents/MacOS/anything", True, False),
        ("x.bundle/Contents/MacOS/anything.meta", False, False),
        ("x.bundle", False, True),
        ("x.jnilib", True, False),
        ("x.XCFRAMEWORK.zip", True, False),
        ("x.vsix", False, False),
    ],
)
def test_names(path: str, wanted: bool, unsure: bool) -> None:
    assert (wants(path), is_unsure(path)) == (wanted, unsure)


def test_a_folder_is_one_component() -> None:
    paths = [
        "Plugins/X.framework/Versions/A/X",
        "Plugins/X.framework/X",
        "Plugins/Y.xcframework/ios-arm64/Y.framework/Y",
        "Plugins/Y.xcframework/ios-sim/Y.framework/Y",
        "Plugins/w.bundle/Contents/MacOS/w",
    ]
    graph = layout("game", {path: shipped(path) for path in paths}, ()).graph
    libraries = {each.path: each.name for each in graph.components.values() if each.kind == "library"}
    assert libraries == {
        "Plugins/X.framework": "X.framework",
        "Plugins/Y.xcframework": "Y.xcframework",
        "Plugins/w.bundle": "w.bundle",
    }
    assert all(graph.path_to("project:.", f"library:{path}") for path in libraries)


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege there")
def test_a_framework_with_its_links(tmp_path: Path) -> None:
    """As Xcode lays it out: `X` and `Versions/Current` are links, and the library is read once."""
    folder = tmp_path / "Plugins" / "X.framework"
    (folder / "Versions" / "A").mkdir(parents=True)
    (folder / "Versions" / "A" / "X").write_bytes(MACHO)
    (folder / "Versions" / "Current").symlink_to("A")
    (folder / "X").symlink_to("Versions/Current/X")
    found = collected(tmp_path, None, 1)
    assert list(found.extractions) == ["Plugins/X.framework/Versions/A/X"]
    assert {each.path: each.state for each in (*found.records, *walk(tmp_path).records)} == {
        "Plugins/X.framework/Versions/A/X": "analysed",
        "Plugins/X.framework/Versions/Current": "excluded",
        "Plugins/X.framework/X": "excluded",
    }
    graph = layout("game", found.extractions, found.records).graph
    assert [each.path for each in graph.components.values() if each.kind == "library"] == ["Plugins/X.framework"]


def test_a_pointer_in_a_framework_stands_for_its_library(tmp_path: Path) -> None:
    folder = tmp_path / "X.framework"
    folder.mkdir()
    (folder / "X").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
    found = collected(tmp_path, None, 1)
    graph = layout("game", found.extractions, found.records).graph
    assert [each.path for each in graph.components.values() if each.kind == "library"] == ["X.framework"]


def test_a_member_is_reached_through_its_archive() -> None:
    path = "third_party/sdk/a.aar!/jni/tests/x.so"
    arranged = layout("game", {path: shipped(path)}, ())
    assert arranged.graph.path_to("project:.", f"library:{path}") == (
        "project:.",
        "library:third_party/sdk/a.aar",
        f"library:{path}",
    )
    assert {each.id for each in arranged.graph.components.values() if each.kind == "vendored"} == {
        "vendored:third_party/sdk"
    }
    owner = arranged.graph.owner(path)
    project = arranged.project_of(path)
    assert owner
    assert (owner.path, project and project.path, ships(path, project)) == (path, ".", True)


def test_managed_members_are_no_components() -> None:
    path = "a.nupkg!/lib/x.dll"
    extraction = native.extract(path, DOTNET)
    graph = layout("game", {path: extraction}, ()).graph
    assert [each.id for each in graph.components.values()] == ["project:."]


def test_outermost_folder() -> None:
    assert folder_of("a/App.app/Contents/Frameworks/X.framework/X") == "a/App.app"
    assert folder_of("a/framework/x.so") == ""


def test_memory_of_the_parent_stays_small(tree: Path) -> None:
    """The bombs again, in a fresh process that says how much it ever used (kilobytes on Linux)."""
    if sys.platform != "linux":
        pytest.skip("ru_maxrss has other units elsewhere")
    script = (
        "import resource, test_archives, pathlib\n"
        "at_start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"test_archives.collected(pathlib.Path({str(tree)!r}), None, 2)\n"
        "print(at_start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": f"{here}{os.pathsep}{here.parent}"}
    run = subprocess.run([sys.executable, "-c", script], check=True, env=environment, capture_output=True, text=True)
    before, after = map(int, run.stdout.split())
    assert after - before < 100_000
