"""What the parts of the Forecast page that open later ask of the operations; all of it runs on the database thread."""

from __future__ import annotations

from dataclasses import dataclass

from kpidesk import operations
from kpidesk.core.errors import UserError
from kpidesk.core.forecast_misses import ForecastAccuracy
from kpidesk.core.pay_plans import PayNow, PayPlan
from kpidesk.core.people import ORG, Organisation, Scope
from kpidesk.core.scorecards import Question
from kpidesk.core.sdr import SdrReturn
from kpidesk.core.submissions import Submission
from kpidesk.ui.jobs import Workspace

SDR = "SDR"


@dataclass(frozen=True, slots=True)
class Given:
    """The forecasts that were given for a period by a scope and the reps in it, newest first, and how near such came.

    `accuracy_words` say why it cannot be told how near they came.
    """

    question: Question
    submissions: tuple[Submission, ...]
    accuracy: ForecastAccuracy | None
    accuracy_words: str = ""


def load_given(workspace: Workspace, question: Question) -> Given:
    """The forecasts given for a period, and the misses of those before it."""
    known = operations.submissions(workspace, period=question.period, as_of=question.as_of)
    people = operations.scopes(workspace)
    mine = tuple(one for one in known if belongs(one.scope, question, people))
    try:
        return Given(question, mine, operations.forecast_accuracy(workspace, question))
    except UserError as error:
        return Given(question, mine, None, str(error))


def belongs(scope: Scope, question: Question, people: Organisation) -> bool:
    """Whether a forecast is that of the scope asked for, or of a rep in it on the first day of the period."""
    asked, start = question.scope, question.period.start
    if (scope.kind, scope.id) == (asked.kind, asked.id) or asked == ORG:
        return True
    if asked.kind != "team" or scope.kind != "rep":
        return False
    return any(one.person_id == scope.id and one.start <= start < one.end for one in people.spells(asked.id))


# --- the return of a sourcing group -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WantedReturn:
    """The group whose return is asked for, with what was typed of its cost a month and its ramp in months."""

    group: str
    cost: str
    ramp: str


def load_groups(workspace: Workspace) -> tuple[tuple[str, str], ...]:
    """The groups that a return can be counted for: as they are called, and as they are asked for."""
    people = operations.scopes(workspace)
    roles = sorted({one.role for one in people.people if one.role}, key=str.casefold)
    if SDR not in roles:
        roles.append(SDR)  # files can name the role without any person who has it
    motions = sorted({one.motion for one in people.people if one.motion}, key=str.casefold)
    teams = sorted((one.name for one in people.teams), key=str.casefold)
    reps = sorted((one.name for one in people.people), key=str.casefold)
    return (
        *((f"Role {one}", f"role:{one}") for one in roles), *((f"Motion {one}", f"motion:{one}") for one in motions),
        *((f"Team {one}", f"team:{one}") for one in teams), *((one, f"rep:{one}") for one in reps),
    )  # fmt: skip


def load_return(workspace: Workspace, question: Question, wanted: WantedReturn) -> SdrReturn:
    """The return of a group; what was left empty comes from the files."""
    cost = operations.read_amount(wanted.cost) if wanted.cost.strip() else None
    ramp = round(operations.read_amount(wanted.ramp)) if wanted.ramp.strip() else None
    return operations.sdr_return(workspace, wanted.group, monthly_cost=cost, ramp_months=ramp, as_of=question.as_of)


# --- pay, which is the manager's alone --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pay:
    """The pay plan of a rep: what it pays now (None without a plan, with the reason), and all plans, newest last."""

    scope: Scope
    now: PayNow | None
    plans: tuple[PayPlan, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TypedPlan:
    """A pay plan as it was typed."""

    scope: Scope
    base: str
    variable: str
    minimum: str
    accelerators: tuple[str, ...]
    cap: str


def load_reps(workspace: Workspace, question: Question) -> tuple[Scope, ...]:
    """The reps of a scope on the first day of the period, by name."""
    people = operations.scopes(workspace)
    every = (Scope("rep", one.name, one.id) for one in people.people)
    mine = (one for one in every if belongs(one, question, people))
    return tuple(sorted(mine, key=lambda one: one.name.casefold()))


def load_pay(workspace: Workspace, question: Question, scope: Scope) -> Pay:
    """What a rep's plan pays in a period."""
    plans = operations.pay_plans(workspace, scope)
    try:
        return Pay(scope, operations.pay_plan(workspace, scope, question.period, question.as_of), plans)
    except UserError as error:
        return Pay(scope, None, plans, str(error))


def keep_pay(workspace: Workspace, question: Question, typed: TypedPlan) -> Pay:
    """Keep a plan from the first day of the period on, and show what it pays."""
    operations.set_pay_plan_text(
        workspace, typed.scope, typed.base, typed.variable, minimum=typed.minimum, accelerators=typed.accelerators,
        cap=typed.cap, from_day=question.period.start,
    )  # fmt: skip
    return load_pay(workspace, question, typed.scope)


def forget_pay(workspace: Workspace, question: Question, scope: Scope) -> Pay:
    """Forget all plans of a rep."""
    operations.delete_pay_plans(workspace, scope)
    return load_pay(workspace, question, scope)
