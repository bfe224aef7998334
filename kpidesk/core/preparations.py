"""What a rep writes down before a one-on-one: the questions, the form that goes out, and the answer that comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from kpidesk.core.errors import Issue, UserError
from kpidesk.core.reviews import AgendaItem, Review, tagged
from kpidesk.core.texts import folded

TITLE = "KPI Desk: preparation for a one-on-one"
HEADING = "## "
END = "End of the form"
LONGEST_ANSWER = 380
"""Characters of one answer: with its first word it is one point of an agenda."""
ASKED_FOR = 300
"""As many as the form takes: lines are joined with a sign between."""
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
SHOWN = 60
LONGEST_NAMED = 200
"""Characters of a code or name at the top that a mail program may have broken over lines."""


@dataclass(frozen=True, slots=True)
class PrepQuestion:
    """One question of the form: the field of the answer, its heading, and what is asked."""

    key: str
    heading: str
    asks: str


QUESTIONS = (
    PrepQuestion("wins", "Wins", "What went well since we last met?"),
    PrepQuestion("first", "First point", "What do you want to talk about?"),
    PrepQuestion("second", "Second point", "Another point, if you have one."),
    PrepQuestion("third", "Third point", "A last point, if you have one."),
    PrepQuestion("stuck", "Stuck deal", "One deal that does not move, and what you have tried."),
    PrepQuestion("energy", "Energy", "How are you, from 1 (empty) to 5 (full)? A word why, if you like."),
    PrepQuestion("blockers", "Blockers", "What is in your way that somebody else must move?"),
)
"""In the order of the form; there is one heading for each field of `Answer`."""
_HINTS = re.compile(
    r"^[ \t]*(?:" + "|".join(r"\s+".join(map(re.escape, f"({one.asks})".split())) for one in QUESTIONS) + r")",
    re.MULTILINE,
)
"""What is asked, at the start of a line; a mail program may have broken it over two."""
_JOINED = re.compile(
    r"\s+(?=##\s*(?:" + "|".join([*(rf"{one.heading}\s+\(" for one in QUESTIONS), END]) + "))", re.IGNORECASE
)
"""Where a mail program hung the next question on the end of an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rep wrote, one text for each question; empty where nothing was written."""

    wins: str = ""
    first: str = ""
    second: str = ""
    third: str = ""
    stuck: str = ""
    energy: str = ""
    blockers: str = ""


@dataclass(frozen=True, slots=True)
class Preparation:
    """The form of a one-on-one: its code, when it was asked for, and the answer that was taken (None: none yet)."""

    review_id: int
    code: str
    asked_at: str
    answered_at: str = ""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class PrepForm:
    """A form as it goes out: only what the rep knows anyhow, what they promised and their own deals to talk about."""

    code: str
    rep: str
    period: str
    promised: tuple[str, ...] = ()
    deals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadForm:
    """What a file holds: the code and the name on it, the answer, and what in it could not be read."""

    code: str
    rep: str
    answer: Answer
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """An answer before it is taken: its one-on-one, the points it adds, and what in the file was wrong.

    `wellbeing` is what it says of the rep's energy, for the rep's own part. `is_again`: an answer to the same form
    was taken before, whose points are replaced.
    """

    review: Review
    answer: Answer
    points: tuple[AgendaItem, ...]
    wellbeing: str
    issues: tuple[Issue, ...] = ()
    is_again: bool = False


def form_text(form: PrepForm) -> str:
    """The form as plain text for any editor; `read_form` reads it back."""
    lines = [
        TITLE,
        f"Code: {form.code}",
        f"For: {form.rep}",
        f"About: {form.period}",
        "",
        "Write under each line that begins with '##', save the file, and send it back.",
        "Leave those lines, the code and the name as they are. A question may stay empty.",
    ]
    for one in QUESTIONS:
        lines += ["", f"{HEADING}{one.heading}", f"({one.asks})", "", ""]
    lines += [f"{HEADING}{END}"]
    for title, told in (("What is open from our last meetings:", form.promised), ("Deals to talk about:", form.deals)):
        lines += ["", title, *(f"- {text}" for text in told)] if told else []
    return "\n".join(lines) + "\n"


def read_form(text: str) -> ReadForm:
    """What a rep wrote into the form.

    Raises:
        UserError: it is not the form, its code or name is gone, a question is there twice or an answer is too long.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if TITLE.casefold() not in text[:2000].casefold():
        raise UserError("This file is no answer to a preparation form.", "Choose the file that the rep sent back.")
    found = _sections(lines)
    head = "\n".join(lines[: min((one.line for one in found), default=len(lines))]).partition(HEADING)[0]
    code, rep = _named(head, "Code"), _named(head, "For")
    if not code:
        raise UserError("The line 'Code:' is missing, so nobody can tell which meeting this is for.",
                        "Put the line of the form back, or ask the rep to fill the form in again.")  # fmt: skip
    texts, issues = _answers(found)
    return ReadForm(plain_code(code), rep, Answer(**texts), tuple(issues))


