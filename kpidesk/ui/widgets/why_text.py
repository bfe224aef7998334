"""What the page about causes says: the change in a sentence, and each part for a screen reader."""

from __future__ import annotations

from kpidesk.core.causes import Contribution, Split, Why

HINT = "Enter or a double click on a part shows its rows, Shift+Enter those it is held against."


def change_words(found: Why) -> str:
    """The value and how far it lies from what it is held against."""
    if found.change is None:
        return found.value_text
    return f"{found.value_text}   {found.change_text}"


def against_words(found: Why) -> str:
    """What it is held against, with that value."""
    return f"{found.against_words} ({found.before_text})" if found.change is not None else found.against_words


def part_sentence(part: Contribution, split: Split, found: Why) -> str:
    """A part as it is read out, with what it was and is; of two scopes this one first."""
    share = f", {part.share_text} of {split.total_text}" if part.share_text else ""
    halves = f" Results {part.rate_text}, mix {part.mix_text}." if part.rate_text else ""
    pairs = list(zip(found.sides, (part.before_text, part.now_text), strict=True))
    sides = ", ".join(f"{name} {text}" for name, text in (reversed(pairs) if found.names else pairs) if text)
    return f"{part.label}: {part.text}{share}.{f' {sides}.' if sides else ''}{halves}"
