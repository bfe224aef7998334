"""What is said of a change and its parts, the same in the window, in a terminal and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # who only explains a term needs none of them
    from kpidesk.core.causes import Split, SplitKind, Why

NO_MORE = "A change as large as this also comes about without any cause; its parts would be luck too."
BUT_PARTS = "A part can move by more than luck brings while the whole does not."
NO_PARTS = "Its parts do not add up to it, so it cannot be split."
EARLY = "What it is made of is shown as soon as there is enough on both sides to tell the change from luck."
INSTEAD = (
    "The larger team has more of everything else. Choose what this number is made of, such as the win rate or the "
    "average deal size, or Compare, which shows it by the week worked."
)
"""What to look at where a number cannot be split between two scopes."""
KINDS: dict[SplitKind, str] = {
    "amounts": "What each part adds to the change",
    "rate and mix": "Results: each part did better or worse. Mix: it became a larger or smaller share of all.",
    "steps": "What each step adds to the change",
    "gap": "What each part brought less or more than was due",
}
OF_SCOPES = "Results: better or worse within each part. Mix: more or less of what comes from a part."


def after_verdict(found: Why) -> str:
    """What to say where there are no parts to show, or parts of what may be luck."""
    if found.certainty == "nothing" and found.other is not None and found.change is not None:
        return INSTEAD
    if found.certainty in ("could be luck", "too early") and found.is_explained:
        return usual_words(found)
    if found.certainty in ("could be luck", "too early") and found.whole:
        return NO_PARTS
    if found.really:
        return BUT_PARTS
    if found.certainty == "could be luck":
        return NO_MORE
    if found.certainty == "too early":
        return EARLY
    if found.certainty == "real" and found.change and not found.is_explained:
        return NO_PARTS
    return ""


def usual_words(found: Why) -> str:
    """That parts are shown of a change that is within usual variation; empty where there are none, or it is real."""
    if found.certainty == "real" or not found.is_explained:
        return ""
    how = ", by results and mix" if any(one.kind == "rate and mix" for one in found.splits) else ""
    if found.really:
        return f"Split all the same{how}; what is not named above may be luck."
    if found.against == "previous":
        return f"Split all the same{how}; no part of it is told apart from luck."
    return f"Split all the same{how}; luck may be all of it."


def kind_words(found: Why, split: Split) -> str:
    """How to read the parts of a split, and how many values stand together."""
    how = OF_SCOPES if found.other is not None and split.kind == "rate and mix" else KINDS[split.kind]
    if not split.folded:
        return how
    return f"{how}{'' if how.endswith('.') else '.'} {split.folded}"


def tried_words(found: Why) -> str:
    """By which fields the change was split, where not all of them are shown."""
    chosen = found.by.name if found.by is not None and not found.by_words else ""
    telling = [one for one in found.splits if one.field != chosen]
    if len(found.tried) <= len(telling):
        return ""
    beside = " beside your choice" if chosen else ""
    return f"Looked at by {', '.join(found.tried)}; what tells most is shown{beside}."


def held_words(found: Why) -> str:
    """The value with its change and what it is held against, in one sentence; empty where there is no change."""
    if found.change is None:
        return ""
    return f"{found.value_text}, {found.change_text} {found.against_words} ({found.before_text})."


def title_of(split: Split) -> str:
    """The heading of a split."""
    if not split.field:
        return f"{split.label} step by step"
    return f"By {split.label}"
