"""What the evidence asks: of a learner, to read and to rate herself; of a carrier, to answer and to improve (R123)."""

from collections.abc import Iterator

from training.common.formatting import enumeration, plural
from training.desk.facts import Presence
from training.desk.queries.own import COURSE
from training.desk.rules import Desk, Line
from training.quality.enums import HandbookKind
from training.quality.queries.waiting import RegisterWaiting, waiting_for_carrier, waiting_for_learner

_THE = {HandbookKind.WELCOME: "le livret d’accueil", HandbookKind.RULES: "le règlement intérieur"}


def add_evidence(desk: Desk, there: Presence) -> None:
    """Add what a learner has to read and say, what a carrier has to answer and improve. Two SELECTs at most."""
    waiting = waiting_for_learner(there.enrolments)
    for enrolment in there.enrolments:
        own = waiting.get(enrolment.id)
        if own is None:
            continue
        label = enrolment.cohort.label
        if own.unread:
            what = enumeration(_THE[kind] for kind in own.unread)
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
