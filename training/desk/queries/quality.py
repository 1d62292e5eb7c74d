"""What the evidence asks: of a learner, to read and to rate herself; of a carrier, to answer and to improve (R123)."""

from collections.abc import Iterator

from training.common.formatting import enumeration, plural
from training.common.policy import Principal
from training.desk.facts import Presence
from training.desk.queries.own import COURSE
from training.desk.rules import Desk, Line
from training.quality.queries.surveys import to_answer
from training.quality.queries.waiting import RegisterWaiting, waiting_for_carrier, waiting_for_learner

ASKED = "Enquêtes"


def add_evidence(desk: Desk, principal: Principal, there: Presence) -> None:
    """Add what a learner has to read and say, whom a survey asks, what a carrier owes. Three SELECTs at most."""
    for survey in to_answer(principal.person_id):
        href, label = f"/enquetes/{survey.id}", survey.cohort.label
        sentence = f"Répondre à l’enquête « {survey.title} »"
        desk.lines.append(
            Line(sentence, label, "Répondre", href, ASKED, due=survey.closes_on, prefix="se termine", weight=5)
        )
    waiting = waiting_for_learner(there.enrolments)
    for enrolment in there.enrolments:
        own = waiting.get(enrolment.id)
        if own is None:
            continue
        label = enrolment.cohort.label
        if own.unread:
            what = enumeration(kind.definite for kind in own.unread)
            href = f"/promotions/{enrolment.cohort.code}/livret"
            desk.lines.append(Line(f"Lire {what}", label, "Lire", href, COURSE, weight=3))
        for moment in own.moments:
            about = "Cinq minutes, pour vous et pour adapter la formation."
            href = f"/parcours/{enrolment.id}/positionnement/{moment.slug}"
            sentence = f"Vous positionner {moment.label}"
            desk.lines.append(Line(sentence, label, "Me positionner", href, COURSE, about=about, weight=4))
    for row in waiting_for_carrier(there.managed):
        desk.lines += _of_registers(row, there.managed[row.cohort_id])


def _of_registers(row: RegisterWaiting, capacity: str) -> Iterator[Line]:
    if row.complaints:
        one = row.complaints == 1
        yield Line(
            "Répondre à une inscription au registre"
            if one
            else f"Répondre à {row.complaints} inscriptions au registre",
            row.label,
            "Répondre" if one else "Voir le registre",
            f"/reclamations/{row.first_id}" if one else f"/promotions/{row.code}/qualite",
            capacity,
            due=row.answer_by,
            prefix="réponse due",
            weight=1,
        )
    if row.improvements:
        yield Line(
            f"Mener {plural(row.improvements, 'amélioration prévue', 'améliorations prévues')}",
            row.label,
            "Voir le registre",
            f"/promotions/{row.code}/qualite#ameliorations",
            capacity,
            due=row.improve_by,
            prefix="prévue",
            weight=5,
        )
