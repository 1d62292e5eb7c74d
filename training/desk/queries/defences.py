"""What mémoires ask of a person: of their authors, and of those who follow them (R56–R60)."""

from collections.abc import Iterator
from typing import Final

from training.common.articles import of
from training.common.policy import Principal
from training.defences.enums import MemoireStatus
from training.defences.models import Memoire
from training.defences.queries.waiting import own_states, to_answer
from training.desk.facts import Presence
from training.desk.queries.own import COURSE, TRAINING
from training.desk.rules import Desk, Line, day_of

S = MemoireStatus
OWN: Final = {
    S.SUBJECT_RETURNED: ("Retravailler le sujet du mémoire", "Lire la demande", 1),
    S.CORRECTIONS_DUE: ("Déposer le mémoire corrigé", "Ouvrir mon mémoire", 1),
    S.DEFERRED: ("Préparer une nouvelle version du mémoire", "Ouvrir mon mémoire", 3),
}
READ: Final = {
    S.SUBJECT_PROPOSED: ("Répondre sur le sujet de mémoire {of_name}", "Lire le sujet"),
    S.DRAFTING: ("Commenter le mémoire {of_name}", "Lire la version"),
    S.FINAL_DEPOSITED: ("Relire la version finale {of_name}", "Donner le bon à soutenir"),
}


def add_memoires(desk: Desk, principal: Principal, there: Presence) -> None:
    """Add what mémoires wait for, for learners and trainers. At most two SELECTs."""
    names = {enrolment.id: enrolment.cohort.label for enrolment in there.enrolments}
    for memoire in own_states(there.enrolments):
        desk.lines += _own(memoire, names[memoire.enrolment_id])
    if not there.trained:
        return
    for waiting in to_answer(principal):
        sentence, act = READ[waiting.status]
        desk.lines.append(
            Line(
                sentence.format(of_name=of(waiting.learner)),
                "",
                act,
                f"/memoires/{waiting.id}",
                TRAINING,
                since=day_of(waiting.since),
                weight=2,
            )
        )


def _own(memoire: Memoire, cohort: str) -> Iterator[Line]:
    told = OWN.get(memoire.status)
    if told is not None:
        sentence, act, weight = told
        yield Line(
            sentence, cohort, act, f"/memoires/{memoire.id}", COURSE, since=day_of(memoire.moved_at), weight=weight
        )
