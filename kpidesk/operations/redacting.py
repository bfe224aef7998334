"""Copies for others: who is to be named by initials."""

from __future__ import annotations

from kpidesk.core.redaction import Person, Redactor, initials_of
from kpidesk.core.redactions import Redaction
from kpidesk.operations.roster import roster
from kpidesk.operations.workspace import Workspace, scopes


def redactor(ws: Workspace, how: Redaction) -> Redactor:
    """What makes copies for others: everybody in the workspace by initials, amounts as bands, or both.

    The initials are the same on every copy while nobody joins.
    """
    people = [Person(one.person.name, (*one.names, *one.emails, *one.user_ids)) for one in roster(ws).entries]
    teams = [team.name for team in scopes(ws).teams]
    return Redactor(how, initials_of(people, teams))