@dataclass(frozen=True, slots=True)
class _Section:
    """A line that begins with ## and what stands below it; `key` is empty where it is no question of the form."""

    key: str
    heading: str
    line: int
    below: list[str]


def _named(head: str, name: str) -> str:
    """What stands behind a name at the top of the form, up to the next name or the end of the line."""
    label = r"(?:Code|For|About)[ \t]*:"
    start = rf"(?:^|\s){name}[ \t]*:\s*(?!{label})"
    joined, alone = rf"{start}(\S.{{0,{LONGEST_NAMED}}}?)\s+{label}", rf"(?m:{start}(.*)$)"
    hit = re.search(joined, head, re.IGNORECASE | re.DOTALL) or re.search(alone, head, re.IGNORECASE)
    return " ".join(hit[1].split()) if hit else ""


def _sections(lines: list[str]) -> list[_Section]:
    """The lines that begin with ## and what stands below each; what follows the end of the form is left out."""
    found: list[_Section] = []
    for number, line in ((at, part) for at, whole in enumerate(lines, 1) for part in _JOINED.split(whole)):
        if line.strip().startswith(HEADING.strip()):
            heading = " ".join(line.strip().lstrip("#").split())
            if heading.casefold().startswith(END.casefold()):
                break
            one, rest = _question(heading)
            found.append(_Section(one.key if one else "", heading, number, [rest] if rest else []))
        elif found:
            found[-1].below.append(line)
    return found


def _question(heading: str) -> tuple[PrepQuestion | None, str]:
    """The question that a line with ## names, and the rest of the line where a mail program joined it with the next."""
    for one in QUESTIONS:
        if heading.casefold().startswith(one.heading.casefold()):
            rest, hint = heading[len(one.heading) :].strip(), f"({one.asks})"
            if not rest or rest.startswith(hint) or hint.startswith(rest):
                return one, rest
    return None, ""


def _answers(found: list[_Section]) -> tuple[dict[str, str], list[Issue]]:
    """The text of each question, and what is missing or strange."""
    texts: dict[str, str] = {}
    issues = [
        Issue(one.line, one.heading[:SHOWN], " ".join(one.below).strip()[:SHOWN],
              f"Line {one.line} is no question of the form, so it and what stands below it was not read.")
        for one in found if not one.key
    ]  # fmt: skip
    for one in QUESTIONS:
        mine = [section for section in found if section.key == one.key]
        if not mine:
            issues.append(Issue(0, one.heading, "", "The question is not in the file, so nothing was read for it."))
        elif len(mine) > 1:
            raise UserError(f"'{one.heading}' is in the file twice, in lines {mine[0].line} and {mine[1].line}.",
                            "Keep one of the two and read the file again.")  # fmt: skip
        else:
            texts[one.key] = _written(one, mine[0])
    if _is_off_scale(energy := texts.get("energy", "")):
        problem = "It is not between 1 and 5, so it was not read; ask what was meant."
        issues.append(Issue(0, "Energy", energy[:SHOWN], problem))
        texts["energy"] = ""
    return texts, issues


