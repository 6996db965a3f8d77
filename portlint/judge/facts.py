"""Facts joined with rules and a target: findings without components yet."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence

import msgspec

from portlint.catalog.platforms import platform_names
from portlint.catalog.toolchain import Toolchain
from portlint.judge.level import Answer, of_capability, of_header, of_symbol
from portlint.judge.matching import Matcher
from portlint.judge.verdict import GATE
from portlint.model.catalog import Catalog, Match, Rule, Target
from portlint.model.fact import Fact, Location
from portlint.model.finding import SEVERITY_OF, Confidence, Finding, rank
from portlint.model.guard import ALWAYS
from portlint.units.state import Gate
from portlint.units.view import Life, View

MISSING_FUNCTION = "missing-libc-function"
MISSING_HEADER = "missing-system-header"
CHAIN = "platform-chain"
PLATFORM_API = "platform-api"


class Judged(msgspec.Struct, frozen=True):
    """Findings of one target, and how many facts a guard rules out there (credit for work already done)."""

    findings: tuple[Finding, ...]
    credit: int


class Judge:
    """Joins facts with one target."""

    def __init__(
        self,
        catalog: Catalog,
        target: Target,
        toolchain: Toolchain,
        matcher: Matcher,
        system_headers: Container[str] = (),
    ) -> None:
        """`system_headers`: those that some toolchain has; they are judged where a unit asks for them."""
        self._system_headers = system_headers
        self._catalog = catalog
        self._target = target
        self._toolchain = toolchain
        self._matcher = matcher
        self._source = toolchain.source
        ruled = {name for rule in catalog.rules.values() for match in rule.match for name in match.names}
        self._platform_names = {name: home for name, home in platform_names().items() if name not in ruled}

    def native(self, facts: Sequence[Fact], view: View, shipped: Mapping[str, str]) -> Judged:
        """Findings of C-family facts. `shipped`: project paths by header name, for headers that the tree has."""
        beside: dict[str, set[str]] = {}
        for number in view.lives:
            fact = facts[number]
            beside.setdefault(fact.location.path, set()).add(fact.name)
        findings = []
        for number, life in sorted(view.lives.items()):
            finding = self._native_fact(facts[number], life, beside[facts[number].location.path], shipped)
            if finding:
                findings.append(finding)
        findings.extend(self._headers(view))
        findings.extend(self._gates(view))
        return Judged(tuple(findings), len(facts) - len(view.lives))

    def plain(self, facts: Iterable[Fact], engine: str = "") -> Judged:
        """Findings of facts whose own guard decides: every language but the C family. `engine`: its version."""
        findings = []
        credit = 0
        for fact in facts:
            holds = fact.guard.holds(self._target.features, self._target.lacks)
            chosen = self._matcher.first(fact, engine=engine)
            if chosen is None:
                continue
            answer = self._answer(fact, *chosen)
            if answer is None or answer.level == "works":
                continue
            if holds is False:
                credit += 1
                continue
            findings.append(self._finding(fact, *chosen, answer, "live" if holds else "open"))
        return Judged(tuple(findings), credit)

    def asks(self, fact: Fact, beside: Collection[str]) -> tuple[Rule, Answer] | None:
        """What a binary's import comes to on the target, whose tables speak for names without a rule; None: nothing.

        `beside`: all that the binary imports.
        """
        chosen = self._matcher.first(fact, beside)
        if chosen is None:
            if fact.kind != "symbol" or fact.name not in self._toolchain.symbols:
                return None
            chosen = self._catalog.rules[MISSING_FUNCTION], _TABLE
        answer = self._answer(fact, *chosen)
        return None if answer is None or answer.level == "works" else (chosen[0], answer)

    def speaks_of(self, fact: Fact) -> bool:
        """Whether a rule or the target's tables know the name, also where nothing stands against it."""
        return self._matcher.first(fact) is not None or fact.name in self._toolchain.symbols

    def _native_fact(self, fact: Fact, life: Life, beside: set[str], shipped: Mapping[str, str]) -> Finding | None:
        chosen = self._matcher.first(fact, beside)
        if fact.kind == "include":
            if chosen is None or fact.name in self._system_headers or fact.name in shipped:
                return None  # system headers that lack are reported where a unit first asks for them
        elif chosen is None:
            if self._target.family == "container":
                return None  # the tables know glibc alone, and an image has what it installs
            if fact.kind == "call" and fact.name in self._platform_names:
                return self._platform_api(fact, life)
            if fact.kind != "call" or fact.name not in self._toolchain.symbols:
                return None
            chosen = self._catalog.rules[MISSING_FUNCTION], _TABLE
        answer = self._answer(fact, *chosen)
        if answer is None or answer.level == "works":
            return None
        return self._finding(fact, *chosen, answer, life)

    def _platform_api(self, fact: Fact, life: Life) -> Finding:
        rule = self._catalog.rules[PLATFORM_API]
        answer = of_capability(self._target.support[rule.needs])
        belongs = f"it belongs to {self._platform_names[fact.name]}"
        return self._finding(fact, rule, _CATALOGUE, msgspec.structs.replace(answer, because=belongs), life)

    def _answer(self, fact: Fact, rule: Rule, match: Match) -> Answer | None:
        support = self._target.support[rule.needs]
        if fact.kind in ("call", "symbol"):
            mark = self._toolchain.symbols.get(fact.name)
            if mark is not None:
                of_table = of_symbol(mark, support, self._target, self._source)
                if not match.over_table:
                    return of_table
                of_need = of_capability(support)
                return of_table if of_table and rank(of_table.level) >= rank(of_need.level) else of_need
        return of_capability(support)

    def _finding(self, fact: Fact, rule: Rule, match: Match, answer: Answer, life: Life) -> Finding:
        confidence: Confidence = match.confidence
        guard = "" if fact.guard == ALWAYS else str(fact.guard)
        level = answer.level
        blocker = answer.blocker
        message = f"{rule.summary} ({_shown(fact)}): {answer.because}"
        if life in ("open", "foreign"):
            level, confidence, blocker = "unknown", "low", False
            why = (
                "built only where another platform's headers are"
                if life == "foreign"
                else f"only if {guard or 'its condition holds'}"
            )
            message = f"{rule.summary} ({_shown(fact)}), {why}: {answer.because}"
        elif life == "behind-gate":
            confidence = "medium" if confidence == "high" else confidence
            message = f"{rule.summary} ({_shown(fact)}), behind a platform gate: {answer.because}"
        return Finding(
            rule.id,
            rule.needs,
            level,
            SEVERITY_OF[level],
            blocker and confidence != "low",
            confidence,
            fact.kind,
            f"<{fact.name}>" if fact.kind == "include" else fact.name,
            fact.location,
            guard,
            "",
            (),
            message,
            answer.instead,
            answer.source,
        )

    def _headers(self, view: View) -> list[Finding]:
        findings: list[Finding] = []
        for row, units in sorted(view.lacking.items()):
            if self._target.family == "container":
                break
            fact = Fact("include", row.header, Location(row.path, row.line, 1), "c")
            chosen = self._matcher.first(fact)
            rule = chosen[0] if chosen else self._catalog.rules[MISSING_HEADER]
            header = self._toolchain.header(row.header) if self._toolchain.has(row.header) else None
            if header and row.status == "flag" and header.flag in self._target.assumes:
                continue
            answer = of_header(
                row.status,
                header.flag if header else "",
                header.error if header else "",
                self._target.support[rule.needs],
                self._target,
                self._source,
            )
            behind = f"; {units} translation units include it" if units > 1 else ""
            finding = self._finding(fact, rule, _TABLE, answer, "live")
            findings.append(
                msgspec.structs.replace(finding, message=f"includes <{row.header}>: {answer.because}{behind}")
            )
        return findings

    def _chain(self, gate: Gate, units: int) -> Finding:
        """An #if chain of platforms that leaves this one out: often a default that is wrong here."""
        rule = self._catalog.rules[CHAIN]
        support = self._target.support[rule.needs]
        answer = Answer("partial", support.because, support.instead, support.source, False)
        fact = Fact("construct", "#if", Location(gate.path, gate.line, 1), "c")
        finding = self._finding(fact, rule, _TABLE, answer, "live")
        behind = f"; {units} translation units read it" if units > 1 else ""
        message = f"no branch of this #if chain is taken on {self._target.id} ({gate.text}){behind}"
        return msgspec.structs.replace(finding, name="", message=message, confidence="medium")

    def _gates(self, view: View) -> list[Finding]:
        """One finding a file: the first `#error` reached, the others named with it."""
        by_path: dict[str, list[tuple[int, str, int]]] = {}
        chains = []
        for gate, units in sorted(view.gates.items()):
            if gate.chain:
                chains.append(self._chain(gate, units))
                continue
            by_path.setdefault(gate.path, []).append((gate.line, gate.text, units))
        rule = self._catalog.rules[GATE]
        support = self._target.support[rule.needs]
        findings = chains
        for path, rows in sorted(by_path.items()):
            rows.sort()
            line, text, _ = rows[0]
            units = max(units for _, _, units in rows)
            more = f", then in lines {', '.join(str(row[0]) for row in rows[1:])}" if len(rows) > 1 else ""
            fact = Fact("construct", "#error", Location(path, line, 1), "c")
            answer = Answer("fails-at-build", support.because, support.instead, support.source, False)
            finding = self._finding(fact, rule, _TABLE, answer, "live")
            stops = f"stops {units} translation units" if units > 1 else "stops its translation unit"
            said = f"#error {text}" if text else "#error"
            findings.append(
                msgspec.structs.replace(finding, name="", message=f"{said}{more} {stops}: {support.because}")
            )
        return findings


def _shown(fact: Fact) -> str:
    return f"<{fact.name}>" if fact.kind == "include" else fact.name


_TABLE = Match("call", (), confidence="high")
_CATALOGUE = Match("call", (), confidence="medium")  # projects bring shims of other platforms' functions along
