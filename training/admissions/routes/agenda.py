"""The next steps of a selection, in order, with one act each: what the carrier does now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import url_for

from training.admissions.enums import ApplicationAct, ApplicationStatus, CallPhase, MeetingStatus
from training.admissions.models import Call, CommitteeMeeting
from training.admissions.queries import READABLE
from training.admissions.services.publishing import BEFORE_SCHOOL
from training.common.formatting import plural
from training.common.policy import Permission

A = ApplicationAct
S = ApplicationStatus
Counts = Mapping[ApplicationStatus, int]

DONE: Final = "done"
NOW: Final = "current"
LATER: Final = "to_come"


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step: where it stands, a sentence, and the link of its act when there is something to do.

    ``permission`` is what the link is shown for, on the call.
    """

    label: str
    state: str
    detail: str
    act: tuple[str, str] | None = None
    permission: Permission = Permission.ADMISSIONS_CALL_MANAGE


def next_steps(
    call: Call, phase: CallPhase, counts: Counts, meetings: Sequence[CommitteeMeeting], *, to_publish: int
) -> list[NextStep]:
    """Return the steps of this call’s selection, in its order (R105)."""
    steps = [_collecting(phase, counts), _checking(call, counts), _reviewing(call, counts)]
    if not call.opinions_in_session:
        steps.append(_opinions(call, counts))
    steps.append(_committee(call, counts, meetings))
    if call.has_school_step:
        steps += [_transmitting(call, counts), _school(call, counts)]
    steps += [_publication(call, counts, to_publish), _seats(call, counts)]
    return steps


def listed(call: Call, status: ApplicationStatus) -> str:
    """Return the address of the call’s files in a state."""
    return url_for("admissions_files.index", appel=call.code, etat=status.value)


def batch(call: Call, act: ApplicationAct) -> str:
    """Return the address where several of the call’s files take an act."""
    return url_for("admissions_batches.choose", code=call.code, act=act.value)


def _number(counts: Counts, *statuses: ApplicationStatus) -> int:
    return sum(counts.get(status, 0) for status in statuses)


def _files(number: int, verb: str = "") -> str:
    return plural(number, "dossier") + (f" {verb}" if verb else "")


def _collecting(phase: CallPhase, counts: Counts) -> NextStep:
    drafts = _number(counts, S.DRAFT)
    sent = sum(counts.values()) - drafts - _number(counts, S.NOT_SUBMITTED)
    detail = f"{plural(sent, 'dossier déposé', 'dossiers déposés')}, {plural(drafts, 'brouillon')}."
    is_open = phase in {CallPhase.OPEN, CallPhase.UPCOMING, CallPhase.DRAFT}
    return NextStep("Recevoir les candidatures", NOW if is_open else DONE, detail)


def _checking(call: Call, counts: Counts) -> NextStep:
    waiting, away = _number(counts, S.SUBMITTED), _number(counts, S.TO_CORRECT)
    if waiting:
        detail = f"{_files(waiting)} à vérifier" + (f", {_files(away)} en correction." if away else ".")
        return NextStep(
            "Vérifier la recevabilité", NOW, detail, ("Vérifier les dossiers déposés", batch(call, A.ADMIT))
        )
    if away:
        return NextStep("Vérifier la recevabilité", NOW, f"{_files(away)} en attente de corrections.")
    beyond = sum(counts.values()) - _number(counts, S.DRAFT, S.NOT_SUBMITTED)
    return NextStep("Vérifier la recevabilité", DONE if beyond else LATER, "Aucun dossier n’attend.")


def _reviewing(call: Call, counts: Counts) -> NextStep:
    label = "Présélectionner sur dossier" if call.has_preselection else "Mettre les dossiers en examen"
    admissible, reviewed = _number(counts, S.ADMISSIBLE), _number(counts, S.UNDER_REVIEW)
    if admissible:
        act = ("Mettre en examen", batch(call, A.START_REVIEW))
        return NextStep(
            label, NOW, f"{plural(admissible, 'dossier recevable', 'dossiers recevables')} à mettre en examen.", act
        )
    if reviewed and call.has_preselection:
        act = ("Présélectionner", batch(call, A.PRESELECT))
        return NextStep(label, NOW, f"{_files(reviewed)} à présélectionner ou non.", act)
    return NextStep(label, DONE if _past_review(call, counts) else LATER, "Aucun dossier n’attend.")


def _past_review(call: Call, counts: Counts) -> bool:
    early = {S.DRAFT, S.NOT_SUBMITTED, S.SUBMITTED, S.TO_CORRECT, S.INADMISSIBLE, S.ADMISSIBLE, S.WITHDRAWN}
    if call.has_preselection:
        early.add(S.UNDER_REVIEW)
    return any(number for status, number in counts.items() if status not in early)


