"""How names and words of files are compared."""

from __future__ import annotations

import unicodedata

from kpidesk.core.records import is_salesforce_id, salesforce_id

SHORT_ID = 15


def folded(text: str) -> str:
    """A name as it is compared: compatible forms, case and invisible characters do not count.

    The short form of a Salesforce id, in which case does count, compares like the long form of the same id.
    """
    if len(text) == SHORT_ID and text[0] == "0" and is_salesforce_id(text):
        return salesforce_id(text).lower()
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(char for char in plain if unicodedata.category(char) not in ("Cf", "Cc")).split())
