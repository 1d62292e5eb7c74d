"""The procedures of admissions, as tables: the file, the call, the piece, the meeting, the interview.

The application's table is the one of the whole selection (R23 as replaced by R105 and R108):
screens ask it which buttons to show, services take its steps, tests walk every cell.
"""

from typing import Any, Final

from training.admissions import rules
from training.admissions.enums import (
    BEFORE_ENROLMENT,
    DECIDED_AGAINST,
    SECRET_UNTIL_PUBLICATION,
    ApplicationAct,
    ApplicationStatus,
    CallAct,
    CallStatus,
    InterviewAct,
    InterviewStatus,
    LetterAct,
    LetterStatus,
    MeetingAct,
    MeetingStatus,
    PieceAct,
    PieceStatus,
)
from training.common import clock
from training.common.policy import Permission, Principal
from training.common.procedure import Procedure, Step

A = ApplicationAct
S = ApplicationStatus
P = Permission


UNTOLD_ENDS: Final = DECIDED_AGAINST & SECRET_UNTIL_PUBLICATION
"""Decisions against a file that its applicant may not know yet: withdrawing stays open, or its closing would tell (R105)."""


# What may bar a step although the state allows it ---------------------------------------------------------------------


def _closed(application: Any) -> str | None:
    extension = application.extension
    return rules.window_refusal(application.call, clock.now(), extension.until if extension else None)


def _incomplete(application: Any) -> str | None:
    lacks = rules.missing(application, clock.today())
    if not lacks:
        return None
    return "Il manque encore : " + ", ".join(item.label for item in lacks) + "."


def _unfinished(application: Any) -> str | None:
    return _closed(application) or _incomplete(application)


def _not_brought_in(application: Any) -> str | None:
    """Bar bringing in to a file that its applicant began: only she submits it."""
    if application.brought_in_at is not None and not application.versions:
        return None
    return "Seule la personne dépose le dossier qu’elle a commencé."


def _without_preselection(application: Any) -> str | None:
    return None if application.call.has_preselection else "Cet appel ne prévoit pas de présélection."


def _to_decide(application: Any) -> str | None:
    if application.call.has_preselection and application.status is S.UNDER_REVIEW:
        return "Cet appel prévoit une présélection sur dossier : présélectionnez d’abord."
    lacking = rules.parts_without_opinion(application)
    if lacking:
        return "Il manque l’avis de : " + ", ".join(part.label for part in lacking) + "."
    return None


def _to_transmit(application: Any) -> str | None:
    if not application.call.has_school_step:
        return "Cet appel ne prévoit pas de validation par l’école."
    if rules.pending_interview(application):
        return "Un entretien est en attente : réalisez-le ou levez-le avec un motif."
    undecided = rules.derogation_bar(application)
    if undecided:
        return undecided
    late = rules.awaits_late_piece(application)
    if late:
        return "En attente de : " + ", ".join(piece.label for piece in late) + "."
    return None


def _to_offer(application: Any) -> str | None:
    call = application.call
    bars = (
        (
            call.has_school_step and application.status is not S.VALIDATED,
            "L’école doit d’abord valider la candidature.",
        ),
        (rules.pending_interview(application), "Un entretien est en attente : réalisez-le ou levez-le avec un motif."),
        (rules.awaits_late_piece(application), "Une pièce obligatoire manque encore au dossier."),
        (rules.derogation_bar(application), rules.derogation_bar(application) or ""),
        (
            application.published_status != application.status.value,
            "Publiez d’abord les résultats : la personne ne connaît pas encore la décision.",
        ),
        (
            rules.dues_are_missing(application, clock.today()),
            f"La structure n’est pas à jour de sa cotisation : {call.carrier.short_name} l’enregistre depuis le dossier.",
        ),
        (
            rules.offers_are_over(clock.now(), first_seminar_on=call.cohort.first_seminar_on),
            "Le premier séminaire a commencé : la liste complémentaire est close.",
        ),
    )
    return next((why for bars_it, why in bars if bars_it), None)


def _offer_expired(application: Any) -> str | None:
    live = application.live_offer
    if live is not None and clock.now() > live.expires_at:
        return "Le délai de réponse est passé. Écrivez au porteur si vous souhaitez encore la place."
    return None


def _with_school(application: Any) -> str | None:
    return None if application.call.has_school_step else "Cet appel ne prévoit pas de validation par l’école."


def _without_school(application: Any) -> str | None:
    return "La candidature est déjà validée par l’école." if application.call.has_school_step else None


