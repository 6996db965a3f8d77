"""Main loops that never give control back, and loops that only look like one."""

from __future__ import annotations

import pytest

from portlint.extractors.source.c.family import extract
from portlint.model.vocabulary import Vocabulary

WORDS = Vocabulary("c", calls=frozenset({"connect"}), digest="loops")


def loops(text: str, path: str = "a.c") -> list[tuple[int, int]]:
    """Line and column of each `blocking-loop`."""
    facts = extract(path, text.encode(), WORDS).facts
    return [(fact.location.line, fact.location.column) for fact in facts if fact.name == "blocking-loop"]


BLOCKING = [
    "int main(void) {\n  while (1) { SDL_PollEvent(&e); }\n}",
    "int main(void) {\n  while (true) { if (x) { SDL_PollEvent(&e); } }\n}",
    "int main(void) {\n  while (!quit) { while (SDL_PollEvent(&e)) { take(&e); } SDL_RenderPresent(r); }\n}",
    "int main(void) {\n  while (running) { SDL_GL_SwapWindow(w); }\n}",
    "int main(void) {\n  while (game->running && !quit) { SDL_GL_SwapWindow(w); }\n}",
    "int main(void) {\n  while (quit == false) { SDL_GL_SwapWindow(w); }\n}",
    "int main(void) {\n  while (state != QUIT) { SDL_GL_SwapWindow(w); }\n}",
    "int main(void) {\n  for (;;) { glfwPollEvents(); }\n}",
    "int main(void) {\n  for (int frame = 0; !done; frame++) { glfwSwapBuffers(w); }\n}",
    "int main(void) {\n  while (!glfwWindowShouldClose(window)) { glfwWaitEvents(); }\n}",
    "int main(void) {\n  while (!WindowShouldClose()) { EndDrawing(); }\n}",
    "int main(void) {\n  do { XNextEvent(d, &e); } while (!done);\n}",
    "int main(void) {\n  while (SDL_WaitEvent(&e)) { take(&e); }\n}",
    "int main(void) {\n  while (1)\n  {\n    eglSwapBuffers(d, s);\n  }\n}",
    "int main(void) {\n  while (1) /* for ever */ { eglSwapBuffers(d, s); }\n}",
]


@pytest.mark.parametrize("text", BLOCKING)
def test_blocking(text: str) -> None:
    assert loops(text) == [(2, 3)]


NOT_BLOCKING = [
    "void frame(void) { while (SDL_PollEvent(&e)) { take(&e); } SDL_RenderPresent(r); }",
    "void fade(void) { while (alpha < 255) { SDL_RenderPresent(r); } }",
    "void fade(void) { for (i = 0; i < 30; i++) { SDL_RenderPresent(r); } }",
    "void f(void) { while (n--) { SDL_PollEvent(&e); } }",
    "void f(void) { while (1) { accept(fd); } }",
    "void f(void) { // while (1) {\n SDL_PollEvent(&e);\n // }\n}",
    "int main(void) { while (1) { work(); } SDL_PollEvent(&e); }",
    "int main(void) { while (!quit) { SDL_PollEvent(&e); emscripten_sleep(0); } }",
    "#define LOOP while (1) { SDL_PollEvent(&e); }\n",
    "void f(void) { do { SDL_RenderPresent(r); } while (alpha < 255); }",
    "void f(void) { if (running) { SDL_PollEvent(&e); } }",
    "void drain(void) { while (XQLength(display)) { XNextEvent(display, &e); } }",
]


@pytest.mark.parametrize("text", NOT_BLOCKING)
def test_not_blocking(text: str) -> None:
    assert loops(text) == []


def test_a_lambda_inside_a_loop_is_a_function_of_its_own() -> None:
    assert loops("int main() { while (1) { run([&]() { SDL_PollEvent(&e); }); } }", "a.cpp") == []


def test_the_outer_one_of_two_counts_once() -> None:
    text = "int main(void) {\n  for (;;) {\n    while (!quit) { SDL_PollEvent(&e); SDL_Flip(s); }\n  }\n}"
    assert loops(text) == [(2, 3)]


def test_the_condition_around_the_loop_is_kept() -> None:
    text = "int main(void) {\n#ifndef __EMSCRIPTEN__\n  while (!quit) { SDL_PollEvent(&e); }\n#endif\n}"
    (fact,) = extract("a.c", text.encode(), WORDS).facts
    assert (fact.kind, str(fact.guard)) == ("construct", "!defined(__EMSCRIPTEN__)")
