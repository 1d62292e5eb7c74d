"""What happens to calls, files and meetings beside the acts of their procedures: the journal’s kinds."""

from enum import StrEnum
from typing import Final

from training.admissions.enums import ApplicationAct


class ApplicationEvent(StrEnum):
    """What happens to a file beside the acts of its procedure; the journal's kinds."""

    STARTED = "application.started"
    STRUCTURE_CHOSEN = "application.structure_chosen"
    SITUATION_DESCRIBED = "application.situation_described"
    DECLARED = "application.declared"
    PRACTICES_TOLD = "application.practices_told"
    PROFILE_TOLD = "application.profile_told"
    ANSWERED = "application.answered"
    PIECE_DEPOSITED = "application.piece_deposited"
    PIECE_REMOVED = "application.piece_removed"
    PIECE_REVIEWED = "application.piece_reviewed"
    EXTENSION_GRANTED = "application.extension_granted"
    DEROGATION_GRANTED = "application.derogation_granted"
    DEROGATION_REFUSED = "application.derogation_refused"
    DEROGATION_MET = "application.derogation_met"
    OPINION_GIVEN = "application.opinion_given"
    RECUSED = "application.recused"
    PROPOSED = "application.proposed"
    INTERVIEW_ASKED = "application.interview_asked"
    SLOTS_OFFERED = "application.slots_offered"
    RANKED = "application.ranked"
    REVIEWERS_CHOSEN = "application.reviewers_chosen"
    RESULT_PUBLISHED = "application.result_published"
    ENTERED_FOR_HER = "application.entered_for_her"
    TAKEN_OVER = "application.taken_over"
    LETTER_ASKED = "application.letter_asked"
    LETTER_WITHDRAWN = "application.letter_withdrawn"
    LETTER_SIGNED = "application.letter_signed"
    LETTER_DECLINED = "application.letter_declined"

    @property
    def sentence(self) -> str:
        """What the timeline says after the actor's name."""
        return {
            ApplicationEvent.STARTED: "a commencé un dossier",
            ApplicationEvent.STRUCTURE_CHOSEN: "a indiqué la structure de rattachement",
            ApplicationEvent.SITUATION_DESCRIBED: "a décrit la situation de poste",
            ApplicationEvent.PRACTICES_TOLD: "a dit où elle ou il exerce",
            ApplicationEvent.PROFILE_TOLD: "a décrit son profil",
            ApplicationEvent.DECLARED: "a pris les engagements demandés",
            ApplicationEvent.ANSWERED: "a répondu aux questions de l’appel",
            ApplicationEvent.PIECE_DEPOSITED: "a déposé une pièce",
            ApplicationEvent.PIECE_REMOVED: "a retiré une pièce",
            ApplicationEvent.PIECE_REVIEWED: "a vérifié une pièce",
            ApplicationEvent.EXTENSION_GRANTED: "a accordé un délai de dépôt",
            ApplicationEvent.DEROGATION_GRANTED: "a accordé la dérogation, sous réserve de la preuve du recrutement",
            ApplicationEvent.DEROGATION_REFUSED: "a refusé la dérogation",
            ApplicationEvent.DEROGATION_MET: "a reçu la preuve du recrutement",
            ApplicationEvent.OPINION_GIVEN: "a donné un avis",
            ApplicationEvent.RECUSED: "s’est déporté·e",
            ApplicationEvent.PROPOSED: "a proposé une décision en séance",
            ApplicationEvent.INTERVIEW_ASKED: "a demandé un entretien",
            ApplicationEvent.SLOTS_OFFERED: "a proposé de choisir un créneau d’entretien",
            ApplicationEvent.RANKED: "a fixé le rang sur la liste complémentaire",
            ApplicationEvent.REVIEWERS_CHOSEN: "a choisi qui lit le dossier",
            ApplicationEvent.RESULT_PUBLISHED: "a publié le résultat",
            ApplicationEvent.ENTERED_FOR_HER: "a ouvert ce dossier pour la personne, qui avait tout envoyé par courrier",
            ApplicationEvent.TAKEN_OVER: "a repris son dossier en main",
            ApplicationEvent.LETTER_ASKED: "a demandé à la structure de signer",
            ApplicationEvent.LETTER_WITHDRAWN: "a retiré la demande de signature",
            ApplicationEvent.LETTER_SIGNED: "a signé au nom de la structure",
            ApplicationEvent.LETTER_DECLINED: "a répondu ne pas signer au nom de la structure",
        }[self]


