"""The tables of cooperation."""

from training.cooperation.models.assessment import (
    Assessment,
    ItemResult,
    LocalQuestion,
    Participant,
    ParticipantAnswer,
    participant_body,
)
from training.cooperation.models.partnership import (
    ActionFeed,
    PartnerBody,
    PartnerInvitation,
    PartnerMember,
    Partnership,
    PartnershipShare,
    partnership_territory,
)
from training.cooperation.models.plan import (
    Action,
    ActionNews,
    CharterText,
    FramingCard,
    FramingColumn,
    InformationCircuit,
    action_partner,
)
from training.cooperation.models.proposal import AssessmentProposal, DateOnlyWish
from training.cooperation.models.reference import DispositifKind, Grid, LibraryCard

__all__ = [
    "Action",
    "ActionFeed",
    "ActionNews",
    "Assessment",
    "AssessmentProposal",
    "CharterText",
    "DateOnlyWish",
    "DispositifKind",
    "FramingCard",
    "FramingColumn",
    "Grid",
    "InformationCircuit",
    "ItemResult",
    "LibraryCard",
    "LocalQuestion",
    "Participant",
    "ParticipantAnswer",
    "PartnerBody",
    "PartnerInvitation",
    "PartnerMember",
    "Partnership",
    "PartnershipShare",
    "action_partner",
    "participant_body",
    "partnership_territory",
]
