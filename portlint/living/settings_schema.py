"""The JSON Schema of `portlint.toml`, for editors: made from the record that the settings are read into."""

from __future__ import annotations

from typing import Any

import msgspec

from portlint.config import Settings

TITLE = "Settings of portlint: portlint.toml, or [tool.portlint] in pyproject.toml"


def settings_schema() -> str:
    """The schema (2020-12), indented, with a final line end."""
    schema: dict[str, Any] = msgspec.json.schema(Settings)
    defined = schema["$defs"]
    whole = defined.pop("Settings")
    # Read with the eyes of a compiler's command line: `NDEBUG = true` is -DNDEBUG.
    whole["properties"]["defines"]["additionalProperties"] = {"type": ["string", "integer", "boolean"]}
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLE,
        **{key: value for key, value in whole.items() if key not in ("title", "description")},
        "$defs": {
            name: {key: value for key, value in each.items() if key != "title"} for name, each in defined.items()
        },
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
