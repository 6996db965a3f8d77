"""`portlint targets --matrix`: one table that a terminal of 80 columns can show, and the same as data."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from portlint.catalog import load_catalog
from portlint.cli import run
from portlint.matrix import WIDTH, WORDS, matrix_json, matrix_lines
from portlint.model.catalog import Capability, Catalog, Support, Target
from portlint.model.finding import Level

SOURCE = "https://example.org/page"


def small(*targets: tuple[str, str, dict[str, Support]]) -> Catalog:
    """A catalogue of three capabilities in two areas; targets as id, family and answers."""
    names = ("net.udp", "net.dns", "gfx.vulkan")
    capabilities = {name: Capability(name, f"title of {name}", (1, 2, 3), 0, 0, "guess") for name in names}
    profiles = {
        name: msgspec.convert(
            {"id": name, "title": name, "family": family, "version": "1", "toolchain": "host", "support": {}}, Target
        )
        for name, family, _ in targets
    }
    answered = {name: msgspec.structs.replace(profiles[name], support=support) for name, _, support in targets}
    return Catalog(capabilities, {}, answered, {})


def answers(udp: Level, dns: Level, vulkan: Level, blocker: bool = False) -> dict[str, Support]:
    day = date(2026, 1, 2)
    return {
        "net.udp": Support(udp, SOURCE, day, because="x", blocker=blocker),
        "net.dns": Support(dns, SOURCE, day, because="x"),
        "gfx.vulkan": Support(vulkan, SOURCE, day, because="x"),
    }


def test_a_small_table() -> None:
    catalog = small(
        ("container", "container", answers("works", "works", "partial")),
        ("wasip1", "wasi", answers("fails-at-build", "silent", "unknown", blocker=True)),
        ("web-emscripten", "browser", answers("fails-at-run", "hangs", "flag")),
        ("zz-engine", "browser", answers("works", "works", "works")),
    )
    lines = matrix_lines(catalog)
    assert "\n".join(lines[4:-2]) == "\n".join(
        [
            "Servers: container, wasip1",
            "",
            "           container wasip1",
            "net.udp    yes       build!",
            "net.dns    yes       fakes",
            "",
            "gfx.vulkan part      ?",
            "",
            "Servers on a platform: container",
            "",
            "           container",
            "net.* (2)  yes",
            "gfx.vulkan part",
            "",
            "Browsers: web = web-emscripten",
            "",
            "           web",
            "net.udp    run",
            "net.dns    hangs",
            "",
            "gfx.vulkan flag",
            "",
            "Engines: zz-engine",
            "",
            "           zz-engine",
            "net.* (2)  yes",
            "gfx.vulkan yes",
        ]
    )


def test_every_level_has_a_word_that_the_key_explains() -> None:
    assert set(WORDS) == set(get_args(Level))
    assert len(set(WORDS.values())) == len(WORDS)
    key = " ".join(matrix_lines(small(("container", "container", answers("works", "works", "works"))))[:3])
    assert all(re.search(rf"(^|[ ,;]){re.escape(word)} ", key) for word in WORDS.values())


def test_the_real_table_fits_and_leaves_no_target_out() -> None:
    catalog = load_catalog()
    lines = matrix_lines(catalog)
    assert max(map(len, lines)) <= WIDTH
    heads = " ".join(" ".join(lines).split())
    assert [name for name in catalog.targets if not re.search(rf"(^|[ ,=]){re.escape(name)}([ ,]|$)", heads)] == []
    # Rows that were folded into their area are counted there.
    tables = "\n".join(lines).split("\nServers on a platform")[0].splitlines()
    rows = [line.split()[0] for line in tables if re.match(r"\S+\.\S+ ", line) and not re.match(r"\S+\.\* ", line)]
    folded = [int(found[1]) for line in tables if (found := re.match(r"\w+\.\* \((\d+)\)", line))]
    assert len(rows) + sum(folded) == len(catalog.capabilities)


def test_the_data_says_the_same_with_reasons_and_sources() -> None:
    catalog = load_catalog()
    data: dict[str, Any] = json.loads(matrix_json(catalog))
    assert data["schema"] == "portlint-targets/1"
    assert list(data["targets"]) == list(catalog.targets)
    udp = data["targets"]["cloudflare-workers"]["support"]["net.udp"]
    assert udp["level"] == "fails-at-run"
    assert udp["blocker"] is True
    assert udp["source"].startswith("https://developers.cloudflare.com/")
    assert udp["checked"] == "2026-11-22"
    rust = data["targets"]["wasip2"]["languages"]["rust"]
    assert (rust["status"], rust["triple"]) == ("ready", "wasm32-wasip2")
    assert data["targets"]["cloudflare-workers"]["limits"]["memory"]["value"] == "128 MB an isolate"


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["targets", "--matrix"]) == 0
    text = capsys.readouterr().out
    assert text == "\n".join(matrix_lines(load_catalog())) + "\n"
    assert run(["targets", "--matrix", "--output-format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["targets"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["targets", "wasip2", "--matrix"], "portlint targets wasip2"),
        (["targets", "--output-format", "json"], "--output-format goes with --matrix"),
        (["targets", "--matrix", "--output-format", "yaml"], "invalid choice"),
    ],
)
def test_a_wrong_call_is_the_users_mistake(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert complaint in capsys.readouterr().err


def test_a_target_shows_languages_limits_and_advice(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["targets", "cloudflare-workers"]) == 0
    text = capsys.readouterr().out
    assert "advice: fits a server that speaks HTTP or WebSocket" in text
    assert re.search(r"^  rust +ready +wasm32-unknown-unknown, workers-rs$", text, re.MULTILINE)
    assert "  memory: 128 MB an isolate\n    source: https://developers.cloudflare.com/" in text
    assert run(["targets", "godot-web"]) == 0
    assert "languages:" not in capsys.readouterr().out


def test_the_page_lists_every_target() -> None:
    page = (Path(__file__).resolve().parent.parent / "docs" / "targets.md").read_text(encoding="utf-8")
    assert [name for name in load_catalog().targets if f"`{name}`" not in page] == []
