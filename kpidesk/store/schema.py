"""The tables of a workspace, version by version; a released version is never changed, see `migrations`."""

from __future__ import annotations

from collections.abc import Iterator

APPLICATION_ID = 0x4B50444B  # "KPDK"

FIRST_VERSION: tuple[str, ...] = (
    "CREATE TABLE _sqlite_migrations(id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT) STRICT",
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE settings(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE audit(id INTEGER PRIMARY KEY, at TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL) STRICT",
    "CREATE TABLE sources(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
    """CREATE TABLE imports(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, source_id INTEGER NOT NULL REFERENCES sources,
  data_date TEXT NOT NULL, complete INTEGER NOT NULL CHECK(complete IN (0,1)),
  file_name TEXT NOT NULL, sha256 TEXT NOT NULL, imported_at TEXT NOT NULL, dialect TEXT NOT NULL, recipe TEXT NOT NULL,
  read INTEGER NOT NULL, added INTEGER NOT NULL, updated INTEGER NOT NULL, unchanged INTEGER NOT NULL,
  rejected INTEGER NOT NULL, skipped INTEGER NOT NULL,
  seen BLOB NOT NULL, lines BLOB NOT NULL, digest TEXT NOT NULL,
  CHECK(read = added + updated + unchanged + rejected + skipped)) STRICT""",
    """CREATE TABLE rejected_rows(
  import_id INTEGER NOT NULL REFERENCES imports, number INTEGER NOT NULL, line INTEGER NOT NULL, field TEXT NOT NULL,
  value TEXT NOT NULL, problem TEXT NOT NULL, row TEXT NOT NULL,
  PRIMARY KEY(import_id, number)) STRICT, WITHOUT ROWID""",
    "CREATE TABLE people(id INTEGER PRIMARY KEY, name TEXT NOT NULL, renamed INTEGER NOT NULL DEFAULT 0,"
    " role TEXT NOT NULL DEFAULT '', hire_at TEXT, end_at TEXT) STRICT",
    """CREATE TABLE person_aliases(
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES sources,
  kind TEXT NOT NULL CHECK(kind IN ('name','email')), value TEXT NOT NULL,
  person_id INTEGER NOT NULL REFERENCES people, linked INTEGER NOT NULL DEFAULT 0,
  UNIQUE(source_id, kind, value)) STRICT""",
    "CREATE TABLE accounts(id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT",
    """CREATE TABLE account_aliases(
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES sources, value TEXT NOT NULL,
  account_id INTEGER NOT NULL REFERENCES accounts, linked INTEGER NOT NULL DEFAULT 0,
  UNIQUE(source_id, value)) STRICT""",
    """CREATE TABLE terms(
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES sources, field TEXT NOT NULL, value TEXT NOT NULL,
  UNIQUE(source_id, field, value)) STRICT""",
    """CREATE TABLE outcomes(
  field TEXT NOT NULL, value TEXT NOT NULL, outcome TEXT NOT NULL CHECK(outcome IN ('open','won','lost','ignore')),
  PRIMARY KEY(field, value)) STRICT, WITHOUT ROWID""",
    "CREATE TABLE teams(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, renamed INTEGER NOT NULL DEFAULT 0,"
    " parent_id INTEGER REFERENCES teams) STRICT",
    "CREATE TABLE team_aliases(value TEXT PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES teams)"
    " STRICT, WITHOUT ROWID",
    """CREATE TABLE memberships(
  person_id INTEGER NOT NULL REFERENCES people, team_id INTEGER NOT NULL REFERENCES teams,
  valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
  PRIMARY KEY(person_id, valid_from), CHECK(valid_from < valid_to)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE people_rows(
  import_id INTEGER NOT NULL REFERENCES imports, line INTEGER NOT NULL, person TEXT NOT NULL, email TEXT, team TEXT,
  parent_team TEXT, role TEXT, hire_at TEXT, end_at TEXT, valid_from TEXT, valid_to TEXT,
  PRIMARY KEY(import_id, line)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE deals(
  id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES sources, key TEXT NOT NULL,
  first_seen TEXT NOT NULL, missing_from TEXT) STRICT""",
    "CREATE UNIQUE INDEX deals_key ON deals(source_id, key)",
    """CREATE TABLE deal_values(
  id INTEGER PRIMARY KEY, deal_id INTEGER NOT NULL REFERENCES deals,
  name TEXT, account INTEGER REFERENCES account_aliases, owner INTEGER REFERENCES person_aliases,
  created_by INTEGER REFERENCES person_aliases, team INTEGER REFERENCES terms, stage INTEGER REFERENCES terms,
  status INTEGER REFERENCES terms, pipeline INTEGER REFERENCES terms, amount INTEGER, currency INTEGER REFERENCES terms,
  created_at TEXT, close_date TEXT, closed_at TEXT, first_contact_at TEXT, stage_entered_at TEXT, last_activity_at TEXT,
  next_activity_at TEXT, qualified_at TEXT, probability INTEGER, forecast_category INTEGER REFERENCES terms,
  type INTEGER REFERENCES terms, lead_source INTEGER REFERENCES terms, sourced_by_role INTEGER REFERENCES terms,
  segment INTEGER REFERENCES terms, product_line INTEGER REFERENCES terms, loss_reason INTEGER REFERENCES terms,
  custom TEXT) STRICT""",
    """CREATE TABLE deal_value_owners(
  value_id INTEGER NOT NULL REFERENCES deal_values, owner INTEGER NOT NULL REFERENCES person_aliases,
  share INTEGER NOT NULL CHECK(share BETWEEN 1 AND 1000000), PRIMARY KEY(value_id, owner)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE deal_versions(
  deal_id INTEGER NOT NULL REFERENCES deals, valid_from TEXT NOT NULL, valid_to TEXT NOT NULL,
  value_id INTEGER NOT NULL REFERENCES deal_values,
  PRIMARY KEY(deal_id, valid_from), CHECK(valid_from < valid_to)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE columns(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, segment INTEGER NOT NULL, size INTEGER NOT NULL,
  dtype TEXT NOT NULL, data BLOB NOT NULL, UNIQUE(kind, name, segment)) STRICT""",
    """CREATE TABLE kpi_definitions(
  kpi_id TEXT NOT NULL, version INTEGER NOT NULL, valid_from TEXT NOT NULL, body TEXT NOT NULL, saved_at TEXT NOT NULL,
  PRIMARY KEY(kpi_id, version)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE baselines(
  id INTEGER PRIMARY KEY, kpi_id TEXT NOT NULL, scope_kind TEXT NOT NULL, scope_id INTEGER NOT NULL,
  start TEXT NOT NULL, end TEXT NOT NULL, grain TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,
  value REAL NOT NULL, method TEXT NOT NULL, window TEXT NOT NULL, n REAL NOT NULL, low REAL, high REAL,
  weak INTEGER NOT NULL CHECK(weak IN (0,1)), why TEXT NOT NULL, frozen_at TEXT NOT NULL,
  superseded INTEGER NOT NULL DEFAULT 0 CHECK(superseded IN (0,1)), CHECK(start < end)) STRICT""",
    """CREATE TABLE targets(
  id INTEGER PRIMARY KEY, kpi_id TEXT NOT NULL, scope_kind TEXT NOT NULL, scope_id INTEGER NOT NULL,
  start TEXT NOT NULL, end TEXT NOT NULL, grain TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,
  minimum REAL NOT NULL, target REAL NOT NULL, stretch REAL NOT NULL, version INTEGER NOT NULL,
  effective_from TEXT NOT NULL, reason TEXT NOT NULL, set_by TEXT NOT NULL, set_at TEXT NOT NULL,
  superseded INTEGER NOT NULL DEFAULT 0 CHECK(superseded IN (0,1)),
  UNIQUE(kpi_id, scope_kind, scope_id, start, end, version), CHECK(start < end)) STRICT""",
    "CREATE TABLE profiles(key TEXT PRIMARY KEY, body TEXT NOT NULL, saved_at TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

SECOND_VERSION: tuple[str, ...] = (
    """CREATE TABLE reviews(
  id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people, held_with TEXT NOT NULL,
  start TEXT NOT NULL, end TEXT NOT NULL, grain TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('draft','started','closed')), agenda TEXT NOT NULL, notes TEXT NOT NULL,
  data_date TEXT, created_at TEXT NOT NULL, started_at TEXT NOT NULL, closed_at TEXT NOT NULL,
  sheet_digest TEXT NOT NULL, CHECK(start < end)) STRICT""",
    "CREATE TABLE private_notes(review_id INTEGER PRIMARY KEY REFERENCES reviews, text TEXT NOT NULL) STRICT",
    "CREATE TABLE review_sheets(review_id INTEGER PRIMARY KEY REFERENCES reviews, body BLOB NOT NULL) STRICT",
    """CREATE TABLE commitments(
  id INTEGER PRIMARY KEY, review_id INTEGER NOT NULL REFERENCES reviews, place INTEGER NOT NULL, text TEXT NOT NULL,
  due TEXT NOT NULL, owner TEXT NOT NULL CHECK(owner IN ('rep','manager')), kpi_id TEXT NOT NULL,
  deal_source TEXT NOT NULL, deal_key TEXT NOT NULL, deal_name TEXT NOT NULL,
  stage TEXT NOT NULL, was TEXT NOT NULL, settled_in INTEGER REFERENCES reviews,
  overruled TEXT CHECK(overruled IN ('done','late','open','dropped')), reason TEXT NOT NULL) STRICT""",
    "ALTER TABLE rejected_rows ADD COLUMN key TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE profiles ADD COLUMN import_id INTEGER NOT NULL DEFAULT 0",
)
"""One-on-ones. A deal is named by source and key, for its number may go to another deal once an import is undone.

`held_with` is a name of the person as it is compared; a one-on-one belongs to whoever bears that name.
A rejected row keeps the key of the deal it is about, a profile the import that saved it.
"""

_SCOPE = "scope_kind TEXT NOT NULL, scope_id INTEGER NOT NULL, scope_name TEXT NOT NULL DEFAULT ''"
_PERIOD = "start TEXT NOT NULL, end TEXT NOT NULL, grain TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL"

_NAMED_GOALS = ("baselines", "targets")
_HANDED = "FROM json_each((SELECT value FROM meta WHERE name='goals_handed_over')) AS handed WHERE"


def _named(table: str) -> Iterator[str]:
    """Columns for the names of scopes, filled where the file knows them; what was followed meanwhile lies aside."""
    for name in ("scope_name", "followed_by"):
        yield f"ALTER TABLE {table} ADD COLUMN {name} TEXT NOT NULL DEFAULT ''"
    of, goal, name, was = (f"json_extract(handed.value, '$.{one}')" for one in ("table", "goal", "name", "superseded"))
    mine = f"{_HANDED} {of}='{table}' AND {table}.id={goal}"
    yield f"UPDATE {table} SET scope_name={name} {mine}"
    yield f"UPDATE {table} SET superseded={was}, scope_id=-{table}.id {mine} AND superseded<>{was}"


FOURTH_VERSION: tuple[str, ...] = (
    *(statement for table in _NAMED_GOALS for statement in _named(table)),
    "DELETE FROM meta WHERE name='goals_handed_over'",
    "CREATE TABLE roles(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE) STRICT",
    """CREATE TABLE objectives(
  id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES objectives, name TEXT NOT NULL, why TEXT NOT NULL,
  owner TEXT NOT NULL, place INTEGER NOT NULL, made_at TEXT NOT NULL, retired_on TEXT NOT NULL) STRICT""",
    """CREATE TABLE objective_kpis(
  objective_id INTEGER NOT NULL REFERENCES objectives, kpi_id TEXT NOT NULL, place INTEGER NOT NULL,
  PRIMARY KEY(objective_id, kpi_id)) STRICT, WITHOUT ROWID""",
    f"""CREATE TABLE focus(
  id INTEGER PRIMARY KEY, {_SCOPE}, kpi_id TEXT NOT NULL, place INTEGER NOT NULL,
  UNIQUE(scope_kind, scope_id, kpi_id)) STRICT""",
    f"""CREATE TABLE kpi_entries(
  id INTEGER PRIMARY KEY, kpi_id TEXT NOT NULL, {_SCOPE}, {_PERIOD}, value REAL NOT NULL, n REAL,
  evidence TEXT NOT NULL, entered_at TEXT NOT NULL,
  superseded INTEGER NOT NULL DEFAULT 0 CHECK(superseded IN (0,1)), followed_by TEXT NOT NULL DEFAULT '',
  CHECK(start < end)) STRICT""",
    f"""CREATE TABLE initiatives(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, starts TEXT NOT NULL, ends TEXT NOT NULL, {_SCOPE},
  control_kind TEXT NOT NULL, control_id INTEGER NOT NULL, control_name TEXT NOT NULL DEFAULT '',
  for_leaders TEXT NOT NULL, for_reps TEXT NOT NULL,
  made_at TEXT NOT NULL, dropped_at TEXT NOT NULL) STRICT""",
    """CREATE TABLE initiative_kpis(
  initiative_id INTEGER NOT NULL REFERENCES initiatives, kpi_id TEXT NOT NULL, expected REAL, place INTEGER NOT NULL,
  PRIMARY KEY(initiative_id, kpi_id)) STRICT, WITHOUT ROWID""",
    f"""CREATE TABLE chart_notes(
  id INTEGER PRIMARY KEY, day TEXT NOT NULL, text TEXT NOT NULL, {_SCOPE}, kpi_id TEXT NOT NULL,
  made_at TEXT NOT NULL) STRICT""",
    f"""CREATE TABLE acknowledgements(
  id INTEGER PRIMARY KEY, kpi_id TEXT NOT NULL, {_SCOPE}, grain TEXT NOT NULL, rule TEXT NOT NULL,
  since TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
    f"""CREATE TABLE chart_limits(
  id INTEGER PRIMARY KEY, kpi_id TEXT NOT NULL, {_SCOPE}, grain TEXT NOT NULL, from_day TEXT NOT NULL,
  reason TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
    f"""CREATE TABLE alert_rules(
  id INTEGER PRIMARY KEY, kpi_id TEXT NOT NULL, {_SCOPE}, grain TEXT NOT NULL, kind TEXT NOT NULL,
  threshold REAL, made_at TEXT NOT NULL, retired_on TEXT NOT NULL) STRICT""",
    "CREATE TABLE views(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, body TEXT NOT NULL,"
    " saved_at TEXT NOT NULL) STRICT",
)
"""Roles that goals are set for, objectives and the KPIs they rest on, values typed in, and what was said of numbers.

Empty texts stand for "none": `ends` of an initiative that goes on, `control_kind` without a control group, `kpi_id`
of a note on all charts. `scope_name` and `control_name` are the name of a person or team, as it is compared, to which
something belongs, written before who is who changes; a number below 0 says that nobody has it, see `belongings`.
`followed_by` is the name for which something newer was said, where that is another one than its own.
"""


FIFTH_VERSION: tuple[str, ...] = (
    *(f"ALTER TABLE reviews ADD COLUMN {name} TEXT NOT NULL DEFAULT ''" for name in ("skill", "evidence", "praise")),
    "ALTER TABLE reviews ADD COLUMN wellbeing TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE review_deals(
  review_id INTEGER NOT NULL REFERENCES reviews, deal_source TEXT NOT NULL, deal_key TEXT NOT NULL,
  next_step TEXT NOT NULL, PRIMARY KEY(review_id, deal_source, deal_key)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE preparations(
  review_id INTEGER PRIMARY KEY REFERENCES reviews, code TEXT NOT NULL, asked_at TEXT NOT NULL,
  answered_at TEXT NOT NULL, body TEXT NOT NULL) STRICT""",
    f"""CREATE TABLE coaching_goals(
  id INTEGER PRIMARY KEY, {_SCOPE}, kpi_id TEXT NOT NULL, text TEXT NOT NULL, {_PERIOD}, start_body TEXT NOT NULL,
  expected REAL, due TEXT NOT NULL, made_at TEXT NOT NULL, made_in INTEGER REFERENCES reviews,
  dropped_at TEXT NOT NULL, CHECK(start < end)) STRICT""",
    f"""CREATE TABLE meetings(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN ('weekly','monthly','forecast')), {_SCOPE}, {_PERIOD},
  state TEXT NOT NULL CHECK(state IN ('draft','started','closed')), agenda TEXT NOT NULL, notes TEXT NOT NULL,
  data_date TEXT, created_at TEXT NOT NULL, started_at TEXT NOT NULL, closed_at TEXT NOT NULL,
  sheet_digest TEXT NOT NULL, kpis TEXT NOT NULL DEFAULT '', CHECK(start < end)) STRICT""",
    "CREATE TABLE meeting_notes(meeting_id INTEGER PRIMARY KEY REFERENCES meetings, text TEXT NOT NULL) STRICT",
    "CREATE TABLE meeting_sheets(meeting_id INTEGER PRIMARY KEY REFERENCES meetings, body BLOB NOT NULL) STRICT",
    """CREATE TABLE meeting_actions(
  id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meetings, place INTEGER NOT NULL, text TEXT NOT NULL,
  owner TEXT NOT NULL, due TEXT NOT NULL, kpi_id TEXT NOT NULL, state TEXT NOT NULL
  CHECK(state IN ('open','done','dropped')), reason TEXT NOT NULL, settled_in INTEGER REFERENCES meetings) STRICT""",
    f"""CREATE TABLE cadences(
  id INTEGER PRIMARY KEY, what TEXT NOT NULL, {_SCOPE}, every TEXT NOT NULL
  CHECK(every IN ('week','two_weeks','month','quarter','year','never')), from_day TEXT NOT NULL, made_at TEXT NOT NULL,
  UNIQUE(what, scope_kind, scope_id)) STRICT""",
    f"""CREATE TABLE submissions(
  id INTEGER PRIMARY KEY, {_SCOPE}, {_PERIOD}, commit_amount INTEGER NOT NULL, best_amount INTEGER NOT NULL,
  pipeline_amount INTEGER NOT NULL, currency TEXT NOT NULL, note TEXT NOT NULL, submitted_at TEXT NOT NULL,
  data_date TEXT, import_id INTEGER, meeting_id INTEGER REFERENCES meetings, body BLOB NOT NULL,
  digest TEXT NOT NULL, CHECK(start < end)) STRICT""",
    f"""CREATE TABLE pay_plans(
  id INTEGER PRIMARY KEY, {_SCOPE}, base INTEGER NOT NULL, variable INTEGER NOT NULL, currency TEXT NOT NULL,
  curve TEXT NOT NULL, from_day TEXT NOT NULL, made_at TEXT NOT NULL) STRICT""",
    """CREATE TABLE erased(
  digest TEXT PRIMARY KEY, placeholder TEXT NOT NULL, person_id INTEGER, at TEXT NOT NULL) STRICT, WITHOUT ROWID""",
)
"""The rhythm of a team: what a one-on-one holds besides, coaching goals, team reviews, submissions, cadences.

`wellbeing` is the rep's own and leaves on no print but theirs. `what` of a cadence is a kind of meeting (`one_on_one`,
`weekly`, `monthly`, `forecast`) or `kpi:ID`; `kpis` of a meeting are the ids of the KPIs that its closed sheet shows. A
submission is never changed: `body` is all that was known on its day, sealed by `digest`; `import_id` is the import that
made it a record of its kind. `erased` knows by a digest the names of people who were deleted, so that a later file does
not bring them back.
"""


SIXTH_VERSION: tuple[str, ...] = (
    "ALTER TABLE deals ADD COLUMN merged_into INTEGER REFERENCES deals",
    """CREATE TABLE deal_merges(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, key TEXT NOT NULL, into_source TEXT NOT NULL, into_key TEXT NOT NULL,
  at TEXT NOT NULL, UNIQUE(source, key)) STRICT""",
    """CREATE TABLE deal_made(
  value_id INTEGER NOT NULL REFERENCES deal_values, part_id INTEGER NOT NULL REFERENCES deal_values,
  PRIMARY KEY(value_id, part_id)) STRICT, WITHOUT ROWID""",
    "ALTER TABLE people_rows ADD COLUMN fte INTEGER",
    "ALTER TABLE people_rows ADD COLUMN fte_from TEXT",
)
"""Deals of two sources that are one, named as their sources name them, so that they stay one whatever is imported;
and part-time: the share of full time that a row tells of a person, in millionths, and the day from which it holds.

`merged_into` of a deal is the one that it counts as now. `deal_made` names the values that a value of such a deal was
made of; both are worked out anew whenever deals are imported or taken back.
"""


SEVENTH_VERSION: tuple[str, ...] = (
    """CREATE TABLE kept_apart(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN ('person','account','deal')), source TEXT NOT NULL,
  value TEXT NOT NULL, other_source TEXT NOT NULL, other_value TEXT NOT NULL, at TEXT NOT NULL, import_id INTEGER)
  STRICT""",
    "ALTER TABLE deal_merges ADD COLUMN import_id INTEGER",
)
"""Two that somebody said are two, named as files name them: people and accounts by a text as it is compared and no
source, deals by their id. `import_id`: chosen in the check of that import, with which it is taken back.
"""


EIGHTH_VERSION: tuple[str, ...] = ("ALTER TABLE baselines ADD COLUMN inputs TEXT NOT NULL DEFAULT ''",)
"""The receipt codes of the numbers that a baseline was worked out from, parted by blanks: each holds a mark of the
number with its sample, how it is counted, and up to which import. Empty for one set before, typed or published.
"""