def _opinions(call: Call, counts: Counts) -> NextStep:
    """Written opinions are gathered before the meeting (R106)."""
    label, open_files = "Recueillir les avis", _number(counts, *READABLE)
    if open_files:
        act = ("Répartir les dossiers à lire", url_for("admissions_reviewing.readers", code=call.code))
        return NextStep(label, NOW, f"{_files(open_files, 'à lire')} avant la séance.", act)
    return NextStep(label, DONE if _past_review(call, counts) else LATER, "Aucun dossier n’attend d’avis.")


def _committee(call: Call, counts: Counts, meetings: Sequence[CommitteeMeeting]) -> NextStep:
    label = "Décider en comité"
    sitting = next((m for m in meetings if m.status is MeetingStatus.OPEN), None)
    if sitting is not None:
        act = ("Reprendre la séance", url_for("admissions_committee.show", meeting_id=sitting.id))
        return NextStep(
            label,
            NOW,
            f"Une séance est ouverte ; {plural(len(sitting.proposals), 'proposition notée', 'propositions notées')}.",
            act,
        )
    ready = _number(counts, S.PRESELECTED if call.has_preselection else S.UNDER_REVIEW)
    if ready:
        return NextStep(label, NOW, f"{_files(ready)} à décider.", ("Ouvrir une séance", "#seance"))
    held = any(m.status is MeetingStatus.CLOSED for m in meetings)
    return NextStep(label, DONE if held else LATER, f"{plural(len(meetings), 'séance tenue', 'séances tenues')}.")


def _transmitting(call: Call, counts: Counts) -> NextStep:
    ready = _number(counts, S.SHORTLISTED, S.WAITING)
    if ready:
        act = ("Transmettre à l’école", batch(call, A.TRANSMIT))
        return NextStep(
            "Transmettre à l’école",
            NOW,
            f"{plural(ready, 'dossier retenu', 'dossiers retenus')} ou sur liste complémentaire.",
            act,
        )
    sent = _number(counts, S.TRANSMITTED, S.VALIDATED, S.REFUSED_BY_SCHOOL, S.OFFERED, S.CONFIRMED, S.ENROLLED)
    return NextStep("Transmettre à l’école", DONE if sent else LATER, "Aucun dossier n’attend.")


def _school(call: Call, counts: Counts) -> NextStep:
    label, waiting = "Recevoir la décision de l’école", _number(counts, S.TRANSMITTED)
    if waiting:
        act = ("Décider sur la liste", batch(call, A.VALIDATE))
        return NextStep(
            label, NOW, f"{_files(waiting)} chez l’école.", act, permission=Permission.ADMISSIONS_APPLICATION_VALIDATE
        )
    decided = _number(counts, S.VALIDATED, S.REFUSED_BY_SCHOOL, S.OFFERED, S.CONFIRMED, S.ENROLLED)
    return NextStep(label, DONE if decided else LATER, f"{plural(decided, 'dossier décidé', 'dossiers décidés')}.")


def _publication(call: Call, counts: Counts, to_publish: int) -> NextStep:
    label = "Publier les résultats"
    if to_publish:
        detail = f"{plural(to_publish, 'résultat décidé n’est', 'résultats décidés ne sont')} pas encore connu"
        detail += f"{'s' if to_publish > 1 else ''} des personnes concernées."
        return NextStep(
            label, NOW, detail, ("Préparer la publication", url_for("admissions_calls.publication", code=call.code))
        )
    if call.results_published_at is not None:
        return NextStep(label, DONE, "Tous les résultats décidés sont publiés.")
    waiting = _number(counts, *BEFORE_SCHOOL) if call.has_school_step else 0
    return NextStep(
        label,
        LATER,
        f"Après la décision de l’école : {_files(waiting)} en attente." if waiting else "Rien à annoncer encore.",
    )


def _seats(call: Call, counts: Counts) -> NextStep:
    label = "Proposer les places et inscrire"
    told = call.results_published_at is not None
    ready = _number(counts, S.VALIDATED) if call.has_school_step else _number(counts, S.SHORTLISTED, S.WAITING)
    open_offers, confirmed, enrolled = (_number(counts, s) for s in (S.OFFERED, S.CONFIRMED, S.ENROLLED))
    parts = [
        plural(open_offers, "place proposée", "places proposées"),
        plural(confirmed, "confirmée"),
        plural(enrolled, "personne inscrite", "personnes inscrites"),
    ]
    detail = ", ".join(parts) + "."
    if confirmed:
        return NextStep(label, NOW, detail, ("Inscrire dans la promotion", batch(call, A.ENROL)))
    if told and ready:
        return NextStep(
            label, NOW, detail, ("Proposer les places", url_for("admissions_calls.confirm_offers", code=call.code))
        )
    if open_offers:
        act = ("Voir les réponses attendues", listed(call, S.OFFERED))
        return NextStep(label, NOW, detail, act, permission=Permission.ADMISSIONS_APPLICATION_LIST)
    return NextStep(label, DONE if enrolled else LATER, detail)
