"""A team review as a paper: the sections of its kind in their order, then what was talked about and agreed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpidesk.core.carried import from_text
from kpidesk.core.formats import day_text, sample_text
from kpidesk.core.kpis import Unit
from kpidesk.core.meeting_sheets import (
    Amount,
    CallLine,
    ForecastPart,
    ForecastRange,
    MeetingSheet,
    MemberCell,
    MemberTable,
    MovedLine,
    PipelinePart,
)
from kpidesk.core.meeting_words import (
    NO_ACTIONS,
    NO_INITIATIVES,
    NO_MEMBERS,
    NO_MOVES,
    NO_SIGNALS,
    NO_STALLED,
    NO_TARGET_CHANGES,
    NO_WHY,
    NOTHING_SAID,
    OWN_CHANCES,
    SECTIONS,
    about_words,
    carried_words,
    measured_words,
    meeting_title,
    no_carried_words,
    quarter_title,
    since_words,
    stalled_words,
    target_words,
)
from kpidesk.core.meetings import STALLED_SHOWN, Point
from kpidesk.core.papers import (
    MIDDLE,
    CellUnit,
    Paper,
    PaperCard,
    PaperCell,
    PaperColumn,
    PaperMark,
    PaperPart,
    PaperRange,
    PaperRow,
    PaperSection,
    PaperTable,
    PaperWords,
    receipt_sections,
)
from kpidesk.core.review_words import NO_AGENDA, NO_NOTES
from kpidesk.core.reviews import Line
from kpidesk.core.signals import MOST_SHOWN
from kpidesk.core.submissions import COMMIT_TITLE

_UNITS: dict[Unit, CellUnit] = {
    "count": "count", "money": "money", "percent": "percent", "multiple": "multiple", "days": "days",
}  # fmt: skip
"""Every other unit is kept as a plain number."""
AT_COMMIT = 1
"""The place of the commit among the amounts of a call: it is shown also where nobody has said one."""
COMMIT_SHARE = 1.3
"""Its title is longer than those beside it."""
MOST_BESIDE = 6
"""How many KPIs stand beside each other on a sheet of paper."""


def meeting_paper(sheet: MeetingSheet, *, whole: bool = False) -> Paper:
    """A team review to take along; the manager's own notes stand in a private section.

    Of what stands out the first five, of the deals that are long in their stage the first eight; with `whole` all.
    """
    makers = {"weekly": _weekly, "monthly": _monthly, "forecast": _forecast}
    headings = SECTIONS[sheet.meeting.kind]
    parts = makers[sheet.meeting.kind](sheet, headings[1:], whole)
    first = PaperSection(headings[0], (_carried(sheet),))
    return Paper(
        kind=f"{sheet.meeting.kind}-review" if sheet.meeting.kind != "forecast" else "forecast-call",
        title=meeting_title(sheet),
        about=about_words(sheet),
        as_of=sheet.as_of,
        sections=(first, *parts, *_typed(sheet), *_receipts(sheet)),
        currency=sheet.currency,
        filters=(f"team {sheet.name}",) if sheet.meeting.scope.kind == "team" else (),
        definitions=sheet.definitions,
        names=_people(sheet),
        code=sheet.code,
    )


def _people(sheet: MeetingSheet) -> tuple[str, ...]:
    """Every person whom a sheet names."""
    return tuple(dict.fromkeys(one for one in _names(sheet) if one))


def _names(sheet: MeetingSheet) -> Iterable[str]:
    yield from (row.name for row in (sheet.members.rows if sheet.members else ()) if row.scope.kind == "rep")
    yield from (one.action.owner for one in sheet.carried)
    yield from (one.owner for one in sheet.meeting.actions)
    moved: tuple[MovedLine, ...] = ()
    if sheet.pipeline is not None:
        yield from (one.owner for one in sheet.pipeline.stalled)
        moved = sheet.pipeline.moved
    if sheet.forecast is not None:
        yield from (one.name for one in sheet.forecast.lines if one.scope.kind == "rep")
        moved = (*moved, *sheet.forecast.moved)
    yield from (deal.owner for line in moved for deal in line.deals)
    yield from (one.whose for one in sheet.target_changes if one.scope.kind == "rep")


def _carried(sheet: MeetingSheet) -> PaperTable:
    titles = ("What", "Who", "How it stands", "Measured by")
    rows = ((one.action.text, one.action.owner, carried_words(one), measured_words(one)) for one in sheet.carried)
    return texts(titles, rows, empty=no_carried_words(sheet), shares=(2.0, 1.0, 1.6, 1.6))


# --- the three kinds -----------------------------------------------------------------------------------------------


def _weekly(sheet: MeetingSheet, headings: Sequence[str], whole: bool) -> tuple[PaperSection, ...]:
    activity, pipeline, moved, stalled, signals = headings
    nothing = PaperWords((sheet.lines_words or NO_MEMBERS,))
    tables = members_tables(sheet.members, "Rep", sheet.lines) if sheet.members else (nothing,)
    return (
        PaperSection(activity, tables),
        *(_pipeline(sheet, sheet.pipeline, (pipeline, moved, stalled), whole) if sheet.pipeline else ()),
        PaperSection(signals, (_signals(sheet, whole),)),
    )


def _pipeline(
    sheet: MeetingSheet, part: PipelinePart, headings: Sequence[str], whole: bool
) -> tuple[PaperSection, ...]:
    pipeline, moved, stalled = headings
    return (
        PaperSection(pipeline, (_stages(part), PaperWords(part.coverage, listed=True))),
        PaperSection(moved, (moved_table(part.moved, part.moved_words),), since_words(sheet)),
        PaperSection(stalled, (_stalled(part, len(part.stalled) if whole else STALLED_SHOWN),)),
    )


def _stages(part: PipelinePart) -> PaperTable:
    several = any(one.pipeline for one in part.stages)
    whose = (PaperColumn("pipeline", "Pipeline", share=1.2),) if several else ()
    return PaperTable(
        (*whose, PaperColumn("stage", "Stage", share=1.4), PaperColumn("deals", "Deals", "count", 0.7),
         PaperColumn("amount", "Amount", "money"), PaperColumn("goes_on", "Go on to the next stage", share=2.0),
         PaperColumn("days", "Median days this quarter", share=1.5)),
        tuple(
            PaperRow((*((PaperCell(one.pipeline),) if several else ()), PaperCell(one.name),
                      PaperCell(f"{one.count:,}", one.count), _cell(one.amount), PaperCell(one.conversion_text),
                      PaperCell(one.days_text)))
            for one in part.stages
        ),
        part.total_text,
        "No open deals.",
    )  # fmt: skip


def _stalled(part: PipelinePart, most: int) -> PaperTable:
    return PaperTable(
        (PaperColumn("deal", "Deal", share=1.6), PaperColumn("owner", "Owner", share=1.2),
         PaperColumn("stage", "Stage", share=1.2), PaperColumn("amount", "Amount", "money", 0.8),
         PaperColumn("how_long", "How long", share=1.8)),
        tuple(
            PaperRow((PaperCell(one.name), PaperCell(one.owner), PaperCell(one.stage), _cell(one.amount),
                      PaperCell(one.words)))
            for one in part.stalled[:most]
        ),
        stalled_words(part, most),
        NO_STALLED,
    )  # fmt: skip


def _monthly(sheet: MeetingSheet, headings: Sequence[str], whole: bool) -> tuple[PaperSection, ...]:
    numbers, by_team, why, signals, initiatives, coaching, targets = headings
    ran = ((one.name, one.whose, day_text(one.since), one.words) for one in sheet.initiatives)
    changed = ((one.kpi, one.whose, one.period, target_words(one), one.reason or "no reason given", day_text(one.on))
               for one in sheet.target_changes)  # fmt: skip
    verdicts = texts(("Verdict", "Goals"), ((one.verdict, f"{one.count:,}") for one in sheet.verdicts),
                     sheet.verdicts_words if sheet.verdicts else "", sheet.verdicts_words)  # fmt: skip
    return (
        PaperSection(numbers, (PaperCard(tuple(line.row for line in sheet.lines)),)),
        *((PaperSection(quarter_title(sheet), (PaperCard(tuple(line.row for line in sheet.quarter)),)),)
          if sheet.quarter else ()),
        *((PaperSection(by_team, members_tables(sheet.members, "Team")),)
          if sheet.members and sheet.members.rows else ()),
        PaperSection(why, (PaperWords(sheet.why or (NO_WHY,), listed=bool(sheet.why)),)),
        PaperSection(signals, (_signals(sheet, whole),)),
        PaperSection(initiatives, (texts(("Initiative", "For", "Since", "What the data say"), ran, "", NO_INITIATIVES,
                                         (1.4, 1.0, 0.8, 3.0)),)),
        PaperSection(coaching, (verdicts,), "counted, without names"),
        PaperSection(targets, (texts(("KPI", "For", "Period", "Target", "Why", "On"), changed, "", NO_TARGET_CHANGES,
                                     (1.4, 1.0, 0.8, 1.4, 2.0, 0.9)),), "earlier periods keep what they had"),
    )  # fmt: skip


def _forecast(sheet: MeetingSheet, headings: Sequence[str], _whole: bool) -> tuple[PaperSection, ...]:
    part = sheet.forecast
    if part is None:
        return ()
    call, reps, data, moved, past = headings
    said: tuple[PaperPart, ...] = (calls_table((part.total, part.summed), sheet.meeting.question.period.label),)
    own = (part.own_words or OWN_CHANCES) if part.total.expected is not None else ""
    told = tuple(text for text in (part.apart, own) if text)
    if told:
        said = (*said, PaperWords(told))
    shown: tuple[PaperPart, ...] = (PaperWords((part.range_words,)),) if part.range_words else ()
    if part.range is not None:
        shown = (range_part(part.range), *shown)
    return (
        PaperSection(call, said, "what will be booked by the end, won deals included"),
        PaperSection(reps, (calls_table(part.lines, "Rep"),)),
        PaperSection(data, shown),
        PaperSection(moved, (moved_table(part.moved, part.moved_words),), since_words(sheet)),
        PaperSection(past, (_past(part),)),
    )


def _past(part: ForecastPart) -> PaperWords:
    each = (f"{line.name}: {line.past}" for line in part.lines if line.past)
    return PaperWords((*part.past, *each) or ("No forecast of a closed period is known yet.",), listed=True)


# --- their parts ---------------------------------------------------------------------------------------------------


def texts(
    titles: Sequence[str], rows: Iterable[Sequence[str]], sentence: str = "", empty: str = "",
    shares: Sequence[float] = (),
) -> PaperTable:  # fmt: skip
    """A table of texts alone."""
    columns = tuple(
        PaperColumn(title.casefold().replace(" ", "_"), title, share=share)
        for title, share in zip(titles, shares or (1.0,) * len(titles), strict=True)
    )
    return PaperTable(columns, tuple(PaperRow(tuple(map(PaperCell, row))) for row in rows), sentence, empty)


def members_tables(table: MemberTable, who: str, whole: Sequence[Line] = ()) -> tuple[PaperTable, ...]:
    """Reps or teams by name against KPIs, few enough beside each other to be read.

    At the end stands the whole with its period before, where its lines are given.
    """
    count = len(table.kpis)
    size = -(-count // max(1, -(-count // MOST_BESIDE)))
    places = [range(at, min(at + size, count)) for at in range(0, count, size or 1)]
    return tuple(_members(table, who, part, [whole[at] for at in part] if whole else []) for part in places)


def _members(table: MemberTable, who: str, places: range, whole: Sequence[Line]) -> PaperTable:
    """Some of the KPIs; what to know of somebody stands behind the name."""
    columns = (
        PaperColumn("who", who, share=1.6),
        *(PaperColumn(table.kpis[at], table.names[at], _UNITS.get(table.units[at], "count")) for at in places),
    )
    rows = []
    for row in table.rows:
        name = f"{row.name} ({row.note})" if row.note else row.name
        cells = (PaperCell(row.cells[at].told(table.units[at]), row.cells[at].value) for at in places)
        rows.append(PaperRow((PaperCell(name), *cells)))
    if whole:
        rows.append(PaperRow((PaperCell("Together"), *map(_together, whole)), strong=True))
        rows.append(PaperRow((PaperCell("Period before"), *map(_before, whole)), strong=True))
    return PaperTable(columns, tuple(rows), empty=NO_MEMBERS)


def _together(line: Line) -> PaperCell:
    row = line.row
    whole = MemberCell(row.value_text, row.sample_text, row.result.value, row.result.n)
    return PaperCell(whole.told(row.kpi.unit), row.result.value)


def _before(line: Line) -> PaperCell:
    row, prior = line.row, line.row.prior
    if prior is None:
        return PaperCell(row.prior_text)
    rests = sample_text(prior.n, prior.numerator if row.kpi.is_rate else None)
    return PaperCell(MemberCell(row.prior_text, rests, prior.value, prior.n).told(row.kpi.unit), prior.value)


def moved_table(moved: Sequence[MovedLine], sentence: str) -> PaperTable:
    """What moved, each kind with its number, value and largest deals."""
    rows = []
    for line in moved:
        deals = "; ".join(f"{one.name} ({one.owner}) {one.change}".strip() for one in line.deals)
        count = PaperCell(f"{line.count:,}", line.count)
        rows.append(PaperRow((PaperCell(line.label), count, _cell(line.amount), PaperCell(deals))))
    columns = (
        PaperColumn("what", "What", share=1.0),
        PaperColumn("deals", "Deals", "count", 0.6),
        PaperColumn("amount", "Amount", "money", 0.8),
        PaperColumn("largest", "The largest", share=4.0),
    )
    return PaperTable(columns, tuple(rows), sentence, NO_MOVES)


def calls_table(lines: Sequence[CallLine], who: str) -> PaperTable:
    """What is said will be booked, beside what was said last time."""
    titles = ("Won", COMMIT_TITLE, "Last time", "Change", "Best case", "Pipeline", "By own chances")
    keys = ("won", "commit", "last_time", "change", "best_case", "pipeline", "by_own_chances")
    amounts = [
        (one.won, one.commit, one.commit_before, one.moved, one.best, one.pipeline, one.expected) for one in lines
    ]
    shown = [at for at in range(len(titles)) if at <= AT_COMMIT or any(row[at] is not None for row in amounts)]
    columns = (
        PaperColumn("who", who, share=1.8),
        *(PaperColumn(keys[at], titles[at], "money", COMMIT_SHARE if at == AT_COMMIT else 1.0) for at in shown),
    )
    rows = []
    for one, row in zip(lines, amounts, strict=True):
        cells = (_cell(row[at], NOTHING_SAID if at == AT_COMMIT else "") for at in shown)
        rows.append(PaperRow((PaperCell(one.name), *cells)))
    return PaperTable(columns, tuple(rows), empty=NO_MEMBERS)


def _cell(amount: Amount | None, nothing: str = "") -> PaperCell:
    return PaperCell(nothing) if amount is None else PaperCell(amount.text, amount.value)


def range_part(found: ForecastRange) -> PaperRange:
    """The range that the data give, with what is won and the target on it."""
    marks = [PaperMark("Won", found.won, found.won_text)]
    if found.target is not None:
        marks.append(PaperMark("Target", found.target, found.target_text))
    words = f"{MIDDLE} {found.point_text}, in four of five cases between {found.low_text} and {found.high_text}."
    return PaperRange(
        words, found.low, found.point, found.high, found.low_text, found.point_text, found.high_text, tuple(marks)
    )


def _signals(sheet: MeetingSheet, whole: bool) -> PaperTable:
    listed = sheet.signals if whole else sheet.signals[:MOST_SHOWN]
    words = "" if len(listed) == len(sheet.signals) else f"The first {len(listed)} of {len(sheet.signals)}."
    rows = ((one.kpi, one.whose, one.words) for one in listed)
    return texts(("KPI", "Whose", "What stands out"), rows, words, NO_SIGNALS, (1.2, 1.0, 3.0))


def _point(one: Point) -> str:
    told = ", ".join(part for part in (from_text(one.since), "done" if one.done else "") if part)
    return f"{one.text} ({told})" if told else one.text


def _receipts(sheet: MeetingSheet) -> tuple[PaperSection, ...]:
    """The codes by which the numbers of the review are proven again; nothing where none has one."""
    rows = [line.row for line in (*sheet.lines, *sheet.quarter) if line.row.receipt]
    several = len({row.period for row in rows}) > 1
    names = [f"{row.kpi.name}, {row.period.label}" if several else row.kpi.name for row in rows]
    told = [one for name, row in zip(names, rows, strict=True) for one in row.receipts(name)]
    return receipt_sections([(name, code) for code, name in {code: name for name, code in told}.items()], "KPI")


def _typed(sheet: MeetingSheet) -> tuple[PaperSection, ...]:
    meeting = sheet.meeting
    points = tuple(_point(one) for one in meeting.agenda)
    agreed = ((one.text, one.owner, day_text(one.due)) for one in meeting.actions)
    notes = tuple(meeting.notes.splitlines())
    is_open = meeting.state == "draft"  # in which nothing written yet says nothing
    return (
        *((PaperSection("Points", (PaperWords(points or (NO_AGENDA,), listed=bool(points)),)),)
          if points or not is_open else ()),
        *((PaperSection("Notes", (PaperWords(notes or (NO_NOTES,)),)),) if notes or not is_open else ()),
        PaperSection("Agreed", (texts(("What", "Who", "By"), agreed, "", NO_ACTIONS, (3.0, 1.2, 1.0)),)),
        *(
            (PaperSection("Private notes", (PaperWords(tuple(meeting.private.splitlines())),), private=True),)
            if meeting.private.strip() else ()
        ),
    )  # fmt: skip
