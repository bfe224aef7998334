"""A one-on-one as one web page that needs nothing else, for the rep to keep: light and dark, and plain on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kpidesk.core.carried import from_text
from kpidesk.core.coaching_goals import GOAL_STATUS, GOAL_VERDICT_WORDS, GoalReadout
from kpidesk.core.formats import day_text
from kpidesk.core.review_words import (
    FIRST_MEETING,
    GOALS_TITLE,
    NO_AGENDA,
    NO_AGREED,
    NO_LINES,
    NO_NOTES,
    NO_PROMISES,
    NO_RISKS,
    PRAISE_TITLE,
    SETTLED_STATUS,
    SKILL_TITLE,
    WELLBEING_ASIDE,
    WELLBEING_TITLE,
    WHY_ASIDE,
    age_words,
    due_text,
    fact_count,
    facts_title,
    facts_told,
    foot_parts,
    goal_lines,
    has_ages,
    has_steps,
    kept_text,
    known_text,
    lines_aside,
    measure_text,
    more_text,
    no_facts_text,
    owner_text,
    period_words,
    promise_told,
    proof_words,
    review_title,
    risk_text,
    skill_words,
    state_text,
    target_lines,
    with_manager,
    words_beside,
)
from kpidesk.core.reviews import (
    SETTLED_WORDS,
    AgendaItem,
    Commitment,
    Fact,
    FactDeal,
    Line,
    Party,
    Promise,
    RiskDeal,
    Sheet,
    for_the_manager,
    for_the_rep,
    in_order,
)
from kpidesk.core.status import Status, status_symbol
from kpidesk.core.wording import capital
from kpidesk.exporting.html_form import RIGHT, receipts_html, safe, small, web_page
from kpidesk.exporting.svg_form import bullet, sparkline
from kpidesk.exporting.words import family_of

MOST_DEALS = 6
STYLES = ("page", "one_on_one")
FAMILIES: dict[Status, str] = {"on_track": "good", "at_risk": "watch", "off_track": "bad"}
KPI_TITLES = ("KPI", "Actual", "Target", "Against target", "Trend", "Status")
AGE, STEP = "Age", "Next step"
_NUMBERS = frozenset(("Actual", "Target", "Value", AGE))


def one_on_one_html(sheet: Sheet, *, manager: bool = False) -> bytes:
    """The rep's copy as a page; the manager's names the rows that prove, and ends with the marked private notes."""
    shown = for_the_manager(sheet) if manager else for_the_rep(sheet)
    body = (
        _head(shown),
        _promises(shown),
        _facts(shown),
        _lines(shown),
        _section("Why", _typed("\n".join(shown.why)), WHY_ASIDE) if shown.why else "",
        _goals(shown),
        _risks(shown),
        _agenda(shown),
        _written(SKILL_TITLE, shown.review.skill, skill_words(shown)),
        _written(PRAISE_TITLE, shown.review.praise),
        _section("Notes", _typed(shown.review.notes) or _nothing(NO_NOTES)),
        _agreed(shown),
        _written(WELLBEING_TITLE, shown.review.wellbeing, aside=WELLBEING_ASIDE),
        receipts_html([one for line in shown.lines for one in line.row.receipts(line.row.kpi.name)]),
        _private(sheet.review.private) if manager else "",
        _foot(shown, manager=manager),
    )
    return web_page(review_title(shown), body, STYLES)


def _head(sheet: Sheet) -> str:
    header = with_manager(sheet)
    under = f'<p class="under" dir="auto">{safe(header)}</p>\n' if header else ""
    known = "\n".join(f'<p class="known">{safe(text)}</p>' for text in (period_words(sheet), known_text(sheet)))
    return (
        f'<header>\n<p class="over">One-on-one <span class="badge none">{safe(state_text(sheet.review))}</span></p>\n'
        f'<h1 dir="auto">{safe(sheet.rep)}</h1>\n{under}{known}\n</header>'
    )


def _section(title: str, inside: str, aside: str = "") -> str:
    told = f" <span>{safe(aside)}</span>" if aside else ""
    return f"<section>\n<h2>{safe(title)}{told}</h2>\n{inside}\n</section>"


def _written(title: str, text: str, under: str = "", aside: str = "") -> str:
    """A part that is only there when something was written."""
    if not text.strip() and not under:
        return ""
    return _section(title, _typed(text) + (f'\n<p class="known" dir="auto">{safe(under)}</p>' if under else ""), aside)


def _nothing(text: str) -> str:
    return f'<p class="known">{safe(text)}</p>'


def _table(caption: str, titles: Sequence[str], lines: Iterable[str], kind: str) -> str:
    return _grouped(caption, titles, (lines,), kind)


def _grouped(caption: str, titles: Sequence[str], groups: Iterable[Iterable[str]], kind: str) -> str:
    """A table whose rows come in groups that belong together."""
    heads = "".join(f'<th scope="col"{RIGHT if title in _NUMBERS else ""}>{safe(title)}</th>' for title in titles)
    head = f"<thead><tr>{heads}</tr></thead>\n" if titles else ""
    bodies = ("\n".join(f"<tr>{line}</tr>" for line in lines) for lines in groups)
    rows = "\n".join(f"<tbody>\n{body}\n</tbody>" for body in bodies)
    return (
        f'<div class="frame"><table class="{kind}">\n<caption>{safe(caption)}</caption>\n{head}{rows}\n</table></div>'
    )


def _badge(words: str, status: Status) -> str:
    family = FAMILIES.get(status, "none")
    return f'<span class="badge {family}">{status_symbol(status)} {safe(words)}</span>'


def _who(sheet: Sheet, party: Party, when: str) -> str:
    return f'<td class="who"><span dir="auto">{safe(owner_text(sheet, party))}</span>{small(when)}</td>'


def _promises(sheet: Sheet) -> str:
    title = "What we agreed before"
    if not sheet.promises:
        return _section(title, _nothing(NO_PROMISES if sheet.since else FIRST_MEETING))
    rows = (_promise(sheet, one) for one in sheet.promises)
    return _section(title, _table(title, (), rows, "agreed"), kept_text(sheet.promises))


def _promise(sheet: Sheet, promise: Promise) -> str:
    state, commitment = promise.settlement.state, promise.commitment
    return (
        f'<td class="mark">{_badge(SETTLED_WORDS[state], SETTLED_STATUS[state])}</td>'
        f'<th scope="row" dir="auto">{safe(commitment.text)}{small(promise_told(promise))}'
        f"{small(proof_words(promise))}</th>"
        f"{_who(sheet, commitment.owner, f'due {day_text(commitment.due)}')}"
    )


def _facts(sheet: Sheet) -> str:
    title = facts_title(sheet)
    if not sheet.facts:
        return _section(title, _nothing(no_facts_text(sheet)))
    return _section(title, _grouped(title, (), map(_fact, sheet.facts), "facts"), facts_told(sheet))


def _fact(fact: Fact) -> list[str]:
    """A row for each of the first deals, the others folded away; the kind stands beside all of them."""
    total = ", ".join(part for part in (fact_count(fact), fact.amount_text) if part)
    rows = [_fact_deal(deal) for deal in fact.deals[:MOST_DEALS]] or ['<td colspan="3"></td>']
    if fact.deals[MOST_DEALS:]:
        rows.append(_folded(fact.deals[MOST_DEALS:]))
    head = f'<th scope="rowgroup" rowspan="{len(rows)}">{safe(fact.label)}{small(total)}</th>'
    return [head + rows[0], *rows[1:]]


def _folded(deals: Sequence[FactDeal]) -> str:
    listed = "".join(
        f'<li dir="auto">{safe(" · ".join(part for part in (deal.name, deal.account) if part))}'
        f" <strong>{safe(deal.amount_text)}</strong> <span>{safe(deal.change)}</span></li>"
        for deal in deals
    )
    return f'<td colspan="3"><details><summary>{more_text(len(deals))}</summary><ul>{listed}</ul></details></td>'


def _fact_deal(deal: FactDeal) -> str:
    account = f" <span>{safe(deal.account)}</span>" if deal.account else ""
    return (
        f'<td class="deal" dir="auto">{safe(deal.name)}{account}</td><td{RIGHT}>{safe(deal.amount_text)}</td>'
        f'<td class="change" dir="auto">{safe(deal.change)}</td>'
    )


def _lines(sheet: Sheet) -> str:
    if not sheet.lines:
        return _section("The numbers", _nothing(NO_LINES))
    table = _table("The numbers", KPI_TITLES, (_line(one) for one in sheet.lines), "numbers")
    told = "".join(f'\n<p class="known" dir="auto">{safe(text)}</p>' for text in target_lines(sheet))
    return _section("The numbers", f"{table}{told}", lines_aside(sheet))


def _line(line: Line) -> str:
    row, family = line.row, family_of(line.row)
    return (
        f'<th scope="row" dir="auto">{safe(row.kpi.name)}{small(capital(words_beside(line)))}{small(line.team)}</th>'
        f'<td class="number actual">{safe(row.value_text)}</td><td{RIGHT}>{safe(row.target_text) or "–"}</td>'
        f"<td>{bullet(row, family)}</td><td>{sparkline(row.spark, family, adds_up=row.kpi.prorated)}</td>"
        f"<td>{_badge(row.status_words, row.status)}</td>"
    )


def _goals(sheet: Sheet) -> str:
    if not sheet.goals:
        return ""
    return _section(GOALS_TITLE, _table(GOALS_TITLE, (), map(_goal, sheet.goals), "agreed goals"))


def _goal(found: GoalReadout) -> str:
    lines = "".join(small(text) for text in goal_lines(found))
    return (
        f'<td class="mark">{_badge(GOAL_VERDICT_WORDS[found.verdict], GOAL_STATUS[found.verdict])}</td>'
        f'<th scope="row" dir="auto">{safe(found.goal.label)}{lines}</th>'
    )


def _risks(sheet: Sheet) -> str:
    title = "Deals to talk about"
    if not sheet.risks:
        return _section(title, _nothing(NO_RISKS))
    more = ((AGE,) if has_ages(sheet) else (), (STEP,) if has_steps(sheet) else ())
    titles = ("Deal", "Value", "Stage", *more[0], "Closes", "Why", *more[1])
    rows = (_risk(sheet, one, aged=bool(more[0]), stepped=bool(more[1])) for one in sheet.risks)
    return _section(title, _table(title, titles, rows, "risks"), "the largest first")


def _risk(sheet: Sheet, deal: RiskDeal, *, aged: bool, stepped: bool) -> str:
    age = f"<td{RIGHT}>{safe(age_words(deal)) or '–'}</td>" if aged else ""
    step = f'<td class="why" dir="auto">{safe(sheet.review.next_step(deal.deal_id))}</td>' if stepped else ""
    return (
        f'<th scope="row" dir="auto">{safe(deal.name)}{small(deal.account)}</th>'
        f'<td class="number actual">{safe(deal.amount_text)}</td>'
        f'<td class="stage" dir="auto">{safe(deal.stage)}</td>{age}'
        f'<td>{safe(deal.close_date)}</td><td class="why">{safe(risk_text(deal))}</td>{step}'
    )


def _agenda(sheet: Sheet) -> str:
    items = in_order(sheet.review.agenda)
    if not items:
        return _section("Agenda", _nothing(NO_AGENDA))
    names: dict[Party, str] = {"rep": f"From {sheet.rep}", "manager": "From the manager"}
    parts = []
    for party, name in names.items():
        points = "\n".join(_point(item) for item in items if item.by == party)
        parts += [f'<h3 dir="auto">{safe(name)}</h3>\n<ul class="points">\n{points}\n</ul>'] if points else []
    return _section("Agenda", "\n".join(parts))


def _point(item: AgendaItem) -> str:
    tag = f'<span class="tag">{safe(item.tag_words)}</span> ' if item.tag_words else ""
    since = small(from_text(item.since))
    if item.done:
        done = "" if tag else " <span>done</span>"
        return f'<li class="done" dir="auto">{tag}{safe(item.text)}{done}{since}</li>'
    return f'<li dir="auto">{tag}{safe(item.text)}{since}</li>'


def _typed(text: str) -> str:
    """A text as typed, line by line."""
    lines = text.strip().splitlines()
    return "\n".join(f'<p class="typed" dir="auto">{safe(line) or "&nbsp;"}</p>' for line in lines)


def _agreed(sheet: Sheet) -> str:
    title = "What we agree now"
    if not sheet.review.commitments:
        return _section(title, _nothing(NO_AGREED))
    rows = (_commitment(sheet, one, at + 1) for at, one in enumerate(sheet.review.commitments))
    return _section(title, _table(title, (), rows, "agreed"))


def _commitment(sheet: Sheet, one: Commitment, number: int) -> str:
    seen = measure_text(sheet, one)
    return (
        f'<td class="mark"><span class="count">{number}</span></td>'
        f'<th scope="row" dir="auto">{safe(one.text)}{small(f"Seen by: {seen}" if seen else "")}</th>'
        f"{_who(sheet, one.owner, due_text(one.due))}"
    )


def _private(text: str) -> str:
    if not text.strip():
        return ""
    badge = '<span class="badge watch">Private, not for the rep</span>'
    return f'<section class="private">\n<h2>Private notes {badge}</h2>\n{_typed(text)}\n</section>'


def _foot(sheet: Sheet, *, manager: bool) -> str:
    parts = (*foot_parts(sheet), "manager copy") if manager else foot_parts(sheet)
    return f"<footer>{' · '.join(safe(part) for part in parts)}</footer>"
