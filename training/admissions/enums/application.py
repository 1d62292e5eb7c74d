"""The words of a file: its states, its acts, its pieces."""

from enum import StrEnum
from typing import Final


class ApplicationStatus(StrEnum):
    """Where a file stands in the procedure, for those who run it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    TO_CORRECT = "to_correct"
    ADMISSIBLE = "admissible"
    INADMISSIBLE = "inadmissible"
    UNDER_REVIEW = "under_review"
    PRESELECTED = "preselected"
    NOT_PRESELECTED = "not_preselected"
    SHORTLISTED = "shortlisted"
    WAITING = "waiting"
    NOT_SELECTED = "not_selected"
    TRANSMITTED = "transmitted"
    VALIDATED = "validated"
    REFUSED_BY_SCHOOL = "refused_by_school"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    ENROLLED = "enrolled"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    NOT_SUBMITTED = "not_submitted"

    @property
    def label(self) -> str:
        """French name on screens, mails and spreadsheets."""
        return STATUS_WORDS[self][0]

    @property
    def tone(self) -> str:
        """Tint of the tag: waiting, progress, done, refused or neutral."""
        return STATUS_WORDS[self][1]


_S = ApplicationStatus
STATUS_WORDS: Final[dict[ApplicationStatus, tuple[str, str]]] = {
    _S.DRAFT: ("brouillon", "neutral"),
    _S.SUBMITTED: ("déposée", "waiting"),
    _S.TO_CORRECT: ("à corriger", "waiting"),
    _S.ADMISSIBLE: ("recevable", "progress"),
    _S.INADMISSIBLE: ("irrecevable", "refused"),
    _S.UNDER_REVIEW: ("en examen", "progress"),
    _S.PRESELECTED: ("présélectionnée", "progress"),
    _S.NOT_PRESELECTED: ("non présélectionnée", "refused"),
    _S.SHORTLISTED: ("retenue", "progress"),
    _S.WAITING: ("liste complémentaire", "waiting"),
    _S.NOT_SELECTED: ("non retenue", "refused"),
    _S.TRANSMITTED: ("transmise à l’école", "waiting"),
    _S.VALIDATED: ("validée par l’école", "progress"),
    _S.REFUSED_BY_SCHOOL: ("refusée par l’école", "refused"),
    _S.OFFERED: ("place proposée", "waiting"),
    _S.CONFIRMED: ("place confirmée", "progress"),
    _S.ENROLLED: ("inscrite", "done"),
    _S.DECLINED: ("place déclinée", "refused"),
    _S.LAPSED: ("offre échue", "refused"),
    _S.WITHDRAWN: ("désistement", "refused"),
    _S.NOT_SUBMITTED: ("non déposée", "neutral"),
}

IN_THE_APPLICANTS_HANDS: Final = frozenset({_S.DRAFT, _S.TO_CORRECT})
"""States in which the applicant may change her file."""

DECIDED_AGAINST: Final = frozenset(
    {
        _S.DECLINED, _S.INADMISSIBLE, _S.LAPSED, _S.NOT_PRESELECTED, _S.NOT_SELECTED, _S.NOT_SUBMITTED,
        _S.REFUSED_BY_SCHOOL, _S.WITHDRAWN,
    }
)  # fmt: skip
"""States of a file that ends without a seat, unless it is reopened."""

BEFORE_ENROLMENT: Final = frozenset(set(_S) - DECIDED_AGAINST - {_S.ENROLLED})
"""States a person may withdraw from."""

SECRET_UNTIL_PUBLICATION: Final = frozenset(
    {
        _S.NOT_PRESELECTED, _S.NOT_SELECTED, _S.REFUSED_BY_SCHOOL, _S.SHORTLISTED, _S.TRANSMITTED, _S.VALIDATED,
        _S.WAITING,
    }
)  # fmt: skip
"""States the applicant does not see before the results are published (R105)."""


class ApplicationAct(StrEnum):
    """Every act of the procedure."""

    SUBMIT = "submit"
    BRING_IN = "bring_in"
    TAKE_BACK = "take_back"
    RESTORE = "restore"
    CLOSE_UNSENT = "close_unsent"
    ASK_CORRECTION = "ask_correction"
    CORRECT = "correct"
    ADMIT = "admit"
    DISMISS = "dismiss"
    START_REVIEW = "start_review"
    PRESELECT = "preselect"
    NOT_PRESELECT = "not_preselect"
    SHORTLIST = "shortlist"
    PUT_ON_WAITING_LIST = "put_on_waiting_list"
    NOT_SELECT = "not_select"
    TRANSMIT = "transmit"
    VALIDATE = "validate"
    REFUSE = "refuse"
    OFFER = "offer"
    CONFIRM = "confirm"
    DECLINE = "decline"
    LAPSE = "lapse"
    ENROL = "enrol"
    WITHDRAW = "withdraw"
    REOPEN_ADMISSIBILITY = "reopen_admissibility"
    REOPEN_REVIEW = "reopen_review"
    REOPEN_SCHOOL = "reopen_school"
    REINSTATE = "reinstate"
    RETURN_TO_RESERVE = "return_to_reserve"


class Situation(StrEnum):
    """The applicant's post at the reference date (R6, R7)."""

    IN_POST = "in_post"
    TAKING_POST = "taking_post"
    BEING_RECRUITED = "being_recruited"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Situation.IN_POST: "En poste",
            Situation.TAKING_POST: "En prise de poste",
            Situation.BEING_RECRUITED: "En cours de recrutement",
        }[self]


class PieceStatus(StrEnum):
    """What staff said of a piece (R20)."""

    TO_CHECK = "to_check"
    CONFORM = "conform"
    TO_REPLACE = "to_replace"

    @property
    def label(self) -> str:
        """French name."""
        return {"to_check": "à vérifier", "conform": "conforme", "to_replace": "à remplacer"}[self.value]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {"to_check": "waiting", "conform": "done", "to_replace": "refused"}[self.value]


class PieceAct(StrEnum):
    """Acts on a piece."""

    ACCEPT = "accept"
    RETURN = "return"


class LetterStatus(StrEnum):
    """Where a letter asked of a structure's representative stands (R107)."""

    WAITING = "waiting"
    SIGNED = "signed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """French name."""
        return {
            "waiting": "en attente de signature",
            "signed": "signée",
            "declined": "refusée",
            "withdrawn": "demande retirée",
        }[self.value]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {"waiting": "waiting", "signed": "done", "declined": "refused", "withdrawn": "neutral"}[self.value]


class LetterAct(StrEnum):
    """Acts on a letter asked for."""

    SIGN = "sign"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
