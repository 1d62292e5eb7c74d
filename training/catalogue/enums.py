"""The words of the catalogue: provenance, states, modalities, kinds of modules and of rules."""

from enum import StrEnum
from typing import Final

from training.accounts.enums import Part


class Provenance(StrEnum):
    """Where a value comes from. “À confirmer” goes with an unknown value only; the others count and block alike."""

    DEDUCED = "deduit"
    EXAMPLE = "exemple"
    OFFICIAL = "officiel"
    TO_CONFIRM = "a_confirmer"

    @property
    def label(self) -> str:
        """French name, as the badge shows it."""
        return {
            Provenance.DEDUCED: "déduit",
            Provenance.EXAMPLE: "exemple",
            Provenance.OFFICIAL: "officiel",
            Provenance.TO_CONFIRM: "à confirmer",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the badge."""
        return {
            Provenance.DEDUCED: "progress",
            Provenance.EXAMPLE: "neutral",
            Provenance.OFFICIAL: "done",
            Provenance.TO_CONFIRM: "waiting",
        }[self]


class EditionStatus(StrEnum):
    """Where an edition stands: its content moves only while it is a draft."""

    DRAFT = "draft"
    HISTORICAL = "historical"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        """French name."""
        return {
            EditionStatus.DRAFT: "brouillon",
            EditionStatus.HISTORICAL: "historique",
            EditionStatus.PUBLISHED: "publiée",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            EditionStatus.DRAFT: "waiting",
            EditionStatus.HISTORICAL: "neutral",
            EditionStatus.PUBLISHED: "done",
        }[self]


class EditionAct(StrEnum):
    """What moves an edition from one state to the next."""

    ARCHIVE = "archive"
    PUBLISH = "publish"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            EditionAct.ARCHIVE: "Classer dans l’historique",
            EditionAct.PUBLISH: "Publier l’édition",
        }[self]


class Modality(StrEnum):
    """How hours are followed; hours of one modality never fill another (R50)."""

    E_LEARNING = "e_learning"
    IN_PERSON = "in_person"
    TEAM = "team"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Modality.E_LEARNING: "E-learning",
            Modality.IN_PERSON: "Présentiel",
            Modality.TEAM: "Travail en équipe",
        }[self]


MODALITIES: Final = (Modality.IN_PERSON, Modality.E_LEARNING, Modality.TEAM)
"""The three modalities in the order people read them."""


class ModuleType(StrEnum):
    """What a module is in the edition; the type decides who owns it (R2, R102)."""

    COMMON_CORE = "common_core"
    CORE = "core"
    ELECTIVE = "elective"
    SPECIALISATION = "specialisation"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ModuleType.COMMON_CORE: "tronc commun",
            ModuleType.CORE: "module socle",
            ModuleType.ELECTIVE: "module complémentaire",
            ModuleType.SPECIALISATION: "spécialisation",
        }[self]

    @property
    def heading(self) -> str:
        """Plural, as the title of a list."""
        return {
            ModuleType.COMMON_CORE: "Tronc commun",
            ModuleType.CORE: "Modules socles",
            ModuleType.ELECTIVE: "Modules complémentaires",
            ModuleType.SPECIALISATION: "Spécialisations",
        }[self]

    @property
    def owner(self) -> Part:
        """Who sets it (R102): complementary modules are the carrier’s, all others the school’s."""
        return Part.CARRIER if self is ModuleType.ELECTIVE else Part.SCHOOL


MODULE_TYPES: Final = (ModuleType.COMMON_CORE, ModuleType.CORE, ModuleType.SPECIALISATION, ModuleType.ELECTIVE)
"""The types in the order a programme is read."""


class DepositPlace(StrEnum):
    """Where a tracer document is handed in (R124)."""

    HERE = "here"
    SCHOOL_PLATFORM = "school_platform"

    @property
    def label(self) -> str:
        """French name."""
        return {
            DepositPlace.HERE: "à déposer ici",
            DepositPlace.SCHOOL_PLATFORM: "à déposer sur la plateforme de l’école",
        }[self]


class TracerWork(StrEnum):
    """What stands as the tracer: files, or an assessment that her territory has led (R86)."""

    ASSESSMENT = "assessment"
    DOCUMENT = "document"
    EITHER = "either"

    @property
    def label(self) -> str:
        """French name."""
        return {
            TracerWork.ASSESSMENT: "une auto-évaluation de coopération menée dans l’outil",
            TracerWork.DOCUMENT: "un document",
            TracerWork.EITHER: "un document, ou une auto-évaluation de coopération menée dans l’outil",
        }[self]

    @property
    def takes_files(self) -> bool:
        """Whether files may be handed in."""
        return self is not TracerWork.ASSESSMENT

    @property
    def takes_objects(self) -> bool:
        """Whether a thing of another room may stand for the document."""
        return self is not TracerWork.DOCUMENT


TRACER_WORKS: Final = (TracerWork.DOCUMENT, TracerWork.EITHER, TracerWork.ASSESSMENT)
"""In the order one chooses."""


class CreditMode(StrEnum):
    """How attended half-days become hours of présentiel (R46)."""

    EXPLICIT = "explicit"
    PROPORTIONAL = "proportional"

    @property
    def label(self) -> str:
        """French name."""
        return {
            CreditMode.EXPLICIT: "heures portées par chaque demi-journée",
            CreditMode.PROPORTIONAL: "au prorata des demi-journées suivies",
        }[self]


class PartialCredit(StrEnum):
    """What a half-day followed in part is worth (R115)."""

    FULL = "full"
    HOURS = "hours"
    NONE = "none"

    @property
    def label(self) -> str:
        """French name."""
        return {
            PartialCredit.FULL: "comme une présence entière",
            PartialCredit.HOURS: "au temps passé",
            PartialCredit.NONE: "rien",
        }[self]


class ReferentRule(StrEnum):
    """Whether a learner must have a referent relay trainer (R119)."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ReferentRule.NONE: "sans référent·e",
            ReferentRule.OPTIONAL: "possible",
            ReferentRule.REQUIRED: "obligatoire",
        }[self]


class Outcome(StrEnum):
    """What a jury may decide (R65)."""

    DEFERRED = "deferred"
    NO_SHOW = "no_show"
    PASSED = "passed"
    PASSED_WITH_CORRECTIONS = "passed_with_corrections"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Outcome.DEFERRED: "ajourné·e",
            Outcome.NO_SHOW: "défaillant·e",
            Outcome.PASSED: "admis·e",
            Outcome.PASSED_WITH_CORRECTIONS: "admis·e avec corrections",
        }[self]


OUTCOMES: Final = (Outcome.PASSED, Outcome.PASSED_WITH_CORRECTIONS, Outcome.DEFERRED, Outcome.NO_SHOW)
"""What a jury may decide, the happiest first."""


class Section(StrEnum):
    """The chapters of an edition, in the order its pages show them."""

    IDENTITY = "identity"
    HOURS = "hours"
    MODULES = "modules"
    TRACERS = "tracers"
    RULES = "rules"

    @property
    def label(self) -> str:
        """French title."""
        return {
            Section.IDENTITY: "Identité et diplôme",
            Section.HOURS: "Parcours et heures",
            Section.MODULES: "Modules et objectifs",
            Section.TRACERS: "Documents traceurs",
            Section.RULES: "Règles du diplôme",
        }[self]


class ValueKind(StrEnum):
    """How a value of an edition is typed in and told."""

    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    NUMBER = "number"
    TEXT = "text"
    YES_NO = "yes_no"
