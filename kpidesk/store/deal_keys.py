"""What a deal without a name is called: its id, or where no file gives it one, the account it is with."""

from __future__ import annotations

import json

UNNAMED = "a deal without a name"


def called(name: str, key: str) -> str:
    """The name of a deal, else what tells it best.

    Without an id in the file its `key` is made of its fields, the name and the account first: that is no word to show.
    """
    if name or not key.startswith("["):
        return name or key
    try:
        parts = json.loads(key)
    except ValueError:
        return key
    return next((part for part in parts[:2] if isinstance(part, str) and part), UNNAMED)