class CallEvent(StrEnum):
    """What happens to a call beside the acts of its procedure."""

    PREPARED = "call.prepared"
    SETTINGS_CHANGED = "call.settings_changed"
    CRITERIA_SET = "call.criteria_set"
    FILES_SHARED_OUT = "call.files_shared_out"
    SLOTS_PROPOSED = "call.slots_proposed"
    SLOT_WITHDRAWN = "call.slot_withdrawn"
    RENEWED = "call.renewed"
    REVISED = "call.revised"
    VALIDATED_BY_FUNDER = "call.validated_by_funder"
    RESULTS_PUBLISHED = "call.results_published"
    OFFERS_MADE = "call.offers_made"

    @property
    def sentence(self) -> str:
        """What the timeline says after the actor's name."""
        return {
            CallEvent.PREPARED: "a préparé l’appel",
            CallEvent.SETTINGS_CHANGED: "a modifié les réglages de l’appel",
            CallEvent.CRITERIA_SET: "a fixé les critères de lecture",
            CallEvent.SLOTS_PROPOSED: "a proposé des créneaux d’entretien",
            CallEvent.SLOT_WITHDRAWN: "a retiré un créneau d’entretien",
            CallEvent.FILES_SHARED_OUT: "a réparti les dossiers entre les personnes qui les lisent",
            CallEvent.RENEWED: "a préparé l’appel en reconduisant un appel passé",
            CallEvent.REVISED: "a modifié l’appel publié",
            CallEvent.VALIDATED_BY_FUNDER: "a enregistré la validation du financeur",
            CallEvent.RESULTS_PUBLISHED: "a publié les résultats",
            CallEvent.OFFERS_MADE: "a proposé les places",
        }[self]


class CommitteeEvent(StrEnum):
    """What happens at a meeting beside the acts of its procedure."""

    OPENED = "committee.opened"
    ATTENDANCE_NOTED = "committee.attendance_noted"
    UNDONE = "committee.undone"

    @property
    def sentence(self) -> str:
        """What the timeline says after the actor's name."""
        return {
            CommitteeEvent.OPENED: "a ouvert la séance du comité",
            CommitteeEvent.ATTENDANCE_NOTED: "a noté les organismes présents",
            CommitteeEvent.UNDONE: "a annulé la dernière proposition de la séance",
        }[self]


_A = ApplicationAct
APPLICANT_SEES: Final = frozenset(
    {f"application.{act.value}" for act in (
        _A.SUBMIT, _A.BRING_IN, _A.TAKE_BACK, _A.RESTORE, _A.CLOSE_UNSENT, _A.ASK_CORRECTION, _A.CORRECT, _A.ADMIT, _A.DISMISS,
        _A.PRESELECT, _A.OFFER, _A.CONFIRM, _A.DECLINE, _A.LAPSE, _A.ENROL, _A.WITHDRAW, _A.REOPEN_ADMISSIBILITY,
        _A.REINSTATE, _A.RETURN_TO_RESERVE,
    )}
    | {event.value for event in (
        ApplicationEvent.STARTED, ApplicationEvent.STRUCTURE_CHOSEN, ApplicationEvent.SITUATION_DESCRIBED,
        ApplicationEvent.ANSWERED, ApplicationEvent.DECLARED, ApplicationEvent.PRACTICES_TOLD, ApplicationEvent.PROFILE_TOLD,
        ApplicationEvent.PIECE_DEPOSITED, ApplicationEvent.PIECE_REMOVED,
        ApplicationEvent.PIECE_REVIEWED, ApplicationEvent.EXTENSION_GRANTED, ApplicationEvent.INTERVIEW_ASKED,
        ApplicationEvent.DEROGATION_GRANTED, ApplicationEvent.DEROGATION_REFUSED, ApplicationEvent.DEROGATION_MET,
        ApplicationEvent.SLOTS_OFFERED,
        ApplicationEvent.RESULT_PUBLISHED, ApplicationEvent.ENTERED_FOR_HER,
        ApplicationEvent.TAKEN_OVER, ApplicationEvent.LETTER_ASKED, ApplicationEvent.LETTER_WITHDRAWN,
        ApplicationEvent.LETTER_SIGNED, ApplicationEvent.LETTER_DECLINED,
    )}
)  # fmt: skip
"""Kinds of events in the applicant's own timeline: nothing that tells a decision before its publication (R105)."""
