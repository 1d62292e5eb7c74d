"""The words of cooperation: kinds of bodies, states, acts, themes."""

from enum import StrEnum
from typing import Final

from training.accounts.enums import OrganisationKind


class DispositifCategory(StrEnum):
    """What a body is in a territory."""

    APPROACH = "approach"
    CARE = "care"
    DEVICE = "device"
    OTHER = "other"

    @property
    def label(self) -> str:
        """French name."""
        return {
            DispositifCategory.APPROACH: "démarche",
            DispositifCategory.CARE: "effecteur",
            DispositifCategory.DEVICE: "dispositif",
            DispositifCategory.OTHER: "autre partenaire",
        }[self]


class Theme(StrEnum):
    """The four themes of the library and of the pivot roles."""

    ACCESS = "access"
    PATHWAYS = "pathways"
    PREVENTION = "prevention"
    UNSCHEDULED = "unscheduled"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Theme.ACCESS: "accès aux soins",
            Theme.PATHWAYS: "parcours et expertises",
            Theme.PREVENTION: "prévention",
            Theme.UNSCHEDULED: "soins non programmés",
        }[self]


THEMES: Final = (Theme.ACCESS, Theme.PREVENTION, Theme.UNSCHEDULED, Theme.PATHWAYS)
"""In the order people name them."""


class CardKind(StrEnum):
    """What a card of the library tells."""

    EXAMPLE = "example"
    EXPERIMENT = "experiment"
    FRAMEWORK = "framework"
    INDICATOR = "indicator"
    LEVER = "lever"
    OBSTACLE = "obstacle"
    TOOL = "tool"

    @property
    def label(self) -> str:
        """French name."""
        return {
            CardKind.EXAMPLE: "exemple",
            CardKind.EXPERIMENT: "expérimentation",
            CardKind.FRAMEWORK: "cadre commun",
            CardKind.INDICATOR: "indicateur",
            CardKind.LEVER: "levier",
            CardKind.OBSTACLE: "frein",
            CardKind.TOOL: "outil",
        }[self]


CARD_KINDS: Final = (
    CardKind.OBSTACLE,
    CardKind.LEVER,
    CardKind.FRAMEWORK,
    CardKind.TOOL,
    CardKind.EXPERIMENT,
    CardKind.INDICATOR,
    CardKind.EXAMPLE,
)
"""In the order one reads a theme."""


class Role(StrEnum):
    """What a person does in a partnership."""

    FACILITATOR = "facilitator"
    PARTNER = "partner"

    @property
    def label(self) -> str:
        """French name."""
        return {Role.FACILITATOR: "facilitation", Role.PARTNER: "partenaire"}[self]


class Cadence(StrEnum):
    """How often a partnership assesses itself again (R81)."""

    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"

    @property
    def label(self) -> str:
        """French name."""
        return {Cadence.HALF_YEARLY: "tous les six mois", Cadence.YEARLY: "tous les ans"}[self]

    @property
    def months(self) -> int:
        """Months from one assessment to the next."""
        return {Cadence.HALF_YEARLY: 6, Cadence.YEARLY: 12}[self]


REVIEW_MONTHS: Final = 3
"""Months from one review of the actions to the next (R81)."""


class Occasion(StrEnum):
    """Why a partnership assesses itself; the first one finalised is its point zéro (R80)."""

    FOLLOW_UP = "follow_up"
    POINT_ZERO = "point_zero"
    REVIEW = "review"

    @property
    def label(self) -> str:
        """French name."""
        return {Occasion.FOLLOW_UP: "suivi", Occasion.POINT_ZERO: "point zéro", Occasion.REVIEW: "bilan"}[self]


class AssessmentStatus(StrEnum):
    """Where an assessment stands."""

    CONSENSUS = "consensus"
    DRAFT = "draft"
    FINALISED = "finalised"
    OPEN = "open"

    @property
    def label(self) -> str:
        """French name."""
        return {
            AssessmentStatus.CONSENSUS: "consensus en cours",
            AssessmentStatus.DRAFT: "en préparation",
            AssessmentStatus.FINALISED: "finalisée",
            AssessmentStatus.OPEN: "réponses ouvertes",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            AssessmentStatus.CONSENSUS: "progress",
            AssessmentStatus.DRAFT: "waiting",
            AssessmentStatus.FINALISED: "done",
            AssessmentStatus.OPEN: "progress",
        }[self]


class AssessmentAct(StrEnum):
    """What moves an assessment from one state to the next."""

    FINALISE = "finalise"
    OPEN = "open"
    REOPEN = "reopen"
    SETTLE = "settle"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            AssessmentAct.FINALISE: "Finaliser l’auto-évaluation",
            AssessmentAct.OPEN: "Ouvrir les réponses",
            AssessmentAct.REOPEN: "Rouvrir les réponses",
            AssessmentAct.SETTLE: "Passer au consensus",
        }[self]


