"""Which kind of record a plain table holds, by what its columns say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kpidesk.core.errors import UNSAID, ImportQuestion, OtherTableError
from kpidesk.core.fields import KIND_OF_RECORD, KINDS, Kind
from kpidesk.core.wording import counted, listed
from kpidesk.importing.headers import Match, normalised, told_words

CLEAR = 1.0
"""So much more must speak for one kind than for the next, or the user is asked."""
MOST_ASKED = 3
MOST_NAMED = 3
WEAK_DEALS = frozenset(("owner", "created_at"))
TARGETS = frozenset(("scope", "kpi", "target"))
"""The columns of a list of targets, which are set and not imported."""
SUBJECT = "subject"
"""The name of a column that may hold what a deal is called, but speaks for no table of deals: every task has one."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a table must have to be of a kind, and what is typical of it.

    `must` lists alternatives; each is a tuple of groups such as "name|id" of which one field must be there. One of
    `words`, where there are any, must stand in the name of one of its columns.
    """

    must: tuple[tuple[str, ...], ...]
    typical: frozenset[str]
    words: frozenset[str]


def _needs(*must: str, typical: str, words: str = "") -> Needs:
    return Needs(tuple(tuple(one.split()) for one in must), frozenset(typical.split()), frozenset(words.split()))


NEEDS: dict[Kind, Needs] = {
    "deals": _needs(
        "stage|probability|forecast_category",
        "amount id|name|owner|created_at",
        "status|close_date|closed_at|pipeline id|name|owner|created_at|account",
        typical="status stage probability forecast_category close_date pipeline owner_split stage_entered_at "
        "loss_reason",
    ),
    "people": _needs(
        "person|email team|parent_team|role|hire_at|end_at|valid_from",
        typical="team parent_team role hire_at valid_from valid_to",
    ),
    "activities": _needs(
        "occurred_at|scheduled_at|created_at type|subject|direction|duration person|account|contact|deal|lead",
        typical="subject direction duration scheduled_at got_reply is_follow_up is_automated is_prospecting",
    ),
    "leads": _needs(
        "id|name|email|account mql_at|sql_at|first_response_at|converted_at",
        "id|name|email created_at source|campaign|status",
        typical="mql_at sql_at first_response_at converted_at campaign",
    ),
    "accounts": _needs(
        "account vertical|employees|parent|revenue",
        "account segment|region|source created_at|owner|id",
        typical="vertical employees parent revenue region",
    ),
    "subscriptions": _needs(
        "account starts_at mrr|arr",
        "account starts_at ends_at|quantity|is_trial product",
        typical="mrr arr quantity is_trial product",
    ),
    "movements": _needs(
        "account effective_at kind|reason",
        typical="kind reason is_new_product",
    ),
    "contracts": _needs(
        "account term_end_at renewable_mrr|renewed_mrr|renewed_at|status",
        "account term_end_at term_start_at",
        typical="term_end_at renewable_mrr renewed_mrr renewed_at",
    ),
    "surveys": _needs("score responded_at|account|kind", typical="score scale_max comment"),
    "costs": _needs(
        "amount period_at category|motion",
        typical="category motion",
        words="cost costs spend expense expenses salary budget category motion",
    ),
    "quotas": _needs("person|team period_at amount", typical="amount", words="quota quotas target targets goal goals"),
    "forecasts": _needs(
        "person amount period_at category|submitted_at|horizon", typical="category submitted_at horizon"
    ),
    "stage-history": _needs("deal stage entered_at", "deal stage from_stage", typical="from_stage"),
    "rates": _needs("currency|to_currency rate", typical="rate valid_from to_currency"),
    "absences": _needs("person starts_at ends_at", typical="ends_at reason"),
    "holidays": _needs("day name", typical="day name"),
}

ESSENTIAL: dict[Kind, tuple[str, ...]] = {
    "subscriptions": ("account", "starts_at"),
    "movements": ("account", "effective_at"),
    "contracts": ("account", "term_end_at"),
    "costs": ("amount", "period_at"),
    "quotas": ("period_at", "amount"),
    "forecasts": ("period_at", "amount"),
    "stage-history": ("deal", "stage", "entered_at"),
    "rates": ("rate",),
    "absences": ("person", "starts_at"),
    "holidays": ("day",),
}
"""Fields without which a record of a kind says nothing; the other kinds can do without any."""


def choose_kind(
    tried: Mapping[Kind, Mapping[str, Match]], headers: Sequence[str], *, said: Collection[str]
) -> tuple[Kind, tuple[ImportQuestion, ...]]:
    """The kind that the columns speak for, and a question where they speak for another as well.

    `tried` holds, by kind, the column that would feed each field; `said` the fields that the user named.

    Raises:
        UserError: they are the columns of no kind.
    """
    told = {kind: _telling(found, headers) if kind == "deals" else found for kind, found in tried.items()}
    possible = {kind: found for kind, found in told.items() if _is_enough(kind, found, headers)}
    scores = {kind: _score(kind, possible) for kind in possible}
    if not scores:
        return _last_resort(tried, headers, said), ()
    ranked = sorted(scores, key=lambda kind: (-scores[kind], KINDS.index(kind)))
    close = [kind for kind in ranked if scores[kind] > scores[ranked[0]] - CLEAR][:MOST_ASKED]
    return ranked[0], _question(close, possible, headers) if len(close) > 1 else ()


def _telling(found: Mapping[str, Match], headers: Sequence[str]) -> Mapping[str, Match]:
    return {name: match for name, match in found.items() if normalised(headers[match.column]) != SUBJECT}


def _is_enough(kind: Kind, found: Mapping[str, Match], headers: Sequence[str]) -> bool:
    needs = NEEDS[kind]
    named = {word for match in found.values() for word in normalised(headers[match.column]).split()}
    if needs.words and not (needs.words | told_words(kind, "telling")) & named:
        return False
    return any(all(set(group.split("|")) & found.keys() for group in groups) for groups in needs.must)


def _score(kind: Kind, possible: Mapping[Kind, Mapping[str, Match]]) -> float:
    """How much speaks for a kind: its columns, doubly those that no other kind explains or that are typical of it."""
    explained = Counter(match.column for found in possible.values() for match in found.values())
    score = 0.0
    for name, match in possible[kind].items():
        weight = 0.5 if match.is_like else 1.0
        score += weight * (1 + (explained[match.column] == 1) + (name in NEEDS[kind].typical))
    return score


def _last_resort(tried: Mapping[Kind, Mapping[str, Match]], headers: Sequence[str], said: Collection[str]) -> Kind:
    """The kind of a table that has too little of any, if the user has named columns or it may hold deals."""
    if said:
        return next(iter(tried))
    if tried.get("deals", {}).keys() >= WEAK_DEALS:
        return "deals"
    if set(map(normalised, headers)) >= TARGETS:
        raise OtherTableError(
            "These are targets, which are no records: set them on Targets, or with kpidesk target import.",
            "Save a sheet of a workbook as CSV first: kpidesk target import WORKSPACE FILE.",
        )
    best = _likeliest(tried)
    kind = f", most likely --kind {best}" if best else " with --kind"
    raise OtherTableError(
        f"The columns of this file are not those of deals, people or any other kind: {', '.join(headers[:8])}.",
        f"Name the columns with --map, for example --map stage=COLUMN, or the kind{kind}.",
        (("--kind", best or UNSAID),),
    )


def _likeliest(tried: Mapping[Kind, Mapping[str, Match]]) -> Kind | None:
    """The kind for which most speaks though it is too little, if there is one."""
    scores = {kind: _score(kind, tried) for kind in tried}
    best = [kind for kind, score in scores.items() if score > 0 and score == max(scores.values())]
    return best[0] if len(best) == 1 else None


def _question(
    close: Sequence[Kind], possible: Mapping[Kind, Mapping[str, Match]], headers: Sequence[str]
) -> tuple[ImportQuestion, ...]:
    told = "; ".join(_evidence(kind, possible[kind], headers) for kind in close)
    names = [KIND_OF_RECORD[kind].many for kind in close]
    about = f"Does this file hold {listed(names, last='or')}?"
    return (ImportQuestion(about, tuple(close), told, f"--kind {'|'.join(close)}", answers=(("--kind", UNSAID),)),)


def _evidence(kind: Kind, found: Mapping[str, Match], headers: Sequence[str]) -> str:
    named = sorted((match.column, headers[match.column]) for match in found.values())
    shown = ", ".join(f"'{header}'" for _, header in named[:8])
    return f"{KIND_OF_RECORD[kind].many}: {counted(len(named), 'column')} ({shown})"


def kind_evidence(kind: Kind, found: Mapping[str, Match], headers: Sequence[str]) -> str:
    """Which columns speak for a kind, those that are typical of it first."""
    typical = NEEDS[kind].typical
    ranked = sorted(found.items(), key=lambda item: (item[0] not in typical, item[1].column))
    shown = ", ".join(f"'{headers[match.column]}'" for _, match in ranked[:MOST_NAMED])
    more = len(ranked) - MOST_NAMED
    if not ranked:
        return ""
    return f"its columns {shown}{f' and {more} more' if more > 0 else ''} say so"
