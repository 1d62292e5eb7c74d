"""What the portfolio asks of a person: her own documents; those she reads, the hours she validates."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from training.accounts.enums import Function
from training.cohorts.models import Enrolment
from training.common import clock
from training.common.formatting import enumeration, plural
from training.common.policy import Principal
from training.desk.facts import Presence
from training.desk.queries.own import COURSE, TRAINING
from training.desk.rules import Desk, Line, day_of
from training.portfolio import queries
from training.portfolio.enums import TracerStatus
from training.portfolio.queries import TracerLine

AHEAD: Final = timedelta(days=30)
"""How long before it is due a document is on its author’s desk."""

ONE_BY_ONE: Final = 2
"""Late documents told one by one; more are one line."""


def add_own(desk: Desk, there: Presence) -> bool:
    """Add what a learner has to hand in: to revise first, then late, then soon due. At most five SELECTs.

    Returns whether some module is still at her choice.
    """
    courses = queries.courses_of(there.enrolments)
    for enrolment in there.enrolments:
        desk.lines += _of_learner(enrolment, [t for t in courses[enrolment.id].tracers if t.awaits_learner])
    return any(course.undecided for course in courses.values())


def _of_learner(enrolment: Enrolment, owed: list[TracerLine]) -> Iterator[Line]:
    for line in owed:
        if line.status is TracerStatus.TO_REVISE:
            yield _line(enrolment, line, f"Reprendre « {line.label} »", "Lire les remarques", weight=1)
        elif line.status is TracerStatus.QUARANTINED:
            yield _line(enrolment, line, f"Remplacer « {line.label} »", "Ouvrir le document", weight=0)
    expected = [line for line in owed if line.status is TracerStatus.EXPECTED and line.mandatory]
    late = [line for line in expected if line.is_late]
    if len(late) > ONE_BY_ONE:
        labels = enumeration(line.label for line in late)
        yield Line(
            f"Déposer {len(late)} documents",
            enrolment.cohort.label,
            "Ouvrir mon parcours",
            f"/parcours/{enrolment.id}",
            COURSE,
            about=f"{labels}.",
            due=min(line.due_on for line in late if line.due_on),
            prefix="attendus",
            weight=1,
        )
        late = []
    soon = [e for e in expected if not e.is_late and e.due_on is not None and e.due_on - AHEAD <= clock.today()]
    for line in [*late, *soon]:
        yield _line(enrolment, line, f"Déposer « {line.label} »", "Préparer le dépôt", weight=2)


def _line(enrolment: Enrolment, line: TracerLine, sentence: str, act: str, *, weight: int) -> Line:
    href = (
        f"/documents-traceurs/{line.id}" if line.id else f"/parcours/{enrolment.id}/documents-traceurs/{line.type_id}"
    )
    return Line(sentence, enrolment.cohort.label, act, href, COURSE, due=line.due_on, prefix="à rendre", weight=weight)


def add_reading(desk: Desk, principal: Principal, there: Presence) -> None:
    """Add the versions to read and the hours to validate, for trainers and schools. One SELECT."""
    if not there.trained and not principal.holds(Function.MANAGER):
        return
    waiting = queries.waiting_for(principal)
    capacity = TRAINING if there.trained else next(c.label for c in principal.capacities)
    if waiting.documents:
        one = waiting.documents == 1
        desk.lines.append(
            Line(
                "Relire un document traceur" if one else f"Relire {waiting.documents} documents traceurs",
                "",
                "Ouvrir la file",
                "/documents-traceurs",
                capacity,
                since=day_of(waiting.documents_since),
                weight=2,
            )
        )
    told = [f"travail en équipe de {plural(waiting.team, 'personne')}"] if waiting.team else []
    told += [f"e-learning de {plural(waiting.e_learning, 'personne')}"] if waiting.e_learning else []
    if told:
        desk.lines.append(
            Line(
                "Valider des heures",
                "",
                "Voir les heures",
                "/heures-a-valider",
                capacity,
                about=f"{enumeration(told).capitalize()}.",
                since=day_of(waiting.hours_since),
                weight=4,
            )
        )