def _is_off_scale(energy: str) -> bool:
    """Whether an answer begins with a number that is not between 1 and 5."""
    found = re.match(r"-?\d+(?:[.,]\d+)?", energy)
    return found is not None and not 1 <= float(found[0].replace(",", ".")) <= 5


def _written(one: PrepQuestion, found: _Section) -> str:
    """What was written under a heading, on one line: what is asked is not part of it, nor what the next one asks."""
    written = _HINTS.sub("", "\n".join(found.below)).split("\n")
    kept = [_cleaned(line).strip(" -*•") for line in written]
    text = "; ".join(line for line in kept if line)
    if len(text) > LONGEST_ANSWER:
        raise UserError(
            f"The answer to '{one.heading}' from line {found.line} on has {len(text):,} characters: '{text[:SHOWN]}…'.",
            f"Shorten it to {LONGEST_ANSWER} and read the file again.",
        )
    return text


def _cleaned(line: str) -> str:
    """A line without signs that cannot be seen and could turn or hide text; whatever parts words becomes a space."""
    return "".join(" " if sign.isspace() else sign for sign in line if sign.isspace() or sign.isprintable())


def plain_code(text: str) -> str:
    """A code as it is kept, whatever the case and the signs between: "7kq4 m2xd" is 7KQ4-M2XD."""
    bare = re.sub(r"[^0-9A-Z]", "", text.upper())
    return f"{bare[:4]}-{bare[4:]}" if len(bare) == CODE_LENGTH else bare


def points_of(answer: Answer) -> tuple[AgendaItem, ...]:
    """The answer as points of the rep on an agenda; energy is not among them."""
    found = [
        AgendaItem(f"Wins: {answer.wins}", tag="fyi") if answer.wins else None,
        *(_point(text) for text in (answer.first, answer.second, answer.third)),
        AgendaItem(f"Stuck: {answer.stuck}", tag="discuss") if answer.stuck else None,
        AgendaItem(f"Blockers: {answer.blockers}", tag="doto") if answer.blockers else None,
    ]
    return tuple(one for one in found if one is not None)


def _point(text: str) -> AgendaItem | None:
    """A point to talk about, or what the rep says it is: "fyi: I am away in May" is only told."""
    tag, words = tagged(text)
    return AgendaItem(words, tag=tag or "discuss") if text else None


def wellbeing_of(answer: Answer) -> str:
    """What the answer says of the rep's energy, as a line of their own part; empty where it says nothing."""
    return f"Energy: {answer.energy}" if answer.energy else ""


def agenda_with(agenda: tuple[AgendaItem, ...], answer: Answer, before: Answer | None) -> tuple[AgendaItem, ...]:
    """An agenda with the points of an answer; those of an earlier answer go, unless they were worked on since.

    A point that was carried over and is brought again stands there once.
    """
    old = frozenset(points_of(before)) if before is not None else frozenset()
    kept = tuple(item for item in agenda if item not in old)
    carried = {folded(item.text) for item in kept if item.since is not None and not item.done}
    return (*kept, *(item for item in points_of(answer) if item not in kept and folded(item.text) not in carried))


def wellbeing_with(text: str, answer: Answer, before: Answer | None) -> str:
    """The rep's own part with what an answer says of their energy, in place of what an earlier one said."""
    old = wellbeing_of(before) if before is not None else ""
    kept = [line for line in text.splitlines() if line.strip() and line != old]
    new = wellbeing_of(answer)
    return "\n".join([*kept, *([new] if new and new not in kept else [])])


def is_empty(answer: Answer) -> bool:
    """Whether nothing was written at all."""
    return not any(getattr(answer, one.name) for one in fields(answer))
