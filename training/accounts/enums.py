"""The words of people and bodies: kinds, functions, parts."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What a body is; its rights never come from this, only from the parts it plays (R95)."""

    ARS = "ars"
    FEDERATION = "federation"
    GROUPING = "grouping"
    GUICHET = "guichet"
    PARTNER = "partner"
    SCHOOL = "school"
    URML = "urml"

    @property
    def label(self) -> str:
        """French name."""
        return {
            OrganisationKind.ARS: "Agence régionale de santé",
            OrganisationKind.FEDERATION: "Fédération",
            OrganisationKind.GROUPING: "Groupement",
            OrganisationKind.GUICHET: "Guichet",
            OrganisationKind.PARTNER: "Partenaire",
            OrganisationKind.SCHOOL: "École",
            OrganisationKind.URML: "Union régionale des médecins libéraux",
        }[self]


class StructureKind(StrEnum):
    """What a structure is; the kind decides the variant of the programme (R12)."""

    CDS = "cds"
    CLS = "cls"
    CPTS = "cpts"
    DAC = "dac"
    HOSPITAL = "hospital"
    MSP = "msp"
    OTHER = "other"
    PTSM = "ptsm"
    REGIONAL = "regional"

    @property
    def label(self) -> str:
        """House acronym where the trade uses one."""
        return {
            StructureKind.CDS: "Centre de santé",
            StructureKind.CLS: "CLS",
            StructureKind.CPTS: "CPTS",
            StructureKind.DAC: "DAC",
            StructureKind.HOSPITAL: "Établissement de santé",
            StructureKind.MSP: "MSP",
            StructureKind.OTHER: "Autre structure",
            StructureKind.PTSM: "PTSM",
            StructureKind.REGIONAL: "Dispositif régional",
        }[self]


class Function(StrEnum):
    """What a person is in a body; one person holds any number of them (R97)."""

    ADMINISTRATOR = "administrator"
    COMMITTEE_MEMBER = "committee_member"
    COORDINATOR = "coordinator"
    FACILITATOR = "facilitator"
    MANAGER = "manager"
    READER = "reader"
    REPRESENTATIVE = "representative"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Function.ADMINISTRATOR: "administration de l’outil",
            Function.COMMITTEE_MEMBER: "membre du comité de pilotage",
            Function.COORDINATOR: "coordination",
            Function.FACILITATOR: "facilitation de coopération",
            Function.MANAGER: "gestion",
            Function.READER: "lecture",
            Function.REPRESENTATIVE: "représentation de la structure",
        }[self]


ACTING_FUNCTIONS = (Function.MANAGER,)
"""Functions that act in the name of the body."""

READING_FUNCTIONS = (Function.MANAGER, Function.READER)
"""Functions that read what the body may read."""

GUARDED_FUNCTIONS = (Function.ADMINISTRATOR, Function.MANAGER)
"""Functions that must hold a passkey or a TOTP as second factor (R100)."""


class Part(StrEnum):
    """The part a body plays in an edition, a call or a cohort; several may share one (R95)."""

    CARRIER = "carrier"
    CO_CARRIER = "co_carrier"
    FUNDER = "funder"
    LOGISTICS = "logistics"
    PARTNER = "partner"
    SCHOOL = "school"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Part.CARRIER: "porteur",
            Part.CO_CARRIER: "co-porteur",
            Part.FUNDER: "financeur",
            Part.LOGISTICS: "logistique",
            Part.PARTNER: "partenaire",
            Part.SCHOOL: "école",
        }[self]


CARRYING = (Part.CARRIER, Part.CO_CARRIER)
"""Parts whose staff run the procedure."""


class SignInMethod(StrEnum):
    """How a device was signed in."""

    MAGIC_LINK = "magic_link"
    ONE_TIME_CODE = "one_time_code"
    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105 - the name of a method, not a secret

    @property
    def label(self) -> str:
        """French name."""
        return {
            SignInMethod.MAGIC_LINK: "lien reçu par courriel",
            SignInMethod.ONE_TIME_CODE: "code remis en main propre",
            SignInMethod.PASSKEY: "clé d’accès",
            SignInMethod.PASSWORD: "mot de passe",
        }[self]


class SecondFactorKind(StrEnum):
    """What proved, beside the first factor, that it is she."""

    MAIL_CODE = "mail_code"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    TOTP = "totp"

    @property
    def label(self) -> str:
        """French name."""
        return {
            SecondFactorKind.MAIL_CODE: "code reçu par courriel",
            SecondFactorKind.PASSKEY: "clé d’accès",
            SecondFactorKind.RECOVERY_CODE: "code de secours",
            SecondFactorKind.TOTP: "application de codes",
        }[self]


STRONG_FACTORS = (SecondFactorKind.PASSKEY, SecondFactorKind.RECOVERY_CODE, SecondFactorKind.TOTP)
"""Second factors that open a guarded function; a recovery code replaces the one that is lost (R100)."""

OCCASIONAL_FUNCTIONS = (Function.COMMITTEE_MEMBER, Function.REPRESENTATIVE)
"""Functions whose holders prove themselves by a code sent by mail (R100)."""


class CodeKind(StrEnum):
    """What a short code is for."""

    CONFIRMATION = "confirmation"
    HANDED_OVER = "handed_over"
    SECOND_FACTOR = "second_factor"


REGISTER_KEEPERS = (OrganisationKind.FEDERATION, OrganisationKind.GROUPING, OrganisationKind.GUICHET)
"""Bodies that have structures as members, so that keep their register and their dues (R8)."""
