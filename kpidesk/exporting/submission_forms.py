"""Forecasts that were given, and how near they came, as text for a terminal and as plain values."""

from __future__ import annotations

from collections.abc import Sequence

from kpidesk.core.accuracy_paper import accuracy_receipts
from kpidesk.core.forecast_misses import (
    WHOSE_WORDS,
    ForecastAccuracy,
    HorizonMisses,
    Miss,
    PeriodMisses,
    ScopeMisses,
    drawn_together,
    early_and_late,
    moment_label,
)
from kpidesk.core.formats import NOTHING, day_text, format_change, format_value
from kpidesk.core.people import Scope
from kpidesk.core.submissions import Known, Submission, Submitted, SubmittedFile
from kpidesk.core.wording import counted
from kpidesk.exporting.json_form import Json, day_json, issues_json, number_json, period_json
from kpidesk.exporting.text_table import Column, paragraph, paragraphs, receipts_text, sections, table

UNDONE = "taken out of the KPIs"


def _whose(scope: Scope) -> str:
    return scope.name or "Organisation"


def submitted_text(found: Submitted) -> str:
    """A forecast just given, with what is remarkable about it."""
    one = found.submission
    commit, best, due = (format_value(amount, "money", one.currency) for amount in (one.commit, one.best_case,
                                                                                  one.pipeline))  # fmt: skip
    head = f"Forecast {one.id} of {_whose(one.scope)} for {one.period.label}: commit {commit}, best case {best}"
    head = f"{head}, open {due}."
    return sections((paragraph(head), paragraphs(found.notices)))


def submissions_text(found: Sequence[Submission]) -> str:
    """The forecasts that were given, the newest first."""
    if not found:
        return "No forecast was given yet. Give one with: kpidesk submit WORKSPACE --scope rep:NAME --commit AMOUNT"
    return table((
        Column("No", tuple(str(one.id) for one in found), right=True),
        Column("Given", tuple(day_text(one.given_on) for one in found)),
        Column("Of", tuple(_whose(one.scope) for one in found)),
        Column("Period", tuple(one.period.label for one in found)),
        *(Column(title, tuple(format_value(getattr(one, name), "money", one.currency) for one in found), right=True)
          for name, title in (("commit", "Commit"), ("best_case", "Best case"), ("pipeline", "Open"))),
        Column("Won then", tuple(format_value(one.known.won, "money", one.currency) for one in found), right=True),
        Column("KPIs", tuple(UNDONE if one.is_undone else "" for one in found)),
        Column("Note", tuple(one.note for one in found)),
    ))  # fmt: skip


def submission_json(one: Submission) -> Json:
    """One forecast with what was known when it was given."""
    return {
        "id": one.id,
        "scope": one.scope.key,
        "period": period_json(one.period),
        "commit": number_json(one.commit),
        "best_case": number_json(one.best_case),
        "pipeline": number_json(one.pipeline),
        "currency": one.currency,
        "note": one.note,
        "given_on": day_json(one.given_on),
        "import_id": one.import_id,
        "undone": one.is_undone,
        "known": _known(one.known),
    }


def _known(known: Known) -> Json:
    amounts = ("won", "target", "open_due", "weighted", "own_chances", "low", "point", "high", "reps_commit")
    return {
        "data_date": day_json(known.data_date),
        **{name: number_json(getattr(known, name)) for name in amounts},
        "reps_given": known.reps_given,
        "categories": [{"category": one.category, "amount": number_json(one.amount), "deals": number_json(one.deals)}
                       for one in known.categories],
    }  # fmt: skip


def submitted_json(found: Submitted) -> Json:
    """A forecast just given, with what is remarkable about it."""
    return {**submission_json(found.submission), "notices": list(found.notices)}


def submitted_file_text(found: SubmittedFile) -> str:
    """The forecasts of a file that were given, and what was wrong with the other lines."""
    given = len(found.submitted)
    return sections((
        f"{counted(given, 'forecast')} given.",
        paragraphs(f"{_whose(one.submission.scope)}: {text}" for one in found.submitted for text in one.notices),
        paragraphs(f"Line {one.line}, {one.column} '{one.value}': {one.problem}" for one in found.issues),
    ))  # fmt: skip


def submitted_file_json(found: SubmittedFile) -> Json:
    """The forecasts of a file that were given, and what was wrong with the other lines."""
    return {
        "submitted": [submitted_json(one) for one in found.submitted],
        "issues": issues_json(found.issues),
    }


