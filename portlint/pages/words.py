"""Sentences about rules and capabilities that do not depend on where they are read."""

from __future__ import annotations

from portlint.model.catalog import Capability, Match, Rule
from portlint.model.fact import FactKind
from portlint.model.finding import Confidence

LANGUAGES = {
    "c": "C, C++ or Objective-C", "cpp": "C++", "objc": "Objective-C", "csharp": "C#", "gdscript": "GDScript",
    "go": "Go", "javascript": "JavaScript or TypeScript", "lua": "Lua", "python": "Python", "rust": "Rust",
    "zig": "Zig", "godot": "Godot's scenes and settings", "wasm": "a WebAssembly module", "binary": "a binary",
    "cargo": "Cargo manifests", "container": "container manifests", "cmake": "CMake", "vcpkg": "vcpkg manifests",
}  # fmt: skip
KINDS: dict[FactKind, str] = {
    "call": "calls", "type": "types", "include": "includes", "import": "imports", "constant": "constants",
    "construct": "constructs", "symbol": "symbols that a binary wants", "links": "libraries that a binary needs",
    "may-load": "libraries that are loaded later", "ships": "binaries in the tree", "package": "packages",
    "setting": "settings",
}  # fmt: skip
SURE: dict[Confidence, str] = {
    "high": "the name, and what stands around it, leave no other reading",
    "medium": "a likely reading; the name has others",
    "low": "a guess from the name alone, or code that nothing in the tree shows to be built",
}
_COMMENTS = {
    "//": {"c", "cpp", "objc", "csharp", "go", "javascript", "rust", "zig"},
    "#": {"gdscript", "python", "cargo", "container", "cmake"},
    "--": {"lua"},
    ";": {"godot"},
}
READ_EXAMPLE = "A line with a mark gives that finding; a line without one must give nothing."


def matched(match: Match) -> str:
    """What kind of name is looked for, where: `calls in C, C++ or Objective-C, beside SOCK_DGRAM`."""
    where = f" in {LANGUAGES.get(match.language, match.language)}" if match.language else ""
    values = f", with the value {_either(match.values)}" if match.values else ""
    beside = f", in files that also name {_either(match.with_)}" if match.with_ else ""
    engine = f", engine {match.engine}" if match.engine else ""
    return f"{KINDS.get(match.kind, match.kind)}{where}{values}{beside}{engine}"


def confidences(rule: Rule) -> tuple[Confidence, ...]:
    """The confidences that the rule's own entries start from, the surest first."""
    return tuple(word for word in SURE if any(match.confidence == word for match in rule.match))


def price(capability: Capability) -> str:
    """What adapting costs, and what makes it more, in two sentences."""
    low, likely, high = (f"{days:g}" for days in capability.days)
    first = f"The first place that needs it takes {low} to {high} person-days, likely {likely}"
    more = []
    if capability.per_file:
        more.append(f"{capability.per_file:g} for each further file")
    if capability.per_site:
        more.append(f"{capability.per_site:g} for each further use")
    growth = f"; {' and '.join(more)}, each counting less the more there are" if more else "; more places add nothing"
    return f"{first}{growth}. This rests on: {capability.basis}."


def comment_of(rule: Rule) -> str:
    """A comment that silences the rule on its line, in a syntax of the rule's own files; "" where these have none."""
    languages = {match.language for match in rule.match}
    lead = next((lead for lead, known in _COMMENTS.items() if languages & known), "" if languages else "//")
    return f"{lead} portlint: ignore[{rule.id}] reason" if lead else ""


def setting_of(rule: Rule) -> tuple[str, ...]:
    """Lines of `portlint.toml` that silence the rule in a folder, also for what has no comments."""
    return ("[[ignore]]", 'path = "a/folder/"', f'rules = ["{rule.id}"]', 'reason = "why"')


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(names)
