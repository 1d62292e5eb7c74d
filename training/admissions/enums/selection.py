"""The words of the selection: opinions, meetings, interviews, offers."""

from enum import StrEnum


class OpinionValue(StrEnum):
    """An opinion, which is not yet a decision (R25)."""

    FAVOURABLE = "favourable"
    RESERVED = "reserved"
    UNFAVOURABLE = "unfavourable"

    @property
    def label(self) -> str:
        """French name."""
        return {"favourable": "favorable", "reserved": "réservé", "unfavourable": "défavorable"}[self.value]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {"favourable": "done", "reserved": "waiting", "unfavourable": "refused"}[self.value]


class ReadingMoment(StrEnum):
    """When a criterion is marked: on reading the file, or at the interview (R25)."""

    FILE = "file"
    INTERVIEW = "interview"

    @property
    def label(self) -> str:
        """French name."""
        return {"file": "sur dossier", "interview": "à l’entretien"}[self.value]


class Proposal(StrEnum):
    """What a committee proposes for a file."""

    SHORTLISTED = "shortlisted"
    WAITING = "waiting"
    NOT_SELECTED = "not_selected"

    @property
    def label(self) -> str:
        """French name."""
        return {"shortlisted": "retenue", "waiting": "liste complémentaire", "not_selected": "non retenue"}[self.value]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {"shortlisted": "done", "waiting": "waiting", "not_selected": "refused"}[self.value]


class MeetingStatus(StrEnum):
    """A committee meeting: open while it decides, closed once its proposals have moved the files."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """French name."""
        return {"open": "en séance", "closed": "close"}[self.value]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {"open": "progress", "closed": "done"}[self.value]


class MeetingAct(StrEnum):
    """Acts on a committee meeting."""

    CLOSE = "close"


class InterviewStatus(StrEnum):
    """An interview asked for; a file is not transmitted while one is pending (R26)."""

    TO_PLAN = "to_plan"
    PLANNED = "planned"
    HELD = "held"
    WAIVED = "waived"

    @property
    def label(self) -> str:
        """French name."""
        return {"to_plan": "à planifier", "planned": "planifié", "held": "réalisé", "waived": "levé"}[self.value]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {"to_plan": "waiting", "planned": "progress", "held": "done", "waived": "neutral"}[self.value]


class InterviewAct(StrEnum):
    """Acts on an interview."""

    PLAN = "plan"
    CHOOSE = "choose"
    REPORT = "report"
    WAIVE = "waive"


class OfferOutcome(StrEnum):
    """What became of an offer of a seat."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
