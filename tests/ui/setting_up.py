"""The right few KPIs set up from the sample, with only the window: what a sales manager does on the first morning.

    xvfb-run -a -s "-screen 0 1366x768x24" python -m tests.ui.setting_up FOLDER

writes a picture of each step to the folder and says how many clicks and minutes it took.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt

from tests.ui.person import Person

RETIRED = ("Average deal size", "Sales cycle length (median)", "Pipeline coverage (period start)")
BY_FORM, BY_TEXT, CHANGED = "New business created", "Win rate of large deals", "Win rate (closed deals)"
LARGE = "won and amount >= 20000", "closed and amount >= 20000"
NEW = "won and new_business", "closed and new_business"
TEAMS = ("Commercial", "Enterprise", "Europe", "Mid-market")
ROLES = ("Every AE", "Every AM")
SIZE = (1366, 768)


def share(parts: tuple[str, str]) -> str:
    """The formula of a share of deals."""
    return f"count(deals where {parts[0]} on closed_at) / count(deals where {parts[1]} on closed_at)"


def set_up(person: Person) -> None:
    """Four KPIs each for the organisation, teams and reps, with baselines and targets for next quarter."""
    fewer(person)
    by_form(person)
    by_text(person)
    changed(person)
    targets(person)
    clean(person)


def fewer(person: Person) -> None:
    """Retire what nobody acts on."""
    person.press("KPIs & targets")
    person.look("the KPIs in use")
    for name in RETIRED:
        person.line(name)
        person.press("Retire")
    person.press("Check")
    person.look("what the check says")
    person.press("Take 'Stalled share of pipeline' into use")
    person.look("something that foretells")


def by_form(person: Person) -> None:
    """A KPI of teams and reps, written by answering questions."""
    person.press("KPIs")
    person.press("New KPI")
    person.choose("what?", "Total of")
    person.choose("in which period?", "by the day they were created")
    person.press("won")
    person.press("new business")
    person.look("a KPI by form")
    person.press("The organisation")
    purpose(
        person, BY_FORM, "Grow beyond the customers we have", "When it falls two months running, prospect on Fridays"
    )
    person.press("Show: More about it")
    person.choose("Leading or lagging", "Leading: moves before the result")
    person.choose("Dimension", "pipeline")
    person.look("what makes it a KPI")
    person.press("Take into use")
    person.look("in use")


def purpose(person: Person, name: str, objective: str, decision: str) -> None:
    """What makes a number a KPI."""
    person.field("Name", name)
    person.field("Objective", objective)
    person.field("Decision", decision)
    person.field("Owner", "Sales manager")


def by_text(person: Person) -> None:
    """A KPI of the organisation, written as a formula."""
    person.press("New KPI")
    person.press("Text")
    person.field("Formula", share(LARGE))
    person.look("a KPI by text")
    person.press("Teams")
    person.press("Reps")
    purpose(person, BY_TEXT, "Win the deals that make the year", "When it falls, go through the last five lost ones")
    person.press("Take into use")
    person.look("in use as well")


def changed(person: Person) -> None:
    """A KPI defined otherwise from now on."""
    person.press("Back to KPIs")
    person.line(CHANGED)
    person.press("Edit the formula")
    person.press("Text")
    person.field("Formula", share(NEW))
    person.field("Reason for this version", "Renewals made it look better than it is")
    person.look("a definition changed")
    person.press("Keep the change")
    person.look("the change kept")


def targets(person: Person) -> None:
    """Baselines and targets for next quarter: those there were renewed, the new ones a tenth above the baseline."""
    person.press("Back to KPIs")
    person.press("Refresh")
    person.press("Period after (Ctrl+PgDown)")
    person.look("what is due")
    person.press("Accept all 21", answer="Accept 21")
    person.press("Set targets for Q4 2026")
    person.look("renewed")
    person.press("Set targets")
    for row in (*ROLES, *TEAMS):
        _tenth(person, row, BY_FORM)
    for row in ("Sample company", *TEAMS, *ROLES):
        _tenth(person, row, "Stalled share of pipeline", "-10%")
    _tenth(person, "Sample company", BY_TEXT)
    person.look("the grid")
    person.press("Set targets")
    person.look("targets set")


def _tenth(person: Person, row: str, column: str, text: str = "+10%") -> None:
    person.cell(row, column)
    person.type(text)
    person.key(Qt.Key.Key_Return)


def clean(person: Person) -> None:
    """The check, by its own buttons."""
    person.press("Check")
    person.look("what the check says now")
    person.press("Take the benchmarks away")
    person.press("Take the benchmarks away")  # now of the question that asks whether it is meant
    person.press(f"Leave it so… '{CHANGED}' is defined otherwise than in the pack 'Rep'.")
    person.field("Why does it stay?", "Renewals are another team's work")
    person.press("Leave it so")
    person.press(f"Take '{RETIRED[2]}' away")
    person.press("Focus on 'Bookings' and 'Stalled share of pipeline'")
    person.look("nothing to mend")


def main(to: Path) -> int:
    """Do all of it in a real window and picture each step."""
    from kpidesk import operations, paths
    from kpidesk.core.progress import finish
    from kpidesk.ui import opening
    from tests.screenshots import open_window

    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        paths.data_folder = lambda: home
        day = date(2026, 9, 14)
        made = finish(operations.make_demo(home / "sample", day))
        window = open_window(home, day, False, SIZE)
        window.move(0, 0)
        opening.start(window, made.workspace)
        person = Person(window, lambda: window.jobs.is_busy or window.watch.is_busy, to)
        set_up(person)
        window.close()
    sys.stdout.write(f"{person.done}, {person.minutes:.1f} minutes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
