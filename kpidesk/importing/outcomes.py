"""What the stage and status words of a file mean, and which of them only the user can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kpidesk.core.errors import UNSAID, ImportQuestion, UserError, nearest
from kpidesk.core.fields import OUTCOMES, Outcome
from kpidesk.core.imports import StageFound
from kpidesk.core.records import Cell
from kpidesk.core.wording import counted
from kpidesk.importing.dialects import Dialect
from kpidesk.importing.memo import LARGEST
from kpidesk.importing.numbers import is_blank
from kpidesk.importing.usual_stages import suggested

OPTION = "--stage VALUE=open|won|lost|ignore"
USUAL = "its usual meaning"
CHOICES: tuple[str, ...] = OUTCOMES
BOTH_HAVE = "A close date alone does not tell: an open deal may have one too, the day on which it is expected to close"


@dataclass(slots=True)
class StageTally:
    """How often each status and stage occurs, and beside which close dates; filled block by block.

    `closes` counts by status, stage and text of the close date, None without such a column, what `rows` do not count
    yet: by status, stage and whether there is a close date.
    """

    closes: Counter[tuple[Cell, Cell, str | None]] = field(default_factory=Counter)
    rows: Counter[tuple[Cell, Cell, bool]] = field(default_factory=Counter)

    def add(
        self,
        statuses: Iterable[Cell],
        stages: Iterable[Cell],
        closes: Iterable[str | None],
        times: Iterable[int] | None = None,
    ) -> None:
        """Take in the rows of one block, each once or as often as `times` says."""
        if len(self.closes) > LARGEST:
            self._settle()
            self.closes.clear()
        if times is None:
            self.closes.update(zip(statuses, stages, closes, strict=True))
            return
        for status, stage, close, count in zip(statuses, stages, closes, times, strict=True):
            self.closes[status, stage, close] += count

    def _settle(self) -> None:
        """Count the rows that are not counted yet; each close date stays known."""
        blank: dict[str | None, bool] = {None: True}
        for (status, stage, text), count in self.closes.items():
            if text not in blank:
                blank[text] = is_blank(str(text))
            self.rows[status, stage, not blank[text]] += count
        self.closes = Counter(dict.fromkeys(self.closes, 0))

    def words(self, field_name: str, *, undecided: bool = False) -> dict[str, tuple[int, int]]:
        """Each word of a field with its rows and how many of these have a close date.

        `undecided` True counts only rows without a status.
        """
        self._settle()
        found: dict[str, tuple[int, int]] = {}
        for (status, stage, closed), count in self.rows.items():
            word = status if field_name == "status" else stage
            if not word or not count or (undecided and status):
                continue
            rows, dated = found.get(str(word), (0, 0))
            found[str(word)] = (rows + count, dated + count * closed)
        return dict(sorted(found.items(), key=lambda item: (-item[1][0], item[0])))

    @property
    def has_closed(self) -> bool:
        """Whether any row has a close date."""
        self._settle()
        return any(closed and count > 0 for (_, _, closed), count in self.rows.items())

    @property
    def without_word(self) -> int:
        """Rows that have neither a status nor a stage."""
        self._settle()
        return sum(count for (status, stage, _), count in self.rows.items() if not status and not stage)


@dataclass(frozen=True, slots=True)
class Meanings:
    """What the words of a file mean: `outcomes` by (field, word), `found` for the preview, and a question."""

    outcomes: dict[tuple[str, str], Outcome]
    found: tuple[StageFound, ...]
    questions: tuple[ImportQuestion, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the meaning of a word may be known from, the first that knows it counts.

    `said` is what the user says now, by word; `known` what was decided before, by field and word; `dialect` that of the
    file, and `generic` the one that any file may follow.
    """

    said: Mapping[str, Outcome]
    known: Mapping[tuple[str, str], Outcome]
    dialect: Dialect
    generic: Dialect

    def meaning(self, field_name: str, word: str) -> tuple[Outcome | None, str]:
        """What a word of a field means, None where nothing tells, and how that is known."""
        folded = word.casefold()
        spoken = self.said.get(word) or {text.casefold(): outcome for text, outcome in self.said.items()}.get(folded)
        if spoken is not None:
            return spoken, "you said so"
        if (field_name, word) in self.known:
            return self.known[field_name, word], "as decided before"
        if folded in self.dialect.outcomes and self.dialect.name != self.generic.name:
            return self.dialect.outcomes[folded], f"known from {self.dialect.label}s"
        if folded in self.generic.outcomes:
            return self.generic.outcomes[folded], USUAL
        return None, "only you can say"


