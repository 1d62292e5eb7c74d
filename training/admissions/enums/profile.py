"""The standard facts of a profile, each switched on by the call (R111)."""

from enum import StrEnum


class ProfileField(StrEnum):
    """A fact about the applicant and her post that a call may ask."""

    PROFESSION = "profession"
    COORDINATION_SHARE = "coordination_share"
    CONTRACT = "contract"
    SENIORITY = "seniority"
    TEAM_SIZE = "team_size"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ProfileField.PROFESSION: "Métier d’origine",
            ProfileField.COORDINATION_SHARE: "Part du temps consacrée à la coordination",
            ProfileField.CONTRACT: "Type de contrat",
            ProfileField.SENIORITY: "Ancienneté dans la coordination",
            ProfileField.TEAM_SIZE: "Taille de l’équipe",
        }[self]


class Contract(StrEnum):
    """The contract under which an applicant coordinates."""

    PERMANENT = "permanent"
    FIXED_TERM = "fixed_term"
    CIVIL_SERVANT = "civil_servant"
    SELF_EMPLOYED = "self_employed"
    OTHER = "other"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Contract.PERMANENT: "CDI",
            Contract.FIXED_TERM: "CDD",
            Contract.CIVIL_SERVANT: "Fonction publique",
            Contract.SELF_EMPLOYED: "Exercice libéral",
            Contract.OTHER: "Autre",
        }[self]
