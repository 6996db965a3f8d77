"""A port measured in git: which commits are its, what they touched, what a grep would have flagged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.backtest_rows import areas_of, is_own, measured, write_tree

Git = Callable[..., str]
BASE = {
    "src/main.c": "int main(void) { SDL_Delay(1); return 0; }\n",
    "src/net.c": "int f(void) { return socket(1, 2, 3); }\n",
    "src/menu.c": "int menu(void) { return 1; }\n",
    "libs/z.c": "int z;\n",
}


def test_a_port_is_measured(tmp_path: Path, make_tree: Callable[..., Path], git: Git) -> None:
    repository = make_tree(BASE, "game")
    git(repository, "init", "-q")

    def commit(message: str, **files: str) -> str:
        for name, text in files.items():
            (repository / "src" / f"{name}.c").write_text(text)
        git(repository, "add", ".")
        git(repository, "commit", "-q", "-m", message)
        return git(repository, "rev-parse", "--short=12", "HEAD").strip()

    base = commit("start")
    commit(
        "Emscripten: give the loop away",
        main="int main(void) { emscripten_set_main_loop(f, 0, 1); }\n",
        shell="int s;\n",
    )
    commit("no quit", menu="#ifdef __EMSCRIPTEN__\nint menu(void) { return 0; }\n#endif\n")
    end = commit("other work", net="int f(void) { return 2; }\n")
    entry = dict.fromkeys(("kind", "target", "milestone", "effort", "note"), "")
    row = measured({**entry, "name": "game", "repo": "x/game", "base": base, "end": end}, repository)
    assert row["touched"] == ["src/main.c", "src/menu.c"]  # neither `net.c`, whose commit is none of the port's
    assert (row["commits"], row["source_new"], row["base_source_files"]) == (2, 1, 3)
    assert row["change_lines"] == {"mainloop": 2}
    assert (row["grep_recall"], row["grep_flagged_share"]) == (0.5, 0.67)
    with pytest.raises(ValueError, match="no port commit"):
        measured({**entry, "name": "game", "repo": "x/game", "base": end, "end": end}, repository)
    write_tree(repository / ".git", base, tmp_path / "before")
    assert (tmp_path / "before/src/main.c").read_text() == BASE["src/main.c"]


def test_areas_and_own_files() -> None:
    lines = ["EM_ASM(FS.syncfs());", "SDL_Delay(1);", "int a;"]  # the first area that a line names
    assert areas_of(lines) == {"js_glue": 1, "mainloop": 1}
    assert [is_own(path) for path in ("src/a.rs", "third_party/a.c", "a.html")] == [True, False, False]
