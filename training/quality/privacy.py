"""What the evidence holds of a person: her own copy, and what anonymising her empties (R90, R91)."""

import uuid
from typing import Any, Final

from sqlalchemy import delete, select, update

from training.accounts.models import Organisation
from training.cohorts.models import Cohort
from training.database import db, touched
from training.quality.models import (
    Complaint,
    EvidenceBatch,
    Handbook,
    Improvement,
    Survey,
    SurveyAnswer,
    SurveyInvitee,
    SurveyQuestion,
    SurveyResponse,
    SurveyTemplate,
    TeachingTie,
)

EMPTIED: Final = "(texte effacé)"


def export_complaints(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return what the person filed, with the answers."""
    rows = db.session.execute(
        select(
            Cohort.label, Complaint.kind, Complaint.topic, Complaint.filed_at, Complaint.words, Complaint.answer,
            Complaint.answered_at,
        )
        .join(Cohort, Cohort.id == Complaint.cohort_id)
        .where(Complaint.filed_by == person_id)
        .order_by(Complaint.filed_at)
    )  # fmt: skip
    return [
        {
            "promotion": cohort,
            "nature": kind.label,
            "sujet": topic.label,
            "le": at,
            "mots": words,
            "réponse": answer,
            "répondu le": answered_at,
        }
        for cohort, kind, topic, at, words, answer, answered_at in rows
    ]


def empty_complaints(person_id: uuid.UUID) -> int:
    """Empty the words of what the person filed; dates and states stay, as proof of how it was treated."""
    return touched(
        update(Complaint).where(Complaint.filed_by == person_id, Complaint.words != EMPTIED).values(words=EMPTIED)
    )


def export_handbooks(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the documents the person published."""
    rows = db.session.execute(
        select(Handbook.kind, Handbook.version, Handbook.published_at)
        .where(Handbook.published_by == person_id)
        .order_by(Handbook.published_at)
    )
    return [{"document": kind.label, "version": version, "publié le": at} for kind, version, at in rows]


def export_batches(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the files of evidence the person asked for."""
    rows = db.session.execute(
        select(Cohort.label, EvidenceBatch.requested_at)
        .join(Cohort, Cohort.id == EvidenceBatch.cohort_id)
        .where(EvidenceBatch.requested_by == person_id)
        .order_by(EvidenceBatch.requested_at)
    )
    return [{"promotion": label, "dossier demandé le": at} for label, at in rows]


def export_improvements(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the improvements the person planned."""
    rows = db.session.execute(
        select(Improvement.title, Improvement.planned_at)
        .where(Improvement.planned_by == person_id)
        .order_by(Improvement.planned_at)
    )
    return [{"amélioration": title, "prévue le": at} for title, at in rows]


def export_ties(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return for whom the person teaches, and whether as one of its own."""
    rows = db.session.execute(
        select(Organisation.name, TeachingTie.internal)
        .join(Organisation, Organisation.id == TeachingTie.organisation_id)
        .where(TeachingTie.person_id == person_id)
        .order_by(Organisation.name)
    )
    return [{"organisme": name, "interne": internal} for name, internal in rows]


def forget_ties(person_id: uuid.UUID) -> int:
    """Delete how the person teaches."""
    return touched(delete(TeachingTie).where(TeachingTie.person_id == person_id))


def export_invitations(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the surveys the person was asked; what was said in an anonymous one is tied to nobody."""
    rows = db.session.execute(
        select(SurveyTemplate.title, Survey.opened_at, SurveyInvitee.answered)
        .join(Survey, Survey.id == SurveyInvitee.survey_id)
        .join(SurveyTemplate, SurveyTemplate.id == Survey.template_id)
        .where(SurveyInvitee.person_id == person_id)
        .order_by(Survey.opened_at)
    )
    return [{"enquête": title, "ouverte le": at, "a répondu": answered} for title, at, answered in rows]


def export_answers(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return what the person answered to surveys that are not anonymous."""
    rows = db.session.execute(
        select(SurveyQuestion.text, SurveyAnswer.level, SurveyAnswer.words)
        .join(SurveyAnswer, SurveyAnswer.question_id == SurveyQuestion.id)
        .join(SurveyResponse, SurveyResponse.id == SurveyAnswer.response_id)
        .where(SurveyResponse.person_id == person_id)
        .order_by(SurveyResponse.id, SurveyQuestion.position)
    )
    return [{"question": question, "réponse": level or words} for question, level, words in rows]


def empty_answers(person_id: uuid.UUID) -> int:
    """Empty what the person wrote in surveys that are not anonymous; figures stay."""
    own = select(SurveyResponse.id).where(SurveyResponse.person_id == person_id)
    return touched(
        update(SurveyAnswer)
        .where(SurveyAnswer.response_id.in_(own), SurveyAnswer.words != "", SurveyAnswer.words != EMPTIED)
        .values(words=EMPTIED)
    )


def keep(_person_id: uuid.UUID) -> int:
    """Nothing to empty: the row keeps the key of a person who is anonymised herself."""
    return 0
