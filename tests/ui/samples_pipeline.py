"""Pipelines made up for pictures and tests: any names, any number of stages, with and without amounts and history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from kpidesk.core.deal_changes import DealMove
from kpidesk.core.forecasts import Chance, ForecastView, Method, Range, ToCreate, Track
from kpidesk.core.formats import NOTHING, format_value
from kpidesk.core.pipeline import (
    BRIDGE_WORDS,
    Bridge,
    BridgeKey,
    BridgeStep,
    Conversion,
    Coverage,
    Figure,
    Moved,
    MoveLine,
    Pick,
    Pipeline,
    PipelineChoice,
    Since,
    StageDays,
    StageLimit,
    StageLine,
    Stages,
    Stalled,
    StalledDeal,
)
from kpidesk.core.receipts import Listing, ReceiptRow
from tests.ui.samples import AS_OF, QUESTION
from tests.ui.samples_data import BOOKINGS

NAMES = ("Prospecting", "Qualification", "Proposal", "Negotiation")
NO_HISTORY = "How deals went through the stages needs exports of two days, or the stage history of your CRM."


def money(value: float | None) -> str:
    return format_value(value, "money", "USD")


def figure(value: float | None, kind: str = "", stage: str = "", *, text: str = "") -> Figure:
    """A number of deals, or an amount where `text` is given."""
    pick = Pick(kind, "p", stage) if kind and value else None  # type: ignore[arg-type]  # any kind
    return Figure(value, text or (NOTHING if value is None else format_value(value, "count")), pick)


def stage_line(name: str, place: int, *, amounts: bool = True, removed: bool = False) -> StageLine:
    """A stage with numbers told from its place."""
    deals = float(max(3, 64 - 9 * place))
    amount = deals * 11_400 * (1 + place % 4) if amounts else None
    went, came = round(deals * 0.42), round(deals * 1.3)
    pace = ("slower", "as_usual", "faster")[place % 3]
    return StageLine(
        name, name, place, removed, figure(deals, "open", name),
        Figure(amount, money(amount), Pick("open", "p", name) if amount else None), deals - 4,
        figure(came, "entered", name), figure(came - 4, "exited", name), 0.0,
        Conversion(went / came, format_value(went / came, "percent", n=came), (0.24, 0.42), "24% to 42%",
                   figure(went, "advanced", name), figure(came, "cohort", name), figure(12.0, "waiting", name),
                   mature=False, few=False, words=f"{went} of {came}, 12 still open"),
        StageDays(figure(18.0, "stays", name, text="18 days"), (14.0, 22.0), 41,
                  figure(13.0, "usual", name, text="13 days"), (11.0, 15.0), 160, pace,  # type: ignore[arg-type]
                  "18 days in the median of 41 stays, usually 13"),
        f"{name}: {deals:g} deals open, {money(amount)}.",
    )  # fmt: skip


def stages(names: tuple[str, ...] = NAMES, *, amounts: bool = True, reason: str = "") -> Stages:
    """The stages of a pipeline of these names, the last of them removed where there are many."""
    lines = tuple(
        stage_line(name, place, amounts=amounts, removed=len(names) > 5 and place == len(names) - 1)
        for place, name in enumerate(names)
    )
    deals = sum(line.open.value or 0 for line in lines)
    total = sum(line.amount.value or 0 for line in lines) if amounts else None
    return Stages(
        PipelineChoice("p", "Sales", deals), lines, figure(deals, "open"),
        Figure(total, money(total), Pick("open", "p") if total else None),
        "Conversion: deals that first came into a stage in Q3 2026. Days: stays that ended in it.", reason,
        f"{deals:g} deals worth {money(total)} are open in {len(lines)} stages.",
    )  # fmt: skip


def stalled(name: str, count: int = 6) -> Stalled:
    """So many stalled deals."""
    deals = tuple(
        StalledDeal(number + 1, f"{name} {number + 1}" if number else name, f"{name} account", name,
                    90_000.0 - 7_000 * number if number != 2 else None, money(90_000.0 - 7_000 * number), name,
                    120 - number, StageLimit(60, 12, own=True), 31.0 if number % 2 else None,
                    AS_OF + timedelta(days=number) if number % 3 else None, name if number % 2 else "")
        for number in range(count)
    )  # fmt: skip
    return Stalled(
        "A deal is listed when it is longer in its stage than 4 in 5 stays there of deals you won.", deals, 0,
        figure(float(count), "stalled"), figure(300_000.0, "stalled", text="$300K"),
        figure(0.23, "stalled", text="23%"), f"{count} of 64 open deals are long in a stage, worth $300K." if count else
        "No open deal is long in its stage.",
    )  # fmt: skip


def bridge(*, due_only: bool) -> Bridge:
    """A bridge whose steps add up."""
    amounts: dict[BridgeKey, float] = {
        "opening": 1_420_000, "new": 260_000, "due_in": 90_000 if due_only else 0, "amount_up": 40_000,
        "amount_down": -65_000, "won": -310_000, "lost": -120_000, "vanished": -18_000,
        "due_out": -140_000 if due_only else 0,
    }  # fmt: skip
    amounts["closing"] = sum(amounts.values())
    steps = tuple(
        BridgeStep(key, BRIDGE_WORDS[key], amounts.get(key, 0.0), money(amounts.get(key, 0.0)),
                   round(abs(amounts.get(key, 0.0)) / 15_000), Pick("bridge", step=key, due_only=due_only))
        for key in BRIDGE_WORDS
    )  # fmt: skip
    label = "due in Q3 2026" if due_only else "all open deals"
    return Bridge(due_only, label, steps, 0, f"{money(1_420_000)} became {money(amounts['closing'])}.")


def moved(name: str) -> Moved:
    """What moved since two days to choose from."""
    first = Since("import", date(2026, 8, 24), date(2026, 8, 24), "data of 24 Aug 2026")
    other = Since("meeting", date(2026, 8, 17), date(2026, 8, 17), f"one-on-one of 17 Aug 2026 with {name}")
    kinds: tuple[tuple[DealMove, str], ...] = (
        ("new", "New"),
        ("pushed", "Pushed"),
        ("amount_up", "Amount up"),
        ("won", "Won"),
        ("lost", "Lost"),
    )
    lines = tuple(
        MoveLine(kind, label, 4 + at, 40_000.0 * at, money(40_000.0 * at), 0, Pick("move", step=kind))
        for at, (kind, label) in enumerate(kinds)
    )
    return Moved(first, AS_OF, (first, other), lines, (bridge(due_only=False), bridge(due_only=True)),
                 "30 deals moved since the data of 24 Aug 2026.")  # fmt: skip


def coverage(*, has_target: bool = True) -> Coverage:
    """Enough for the target, not enough for what is left; or no target at all."""
    due = Figure(1_210_000.0, "$1.21M", Pick("due"))
    part = Figure(900_000.0, "$900K", Pick("qualified"))
    won, rate = Figure(260_000.0, "$260K"), Figure(0.27, "27%")
    if not has_target:
        none = Figure(None, NOTHING, reason="no target is set")
        return Coverage(due, part, none, won, none, none, none, rate, Figure(3.7, "3.7×"), none, 96,
                        "Q3 2025 to Q2 2026", no_target=True, lines=(),
                        sentence="No target is set for bookings.")  # fmt: skip
    target, left = Figure(640_000.0, "$640K"), Figure(380_000.0, "$380K")
    return Coverage(
        due, part, target, won, left, Figure(1.9, "1.9×"), Figure(3.2, "3.2×"), rate,
        Figure(3.7, "3.7×"), Figure(2.1, "2.1×"), 96, "Q3 2025 to Q2 2026", no_target=False,
        lines=("$1.21M open and due ÷ $640K target = 1.9×.", "$640K target − $260K won = $380K left.",
               "$1.21M ÷ $380K left = 3.2×.", "1 ÷ 27% of decided value won (96 deals) = 3.7× needed."),
        sentence="The open pipeline covers the target 1.9 times and what is left of it 3.2 times.",
    )  # fmt: skip


def pipeline(name: str = "Sales", names: tuple[str, ...] = NAMES, *, amounts: bool = True, reason: str = "",
             has_target: bool = True, stuck: int = 6) -> Pipeline:  # fmt: skip
    """A pipeline whose every text from a file is `name`, with stages of these names."""
    choices = (PipelineChoice("p", name, 64.0), PipelineChoice("q", f"{name} 2", 12.0))
    found = stages(names, amounts=amounts, reason=reason)
    return Pipeline(
        QUESTION, AS_OF, "USD", choices, replace(found, pipeline=choices[0]), stalled(name, stuck), moved(name),
        coverage(has_target=has_target), (), "abc123", ("deals.csv",), 3,
    )  # fmt: skip


def forecast(
    name: str = "By the pace of past quarters", *, has_range: bool = True, chance: float | None = None
) -> ForecastView:
    """A forecast with a range and its record, or one that says why it has none."""
    found = Range(585_000.0, 512_000.0, 668_000.0, "$585K", "$512K to $668K") if has_range else None
    record = Track("share", "now", 8, 0.07, 5, 6, 8, "missed by 7% on median in your last 8 quarters.")
    reason = "" if has_range else f"{name} needs 4 closed quarters."
    method = Method("share", name, "how", found, reason, "8 quarters", 8,
                    (Chance("target", 640_000.0, "$640K", chance, ""),), track=record)  # fmt: skip
    lines = ("$640K target − $260K won = $380K.", "÷ 27% of value won = $1.41M.", "− $900K open and qualified = $507K.")
    return ForecastView(
        QUESTION, BOOKINGS, "Forecast", AS_OF, True, "USD", 260_000.0, "$260K", 11.0, 48.0, 1_210_000.0, "$1.21M",
        640_000.0, "$640K", (method,), "share" if has_range else None, "The pace of past quarters.",
        to_create=ToCreate(507_000.0, "$507K", (), lines, "equal", "the same to each", ()),
    )  # fmt: skip


def deals(*names: str) -> Listing:
    """A list of deals of these names."""
    rows = tuple(
        ReceiptRow(number + 1, f"D{number}", 1.0 - number / 2, 12.0, number != 1,
                   {"name": name, "amount": "" if number else "1200", "stage": name, "owner": name, "currency": name},
                   1, name, 7, "2026-07-01")
        for number, name in enumerate(names)
    )  # fmt: skip
    return Listing(rows, ("name", "amount", "stage", "owner"))
