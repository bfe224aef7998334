"""What stands in each table of a workspace, in one sentence, for whoever writes a query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kpidesk.core.queries import TableInfo
from kpidesk.store.database import Database
from kpidesk.store.reading import table_columns
from kpidesk.store.shapes import SHAPES

OTHERS: Mapping[str, str] = {
    "_sqlite_migrations": "Which changes of this schema were made when.",
    "meta": "Counters and marks of the file, and what the window shows first of it until something is written.",
    "settings": "How the workspace counts: currency, fiscal year, week start, smallest sample.",
    "audit": "What was done to the workspace when.",
    "sources": "The CRMs and files that records come from.",
    "imports": "Every import: file, day of its data, rows read, added, updated, unchanged, rejected, skipped.",
    "rejected_rows": "Rows of files that could not be read, each with its line and what is wrong.",
    "people": "Reps and managers.",
    "person_aliases": "The names, e-mail addresses and ids by which the files call a person.",
    "accounts": "Customers and prospects, each once however the files write it.",
    "account_aliases": "The names and ids by which the files call an account.",
    "terms": "The words of files: stages, statuses, sources of leads, currencies; `field` says of which field.",
    "outcomes": "Which stage and status words mean open, won, lost or ignore.",
    "teams": "Teams; `parent_id` is the team above.",
    "team_aliases": "The names by which the files call a team.",
    "memberships": "Who is in which team from which day until the day before `valid_to`.",
    "people_rows": "The rows of imported lists of people.",
    "deal_value_owners": "Who shares a deal, in millionths.",
    "columns": "The values again as arrays, for fast counting; of no use to a query.",
    "kpi_definitions": "Every version of every KPI of the workspace.",
    "baselines": "Frozen baselines.",
    "targets": "Minimum, target and stretch of KPIs, version by version.",
    "profiles": "What was answered about the columns of files, for the next file of the same shape.",
    "reviews": "One-on-ones.",
    "review_sheets": "The numbers that a one-on-one sealed.",
    "commitments": "What was promised in one-on-ones.",
    "merges": "Which people and accounts were joined by hand.",
    "deal_merges": "Which deals of two sources were joined by hand, by source and id.",
    "kept_apart": "What was said to be two, so that it is not offered as one.",
    "deal_made": "The states that files showed, of which each state of a joined deal was made.",
    "roles": "The roles for which goals are set.",
    "objectives": "What is to be reached; `parent_id` is the objective above.",
    "objective_kpis": "Which KPIs show whether an objective is reached.",
    "focus": "The two KPIs that a scope looks at first.",
    "kpi_entries": "Values of KPIs that are typed in, each with its evidence.",
    "initiatives": "What was begun in order to move KPIs, since when and for whom.",
    "initiative_kpis": "Which KPIs an initiative is to move, and by how much.",
    "chart_notes": "What happened on a day, for the charts.",
    "acknowledgements": "Signals that somebody has seen, and what they said.",
    "chart_limits": "From which day on the limits of a chart are worked out anew, and why.",
    "alert_rules": "When a number is to raise a signal.",
    "views": "Breakdowns that were saved under a name.",
    "submissions": "Forecasts that were given, frozen; `body` holds what was known then.",
    "cadences": "How often somebody meets or looks at a KPI.",
    "coaching_goals": "What a rep works on, measured by a KPI, until when.",
    "meeting_actions": "What was agreed in team reviews, and how it stands.",
    "meeting_sheets": "The numbers that a team review sealed.",
    "meetings": "Team reviews: weekly, monthly and forecast calls.",
    "preparations": "Forms that were given to reps before one-on-ones, and when they answered.",
    "review_deals": "The next step in each deal, as typed in a one-on-one.",
    "erased": "Digests of the names of people who were deleted, and what stands for them.",
}
UNITS = (
    "Amounts of money are whole minor units (cents), rates and shares millionths, scores thousandths, durations "
    "seconds; days are ISO text. `valid_to` is the day after the last; 9999-12-31 means still."
)


def _of_kinds() -> Iterator[tuple[str, str]]:
    """The tables of every kind of record."""
    for shape in SHAPES.values():
        yield shape.records, f"One row per {shape.one}: source, id in that source, first day seen."
        yield (
            shape.values,
            f"Every different state of {shape.many} that a file showed; `custom` holds unmapped columns as JSON.",
        )
        yield shape.versions, f"Which state of each {shape.one} was in force from which day of data to which."


def table_words() -> dict[str, str]:
    """The sentence about each table, by its name."""
    return {**OTHERS, **dict(_of_kinds())}


def tables(db: Database) -> tuple[TableInfo, ...]:
    """The tables that a query may read, by name."""
    words = table_words()
    return tuple(TableInfo(name, words.get(name, ""), columns) for name, columns in table_columns(db).items())
