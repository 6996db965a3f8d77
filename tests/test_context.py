"""The size of a server's image and of its module stand beside the verdict, where both are known."""

from __future__ import annotations

import pytest

from portlint.catalog import load_catalog
from portlint.extractors.manifest.containers import dockerfile
from portlint.judge.context import sizes
from portlint.model.component import Project


@pytest.mark.parametrize(
    ("kind", "base", "target", "said"),
    [
        ("go", "golang:1.27", "wasip1", False),  # no size is known
        ("go", "debian:trixie-slim", "wasip1", True),
        ("node", "node:22-slim", "cloudflare-workers", True),
        ("native", "debian:trixie-slim", "wasip2", True),
        ("native", "debian:trixie-slim", "web-emscripten", False),  # a page replaces no image
        ("native", "debian:trixie-slim", "container", False),
        ("native", "example.org/own:1", "wasip2", False),
        ("cobol", "debian:trixie-slim", "wasip2", False),
    ],
)
def test_sizes_stand_beside_a_verdict(kind: str, base: str, target: str, said: bool) -> None:
    files = {"Dockerfile": dockerfile.extract("Dockerfile", f'FROM {base}\nCMD ["/server"]\n'.encode())}
    told = sizes(Project(".", kind), files, load_catalog().targets[target])
    assert len(told) == said
    assert all("no reason to port" in sentence and " MB " in sentence for sentence in told)
