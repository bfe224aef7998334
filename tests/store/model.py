"""What imports of deals must lead to, told in plain Python over lists of sightings: the oracle of the laws."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.store.support import FIELDS, File

STILL = "9999-12-31"
Content = tuple[Any, ...]
Key = tuple[str, str]
"""Source and key of a deal."""


@dataclass(frozen=True)
class Sighting:
    """A file showed this content of a deal."""

    data_date: str
    order: int
    content: Content


@dataclass
class Counts:
    """What should become of the rows of one file."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    skipped: int = 0


@dataclass
class Model:
    """All files imported so far, and what each deal was seen as."""

    files: dict[int, File] = field(default_factory=dict)
    named: dict[int, set[Key]] = field(default_factory=dict)
    seen: dict[Key, list[Sighting]] = field(default_factory=dict)

    def take(self, number: int, file: File) -> Counts:
        """Import a file."""
        counts = Counts(read=len(file.rows))
        day = file.data_date.isoformat()
        shown: dict[str, Content] = {}
        self.named[number] = set()
        for key, *cells in file.rows:
            content = content_of(cells)
            ignored = dict(zip(FIELDS, cells, strict=True))["stage"] == "Ignored"
            if ignored or (content is not None and shown.get(key) == content):
                counts.skipped += 1
            elif content is None or key in shown:
                counts.rejected += 1
                self.named[number].add((file.source, key))
            else:
                shown[key] = content
                before = self.in_force((file.source, key), day)
                name = "added" if before is None else "unchanged" if before == content else "updated"
                setattr(counts, name, getattr(counts, name) + 1)
        self.files[number] = file
        for key, content in shown.items():
            self.seen.setdefault((file.source, key), []).append(Sighting(day, number, content))
        return counts

    def forget(self, number: int) -> None:
        """Undo a file."""
        del self.files[number], self.named[number]
        left = {key: [one for one in seen if one.order != number] for key, seen in self.seen.items()}
        self.seen = {key: seen for key, seen in left.items() if seen}

    def versions(self, key: Key) -> list[tuple[str, str, Content]]:
        """First day, day after the last, and content of each version; the first holds from ever."""
        in_order = sorted(self.seen[key], key=lambda one: (one.data_date, one.order))
        last_of_day = {one.data_date: one.content for one in in_order}
        kept: list[tuple[str, Content]] = []
        for day, content in sorted(last_of_day.items()):
            if not kept or kept[-1][1] != content:
                kept.append((day, content))
        ends = [day for day, _ in kept[1:]] + [STILL]
        starts = ["", *(day for day, _ in kept[1:])]
        return [(start, end, what) for start, end, (_, what) in zip(starts, ends, kept, strict=True)]

    def in_force(self, key: Key, day: str) -> Content | None:
        """The content known for a day; the first version also stands for the days before it."""
        if key not in self.seen:
            return None
        return next(what for start, end, what in self.versions(key) if start <= day < end)

    def marks(self, key: Key) -> tuple[str, str]:
        """First day seen, and the first complete data date of the source after the last one (empty: none).

        A rejected row of the deal is a sign of it on its day.
        """
        days = [one.data_date for one in self.seen[key]]
        told = [self.files[number].data_date.isoformat() for number, keys in self.named.items() if key in keys]
        complete = [
            file.data_date.isoformat() for file in self.files.values() if file.complete and file.source == key[0]
        ]
        return min(days), min((day for day in complete if day > max(days + told)), default="")


def content_of(cells: Sequence[str]) -> Content | None:
    """What a row says, None when it must be rejected: amounts are numbers, a split names the owner."""
    row: dict[str, Any] = {name: cell or None for name, cell in zip(FIELDS, cells, strict=True)}
    if row["amount"] is not None:
        if not row["amount"].lstrip("-").isdigit():
            return None
        row["amount"] = int(row["amount"])
    note = row.pop("note")
    row["custom"] = None if note is None else json.dumps({"Note": note})
    split = row.pop("owner_split")
    shares: tuple[tuple[str, int], ...] = ()
    if split is not None:
        parts = [part.rsplit(" ", 1) for part in split.split("; ")]
        shares = tuple(sorted((name, int(share.rstrip("%")) * 10_000) for name, share in parts))
        row["owner"] = max(shares, key=lambda one: one[1])[0]
    return (*row.values(), shares if len(shares) > 1 else ())
