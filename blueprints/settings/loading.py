"""From the text of a stack's settings to the typed model of its blueprint."""

from __future__ import annotations

from blueprints.settings.wordpress import WordpressSettings


def load(raw_json: str, *, stack: str) -> WordpressSettings:
    """Return the settings that `raw_json` holds for the stack called `stack`."""
    del stack
    return WordpressSettings.model_validate_json(raw_json)
