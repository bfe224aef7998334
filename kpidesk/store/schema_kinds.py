"""The tables of the third version, which brought every kind of record; as in `schema`, never changed."""

from __future__ import annotations

_TYPES = {
    "text": "TEXT",
    "integer": "INTEGER",
    "term": "INTEGER REFERENCES terms",
    "person": "INTEGER REFERENCES person_aliases",
    "account": "INTEGER REFERENCES account_aliases",
}
_KINDS: tuple[tuple[str, str, str], ...] = (
    (
        "activities",
        "activity",
        "subject text, type term, direction term, status term, person person, account account, contact text, "
        "deal term, lead term, occurred_at text, scheduled_at text, created_at text, duration integer, "
        "got_reply integer, is_follow_up integer, is_automated integer, is_prospecting integer",
    ),
    (
        "leads",
        "lead",
        "name text, email text, account account, owner person, source term, campaign term, status term, "
        "created_at text, mql_at text, sql_at text, first_response_at text, converted_at text, deal term",
    ),
    (
        "account_records",
        "account_record",
        "account account, owner person, segment term, vertical term, region term, source term, "
        "created_at text, employees integer, revenue integer, currency term, parent account",
    ),
    (
        "subscriptions",
        "subscription",
        "account account, product term, mrr integer, arr integer, currency term, starts_at text, "
        "ends_at text, quantity integer, owner person, is_trial integer",
    ),
    (
        "movements",
        "movement",
        "account account, effective_at text, kind term, amount integer, currency term, owner person, "
        "product term, reason term, is_new_product integer",
    ),
    (
        "contracts",
        "contract",
        "account account, term_start_at text, term_end_at text, renewable_mrr integer, renewed_mrr integer, "
        "currency term, renewed_at text, owner person, status term",
    ),
    (
        "surveys",
        "survey",
        "kind term, score integer, scale_max integer, responded_at text, account account, owner person, "
        "reason term, comment text",
    ),
    (
        "costs",
        "cost",
        "category term, motion term, amount integer, currency term, period_at text, person person, team term",
    ),
    (
        "quotas",
        "quota",
        "person person, team term, period_at text, amount integer, currency term",
    ),
    (
        "forecasts",
        "forecast",
        "person person, category term, horizon term, amount integer, currency term, period_at text, submitted_at text",
    ),
    (
        "stage_changes",
        "stage_change",
        "deal term, stage term, from_stage term, entered_at text, changed_by person, amount integer, "
        "currency term, close_date text, probability integer",
    ),
    (
        "rates",
        "rate",
        "currency term, valid_from text, rate text, to_currency term, restates integer",
    ),
    (
        "absences",
        "absence",
        "person person, starts_at text, ends_at text, reason term",
    ),
    (
        "holidays",
        "holiday",
        "day text, name text, region term",
    ),
)
"""The kinds of record that the third version brought: table of the records, stem of the others, typed fields."""


def _three_tables(records: str, stem: str, fields: str) -> tuple[str, ...]:
    """Records, values and versions of one kind, with the index of its identities; what deals have had before."""
    typed = ", ".join(f"{name} {_TYPES[kind]}" for name, kind in map(str.split, fields.split(",")))
    return (
        f"CREATE TABLE {records}(id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL REFERENCES sources,"
        " key TEXT NOT NULL, first_seen TEXT NOT NULL, missing_from TEXT) STRICT",
        f"CREATE UNIQUE INDEX {records}_key ON {records}(source_id, key)",
        f"CREATE TABLE {stem}_values(id INTEGER PRIMARY KEY, record_id INTEGER NOT NULL REFERENCES {records},"
        f" {typed}, custom TEXT) STRICT",
        f"CREATE TABLE {stem}_versions(record_id INTEGER NOT NULL REFERENCES {records}, valid_from TEXT NOT NULL,"
        f" valid_to TEXT NOT NULL, value_id INTEGER NOT NULL REFERENCES {stem}_values,"
        " PRIMARY KEY(record_id, valid_from), CHECK(valid_from < valid_to)) STRICT, WITHOUT ROWID",
    )


def _empty_column(name: str, dtype: str, empty: str) -> str:
    """A column that is empty in every deal there is: each of its pieces repeats one number."""
    return (
        "INSERT INTO columns(kind, name, segment, size, dtype, data)"
        f" SELECT kind, '{name}', segment, size, '={dtype}', x'{empty}' FROM columns WHERE kind='deals' AND name='of'"
    )


THIRD_VERSION: tuple[str, ...] = (
    *(statement for kind in _KINDS for statement in _three_tables(*kind)),
    "ALTER TABLE deal_values ADD COLUMN recurring_amount INTEGER",
    "ALTER TABLE deal_values ADD COLUMN lead INTEGER REFERENCES terms",
    "ALTER TABLE deal_values ADD COLUMN next_step TEXT",
    _empty_column("recurring_amount", "int64", "0000000000000080"),
    _empty_column("lead", "int32", "00000000"),
    *(f"ALTER TABLE people_rows ADD COLUMN {name} TEXT" for name in ("external_id", "motion", "territory", "segment")),
    "ALTER TABLE people_rows ADD COLUMN ramp_months INTEGER",
    *(f"ALTER TABLE people ADD COLUMN {name} TEXT NOT NULL DEFAULT ''" for name in ("motion", "territory", "segment")),
    "ALTER TABLE people ADD COLUMN ramp_months INTEGER",
    """CREATE TABLE merges(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN ('person','account')),
  value TEXT NOT NULL, into_value TEXT NOT NULL, name TEXT NOT NULL, into_name TEXT NOT NULL,
  at TEXT NOT NULL, before TEXT NOT NULL) STRICT""",
)
"""Every kind of record. A merge joins whoever bears `value` to whoever bears `into_value`, texts as they are compared.

`name` and `into_name` are what was shown then, `before` what splitting them again gives back.
"""
