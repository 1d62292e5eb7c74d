"""The words of the evidence: what is handed over, when one rates oneself, what is complained of, what is improved."""

from enum import StrEnum
from typing import Final


class HandbookKind(StrEnum):
    """What a learner is given to read before the launch (R123)."""

    RULES = "rules"
    WELCOME = "welcome"

    @property
    def label(self) -> str:
        """French name."""
        return {HandbookKind.RULES: "règlement intérieur", HandbookKind.WELCOME: "livret d’accueil"}[self]

    @property
    def definite(self) -> str:
        """Its name with its article."""
        return f"le {self.label}"


class Moment(StrEnum):
    """When a learner rates herself on the objectives: once at each (R123)."""

    END = "end"
    ENTRY = "entry"

    @property
    def label(self) -> str:
        """French name."""
        return {Moment.END: "en fin de formation", Moment.ENTRY: "à l’entrée en formation"}[self]

    @property
    def slug(self) -> str:
        """How an address names it."""
        return {Moment.END: "fin", Moment.ENTRY: "entree"}[self]


LEVELS: Final = (
    "Je découvre",
    "J’en ai des notions",
    "Je sais faire avec de l’aide",
    "Je sais faire sans aide",
)
"""The words of the levels 0 to 3 in which a learner rates herself."""


class ComplaintKind(StrEnum):
    """What the register holds: what someone complains of, what went wrong, what is proposed."""

    COMPLAINT = "complaint"
    INCIDENT = "incident"
    SUGGESTION = "suggestion"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ComplaintKind.COMPLAINT: "réclamation",
            ComplaintKind.INCIDENT: "incident",
            ComplaintKind.SUGGESTION: "suggestion",
        }[self]


class ComplaintTopic(StrEnum):
    """What it is about; of the tool itself too, since nobody is sent to a form kept elsewhere (R94)."""

    ADMINISTRATION = "administration"
    CONTENT = "content"
    FOLLOW_UP = "follow_up"
    OTHER = "other"
    PLACE = "place"
    TOOL = "tool"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ComplaintTopic.ADMINISTRATION: "inscription, documents, diplôme",
            ComplaintTopic.CONTENT: "contenu et animation",
            ComplaintTopic.FOLLOW_UP: "accompagnement",
            ComplaintTopic.OTHER: "autre sujet",
            ComplaintTopic.PLACE: "lieux, dates, repas, accessibilité",
            ComplaintTopic.TOOL: "cet outil",
        }[self]


class ComplaintStatus(StrEnum):
    """Where it stands."""

    ANSWERED = "answered"
    CLOSED = "closed"
    RECEIVED = "received"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ComplaintStatus.ANSWERED: "répondue",
            ComplaintStatus.CLOSED: "close",
            ComplaintStatus.RECEIVED: "à traiter",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            ComplaintStatus.ANSWERED: "progress",
            ComplaintStatus.CLOSED: "done",
            ComplaintStatus.RECEIVED: "waiting",
        }[self]


class ComplaintAct(StrEnum):
    """What moves it on."""

    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            ComplaintAct.ANSWER: "Répondre",
            ComplaintAct.CLOSE: "Clore",
            ComplaintAct.REOPEN: "Rouvrir",
        }[self]


class ImprovementStatus(StrEnum):
    """Where an improvement stands: planned, done, its effect measured; or given up."""

    DONE = "done"
    DROPPED = "dropped"
    MEASURED = "measured"
    PLANNED = "planned"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ImprovementStatus.DONE: "faite, effet à mesurer",
            ImprovementStatus.DROPPED: "abandonnée",
            ImprovementStatus.MEASURED: "effet mesuré",
            ImprovementStatus.PLANNED: "prévue",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            ImprovementStatus.DONE: "progress",
            ImprovementStatus.DROPPED: "neutral",
            ImprovementStatus.MEASURED: "done",
            ImprovementStatus.PLANNED: "waiting",
        }[self]


class ImprovementAct(StrEnum):
    """What moves an improvement on."""

    COMPLETE = "complete"
    DROP = "drop"
    MEASURE = "measure"
    RESUME = "resume"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            ImprovementAct.COMPLETE: "Noter qu’elle est faite",
            ImprovementAct.DROP: "L’abandonner",
            ImprovementAct.MEASURE: "Noter son effet",
            ImprovementAct.RESUME: "La reprendre",
        }[self]


class SurveyKind(StrEnum):
    """When one asks, and whom."""

    EMPLOYERS = "employers"
    SEMINAR_END = "seminar_end"
    SIX_MONTHS = "six_months"
    TRAINERS = "trainers"

    @property
    def label(self) -> str:
        """French name."""
        return {
            SurveyKind.EMPLOYERS: "structures employeuses",
            SurveyKind.SEMINAR_END: "fin de séminaire",
            SurveyKind.SIX_MONTHS: "six mois après la formation",
            SurveyKind.TRAINERS: "formateur·rices et intervenant·es",
        }[self]

    @property
    def moment(self) -> str:
        """When one asks, and whom, in a sentence."""
        return {
            SurveyKind.EMPLOYERS: "six mois après la formation, aux structures employeuses",
            SurveyKind.SEMINAR_END: "à la fin de chaque séminaire, aux apprenant·es",
            SurveyKind.SIX_MONTHS: "six mois après la formation, aux apprenant·es",
            SurveyKind.TRAINERS: "à la fin de la formation, aux formateur·rices et intervenant·es",
        }[self]


