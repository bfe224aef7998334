"""What a stage that nobody knows may mean, by its name and its close dates: a suggestion, which the user confirms."""

from __future__ import annotations

import re

from kpidesk.core.fields import Outcome

ON_THE_WAY = frozenset((
    "prospecting", "prospect", "qualification", "qualified", "qualify", "qualifying", "discovery", "demo",
    "demonstration", "proposal", "propose", "proposed", "quote", "quoted", "quotation", "negotiation", "negotiate",
    "negotiating", "presentation", "evaluation", "evaluating", "trial", "pilot", "poc", "contacted", "engaged",
    "engaging", "scoping", "procurement", "angebot", "verhandlung", "qualifizierung", "qualifiziert", "präsentation",
    "bedarfsanalyse", "erstgespräch", "erstkontakt", "termin", "propuesta", "negociación", "calificación",
    "calificado", "cualificación", "presentación", "proposition", "négociation", "qualification", "qualifié",
    "présentation", "qualificação", "proposta",
))  # fmt: skip
"""Words in the usual names of stages that a deal goes through before it is won or lost."""
AT_THE_END = frozenset((
    "won", "lost", "closed", "close", "dead", "declined", "rejected", "refused", "cancelled", "canceled", "failed",
    "abandoned", "disqualified", "unqualified", "expired", "withdrawn", "signed", "accepted", "ordered", "paid", "done",
    "completed", "churned", "ended", "out", "no", "not", "never", "without", "gewonnen", "verloren", "abgeschlossen",
    "geschlossen", "abgelehnt", "abgesagt", "abgebrochen", "storniert", "beendet", "disqualifiziert", "angenommen",
    "nicht", "kein", "keine", "ohne", "nie", "gagné", "gagnée", "perdu", "perdue", "fermé", "clôturé", "refusé",
    "annulé", "abandonné", "signé", "accepté", "pas", "non", "sans", "ganado", "ganada", "perdido", "perdida",
    "cerrado", "cerrada", "rechazado", "cancelado", "firmado", "aceptado", "sin", "nunca",
))  # fmt: skip
"""Words that tell of an end, or turn round what another word says."""
WON = frozenset(("won", "gewonnen", "gagné", "gagnée", "ganado", "ganada"))
LOST = frozenset(("lost", "verloren", "perdu", "perdue", "perdido", "perdida"))
TURNING = frozenset((
    "no", "not", "never", "without", "almost", "nearly", "be", "nicht", "kein", "keine", "ohne", "nie", "fast",
    "beinahe", "noch", "pas", "non", "sans", "presque", "jamais", "sin", "nunca", "casi",
))  # fmt: skip


def suggested(word: str, rows: int, dated: int, *, others_closed: bool) -> tuple[Outcome | None, str]:
    """What a stage may mean, and why: "usually open"; None and an empty text where nothing suggests it.

    `dated` of its `rows` have a close date. `others_closed` tells whether the column of close dates is filled in other
    rows: then deals that have none are probably not closed.
    """
    said = set(re.findall(r"[^\W\d_]+", word.casefold()))
    ends: dict[Outcome, bool] = {"won": bool(said & WON), "lost": bool(said & LOST)}
    if sum(ends.values()) == 1 and not said & TURNING:
        outcome: Outcome = "won" if ends["won"] else "lost"
        return outcome, f"its name says {outcome}"
    if said & AT_THE_END:
        return None, ""
    if said & ON_THE_WAY:
        return "open", "usually open"
    return ("open", "so probably open") if rows and not dated and others_closed else (None, "")
