"""What reps are paid, which only the manager sees: no query may read the table, and no log line tells of it."""

from __future__ import annotations

from datetime import date

from kpidesk.core.pay_plans import PayCurve, PayPlan
from kpidesk.store.database import Database, damaged
from kpidesk.store.frozen import from_json, to_json
from kpidesk.store.scopes import scope_names, scope_of
from kpidesk.store.submissions import major_of, minor_of


def save_pay_plan(db: Database, plan: PayPlan) -> int:
    """Keep a plan after those before it; gives its number."""
    amounts = (minor_of(plan.base, plan.currency), minor_of(plan.variable, plan.currency), plan.currency)
    values = (plan.scope.kind, plan.scope.id, *amounts, to_json(plan.curve), plan.from_day.isoformat(), plan.made_at)
    sql = (
        "INSERT INTO pay_plans(scope_kind, scope_id, base, variable, currency, curve, from_day, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    )
    with db.writing(numbers=False):
        return int(db.connection.execute(sql, values).lastrowid or 0)


def load_pay_plans(db: Database, person_id: int) -> tuple[PayPlan, ...]:
    """The plans of a rep, oldest first.

    Raises:
        UserError: one cannot be read.
    """
    sql = (
        "SELECT id, scope_kind, scope_id, base, variable, currency, curve, from_day, made_at FROM pay_plans"
        " WHERE scope_kind='rep' AND scope_id=? ORDER BY id"
    )
    names = scope_names(db)
    try:
        return tuple(
            PayPlan(
                number, scope_of(names, kind, scope_id), major_of(base, currency), major_of(variable, currency),
                currency, from_json(PayCurve, curve), date.fromisoformat(day), made_at,
            )
            for number, kind, scope_id, base, variable, currency, curve, day, made_at in db.rows(sql, (person_id,))
        )  # fmt: skip
    except ValueError:
        raise damaged(db.path) from None


def delete_pay_plans(db: Database, person_id: int) -> int:
    """Forget all plans of a rep; gives how many there were."""
    with db.writing(numbers=False):
        return db.run("DELETE FROM pay_plans WHERE scope_kind='rep' AND scope_id=?", (person_id,))
