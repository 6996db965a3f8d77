"""Guards are joined without growing; what a condition says is turned and joined with them."""

from __future__ import annotations

from functools import reduce

import pytest

from portlint.extractors.source.answers import SILENT, Answers, asks
from portlint.model.guard import ALWAYS, NEVER, Guard, either, negated

WEB, WASI, JOBS = (Guard("defined", name) for name in ("feature(web)", "feature(wasi)", "USE_JOBS"))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((), NEVER),
        ((WEB,), WEB),
        ((WEB, WASI), Guard("or", args=(WEB, WASI))),
        ((WEB, WEB), WEB),
        ((WEB, NEVER), WEB),
        ((NEVER, NEVER), NEVER),
        ((WEB, ALWAYS), ALWAYS),
        ((Guard("or", args=(WEB, WASI)), JOBS, WASI), Guard("or", args=(WEB, WASI, JOBS))),
        ((Guard("or", args=(WEB, ALWAYS)), WASI), ALWAYS),
        ((Guard("and", args=(WEB, JOBS)), WEB), Guard("or", args=(Guard("and", args=(WEB, JOBS)), WEB))),
    ],
)
def test_either(parts: tuple[Guard, ...], expected: Guard) -> None:
    assert either(*parts) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (asks(WEB).negated(), Answers(negated(WEB), WEB)),
        (asks(WEB).both(SILENT), Answers(WEB, ALWAYS)),  # `web and x` is false on the web too, where x is
        (asks(WEB).either(SILENT), Answers(ALWAYS, negated(WEB))),
        (asks(WEB).both(asks(JOBS)), Answers(Guard("and", args=(WEB, JOBS)), either(negated(WEB), negated(JOBS)))),
        (reduce(Answers.either, [asks(WEB), asks(WASI)]).true, either(WEB, WASI)),
    ],
)
def test_what_conditions_say(answers: object, expected: object) -> None:
    assert answers == expected
