"""What units showed is kept between runs, and forgotten where anything that it rests on has changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.cache import Cache
from portlint.extractors.source.c import family as c_family
from portlint.model.report import Report
from portlint.scan import Options, scan
from portlint.units.walk import Walker

FILES = {
    "net.h": "#include <unistd.h>\nstatic int go(void) { return fork(); }\n",
    "one.c": '#include "net.h"\n',
    "two.c": "#include <unistd.h>\nint stop(void) { return getppid(); }\n",
    "three.c": "int nothing;\n",
}


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The units that were really walked, in order."""
    units: list[str] = []
    unit = Walker.unit

    def counted(self: Walker, path: str, start: object) -> object:
        units.append(path)
        return unit(self, path, start)  # type: ignore[arg-type]

    monkeypatch.setattr(Walker, "unit", counted)
    return units


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "tree"
    root.mkdir()
    for name, text in FILES.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


def report(root: Path, *targets: str, use_cache: bool = True, **defines: str) -> Report:
    options = Options(targets=targets or ("wasip1",), use_cache=use_cache, defines=defines)
    return scan(root, options, lambda done, total: None).report


def test_a_second_run_walks_nothing_and_says_the_same(tree: Path, walked: list[str]) -> None:
    first = report(tree)
    assert sorted(walked) == ["one.c", "three.c", "two.c"]
    walked.clear()
    assert report(tree) == first
    assert walked == []


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (lambda root: (root / "net.h").write_text(FILES["net.h"] + "int more;\n", encoding="utf-8"), ["one.c"]),
        (lambda root: (root / "two.c").write_text("int two;\n", encoding="utf-8"), ["two.c"]),
        # a new file can be what an include means: everything is walked anew
        (lambda root: (root / "new.h").write_text("int x;\n", encoding="utf-8"), ["one.c", "three.c", "two.c"]),
    ],
    ids=["a header", "a unit", "a new file"],
)
def test_only_units_that_read_the_change_are_walked(
    tree: Path, walked: list[str], change: Callable[[Path], object], again: list[str]
) -> None:
    report(tree)
    walked.clear()
    change(tree)
    changed = report(tree)
    assert sorted(walked) == again
    assert changed == report(tree, use_cache=False)


def test_another_target_or_define_is_another_walk(tree: Path, walked: list[str]) -> None:
    report(tree)
    for again in (lambda: report(tree, "wasip2"), lambda: report(tree, "wasip1@2022"), lambda: report(tree, NET="1")):
        walked.clear()
        again()
        assert len(walked) >= 3


def test_another_extractor_gives_other_numbers(tree: Path, walked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    report(tree)
    walked.clear()
    monkeypatch.setattr(c_family, "VERSION", c_family.VERSION + 1)
    report(tree)
    assert sorted(walked) == ["one.c", "three.c", "two.c"]


def test_a_damaged_memory_is_walked_anew(tree: Path, walked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    first = report(tree)
    walked.clear()
    kept = Cache.get_bytes
    monkeypatch.setattr(Cache, "get_bytes", lambda self, key: (kept(self, key) or b"")[:-1] or None)
    assert report(tree) == first
    assert sorted(walked) == ["one.c", "three.c", "two.c"]
