"""What a window shows first of a workspace, one for each day, kept until anything is written into the file."""

from __future__ import annotations

from base64 import b85decode, b85encode
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import TypeVar

from kpidesk.store.database import FIRST_VIEWS, Database
from kpidesk.store.frozen import digest_of, packed, unpacked

T = TypeVar("T")


def first_views(db: Database, maker: str) -> dict[date, bytes]:
    """What is kept of each day, as `packed_view` gave it; `maker` names the program and place that would make them.

    What another one made, or what is damaged, is passed over.
    """
    found: dict[date, bytes] = {}
    for name, value in db.rows("SELECT name, value FROM meta WHERE name GLOB ?", (f"{FIRST_VIEWS}*",)):
        made_by, _, rest = value.partition(" ")
        digest, _, text = rest.partition(" ")
        with suppress(ValueError):
            body = b85decode(text)
            if made_by == maker and digest_of(body) == digest:
                found[date.fromisoformat(name.removeprefix(FIRST_VIEWS))] = body
    return found


def keep_first_views(db: Database, maker: str, views: Mapping[date, bytes]) -> None:
    """Keep these in place of all that were kept; the next writing of anything else drops them.

    Raises:
        UserError: the workspace cannot be written.
    """
    with db.writing(numbers=False):  # as it begins, it drops those before
        for day, body in views.items():
            value = f"{maker} {digest_of(body)} {b85encode(body).decode('ascii')}"
            db.run("INSERT INTO meta VALUES (?, ?)", (f"{FIRST_VIEWS}{day}", value))


def packed_view(value: object) -> bytes:
    """A value as it is kept; equal values give equal bytes."""
    return packed(value)


def unpacked_view(hint: type[T], body: bytes) -> T | None:
    """A value of this type from what is kept; None where it holds none, as one of another program may."""
    try:
        return unpacked(hint, body)
    except ValueError:
        return None
