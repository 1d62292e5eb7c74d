"""What diplomas ask: of the school, waivers and boards; of a learner, the name to proofread (R69, R70, R110, R121)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Date, String, cast, exists, func, literal, null, select, union_all

from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.formatting import plural
from training.database import db
from training.desk.facts import Presence
from training.desk.rules import Desk, Line
from training.diplomas.enums import WaiverStatus
from training.diplomas.models import DiplomaBoard, DiplomaWaiver, PrintedName

AHEAD: Final = timedelta(days=14)
COURSE: Final = "Votre formation"
SCHOOL: Final = "École"


def add_diplomas(desk: Desk, there: Presence) -> None:
    """Add the waivers to answer, the boards to hold, the name to proofread. One SELECT, none for whom it does not concern."""
    if not (there.taught or there.enrolments):
        return
    rows = db.session.execute(union_all(_waivers(there), _boards(there), _names(there)))
    desk.lines += [_LINES[row.kind](row) for row in rows]


def _to_answer(row: Any) -> Line:
    one = row.count_ == 1
    sentence = "Répondre à une demande de dispense" if one else f"Répondre à {row.count_} demandes de dispense"
    about = "La demande est sur la page du diplôme de la personne concernée."
    href = f"/diplomes/{row.code}?etat=dispense"
    return Line(sentence, row.label, "Voir qui est concerné", href, SCHOOL, about=about, weight=3)


def _to_hold(row: Any) -> Line:
    about = f"{plural(row.count_, 'personne attend', 'personnes attendent')} une décision."
    return Line(
        "Décider des diplômes", row.label, "Ouvrir la liste", f"/diplomes/{row.code}", SCHOOL,
        about=about, due=row.due, prefix="commission", weight=2,
    )  # fmt: skip


def _to_proofread(row: Any) -> Line:
    about = "C’est le nom qui sera imprimé\u202f; vous pouvez le corriger."
    href = f"/parcours/{uuid.UUID(row.key)}/nom-imprime"
    return Line(
        "Relire le nom de votre diplôme", row.label, "Relire", href, COURSE,
        about=about, due=row.due, prefix="commission", weight=1,
    )  # fmt: skip


_LINES: Final[dict[str, Callable[[Any], Line]]] = {
    "board": _to_hold,
    "name": _to_proofread,
    "waiver": _to_answer,
}


def _row(kind: str, count: Any, key: Any, due: Any) -> Any:
    return select(
        literal(kind).label("kind"),
        Cohort.code,
        Cohort.label,
        count.label("count_"),
        key.label("key"),
        due.label("due"),
    )


def _waivers(there: Presence) -> Any:
    return (
        _row("waiver", func.count(), cast(null(), String), cast(null(), Date))
        .select_from(DiplomaWaiver)
        .join(Enrolment, Enrolment.id == DiplomaWaiver.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(DiplomaWaiver.status == WaiverStatus.ASKED, Cohort.id.in_(there.taught))
        .group_by(Cohort.code, Cohort.label)
    )


def _boards(there: Presence) -> Any:
    return (
        _row("board", func.count(), cast(null(), String), func.min(DiplomaBoard.held_on))
        .select_from(DiplomaBoard)
        .join(Cohort, Cohort.id == DiplomaBoard.cohort_id)
        .join(Enrolment, (Enrolment.cohort_id == Cohort.id) & Enrolment.status.in_(LIVE))
        .where(DiplomaBoard.held_on <= clock.today() + AHEAD, Cohort.id.in_(there.taught))
        .group_by(Cohort.code, Cohort.label)
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
