"""The cheapest cut in words: what to do, what it takes, what else could be done, what stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portlint.planning.network import Action, Days, Option
from portlint.planning.opening import Opening, Question
from portlint.words import counted, some

_ASKED: dict[Question, str] = {"blocker": "no blocker left", "error": "no error left"}
_DO: dict[Action, str] = {
    "drop": "drop {}",
    "replace": "replace {}",
    "ask": "get {} for this target from its vendor",
    "adapt": "adapt {}",
}
_SHOWN = 5


def step_lines(found: Opening, names: Mapping[str, str]) -> list[str]:
    """What to do about each component, and what else could be done; as it is, not made safe."""
    return [f"{_step(step, names)}{_others(step, found.options)}" for step in found.cut.steps]


def beside(found: Opening, names: Mapping[str, str]) -> list[str]:
    """What stays, what falls and what is taken as given; as it is, not made safe."""
    lines = []
    if found.cut.stuck:
        lines.append(f"nothing takes away {some([names[each] for each in found.cut.stuck], _SHOWN)}")
    if found.own:
        files = len({each.location.path for each in found.own})
        stays = "stays" if len(found.own) == 1 else "stay"
        where = f"in {counted(files, 'file')} of the project's own code"
        lines.append(f"{counted(len(found.own), found.question)} {where} {stays}: work, and no cut")
    if found.falls.sure:
        lines.append(f"with it {_go([names[each] for each in found.falls.sure])}")
    if found.on_open:
        lines.append(f"taken as given: {counted(found.on_open, 'condition')} that the target does not settle")
    return lines


def days_words(days: Days) -> str:
    """`0.5 to 6 person-days, likely 2`; two significant digits at most."""
    low, likely, high = (f"{float(f'{each:.2g}'):,.10g}" for each in days)
    return f"{low} to {high} person-days, likely {likely}"


def outcome(found: Opening) -> str:
    """`2 steps open it, 1 to 12 person-days, likely 4 (not proven smallest)`."""
    steps = len(found.cut.steps)
    if not steps:
        return "nothing has to be cut" if found.opens else "no cut opens it"
    proof = "" if found.cut.proven else " (not proven smallest)"
    one = steps == 1
    does = f"open{'s' if one else ''} it" if found.opens else f"{'is' if one else 'are'} the cut, and work is left"
    return f"{counted(steps, 'step')} {does}, {days_words(found.cut.days)}{proof}"


def did(step: Option, names: Mapping[str, str]) -> str:
    """`drop steamlike`."""
    return _DO[step.action].format(names[step.component])


def _step(step: Option, names: Mapping[str, str]) -> str:
    how = f" ({step.text})" if step.text else ""
    return f"{did(step, names)}: {days_words(_full(step))}{how}"


def _others(step: Option, options: Iterable[Option]) -> str:
    others = [each for each in options if each.component == step.component and each.action != step.action]
    texts = [
        f"{_DO[each.action].format('it')} ({days_words(_full(each))}{f': {each.text}' if each.text else ''})"
        for each in others
    ]
    return f"; or {', or '.join(texts)}" if texts else ""


def _full(option: Option) -> Days:
    """With the shared part, as if nobody else used it."""
    low, likely, high = (own + shared for own, shared in zip(option.days, option.shared_days, strict=True))
    return (low, likely, high)


def _go(names: list[str]) -> str:
    goes = "goes" if len(names) == 1 else "go"
    return f"{goes} {counted(len(names), 'component')}: {some(list(dict.fromkeys(names)), _SHOWN)}"
