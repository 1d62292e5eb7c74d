"""What the cohorts hold of a person: her own copy, and what anonymising her empties."""

import uuid
from typing import Any, Final

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import aliased

from training.catalogue.models import Module
from training.cohorts.choosing import ModuleChoice
from training.cohorts.meetings import MeetingSlot
from training.cohorts.models import Cohort, Enrolment, FollowUpNote, RiskFlag, TrainerApproval, TrainerAssignment
from training.cohorts.registration import CivilField, CivilStatus, DirectoryEntry, LaunchGuest, LaunchTeam, Portrait
from training.cohorts.transfers import Transfer
from training.common import files
from training.common.files import Erasure
from training.database import db

EMPTIED: Final = "(motif effacé)"


def export_enrolments(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the person’s enrolments."""
    rows = db.session.execute(
        select(Cohort.label, Enrolment.status, Enrolment.entered_on, Enrolment.left_on)
        .join(Enrolment.cohort)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.entered_on, Enrolment.id)
    )
    return [
        {"promotion": label, "état": status.label, "entrée": entered, "sortie": left}
        for label, status, entered, left in rows
    ]


def export_transfers(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the transfers of the person, and those she proposed or settled, without the learners’ names."""
    former, target = aliased(Cohort), aliased(Cohort)
    rows = db.session.execute(
        select(Transfer, former.label, target.label, Enrolment.person_id)
        .join(Enrolment, Enrolment.id == Transfer.enrolment_id)
        .join(former, former.id == Transfer.from_cohort_id)
        .join(target, target.id == Transfer.to_cohort_id)
        .where(
            (Enrolment.person_id == person_id)
            | (Transfer.proposed_by == person_id)
            | (Transfer.welcomed_by == person_id)
            | (Transfer.settled_by == person_id)
        )
        .order_by(Transfer.proposed_at, Transfer.id)
    )
    return [
        {
            "de": left,
            "à": received,
            "entrée": transfer.enters_on,
            "état": transfer.status.label,
            "motif": transfer.reason if whose == person_id else "",
            "pour elle": whose == person_id,
        }
        for transfer, left, received, whose in rows
    ]


def empty_transfers(person_id: uuid.UUID) -> int:
    """Empty the words of every transfer of the person; return how many."""
    about = select(Enrolment.id).where(Enrolment.person_id == person_id)
    return _deleted(
        update(Transfer)
        .where(Transfer.enrolment_id.in_(about), Transfer.reason != EMPTIED)
        .values(reason=EMPTIED, answer=case((Transfer.answer == "", ""), else_=EMPTIED))
    )


def export_approvals(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the person’s approvals as a relay trainer."""
    rows = db.session.execute(
        select(TrainerApproval.agreed_on, TrainerApproval.valid_until)
        .where(TrainerApproval.person_id == person_id)
        .order_by(TrainerApproval.agreed_on, TrainerApproval.id)
    )
    return [{"agréé·e le": agreed, "valable jusqu’au": until} for agreed, until in rows]


def export_assignments(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the person’s assignments as a relay trainer, without the learners’ names."""
    rows = db.session.execute(
        select(Cohort.label, TrainerAssignment.kind, TrainerAssignment.since, TrainerAssignment.until)
        .join(TrainerAssignment.cohort)
        .where(TrainerAssignment.person_id == person_id)
        .order_by(TrainerAssignment.since, TrainerAssignment.id)
    )
    return [
        {"promotion": label, "qualité": kind.label, "depuis": since, "jusqu’au": until}
        for label, kind, since, until in rows
    ]


def export_notes(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the notes the person wrote, and those shared with her as a learner."""
    rows = db.session.execute(
        select(FollowUpNote.written_at, FollowUpNote.words, FollowUpNote.author_id)
        .join(FollowUpNote.enrolment)
        .where(
            (FollowUpNote.author_id == person_id) | ((Enrolment.person_id == person_id) & FollowUpNote.shared.is_(True))
        )
        .order_by(FollowUpNote.written_at, FollowUpNote.id)
    )
    return [{"écrite le": at, "note": words, "auteur·rice": author == person_id} for at, words, author in rows]


def keep(_person_id: uuid.UUID) -> int:
    """Nothing to empty: the row keeps the key of a person who is anonymised herself."""
    return 0


def empty_notes(person_id: uuid.UUID) -> int:
    """Empty the words of every note about the person; return how many."""
    about = select(Enrolment.id).where(Enrolment.person_id == person_id)
    result = db.session.execute(
        update(FollowUpNote).where(FollowUpNote.enrolment_id.in_(about)).values(words="(note effacée)")
    )
    return int(getattr(result, "rowcount", 0))


def export_risks(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the alerts the person raised, and those raised on her."""
    rows = db.session.execute(
        select(RiskFlag.raised_at, RiskFlag.reason, RiskFlag.outcome)
        .join(Enrolment, Enrolment.id == RiskFlag.enrolment_id)
        .where((RiskFlag.raised_by == person_id) | (Enrolment.person_id == person_id))
        .order_by(RiskFlag.raised_at, RiskFlag.id)
    )
    return [{"donnée le": at, "motif": reason, "suite": outcome} for at, reason, outcome in rows]


def empty_risks(person_id: uuid.UUID) -> int:
    """Empty the words of every alert on the person; return how many."""
    about = select(Enrolment.id).where(Enrolment.person_id == person_id)
    return _deleted(
        update(RiskFlag).where(RiskFlag.enrolment_id.in_(about)).values(reason="(motif effacé)", outcome="")
    )


def export_meetings(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the individual meetings the person gave or took."""
    rows = db.session.execute(
        select(MeetingSlot.starts_at, MeetingSlot.status, MeetingSlot.topic, MeetingSlot.trainer_id)
        .outerjoin(Enrolment, Enrolment.id == MeetingSlot.enrolment_id)
        .where((MeetingSlot.trainer_id == person_id) | (Enrolment.person_id == person_id))
        .order_by(MeetingSlot.starts_at, MeetingSlot.id)
    )
    return [
        {"le": at, "état": status.label, "sujet": topic, "proposé": trainer == person_id}
        for at, status, topic, trainer in rows
    ]


def empty_meetings(person_id: uuid.UUID) -> int:
    """Empty what the person wished to talk about; return how many."""
    about = select(Enrolment.id).where(Enrolment.person_id == person_id)
    return _deleted(update(MeetingSlot).where(MeetingSlot.enrolment_id.in_(about)).values(topic=""))


def export_civil_status(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the civil status the person gave."""
    rows = db.session.scalars(select(CivilStatus).where(CivilStatus.person_id == person_id))
    return [{field.label: getattr(row, field.value) for field in CivilField} for row in rows]


def forget_civil_status(person_id: uuid.UUID) -> int:
    """Delete the person's civil status; the school keeps its own register."""
    return _deleted(delete(CivilStatus).where(CivilStatus.person_id == person_id))


def export_teams(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return how many the person brings to launches."""
    rows = db.session.scalars(select(LaunchTeam).where(LaunchTeam.person_id == person_id))
    return [{"personnes attendues": row.headcount, "indiqué le": row.told_at.isoformat()} for row in rows]


def export_guests(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the members of her team the person named."""
    rows = db.session.scalars(select(LaunchGuest).where(LaunchGuest.person_id == person_id))
    return [{"nom": row.name, "adresse": row.email} for row in rows]


def forget_guests(person_id: uuid.UUID) -> int:
    """Delete the names the person gave."""
    return _deleted(delete(LaunchGuest).where(LaunchGuest.person_id == person_id))


def export_choices(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the modules chosen for her, and those she chose for others, without their names."""
    rows = db.session.execute(
        select(Module, ModuleChoice.chosen_at, Enrolment.person_id)
        .join(ModuleChoice, ModuleChoice.module_id == Module.id)
        .join(Enrolment, Enrolment.id == ModuleChoice.enrolment_id)
        .where((Enrolment.person_id == person_id) | (ModuleChoice.chosen_by == person_id))
        .order_by(ModuleChoice.chosen_at, ModuleChoice.id)
    )
    return [{"module": module.name, "choisi le": at, "pour elle": whose == person_id} for module, at, whose in rows]


def export_directory(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return what the person shows in the directories of her cohorts."""
    rows = db.session.scalars(select(DirectoryEntry).where(DirectoryEntry.person_id == person_id))
    return [
        {"adresse montrée": row.shows_email, "téléphone montré": row.shows_phone, "depuis le": row.told_at}
        for row in rows
    ]


def forget_directory(person_id: uuid.UUID) -> int:
    """Show nothing of the person any more."""
    return _deleted(delete(DirectoryEntry).where(DirectoryEntry.person_id == person_id))


def export_portraits(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return when the person agreed to show her photo."""
    rows = db.session.scalars(select(Portrait).where(Portrait.person_id == person_id))
    return [{"accord donné le": row.agreed_at.isoformat()} for row in rows]


def forget_portraits(person_id: uuid.UUID) -> int:
    """Erase the person's portraits."""
    rows = db.session.scalars(select(Portrait).where(Portrait.person_id == person_id)).all()
    for row in rows:
        files.erase(row.file, Erasure.REQUEST)
        db.session.delete(row)
    db.session.flush()
    return len(rows)


def _deleted(statement: Any) -> int:
    return int(getattr(db.session.execute(statement), "rowcount", 0))
