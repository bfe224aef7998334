"""What a pack for a whole team holds, as text and as JSON."""

from __future__ import annotations

from kpidesk.core.export_packs import NoCopy, PackDone, PackEntry, state_words


def pack_text(done: PackDone, to: str) -> str:
    """How many files were written where, each copy with its state, and who has none."""
    count = "1 file" if len(done.files) == 1 else f"{len(done.files)} files"
    lines = [f"{count} written to {to}."]
    lines += [f"  {one.what}, {one.whose}: {state_words(one)}" for one in done.entries]
    lines += [f"  No copy for {one.whose}: {one.why}" for one in done.missing]
    return "\n".join(lines)


def pack_json(done: PackDone, to: str) -> dict[str, object]:
    """The pack with the files in it, its copies, and who has none."""
    return {
        "to": to,
        "files": list(done.files),
        "copies": [_copy(one) for one in done.entries],
        "missing": [_missing(one) for one in done.missing],
    }


def _copy(one: PackEntry) -> dict[str, object]:
    return {
        "what": one.what,
        "about": one.whose,
        "state": one.state,
        "data_as_of": one.as_of.isoformat() if one.as_of is not None else None,
        "file": one.file or None,
    }


def _missing(one: NoCopy) -> dict[str, object]:
    return {"about": one.whose, "why": one.why}
