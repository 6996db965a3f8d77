"""Write `symbols.tsv`: per name, whether it links, whether a header declares it, and what a call of it does."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import msgspec
from candidates import defined_in
from declared import declared_names, macros, together, usable_headers
from links import linking
from symbol_rows import Row
from toolchains import SJLJ, Toolchain

_BLOCK = re.compile(r"^@ (\S+)\n((?:[^@].*\n)*)", re.M)
_REFUSAL = re.compile(r"^! (?:flag:(-D\S+|-mllvm \S+|-msimd128 \S+) )?", re.M)
_JUMPS = {"setjmp": "longjmp", "_setjmp": "_longjmp", "sigsetjmp": "siglongjmp"}
# Only in a kernel header, an architecture's or a compiler's: no place to look for libc's functions.
_NO_LIBC = re.compile(
    r"(linux|asm|asm-generic|misc|mtd|rdma|scsi|sound|video|xen|bits|compat|SDL|GL|GLES|X11|sanitizer)/|.*intrin\.h$"
)


class Answer(msgspec.Struct):
    """What one toolchain says about all candidates."""

    links: set[str]
    option: dict[str, str]
    declared: set[str]
    gated: dict[str, str]
    macros: dict[str, str]


def ask(toolchain: Toolchain, names: list[str], headers_txt: str, base: Path) -> Answer:
    """Link and declare every name. Raises RuntimeError when the toolchain itself fails."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        links, option = _links(toolchain, names, base, folder)
        answer = Answer(links, option, set(), {}, {})
        _declare(toolchain, names, headers_txt, answer, folder)
        if not toolchain.packages:
            _jumps(toolchain, answer, folder)
    return answer


def rows(toolchain: str, answer: Answer, names: Iterable[str]) -> dict[str, Row]:
    """By name, the row without run-time knowledge."""
    return {name: Row(name, "", "", *_mark(toolchain, answer, name)) for name in names}


def _mark(toolchain: str, answer: Answer, name: str) -> tuple[str, str]:
    if name in answer.option:
        return f"flag:{answer.option[name]}", "link"
    if name not in answer.links:
        # stat64 is `#define stat64 stat` and isnan a macro with arguments: nothing is lacking.
        alias = answer.macros.get(name)
        if alias is None or alias == name or (alias.isidentifier() and alias not in answer.links):
            return "absent", "link"
        return "defined", "declare"
    if toolchain == "host" or name in answer.declared:
        return "defined", "link"
    if name in answer.gated:
        return f"flag:{answer.gated[name]}", "declare"
    return "undeclared", "declare"


def _links(toolchain: Toolchain, names: list[str], base: Path, folder: Path) -> tuple[set[str], dict[str, str]]:
    if toolchain.listing is not None:
        return _listed(toolchain, names, base)
    links = linking(names, toolchain.c, toolchain.link, folder)
    option = {}
    for flag, library in toolchain.options:
        wanted = [name for name in names if name not in links]
        before = toolchain.link.index("-lc")
        command = (*toolchain.link[:before], library, *toolchain.link[before:])
        option.update(dict.fromkeys(linking(wanted, toolchain.c, command, folder), flag))
    return links, option


def _listed(toolchain: Toolchain, names: list[str], base: Path) -> tuple[set[str], dict[str, str]]:
    """Upstream's list leaves out libdl and includes the emulation libraries: both are read from wasip1's archives."""
    assert toolchain.listing is not None
    library = base / "yowasp/lib/wasm32-wasip1"
    links = set(toolchain.listing.read_text(encoding="utf-8").split()) | set(defined_in("-g", f"{library}/libdl.a"))
    option = {
        name: flag
        for flag, archive in toolchain.options
        for name in defined_in("-g", f"{library}/lib{archive.removeprefix('-l')}.a")
    }
    return (links - set(option)) & set(names), {name: flag for name, flag in option.items() if name in names}


def _declare(toolchain: Toolchain, names: list[str], headers_txt: str, answer: Answer, folder: Path) -> None:
    blocks = _BLOCK.findall(headers_txt)
    listed = [name for name, _ in blocks if name.endswith(".h") and not _NO_LIBC.match(name)]
    cure_of = {name: found[1] for name, body in blocks if (found := _REFUSAL.search(body))}
    cures = {cure: words for cure, words in toolchain.cures if not cure.startswith("-msimd128")}
    every = (*toolchain.c, *(word for words in cures.values() for word in words))
    usable = usable_headers(listed, every, folder)
    open_names = declared_names(names, usable, every, folder)
    answer.macros = macros(names, usable, every, folder)
    plain = together([name for name in usable if name not in cure_of], toolchain.c, folder)
    answer.declared = declared_names(names, plain, toolchain.c, folder)
    left = sorted(open_names - answer.declared)
    for cure, words in cures.items():
        command = (*toolchain.c, *words)
        headers = together([*plain, *(name for name in usable if cure_of.get(name) == cure)], command, folder)
        for name in declared_names(left, headers, command, folder):
            answer.gated.setdefault(name, cure)


def _jumps(toolchain: Toolchain, answer: Answer, folder: Path) -> None:
    """setjmp and its kind are rewritten by the compiler: only a program that jumps tells whether they are there."""
    flags = SJLJ.split() if SJLJ in dict(toolchain.cures) else []
    for mark, jump in _JUMPS.items():
        saved, second = ("sigjmp_buf", ", 1") if mark.startswith("sig") else ("jmp_buf", "")
        source, made = folder / "jump.c", folder / "jump.o"
        text = (
            f"#include <setjmp.h>\n{saved} b;\nint main(void) {{ if (!{mark}(b{second})) {jump}(b, 1); return 0; }}\n"
        )
        source.write_text(text, encoding="utf-8")
        words = (
            *toolchain.c,
            *flags,
            "-Werror=implicit-function-declaration",
            "-w",
            "-c",
            str(source),
            "-o",
            str(made),
        )
        fine = subprocess.run(words, capture_output=True, check=False).returncode == 0
        if not toolchain.link and mark == "sigsetjmp":
            fine = False  # the compiler rewrites setjmp alone; sigsetjmp is a function, and no list has it
        if fine and toolchain.link:
            command = [word.replace("{}", str(made)).replace("{out}", str(folder / "jump")) for word in toolchain.link]
            if flags:
                command.insert(command.index("-lc"), "-lsetjmp")
            fine = subprocess.run(command, capture_output=True, check=False, cwd=folder).returncode == 0
        for name in (mark, jump):
            answer.links.discard(name)
            answer.option.pop(name, None)
            answer.macros.pop(name, None)
            if fine and flags:
                answer.option[name] = SJLJ
            elif fine:
                answer.links.add(name)
