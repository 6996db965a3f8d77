"""Calls to learn from: the last lines of each command's help, and of its part of the manual page."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "scan": (
        ("portlint scan", "this folder; targets follow from what it is"),
        ("portlint scan server --target wasip1 --target wasip2", "for these two"),
        ("portlint scan . --output sarif=portlint.sarif", "and a report in a file"),
        ("portlint scan . --fail-on never --verbose", "everything, exit code 0"),
    ),
    "plan": (
        ("portlint plan", "go or no-go, the cut, the tax, the work"),
        ("portlint plan game --drop steamworks", "the same without a component"),
        ("portlint plan . --output-format markdown", "for a wiki or an issue"),
    ),
    "diff": (
        ("portlint diff before.json after.json", "what changed between reports"),
        ("portlint diff target:wasip1 target:wasip2", "between two targets"),
    ),
    "graph": (
        ("portlint graph", "the components, and what needs what"),
        ("portlint graph game --output-format mermaid", "as a picture"),
    ),
    "why": (
        ("portlint why steamworks", "every way to a component"),
        ("portlint why src/net.c:12 --path game", "what a finding hangs on"),
    ),
    "cache": (
        ("portlint cache --stats", "where it lies, and its size"),
        ("portlint cache --clear", "start anew"),
    ),
    "calibrate": (
        ("portlint calibrate ports.toml", "writes portlint-rates.toml"),
        ("portlint calibrate ports.csv --output studio.toml", "writes another file"),
    ),
    "targets": (
        ("portlint targets", "the list"),
        ("portlint targets wasip2", "what one supports, worst first"),
        ("portlint targets --matrix", "everything against everything"),
    ),
    "rules": (("portlint rules", "a line each"),),
    "explain": (
        ("portlint explain udp-socket", "a rule, with examples"),
        ("portlint explain net.udp --target wasip2", "a capability on one target"),
        ("portlint explain steamworks", "a package"),
    ),
    "config": (
        ("portlint config check", "mistakes, and what the settings come to"),
        ("portlint config schema > portlint.schema.json", "for an editor"),
    ),
    "completion": (
        ('eval "$(portlint completion bash)"', "in ~/.bashrc; zsh: in ~/.zshrc"),
        ("portlint completion fish | source", "in ~/.config/fish/config.fish"),
    ),
    "man": (("portlint man | man -l -", "read it here"),),
}
_ROOM = 72  # the manual page indents by seven and has 80 columns


def epilog(command: str, own: str = "") -> str:
    """What the command says itself, then `examples:` and a line each; "" for neither.

    The explanation stands on a line of its own where both do not fit.
    """
    rows = EXAMPLES.get(command, ())
    wide = max((len(call) for call, _ in rows), default=0)
    narrow = all(2 + wide + 2 + len(text) <= _ROOM for _, text in rows)
    lines = [f"  {call:{wide}}  {text}" if narrow else f"  {call}\n      {text}" for call, text in rows]
    examples = "\n".join(["examples:", *lines]) if lines else ""
    return "\n\n".join(part for part in (_filled(own), examples) if part)


def _filled(text: str) -> str:
    if not text:
        return ""
    import textwrap

    return textwrap.fill(text, _ROOM)
