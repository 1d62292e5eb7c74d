"""What diplomas ask: of the school, or of the carrier that transcribes for it, waivers and boards; of a learner, the name to
proofread (R69, R70, R96, R110, R121).
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, String, cast, exists, func, literal, null, or_, select, union_all

from training.accounts.enums import Part
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.common.formatting import plural
from training.database import db
from training.desk.facts import Presence
from training.desk.queries import transfers
from training.desk.rules import Desk, Line
from training.diplomas.enums import WaiverStatus
from training.diplomas.models import DiplomaBoard, DiplomaWaiver, PrintedName

AHEAD: Final = timedelta(days=14)
COURSE: Final = "Votre formation"
SCHOOL: Final = "École"


def add_diplomas(desk: Desk, there: Presence) -> None:
    """Add the waivers to answer, the boards to hold, the name to proofread, the transfers to answer. One SELECT, none for whom it does not concern."""
    if not (there.taught or there.managed or there.enrolments):
        return
    to_answer = transfers.to_answer(there, _outside(), _decided_by(there))
    rows = db.session.execute(union_all(_waivers(there), _boards(there), _names(there), to_answer))
    desk.lines += [_LINES[row.kind](row, there) for row in rows]


def _to_answer(row: Any, there: Presence) -> Line:
    one = row.count_ == 1
    href = f"/parcours/{uuid.UUID(row.key)}/diplome" if one else f"/diplomes/{row.code}?etat=dispense"
    if row.outside:
        sentence = "Transcrire la réponse de l’école à " + plural(
            row.count_, "demande de dispense", "demandes de dispense"
        )
        about = "L’école est hors de l’outil\u00a0: écrivez ce qu’elle a répondu, avec le courriel ou le compte rendu."
        act = "Répondre" if one else "Voir qui est concerné"
        return Line(sentence, row.label, act, href, _capacity(row, there), about=about, weight=3)
    if one:
        return Line("Répondre à une demande de dispense", row.label, "Répondre", href, SCHOOL, weight=3)
    sentence = f"Répondre à {row.count_} demandes de dispense"
    about = "Chaque demande est en tête de la page du diplôme de la personne concernée."
    return Line(sentence, row.label, "Voir qui est concerné", href, SCHOOL, about=about, weight=3)


def _capacity(row: Any, there: Presence) -> str:
    """Return in which capacity the person transcribes."""
    return there.managed[row.cohort_id]


def _to_hold(row: Any, there: Presence) -> Line:
    about = f"{plural(row.count_, 'personne attend', 'personnes attendent')} une décision."
    sentence, capacity = (
        ("Transcrire les décisions de l’école sur les diplômes", _capacity(row, there))
        if row.outside
        else ("Décider des diplômes", SCHOOL)
    )
    return Line(
        sentence, row.label, "Ouvrir la liste", f"/diplomes/{row.code}", capacity,
        about=about, due=row.due, prefix="commission", weight=2,
    )  # fmt: skip


def _to_proofread(row: Any, _there: Presence) -> Line:
    about = "C’est le nom qui sera imprimé\u202f; vous pouvez le corriger."
    href = f"/parcours/{uuid.UUID(row.key)}/nom-imprime"
    return Line(
        "Relire le nom de votre diplôme", row.label, "Relire", href, COURSE,
        about=about, due=row.due, prefix="commission", weight=1,
    )  # fmt: skip


def _of_transfer(row: Any, there: Presence) -> Line:
    return transfers.line(row, there, SCHOOL)


_LINES: Final[dict[str, Callable[[Any, Presence], Line]]] = {
    "board": _to_hold,
    "name": _to_proofread,
    "waiver": _to_answer,
    transfers.PROPOSED: _of_transfer,
    transfers.WELCOMED: _of_transfer,
}


def _row(kind: str, count: Any, key: Any, due: Any) -> Any:
    return select(
        literal(kind).label("kind"),
        Cohort.id.label("cohort_id"),
        _outside().label("outside"),
        Cohort.code,
        Cohort.label,
        count.label("count_"),
        key.label("key"),
        due.label("due"),
    )


def _outside() -> ColumnElement[bool]:
    """Return whether a cohort’s school is outside the tool: all those that play the part are (R96)."""
    here = (CohortPart.cohort_id == Cohort.id, CohortPart.part == Part.SCHOOL)
    return exists().where(*here).correlate(Cohort) & ~exists().where(
        *here, CohortPart.outside_tool.is_(False)
    ).correlate(Cohort)


def _decided_by(there: Presence) -> ColumnElement[bool]:
    """Return the condition on a cohort: the person decides there for the school, or transcribes what it decides."""
    return or_(Cohort.id.in_(there.taught) & ~_outside(), Cohort.id.in_([*there.managed]) & _outside())


def _waivers(there: Presence) -> Any:
    return (
        _row("waiver", func.count(), func.min(cast(DiplomaWaiver.enrolment_id, String)), cast(null(), Date))
        .select_from(DiplomaWaiver)
        .join(Enrolment, Enrolment.id == DiplomaWaiver.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(DiplomaWaiver.status == WaiverStatus.ASKED, _decided_by(there))
        .group_by(Cohort.id, Cohort.code, Cohort.label)
    )


def _boards(there: Presence) -> Any:
    return (
        _row("board", func.count(), cast(null(), String), func.min(DiplomaBoard.held_on))
        .select_from(DiplomaBoard)
        .join(Cohort, Cohort.id == DiplomaBoard.cohort_id)
        .join(Enrolment, (Enrolment.cohort_id == Cohort.id) & Enrolment.status.in_(LIVE))
        .where(DiplomaBoard.held_on <= clock.today() + AHEAD, _decided_by(there))
        .group_by(Cohort.id, Cohort.code, Cohort.label)
    )


def _names(there: Presence) -> Any:
    read = exists().where(PrintedName.enrolment_id == Enrolment.id)
    return (
        _row("name", literal(1), cast(Enrolment.id, String), DiplomaBoard.held_on)
        .select_from(Enrolment)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(DiplomaBoard, DiplomaBoard.cohort_id == Cohort.id)
        .where(
            Enrolment.id.in_([each.id for each in there.enrolments]),
            Enrolment.status.in_(LIVE),
            DiplomaBoard.held_on >= clock.today(),
            ~read,
        )
    )
