"""Whether the settings of a tree name what there is: config.py knows their shape, and no rule or target."""

from __future__ import annotations

import json
import re
from pathlib import Path

from msgspec import to_builtins

from portlint.catalog import load_catalog
from portlint.config import Settings, settings_place
from portlint.errors import PortlintError
from portlint.living.selectors import known_selectors, mistake
from portlint.living.suppressions import of_settings
from portlint.model.catalog import profile_id

_UNSAID = {"fail-on": "error", "min-confidence": "low"}  # what counts where neither settings nor the call say it
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def check_settings(settings: Settings, root: Path) -> None:
    """Raises PortlintError, with file and line, for a target, rule, capability or area that nobody knows, and a bad
    pattern.
    """
    named = (*settings.select, *settings.severity, *(rule for each in settings.ignore for rule in each.rules))
    if settings.ignore:
        of_settings(settings.ignore, settings_place(root))
    if not named and not settings.targets:
        return
    catalog = load_catalog()
    known = known_selectors(catalog)
    wrong = [
        *((name, mistake(profile_id(name), catalog.targets, "target")) for name in settings.targets),
        *((word, mistake(word, known)) for word in named),
    ]
    for word, text in wrong:
        if text:
            raise PortlintError(f"{settings_place(root)(word)}: {text}")


def effective_lines(settings: Settings) -> list[str]:
    """The settings as TOML, a line each, with what is a default marked."""
    default = to_builtins(Settings())
    return [
        f"{name} = {_toml(_UNSAID.get(name) if value is None else value)}"
        + ("  # default" if value == default[name] else "")
        for name, value in to_builtins(settings).items()
        if value is not None or name in _UNSAID
    ]


def _toml(value: object) -> str:
    if isinstance(value, dict):
        rows = (f"{key if _BARE.fullmatch(key) else json.dumps(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{ {', '.join(rows)} }}" if value else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)  # strings, numbers, true and false are written alike
