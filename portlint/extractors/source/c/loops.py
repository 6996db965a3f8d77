"""Main loops that never give control back: `while (!quit)` around polling, swapping or presenting."""

from __future__ import annotations

import re

from portlint.extractors.source.c.scopes import Scope, Scopes

# Calls that belong into one turn of a main loop: SDL 1-3, GLFW, EGL, GLX, X11, Allegro, freeglut, raylib, SFML.
FRAME_CALLS = frozenset(
    "SDL_PollEvent SDL_WaitEvent SDL_WaitEventTimeout SDL_PumpEvents SDL_GL_SwapWindow SDL_GL_SwapBuffers "
    "SDL_RenderPresent SDL_Flip SDL_UpdateWindowSurface glfwPollEvents glfwWaitEvents glfwWaitEventsTimeout "
    "glfwSwapBuffers eglSwapBuffers glXSwapBuffers XNextEvent XPending al_wait_for_event al_flip_display "
    "glutMainLoopEvent EndDrawing pollEvent".split()
)
_WAITS = re.compile(rb"\b(?:SDL_WaitEvent|SDL_WaitEventTimeout|al_wait_for_event)\b")
_DRAINS = re.compile(rb"\b(?:SDL_PollEvent|XPending|pollEvent|XCheckMaskEvent)\b")
_ASKS = rb"\w*(?:[Cc]lose|[Qq]uit|[Rr]unning|[Oo]pen|[Ee]xit|[Dd]one|[Aa]live|[Aa]ctive)\w*\([^()]*\)"
_PART = rb"(?:" + _ASKS + rb"|[A-Za-z_]\w*(?:\(\s*\)|\[[^\[\]]*\])?)"
_CHAIN = _PART + rb"(?:\s*(?:\.|->|::)\s*" + _PART + rb")*"
_TERM = rb"!?\s*\(?\s*!?\s*" + _CHAIN + rb"\s*\)?(?:\s*[!=]=\s*(?:\w+|" + _CHAIN + rb"))?"
_WHILE_RUNNING = rb"\s*(?:[1-9]\d*|" + _TERM + rb"(?:\s*(?:&&|\|\|)\s*" + _TERM + rb")*)\s*\Z"  # 3 ms to compile
_YIELDS = b"emscripten_"  # a loop that calls into Emscripten was written with the page in mind


def blocking_loops(data: bytes, scopes: Scopes, calls: list[int]) -> list[int]:
    """Where the endless loops around these calls begin: positions of `while`, `for` or `do`, sorted.

    Endless means that nothing but a flag ends it: no counter, no comparison of size. The outermost one counts.
    """
    found = set()
    for call in calls:
        loop: Scope | None = None
        for scope in scopes.around(call):
            if scope.kind == "loop" and _endless(scope):
                loop = scope
            elif scope.kind == "function":
                break
        if loop is not None and _YIELDS not in data[loop.opening : loop.closing]:
            found.add(loop.start)
    found |= {loop.start for loop in _waiting(data, scopes, calls)}
    return sorted(found)


def _endless(loop: Scope) -> bool:
    head = loop.head
    if b";" in head:  # for (start; condition; step)
        parts = head.split(b";")
        head = parts[1].strip() or b"1"
    if _WAITS.search(head):
        return True
    return not _DRAINS.search(head) and re.match(_WHILE_RUNNING, head) is not None


def _waiting(data: bytes, scopes: Scopes, calls: list[int]) -> list[Scope]:
    """`while (SDL_WaitEvent(&event)) {`: the call stands in the head of its loop."""
    found = []
    for call in calls:
        if _WAITS.match(data, call):
            opening = data.find(b"{", call, call + 200)
            loop = scopes.around(opening + 1)[:1] if opening > 0 else []
            if loop and loop[0].start < call < loop[0].opening and _WAITS.search(loop[0].head):
                found.append(loop[0])
    return [loop for loop in found if _YIELDS not in data[loop.opening : loop.closing]]
