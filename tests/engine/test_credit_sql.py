"""Whose deals are, by each rule of credit, against SQL written by hand."""

from __future__ import annotations

from random import Random

import pytest

from kpidesk.core.people import Scope
from kpidesk.engine import evaluate
from tests.engine.support import asked, evaluator_of, made_up, period
from tests.engine.tables import open_tables

VERSIONS = {
    "owner": "e.seen",
    "opener": "coalesce((SELECT max(v.seen) FROM versions v WHERE v.deal_id = d.deal_id AND v.seen <= d.exists_from),"
    " (SELECT min(v.seen) FROM versions v WHERE v.deal_id = d.deal_id))",
    "current": "d.seen",
}
"""Which version tells the owner: of the event, the last before the deal was there (else the first), the newest."""
WON = """
SELECT o.person, sum(d.amount * o.share) / 100.0
FROM deals d JOIN events e ON e.deal_id = d.deal_id AND e.event = 'closed'
JOIN owners o ON o.deal_id = d.deal_id AND o.seen = {0}
WHERE d.outcome = 'won' AND e.day BETWEEN '2025-04-01' AND '2025-06-30' AND e.day <= (SELECT newest FROM data)
GROUP BY o.person
"""


@pytest.mark.parametrize("credit", VERSIONS)
@pytest.mark.parametrize("seed", [3, 11, 26, 40])
def test_won_amounts_by_person_are_those_of_sql(credit: str, seed: int) -> None:
    about, span = made_up(Random(seed), 60, 4), period("2025-Q2")
    expected = dict(open_tables(about, [span]).execute(WON.format(VERSIONS[credit])).fetchall())
    people = [one.id for one in about.organisation.people]
    formula = asked(f"sum(deals.amount where won on closed_at credit {credit})")
    grid = evaluate(evaluator_of(about), [formula], [Scope("rep", "", who) for who in people], (span,))
    found = {who: grid.result(0, at, 0).value or 0.0 for at, who in enumerate(people)}
    assert found == pytest.approx({who: expected.get(who) or 0.0 for who in people})
    assert sum(found.values()) > 0


def test_the_rules_differ_where_deals_were_handed_over() -> None:
    about, span = made_up(Random(40), 60, 4), period("2025-Q2")
    db = open_tables(about, [span])
    answers = [tuple(sorted(db.execute(WON.format(one)).fetchall())) for one in VERSIONS.values()]
    assert len(set(answers)) == len(VERSIONS)