def _already_told(application: Any) -> str | None:
    if application.status in UNTOLD_ENDS and application.published_status == application.status.value:
        return "Le résultat est publié : cette candidature est déjà terminée."
    return None


def _begun(interview: Any) -> str | None:
    if interview.starts_at is not None and interview.starts_at <= clock.now():
        return "L’entretien a déjà commencé : écrivez au porteur s’il n’a pas pu avoir lieu."
    return None


def _once_closed(application: Any) -> str | None:
    return "L’appel est encore ouvert." if _closed(application) is None else None


def _told(application: Any, by: Principal) -> str:
    """Name a file's state: to its own applicant, never a decision before its publication (R105)."""
    own = by.person_id is not None and by.person_id == application.person_id
    return (rules.public_status(application) if own else application.status).label


APPLICATION: Final = Procedure[ApplicationStatus, ApplicationAct](
    "application",
    {
        A.SUBMIT: Step(
            frozenset({S.DRAFT}), S.SUBMITTED, P.ADMISSIONS_APPLICATION_SUBMIT,
            "Déposer le dossier", "a déposé le dossier", bar=_unfinished,
        ),
        A.BRING_IN: Step(
            frozenset({S.DRAFT}), S.SUBMITTED, P.ADMISSIONS_APPLICATION_PROCESS,
            "Reprendre d’un tableur", "a repris la candidature d’un tableur", bar=_not_brought_in,
        ),
        A.TAKE_BACK: Step(
            frozenset({S.SUBMITTED, S.TO_CORRECT}), S.DRAFT, P.ADMISSIONS_APPLICATION_SUBMIT,
            "Reprendre le dossier pour le modifier", "a repris le dossier pour le modifier", bar=_closed,
        ),
        A.RESTORE: Step(
            frozenset({S.DRAFT}), S.SUBMITTED, P.ADMISSIONS_APPLICATION_CLOSE,
            "Rétablir le dernier dépôt", "a rétabli le dernier dépôt à la clôture de l’appel", bar=_once_closed,
        ),
        A.CLOSE_UNSENT: Step(
            frozenset({S.DRAFT}), S.NOT_SUBMITTED, P.ADMISSIONS_APPLICATION_CLOSE,
            "Classer comme non déposé", "a classé le brouillon comme non déposé à la clôture de l’appel",
            bar=_once_closed,
        ),
        A.ASK_CORRECTION: Step(
            frozenset({S.SUBMITTED}), S.TO_CORRECT, P.ADMISSIONS_APPLICATION_PROCESS,
            "Demander des corrections", "a demandé des corrections", reason=True,
        ),
        A.CORRECT: Step(
            frozenset({S.TO_CORRECT}), S.SUBMITTED, P.ADMISSIONS_APPLICATION_SUBMIT,
            "Envoyer les corrections", "a envoyé les corrections demandées", bar=_incomplete,
        ),
        A.ADMIT: Step(
            frozenset({S.SUBMITTED, S.TO_CORRECT}), S.ADMISSIBLE, P.ADMISSIONS_APPLICATION_PROCESS,
            "Déclarer recevable", "a déclaré le dossier recevable",
        ),
        A.DISMISS: Step(
            frozenset({S.SUBMITTED, S.TO_CORRECT}), S.INADMISSIBLE, P.ADMISSIONS_APPLICATION_PROCESS,
            "Déclarer irrecevable", "a déclaré le dossier irrecevable", reason=True,
        ),
        A.START_REVIEW: Step(
            frozenset({S.ADMISSIBLE}), S.UNDER_REVIEW, P.ADMISSIONS_APPLICATION_PROCESS,
            "Mettre en examen", "a mis le dossier en examen",
        ),
        A.PRESELECT: Step(
            frozenset({S.UNDER_REVIEW}), S.PRESELECTED, P.ADMISSIONS_COMMITTEE_DECIDE,
            "Présélectionner", "a présélectionné le dossier", bar=_without_preselection,
        ),
        A.NOT_PRESELECT: Step(
            frozenset({S.UNDER_REVIEW}), S.NOT_PRESELECTED, P.ADMISSIONS_COMMITTEE_DECIDE,
            "Ne pas présélectionner", "n’a pas présélectionné le dossier", reason=True, bar=_without_preselection,
        ),
        A.SHORTLIST: Step(
            frozenset({S.PRESELECTED, S.UNDER_REVIEW}), S.SHORTLISTED, P.ADMISSIONS_COMMITTEE_DECIDE,
            "Retenir", "a retenu la candidature", bar=_to_decide,
        ),
        A.PUT_ON_WAITING_LIST: Step(
            frozenset({S.PRESELECTED, S.UNDER_REVIEW}), S.WAITING, P.ADMISSIONS_COMMITTEE_DECIDE,
            "Placer sur la liste complémentaire", "a placé la candidature sur la liste complémentaire", bar=_to_decide,
        ),
        A.NOT_SELECT: Step(
            frozenset({S.PRESELECTED, S.UNDER_REVIEW}), S.NOT_SELECTED, P.ADMISSIONS_COMMITTEE_DECIDE,
            "Ne pas retenir", "n’a pas retenu la candidature", reason=True, bar=_to_decide,
        ),
        A.TRANSMIT: Step(
            frozenset({S.SHORTLISTED, S.WAITING}), S.TRANSMITTED, P.ADMISSIONS_APPLICATION_PROCESS,
            "Transmettre à l’école", "a transmis la candidature à l’école", bar=_to_transmit,
        ),
        A.VALIDATE: Step(
            frozenset({S.TRANSMITTED}), S.VALIDATED, P.ADMISSIONS_APPLICATION_VALIDATE,
            "Valider la candidature", "a validé la candidature au nom de l’école",
        ),
        A.REFUSE: Step(
            frozenset({S.TRANSMITTED}), S.REFUSED_BY_SCHOOL, P.ADMISSIONS_APPLICATION_VALIDATE,
            "Refuser la candidature", "a refusé la candidature au nom de l’école", reason=True,
        ),
        A.OFFER: Step(
            frozenset({S.VALIDATED, S.SHORTLISTED, S.WAITING}), S.OFFERED, P.ADMISSIONS_APPLICATION_OFFER,
            "Proposer une place", "a proposé une place", bar=_to_offer,
        ),
        A.CONFIRM: Step(
            frozenset({S.OFFERED}), S.CONFIRMED, P.ADMISSIONS_APPLICATION_ANSWER,
            "Confirmer ma place", "a confirmé sa place", bar=_offer_expired,
        ),
        A.DECLINE: Step(
            frozenset({S.OFFERED}), S.DECLINED, P.ADMISSIONS_APPLICATION_ANSWER,
            "Décliner la place", "a décliné la place proposée",
        ),
        A.LAPSE: Step(
            frozenset({S.OFFERED}), S.LAPSED, P.ADMISSIONS_APPLICATION_CLOSE,
            "Constater l’échéance", "a constaté que l’offre est échue sans réponse",
        ),
        A.ENROL: Step(
            frozenset({S.CONFIRMED}), S.ENROLLED, P.ADMISSIONS_APPLICATION_PROCESS,
            "Inscrire dans la promotion", "a inscrit la personne dans la promotion",
        ),
        A.WITHDRAW: Step(
            BEFORE_ENROLMENT | UNTOLD_ENDS, S.WITHDRAWN, P.ADMISSIONS_APPLICATION_WITHDRAW,
            "Retirer ma candidature", "a retiré la candidature", bar=_already_told,
        ),
        A.REOPEN_ADMISSIBILITY: Step(
            frozenset({S.ADMISSIBLE, S.INADMISSIBLE, S.UNDER_REVIEW}), S.SUBMITTED, P.ADMISSIONS_APPLICATION_REOPEN,
            "Rouvrir la recevabilité", "a rouvert l’étude de la recevabilité", reason=True,
        ),
        A.REOPEN_REVIEW: Step(
            frozenset({S.PRESELECTED, S.NOT_PRESELECTED, S.SHORTLISTED, S.WAITING, S.NOT_SELECTED}), S.UNDER_REVIEW,
            P.ADMISSIONS_APPLICATION_REOPEN, "Rouvrir l’examen", "a rouvert l’examen du dossier", reason=True,
        ),
        A.REOPEN_SCHOOL: Step(
            frozenset({S.VALIDATED, S.REFUSED_BY_SCHOOL}), S.TRANSMITTED, P.ADMISSIONS_APPLICATION_VALIDATE,
            "Rouvrir la décision de l’école", "a rouvert la décision de l’école", reason=True,
        ),
        A.REINSTATE: Step(
            frozenset({S.DECLINED, S.LAPSED}), S.VALIDATED, P.ADMISSIONS_APPLICATION_REOPEN,
            "Réintégrer en fin de liste", "a réintégré la candidature en fin de liste complémentaire", reason=True,
            bar=_with_school,
        ),
        A.RETURN_TO_RESERVE: Step(
            frozenset({S.DECLINED, S.LAPSED}), S.WAITING, P.ADMISSIONS_APPLICATION_REOPEN,
            "Réintégrer en fin de liste", "a réintégré la candidature en fin de liste complémentaire", reason=True,
            bar=_without_school,
        ),
    },
    told=_told,
)  # fmt: skip

