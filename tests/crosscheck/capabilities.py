"""What code needs of a target, asked twice: of its source by a scan, of its binary's imports by the same rules."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from portlint.catalog import load_catalog
from portlint.catalog.toolchain import toolchain_for
from portlint.extractors.binary import native
from portlint.judge.facts import Judge
from portlint.judge.matching import Matcher
from portlint.judge.rebuild import asked_of
from portlint.model.fact import Fact
from portlint.scan import Options, scan

Needs = dict[str, set[str]]  # capability -> names that ask for it

TARGETS = ("wasip1", "wasip1-threads", "wasip2", "web-emscripten", "web-emscripten-pthreads")


@cache
def judge_of(target: str) -> Judge:
    catalog = load_catalog()
    profile = catalog.targets[target]
    return Judge(catalog, profile, toolchain_for(profile, ""), Matcher(catalog.rules.values()))


def of_source(tree: Path, target: str, defines: dict[str, str] | None = None) -> Needs:
    """Calls, types and headers that a target has something against, in code that is alive there."""
    options = Options((target,), defines or {}, use_cache=False)
    (report,) = scan(tree, options, lambda _done, _of: None).report.targets
    needs: Needs = {}
    for finding in report.findings:
        if finding.level != "unknown" and finding.kind in ("call", "type", "include", "constant", "construct"):
            needs.setdefault(finding.capability, set()).add(finding.name)
    return needs


def of_binary(path: str, data: bytes, target: str) -> Needs:
    """Imports that the target has something against; what start-up code alone may ask for is left out."""
    return asked(native.extract(path, data).facts, target)


def asked(facts: Iterable[Fact], target: str) -> Needs:
    """The same for facts of a binary."""
    needs: Needs = {}
    for fact, rule, answer in asked_of(tuple(facts), judge_of(target)):
        if answer.level != "unknown":
            needs.setdefault(rule.needs, set()).add(fact.name)
    return needs


def names(needs: Needs) -> set[str]:
    """All names of functions and types; headers and features of the language have no name in a binary."""
    return {name for each in needs.values() for name in each if name and not name.startswith("<")}