class QuestionnaireStatus(StrEnum):
    """Whether a version of a questionnaire is being written, asked, or no longer asked."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        """French name."""
        return {
            QuestionnaireStatus.DRAFT: "en préparation",
            QuestionnaireStatus.PUBLISHED: "publié",
            QuestionnaireStatus.RETIRED: "retiré",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            QuestionnaireStatus.DRAFT: "waiting",
            QuestionnaireStatus.PUBLISHED: "done",
            QuestionnaireStatus.RETIRED: "neutral",
        }[self]


class QuestionnaireAct(StrEnum):
    """What moves a questionnaire on."""

    PUBLISH = "publish"
    RETIRE = "retire"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            QuestionnaireAct.PUBLISH: "Publier",
            QuestionnaireAct.RETIRE: "Ne plus le poser",
        }[self]


class QuestionKind(StrEnum):
    """How a question is answered: from 1 to 5, by one choice, in words."""

    CHOICE = "choice"
    SCALE = "scale"
    TEXT = "text"

    @property
    def label(self) -> str:
        """French name."""
        return {QuestionKind.CHOICE: "choix", QuestionKind.SCALE: "échelle", QuestionKind.TEXT: "texte"}[self]


SCALE: Final = (1, 2, 3, 4, 5)
SCALE_ENDS: Final = ("pas du tout", "tout à fait")
"""The words of 1 and of 5."""


class SurveyStatus(StrEnum):
    """Whether one may still answer."""

    CLOSED = "closed"
    OPEN = "open"

    @property
    def label(self) -> str:
        """French name."""
        return {SurveyStatus.CLOSED: "close", SurveyStatus.OPEN: "en cours"}[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {SurveyStatus.CLOSED: "done", SurveyStatus.OPEN: "progress"}[self]


class SurveyAct(StrEnum):
    """What ends a survey."""

    CLOSE = "close"

    @property
    def label(self) -> str:
        """What the button says."""
        return {SurveyAct.CLOSE: "Clore l’enquête"}[self]


class TraineeType(StrEnum):
    """What a learner is in the yearly figures (frame F-1 of the bilan pédagogique et financier)."""

    APPRENTICE = "apprentice"
    EMPLOYEE = "employee"
    INDIVIDUAL = "individual"
    JOB_SEEKER = "job_seeker"
    OTHER = "other"

    @property
    def letter(self) -> str:
        """Its line in the frame."""
        return {
            TraineeType.APPRENTICE: "b",
            TraineeType.EMPLOYEE: "a",
            TraineeType.INDIVIDUAL: "d",
            TraineeType.JOB_SEEKER: "c",
            TraineeType.OTHER: "e",
        }[self]

    @property
    def label(self) -> str:
        """French name."""
        return {
            TraineeType.APPRENTICE: "apprenti·e",
            TraineeType.EMPLOYEE: "salarié·e d’un employeur privé",
            TraineeType.INDIVIDUAL: "particulier à ses frais",
            TraineeType.JOB_SEEKER: "personne en recherche d’emploi",
            TraineeType.OTHER: "autre : agent public, indépendant·e…",
        }[self]


class CohortRole(StrEnum):
    """Whose a cohort is in the yearly figures of its carrier."""

    ENTRUSTED_BY = "entrusted_by"
    ENTRUSTED_TO = "entrusted_to"
    OWN = "own"

    @property
    def label(self) -> str:
        """French name."""
        return {
            CohortRole.ENTRUSTED_BY: "confiée par un autre organisme (cadre G)",
            CohortRole.ENTRUSTED_TO: "confiée à un autre organisme (cadre F-2)",
            CohortRole.OWN: "réalisée par l’organisme",
        }[self]


class EvidenceList(StrEnum):
    """A list of the very rows that the evidence counts (R123); its value is in the address."""

    APPLICATIONS = "candidatures"
    DECISIONS = "decisions"
    DEPARTURES = "departs"
    MEMOIRES = "memoires"
    NOTES = "notes-de-suivi"
    PLANNED = "demi-journees"
    SHEETS = "feuilles-verrouillees"
    UNLOCKED = "sans-feuille-verrouillee"
    UNPLACED = "sans-lieu"
    UNSTAFFED = "sans-intervenant"

    @property
    def label(self) -> str:
        """Its heading."""
        return _LISTS[self][0]

    @property
    def columns(self) -> tuple[str, ...]:
        """What is said of each row."""
        return _LISTS[self][1]


_WHEN: Final = ("Jour", "Horaires", "Séminaire")
_LISTS: Final[dict[EvidenceList, tuple[str, tuple[str, ...]]]] = {
    EvidenceList.APPLICATIONS: ("Candidatures instruites", ("Dossier", "Déposé le", "État")),
    EvidenceList.DECISIONS: ("Décisions de diplôme", ("Personne", "Décision", "Le")),
    EvidenceList.DEPARTURES: ("Départs enregistrés", ("Personne", "Le", "État")),
    EvidenceList.MEMOIRES: ("Mémoires", ("Personne", "Sujet", "État")),
    EvidenceList.NOTES: ("Notes de suivi", ("Personne", "Écrite le", "Par", "Lecture")),
    EvidenceList.PLANNED: ("Demi-journées planifiées", _WHEN),
    EvidenceList.SHEETS: ("Feuilles d’émargement verrouillées", _WHEN),
    EvidenceList.UNLOCKED: ("Demi-journées passées sans feuille verrouillée", _WHEN),
    EvidenceList.UNPLACED: ("Demi-journées sans lieu", _WHEN),
    EvidenceList.UNSTAFFED: ("Demi-journées passées sans intervenant·e", _WHEN),
}
