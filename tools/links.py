"""Which names really link: one program takes the address of all of them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

_UNDEFINED = re.compile(r"undefined symbol: (\w+)|undefined reference to [`']?(\w+)")
# A name that is data in the library and a function here stops the linker before it looks at undefined names.
_MISMATCH = re.compile(r"symbol type mismatch: (\w+)")


def linking(names: Iterable[str], compiler: Sequence[str], linker: Sequence[str], folder: Path) -> set[str]:
    """The subset of `names` that a link resolves.

    `compiler` makes `addresses.o` of `addresses.c` (with -c), `linker` is a command in which `{}` stands for the
    object and `{out}` for the program. Raises RuntimeError for a link that fails without naming an undefined symbol.
    """
    left, data = set(names), set[str]()
    while True:
        said = _link(sorted(left), compiler, linker, folder)
        mismatched = set(_MISMATCH.findall(said or "")) & left
        if mismatched:
            data |= mismatched
            left -= mismatched
            continue
        undefined = {first or second for first, second in _UNDEFINED.findall(said or "")} & left
        if said is not None and not undefined:
            raise RuntimeError(f"the link failed and named no undefined symbol:\n{said[-2000:]}")
        left -= undefined
        if said is None:  # only a link that succeeds shows that nothing hid behind the first messages
            return left | data


def _link(names: list[str], compiler: Sequence[str], linker: Sequence[str], folder: Path) -> str | None:
    """The linker's messages, or None when it was content."""
    source, made = folder / "addresses.c", folder / "addresses.o"
    lines = [f'extern void f{index}(void) __asm__("{name}");' for index, name in enumerate(names)]
    lines += ["void (*volatile addresses[])(void) = {", *(f"f{index}," for index in range(len(names))), "0};"]
    lines += ["int main(void) { return addresses[0] != 0; }"]
    source.write_text("\n".join(lines), encoding="utf-8")
    subprocess.run((*_plain(compiler), "-w", "-c", str(source), "-o", str(made)), check=True, cwd=folder)
    words = [word.replace("{}", str(made)).replace("{out}", str(folder / "addresses.out")) for word in linker]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder)
    return None if done.returncode == 0 else done.stdout + done.stderr


def _plain(compiler: Sequence[str]) -> list[str]:
    """Without `-mllvm X`: the pass that rewrites setjmp for Emscripten refuses to take its address."""
    dropped = {index + step for index, word in enumerate(compiler) if word == "-mllvm" for step in (0, 1)}
    return [word for index, word in enumerate(compiler) if index not in dropped]