CALL: Final = Procedure[CallStatus, CallAct](
    "call",
    {
        CallAct.PUBLISH: Step(
            frozenset({CallStatus.DRAFT}), CallStatus.PUBLISHED, P.ADMISSIONS_CALL_MANAGE,
            "Publier l’appel", "a publié l’appel",
            bar=lambda call: " ".join(rules.opening_faults(call)) or None,
        ),
        CallAct.FINALISE: Step(
            frozenset({CallStatus.PUBLISHED}), CallStatus.FINALISED, P.ADMISSIONS_CALL_MANAGE,
            "Clore la campagne", "a clos la campagne",
            bar=lambda call: None if call.results_published_at else "Les résultats ne sont pas encore publiés.",
        ),
    },
)  # fmt: skip

MEETING: Final = Procedure[MeetingStatus, MeetingAct](
    "committee",
    {
        MeetingAct.CLOSE: Step(
            frozenset({MeetingStatus.OPEN}), MeetingStatus.CLOSED, P.ADMISSIONS_COMMITTEE_DECIDE,
            "Clore la séance", "a clos la séance du comité",
        ),
    },
)  # fmt: skip

INTERVIEW: Final = Procedure[InterviewStatus, InterviewAct](
    "interview",
    {
        InterviewAct.PLAN: Step(
            frozenset({InterviewStatus.TO_PLAN, InterviewStatus.PLANNED}), InterviewStatus.PLANNED,
            P.ADMISSIONS_INTERVIEW_PLAN, "Fixer l’entretien", "a fixé l’entretien",
        ),
        InterviewAct.CHOOSE: Step(
            frozenset({InterviewStatus.TO_PLAN, InterviewStatus.PLANNED}), InterviewStatus.PLANNED,
            P.ADMISSIONS_INTERVIEW_CHOOSE, "Choisir ce créneau", "a choisi le créneau de l’entretien", bar=_begun,
        ),
        InterviewAct.REPORT: Step(
            frozenset({InterviewStatus.PLANNED}), InterviewStatus.HELD, P.ADMISSIONS_INTERVIEW_HOLD,
            "Enregistrer le compte rendu", "a enregistré le compte rendu de l’entretien",
        ),
        InterviewAct.WAIVE: Step(
            frozenset({InterviewStatus.TO_PLAN, InterviewStatus.PLANNED}), InterviewStatus.WAIVED,
            P.ADMISSIONS_INTERVIEW_PLAN, "Lever l’entretien", "a levé l’entretien", reason=True,
        ),
    },
)  # fmt: skip

