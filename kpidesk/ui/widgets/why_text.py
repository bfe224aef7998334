"""What the page about causes says: the change in a sentence, and each part for a screen reader."""

from __future__ import annotations

from kpidesk.core.causes import Contribution, Split, Why

HINT = "Enter or a double click on a part shows its rows."
NO_MORE = "There is nothing to explain: parts of a change that luck explains would be luck too."
EARLY = "As soon as there are rows enough on both sides, it can be said whether this is more than luck."
KINDS = {
    "amounts": "What each part adds to the change",
    "rate and mix": "Results: each part did better or worse. Mix: it became a larger or smaller share of all.",
    "steps": "What each step adds to the change",
    "gap": "What each part brought less or more than was due",
}


def change_words(found: Why) -> str:
    """The value and how far it lies from what it is held against."""
    if found.change is None:
        return found.value_text
    return f"{found.value_text}   {found.change_text}"


def against_words(found: Why) -> str:
    """What it is held against, with that value."""
    return f"{found.against_words} ({found.before_text})" if found.change is not None else found.against_words


def after_verdict(found: Why) -> str:
    """What to say where there are no parts to show."""
    if found.certainty == "could be luck":
        return NO_MORE
    if found.certainty == "too early":
        return EARLY
    if found.certainty == "real" and found.change and not found.is_explained:
        return "Its parts do not add up to it, so it cannot be split."
    return ""


def tried_words(found: Why) -> str:
    """By which fields the change was split, where not all of them are shown."""
    if len(found.tried) <= len(found.splits):
        return ""
    return f"Looked at by {', '.join(found.tried)}; what tells most is shown."


def title_of(split: Split) -> str:
    """The heading of a split."""
    if not split.field:
        return f"{split.label} step by step"
    return f"By {split.label}"


def part_sentence(part: Contribution, split: Split, before: str, now: str) -> str:
    """A part as it is read out."""
    share = f", {part.share_text} of {split.total_text}" if part.share_text else ""
    then = f" {before} {part.before_text}," if part.before_text else ""
    halves = f" Results {part.rate_text}, mix {part.mix_text}." if part.rate_text else ""
    shown = f" {now} {part.now_text}." if part.now_text else ""
    return f"{part.label}: {part.text}{share}.{then}{shown}{halves}"