def settle_outcomes(
    tally: StageTally,
    fields: Mapping[str, bool],
    sources: Sources,
    *,
    has_close_date: bool,
    is_expected: bool,
    made_from: str,
) -> Meanings:
    """What every stage and status word means; words nobody knows become one question.

    `fields` tells which of `status` and `stage` the file has. Where it has a status, that decides, and stages
    count only for rows without one. `is_expected`: the close date may be one that is only expected. `made_from` names
    the columns that a status is made from, empty when it stands in one.
    """
    for word, outcome in sources.said.items():
        if outcome not in OUTCOMES:
            raise UserError(f"'{outcome}' is not an outcome for '{word}'.", nearest(outcome, OUTCOMES))
    outcomes: dict[tuple[str, str], Outcome] = {}
    found: list[StageFound] = []
    asked: dict[str, _Asked] = {}
    for name in (one for one in ("status", "stage") if fields.get(one)):
        undecided = name == "stage" and fields.get("status", False)
        for word, (count, dated) in tally.words(name, undecided=undecided).items():
            meant, why = sources.meaning(name, word)
            if name == "status" and made_from and why == USUAL:
                why = f"made from {made_from}"
            may_be, reason = suggested(word, count, dated, others_closed=has_close_date and tally.has_closed)
            told = f"{why}; {reason.removeprefix('so ')}" if meant is None and may_be else why
            found.append(StageFound(word, count, meant, told))
            if meant is None:
                asked[word] = _Asked(count, dated, may_be, reason)
            else:
                outcomes[name, word] = meant
    ignored = tuple(sorted({word for (_, word), outcome in outcomes.items() if outcome == "ignore"}))
    questions = _question(asked, has_close_date=has_close_date, is_expected=is_expected)
    return Meanings(outcomes, tuple(found), questions, ignored)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A word nobody knows: its rows, how many have a close date, and what is suggested with the reason."""

    rows: int
    dated: int
    may_be: Outcome | None
    reason: str


def _question(asked: Mapping[str, _Asked], *, has_close_date: bool, is_expected: bool) -> tuple[ImportQuestion, ...]:
    if not asked:
        return ()
    words = list(asked)
    about = f"Are deals in {_listed(words)} open, won, lost, or to be ignored?"
    told = [_counted(word, one, has_close_date) for word, one in list(asked.items())[:40]]
    if is_expected and any(one.dated for one in asked.values()):
        told.append(BOTH_HAVE)
    answers = tuple(("--stage", f"{word}={one.may_be or UNSAID}") for word, one in asked.items())
    return (ImportQuestion(about, CHOICES, "\n".join(told), OPTION, answers=answers),)


def _listed(words: list[str]) -> str:
    shown = [f"'{word}'" for word in words[:12]]
    return ", ".join(shown) + (f" and {len(words) - 12} more" if len(words) > 12 else "")


def _counted(word: str, one: _Asked, has_close_date: bool) -> str:
    told = f"'{word}': {counted(one.rows, 'row')}"
    if has_close_date:
        many = ("every one" if one.dated else "none") if one.dated in (0, one.rows) else f"{one.dated:,}"
        told += f", {many} with a close date"
    return f"{told}{', ' if one.reason.startswith('so ') else '; '}{one.reason}" if one.reason else told