_CHECKED: Final = frozenset(PieceStatus)

PIECE: Final = Procedure[PieceStatus, PieceAct](
    "piece",
    {
        PieceAct.ACCEPT: Step(
            _CHECKED, PieceStatus.CONFORM, P.ADMISSIONS_PIECE_REVIEW, "Déclarer conforme", "a déclaré la pièce conforme"
        ),
        PieceAct.RETURN: Step(
            _CHECKED, PieceStatus.TO_REPLACE, P.ADMISSIONS_PIECE_REVIEW, "Demander de remplacer",
            "a demandé de remplacer la pièce", reason=True,
        ),
    },
)  # fmt: skip

_ASKED: Final = frozenset({LetterStatus.WAITING})


def _no_longer_selected(letter: Any) -> str | None:
    return rules.letter_refusal(letter.application, letter.requirement)


LETTER: Final = Procedure[LetterStatus, LetterAct](
    "letter",
    {
        LetterAct.SIGN: Step(
            _ASKED, LetterStatus.SIGNED, P.ADMISSIONS_LETTER_SIGN, "Signer l’engagement",
            "a signé l’engagement au nom de la structure", bar=_no_longer_selected,
        ),
        LetterAct.DECLINE: Step(
            _ASKED, LetterStatus.DECLINED, P.ADMISSIONS_LETTER_SIGN, "Ne pas signer",
            "a répondu ne pas signer l’engagement", reason=True,
        ),
        LetterAct.WITHDRAW: Step(
            _ASKED, LetterStatus.WITHDRAWN, P.ADMISSIONS_LETTER_ASK, "Retirer la demande",
            "a retiré la demande de signature",
        ),
    },
)  # fmt: skip