class Voice(StrEnum):
    """For whom a participant answers (R129)."""

    BODIES = "bodies"
    ELECTED = "elected"
    GUEST = "guest"
    USER = "user"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Voice.BODIES: "une ou plusieurs structures",
            Voice.ELECTED: "élu·e",
            Voice.GUEST: "invité·e",
            Voice.USER: "usager ou usagère",
        }[self]


class ActionStatus(StrEnum):
    """Where an action stands (R79)."""

    DONE = "done"
    DROPPED = "dropped"
    TO_START = "to_start"
    UNDER_WAY = "under_way"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ActionStatus.DONE: "faite",
            ActionStatus.DROPPED: "abandonnée",
            ActionStatus.TO_START: "à lancer",
            ActionStatus.UNDER_WAY: "en cours",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            ActionStatus.DONE: "done",
            ActionStatus.DROPPED: "neutral",
            ActionStatus.TO_START: "waiting",
            ActionStatus.UNDER_WAY: "progress",
        }[self]


LIVE_ACTIONS: Final = (ActionStatus.TO_START, ActionStatus.UNDER_WAY)
"""Still to be followed."""

BOARD: Final = (ActionStatus.TO_START, ActionStatus.UNDER_WAY, ActionStatus.DONE, ActionStatus.DROPPED)
"""The columns of the board, in order."""


class ActionAct(StrEnum):
    """What moves an action from one state to the next."""

    DROP = "drop"
    FINISH = "finish"
    RESUME = "resume"
    START = "start"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            ActionAct.DROP: "Abandonner l’action",
            ActionAct.FINISH: "Noter qu’elle est faite",
            ActionAct.RESUME: "Reprendre l’action",
            ActionAct.START: "Lancer l’action",
        }[self]


class LegalBasis(StrEnum):
    """On what ground personal data go from one body to another (R131)."""

    CARE_TEAM = "care_team"
    CONSENT = "consent"
    LEGAL_DUTY = "legal_duty"
    NO_PERSONAL_DATA = "no_personal_data"
    PUBLIC_INTEREST = "public_interest"
    TO_SETTLE = "to_settle"

    @property
    def label(self) -> str:
        """French name."""
        return {
            LegalBasis.CARE_TEAM: "équipe de soins, avec information de la personne",
            LegalBasis.CONSENT: "consentement de la personne",
            LegalBasis.LEGAL_DUTY: "obligation légale",
            LegalBasis.NO_PERSONAL_DATA: "aucune donnée personnelle",
            LegalBasis.PUBLIC_INTEREST: "mission d’intérêt public",
            LegalBasis.TO_SETTLE: "à régler",
        }[self]


class Channel(StrEnum):
    """How safe the tool is by which information goes round (R131)."""

    HDS = "hds"
    MSSANTE = "mssante"
    ORDINARY = "ordinary"
    TO_CHECK = "to_check"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Channel.HDS: "outil hébergé chez un hébergeur certifié HDS",
            Channel.MSSANTE: "messagerie sécurisée de santé (MSSanté)",
            Channel.ORDINARY: "outil ordinaire, sans donnée de santé",
            Channel.TO_CHECK: "à vérifier",
        }[self]


class CharterPart(StrEnum):
    """The parts of a charter of cooperation (R131)."""

    DECISIONS = "decisions"
    DISAGREEMENTS = "disagreements"
    PURPOSE = "purpose"
    REVISION = "revision"
    RHYTHM = "rhythm"
    ROLES = "roles"

    @property
    def label(self) -> str:
        """French title."""
        return {
            CharterPart.DECISIONS: "Comment nous décidons",
            CharterPart.DISAGREEMENTS: "En cas de désaccord",
            CharterPart.PURPOSE: "Pourquoi nous travaillons ensemble",
            CharterPart.REVISION: "Durée et révision",
            CharterPart.RHYTHM: "À quel rythme nous nous voyons",
            CharterPart.ROLES: "Ce que chacun apporte",
        }[self]

    @property
    def hint(self) -> str:
        """What to write there."""
        return {
            CharterPart.DECISIONS: "Qui participe aux décisions, comment on se met d’accord, qui en garde la trace.",
            CharterPart.DISAGREEMENTS: "Qui l’on saisit, et comment une structure se retire.",
            CharterPart.PURPOSE: "Le public et le problème qui vous réunissent, le périmètre retenu.",
            CharterPart.REVISION: "Jusqu’à quand elle vaut, quand vous la relisez ensemble.",
            CharterPart.RHYTHM: "Les temps réguliers : comité, points d’équipe, revue trimestrielle des actions.",
            CharterPart.ROLES: "En une phrase par structure ; le tableau « qui fait quoi » est joint à l’impression.",
        }[self]


CHARTER: Final = (
    CharterPart.PURPOSE,
    CharterPart.ROLES,
    CharterPart.DECISIONS,
    CharterPart.RHYTHM,
    CharterPart.DISAGREEMENTS,
    CharterPart.REVISION,
)
"""In the order it is read."""

SHARED_WITH: Final = (OrganisationKind.ARS, OrganisationKind.FEDERATION, OrganisationKind.GUICHET)
"""Kinds of bodies with which a partnership may share its reports (R84)."""
