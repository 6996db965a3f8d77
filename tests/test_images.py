"""The sizes beside a verdict: sourced, dated, and found by what stands after FROM."""

from __future__ import annotations

import fnmatch
import re
from datetime import date
from pathlib import Path

import pytest

from portlint.catalog import load_catalog
from portlint.catalog.images import load_images
from portlint.errors import PortlintError


def test_every_size_has_a_source_and_a_date() -> None:
    images = load_images()
    claims = [(row.source, row.checked) for row in images.image] + [(row.source, row.checked) for row in images.module]
    assert [source for source, _ in claims if not re.fullmatch(r"https://[\w.-]+\.\w+/\S+", source)] == []
    assert [checked for _, checked in claims if checked > date.today()] == []
    assert all(row.compressed is not None or row.unpacked is not None for row in images.image)
    assert all(0 < row.low <= row.likely and bool(row.language) != bool(row.engine) for row in images.module)


@pytest.mark.parametrize(
    ("reference", "compressed", "unpacked"),
    [
        ("node", 408.9, 1120),
        ("node:22", 408.9, 1120),
        ("node:22-slim", 80.5, 220),
        ("docker.io/library/node:24-bookworm-slim@sha256:00", 80.5, 220),
        ("node:22-alpine3.20", None, 155),
        ("registry.example:5000/node:22", 408.9, 1120),
        ("python:3.12-slim-bookworm", 43.4, 150),
        ("debian:bookworm", 48.5, 124),
        ("debian:bookworm-slim", 28.2, None),
        ("gcr.io/distroless/static:nonroot", 2.1, None),
        ("gcr.io/distroless/nodejs22-debian12:latest", None, 141),
        ("scratch", 0, 0),
    ],
)
def test_an_image_is_found_by_its_reference(reference: str, compressed: float | None, unpacked: float | None) -> None:
    found = load_images().of(reference)
    assert found is not None
    assert (found.compressed, found.unpacked) == (compressed, unpacked)


@pytest.mark.parametrize(
    "reference", ["python:3.12", "python:3.12-alpine", "acme/node:22", "nodejs:22", "", "alpine-x"]
)
def test_an_image_that_no_row_speaks_of_is_not_guessed(reference: str) -> None:
    assert load_images().of(reference) is None


def test_a_module_is_sized_by_engine_before_language() -> None:
    images = load_images()
    go, godot = images.module_of("go"), images.module_of("c", engine="godot")
    assert go is not None
    assert godot is not None
    assert (go.likely, godot.likely) == (10, 35)
    assert images.module_of("cobol") is None
    assert images.module_of() is None


def test_staying_is_explained_for_capabilities_that_exist() -> None:
    images, catalog = load_images(), load_catalog()
    named = [name for row in images.stay for name in row.needs]
    assert all(fnmatch.filter(catalog.capabilities, name) for name in named)
    assert len(named) == len(set(named))
    assert "container has UDP" in images.why_stay({"time.clock", "net.udp"})
    assert images.why_stay({"time.clock"}) == ""


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("image = 1", "Expected `array`"),
        ("image = []\nmodule = []\nstay = []\nother = 1", "unknown field `other`"),
        ("image = [", "not valid TOML"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "images.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PortlintError, match=complaint):
        load_images(tmp_path)