def accuracy_text(found: ForecastAccuracy) -> str:
    """How near forecasts came: by weeks left, by period, and rep by rep."""
    return sections((
        paragraph(found.title),
        "" if found.scopes else paragraph(found.sentence),
        *(part for one in found.scopes if one.whose == "reps" or one.scope == found.question.scope
          for part in _whole(one)),
        _reps([one for one in found.scopes if one.whose == "own" and one.scope != found.question.scope]),
        paragraphs(found.notices),
        receipts_text(accuracy_receipts(found.scopes)),
    ))  # fmt: skip


def _whole(one: ScopeMisses) -> tuple[str, ...]:
    head = paragraph(f"{WHOSE_WORDS[one.whose]}: {one.sentence}")
    return head, _horizons(drawn_together(one.horizons)), _periods(one.periods)


def _horizons(found: Sequence[HorizonMisses]) -> str:
    return table((
        Column("Given", tuple(one.label for one in found)),
        Column("Periods", tuple(str(one.n) for one in found), right=True),
        Column("Usual miss", tuple(format_value(one.median, "percent") for one in found), right=True),
        Column("Weighted error", tuple(format_value(one.wape, "percent") for one in found), right=True),
        Column("Too high in", tuple(f"{one.high} of {one.n}" for one in found), right=True),
        Column("Within 5%", tuple(f"{one.narrow} of {one.n}" for one in found), right=True),
        Column("Within 10%", tuple(f"{one.wide} of {one.n}" for one in found), right=True),
        Column("All together", tuple(format_change(one.bias) for one in found), right=True),
    ))  # fmt: skip


def _periods(found: Sequence[PeriodMisses]) -> str:
    return table((
        Column("Period", tuple(one.period.label for one in found)),
        Column("Booked", tuple(one.actual_text for one in found), right=True),
        Column("What the commit was", tuple(one.words or one.reason or NOTHING for one in found)),
    ))  # fmt: skip


def _reps(found: Sequence[ScopeMisses]) -> str:
    """Each rep with the usual miss early and late, and the habit."""
    if not found:
        return ""
    moments = early_and_late([at.weeks_left for one in found for at in one.horizons])
    first = [next((at for at in one.horizons if at.weeks_left == moments[0]), None) for one in found]
    return table((
        Column("Rep", tuple(one.name for one in found)),
        Column("Periods", tuple(str(sum(bool(period.actual) for period in one.periods)) for one in found), right=True),
        *(Column(f"Miss, {moment_label(moment).lower()}", tuple(_median(one, moment) for one in found), right=True)
          for moment in moments),
        Column("Too high in", tuple(f"{at.high} of {at.n}" if at else NOTHING for at in first), right=True),
        Column("All together", tuple(format_change(at.bias if at else None) for at in first), right=True),
    ))  # fmt: skip


def _median(one: ScopeMisses, moment: int | None) -> str:
    return format_value(next((at.median for at in one.horizons if at.weeks_left == moment), None), "percent")


def accuracy_json(found: ForecastAccuracy) -> Json:
    """How near forecasts came."""
    return {
        "as_of": day_json(found.as_of),
        "scope": found.question.scope.key,
        "currency": found.currency,
        "sentence": found.sentence,
        "scopes": [_scope_json(one) for one in found.scopes],
        "notices": list(found.notices),
    }


def _scope_json(one: ScopeMisses) -> Json:
    return {
        "scope": one.scope.key,
        "whose": one.whose,
        "sentence": one.sentence,
        "periods": [_period_json(period) for period in one.periods],
        "weeks": [_horizon_json(at) for at in one.horizons],
    }


def _period_json(one: PeriodMisses) -> Json:
    return {
        "period": one.period.key,
        "booked": number_json(one.actual),
        "receipt": one.receipt,
        "reason": one.reason,
        "words": one.words,
        "misses": [_miss_json(miss) for miss in one.misses],
    }


def _miss_json(miss: Miss) -> Json:
    return {
        "weeks_left": miss.weeks_left,
        "given_on": day_json(miss.given_on),
        "forecast": number_json(miss.forecast),
        "error": number_json(miss.error),
        "share": number_json(miss.share),
        "band": miss.band,
        "reps": miss.reps,
        "missing": miss.missing,
        "rest": miss.rest,
    }


def _horizon_json(at: HorizonMisses) -> Json:
    return {
        "weeks_left": at.weeks_left,
        "periods": at.n,
        "median": number_json(at.median),
        "bias": number_json(at.bias),
        "wape": number_json(at.wape),
        "total": number_json(at.total),
        "too_high": at.high,
        "within_5": at.narrow,
        "within_10": at.wide,
    }
