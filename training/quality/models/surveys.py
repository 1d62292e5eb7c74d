"""Surveys: their questions as data, who is asked, what was answered.

An anonymous survey keeps what was answered without any link to who answered: its responses name nobody and bear no instant,
its invitations only say whether an answer came. The database refuses a name on an anonymous response.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.enums import Part
from training.accounts.models import Person
from training.catalogue.models import Edition, EditionPart, Programme
from training.cohorts.models import Cohort, CohortPart
from training.common import clock
from training.database import PERSON, Base, WithId
from training.quality.enums import QuestionKind, QuestionnaireStatus, SurveyKind, SurveyStatus
from training.seminars.models import Seminar


def _in_force(column: str) -> Index:
    """At most one version being written, and one asked, of what a moment asks within one scope."""
    condition = text(f"{column} IS NOT NULL AND status <> 'retired'")
    return Index(
        f"uq_survey_template_{column.removesuffix('_id')}",
        column,
        "kind",
        "status",
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def schools_of(programme: Programme) -> Sequence[EditionPart]:
    """Return the parts of the schools of a programme’s national editions: they write what all its courses ask."""
    national = (edition for edition in programme.editions if edition.parent_id is None)
    return [part for edition in national for part in edition.parts if part.part is Part.SCHOOL]


class SurveyTemplate(WithId, Base):
    """A version of what is asked at one moment: of an edition, of a programme, or of every course (the house’s own).

    ``open_days`` is how long one may answer. Once somebody has, the database refuses any change to what was asked.
    ``code`` is that of the seeds; of one written here, its key.
    """

    __tablename__ = "survey_template"
    __table_args__ = (
        CheckConstraint("open_days > 0", name="lasting"),
        CheckConstraint("version > 0", name="numbered_from_one"),
        CheckConstraint("programme_id IS NULL OR edition_id IS NULL", name="of_one_scope"),
        _in_force("edition_id"),
        _in_force("programme_id"),
    )
    code: Mapped[str] = mapped_column(String(40), unique=True)
    programme_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("programme.id"), index=True)
    edition_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("edition.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[QuestionnaireStatus] = mapped_column(default=QuestionnaireStatus.DRAFT)
    kind: Mapped[SurveyKind]
    title: Mapped[str] = mapped_column(String(120))
    lead: Mapped[str] = mapped_column(Text())
    anonymous: Mapped[bool]
    open_days: Mapped[int]
    questions: Mapped[list["SurveyQuestion"]] = relationship(
        back_populates="template", order_by="SurveyQuestion.position, SurveyQuestion.code"
    )
    programme: Mapped[Programme | None] = relationship()
    edition: Mapped[Edition | None] = relationship()

    @property
    def parts(self) -> Sequence[EditionPart]:
        """Whence the right to write it: the edition’s bodies; of a programme’s, the schools of its national editions."""
        if self.edition is not None:
            return self.edition.parts
        return schools_of(self.programme) if self.programme is not None else ()

    @property
    def readers(self) -> Sequence[EditionPart]:
        """Whence the right to read it: the edition’s bodies, or those of every edition of the programme."""
        if self.programme is not None:
            return [part for edition in self.programme.editions for part in edition.parts]
        return self.parts

    @property
    def is_of_the_house(self) -> bool:
        """Whether it is asked wherever nobody wrote another."""
        return self.programme_id is None and self.edition_id is None


class SurveyQuestion(WithId, Base):
    """One question; ``choices`` are the words to choose among, where one chooses."""

    __tablename__ = "survey_question"
    __table_args__ = (UniqueConstraint("template_id", "code"),)
    template_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey_template.id"))
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    kind: Mapped[QuestionKind]
    text: Mapped[str] = mapped_column(String(300))
    choices: Mapped[list[str]] = mapped_column(default=list)
    mandatory: Mapped[bool] = mapped_column(default=True)
    template: Mapped[SurveyTemplate] = relationship(back_populates="questions")


class Survey(WithId, Base):
    """A template put to the people of a seminar, or of a cohort; whether it is anonymous is settled when it opens."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("id", "anonymous"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_at_an_instant"),
        Index(
            "uq_survey_seminar",
            "template_id",
            "seminar_id",
            unique=True,
            sqlite_where=text("seminar_id IS NOT NULL"),
            postgresql_where=text("seminar_id IS NOT NULL"),
        ),
        Index(
            "uq_survey_cohort",
            "template_id",
            "cohort_id",
            unique=True,
            sqlite_where=text("seminar_id IS NULL"),
            postgresql_where=text("seminar_id IS NULL"),
        ),
    )
    template_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey_template.id"))
    cohort_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cohort.id"), index=True)
    seminar_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("seminar.id"), index=True)
    anonymous: Mapped[bool]
    status: Mapped[SurveyStatus] = mapped_column(default=SurveyStatus.OPEN)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    template: Mapped[SurveyTemplate] = relationship()
    cohort: Mapped[Cohort] = relationship()
    seminar: Mapped[Seminar | None] = relationship()

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it."""
        return self.cohort.parts

    @property
    def title(self) -> str:
        """What it is about."""
        return f"{self.template.title} : {self.seminar.title}" if self.seminar else self.template.title


class SurveyInvitee(WithId, Base):
    """Someone asked: whether she has answered, how many times she was reminded. Never what, nor when, she answered."""

    __tablename__ = "survey_invitee"
    __table_args__ = (
        UniqueConstraint("survey_id", "person_id"),
        CheckConstraint("reminders BETWEEN 0 AND 2", name="reminded_twice_at_most"),
    )
    survey_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    answered: Mapped[bool] = mapped_column(default=False)
    reminders: Mapped[int] = mapped_column(default=0)
    survey: Mapped[Survey] = relationship()
    person: Mapped[Person] = relationship()


class SurveyResponse(WithId, Base):
    """What someone answered; ``person_id`` is null if and only if the survey is anonymous, which the database holds."""

    __tablename__ = "survey_response"
    __table_args__ = (
        ForeignKeyConstraint(
            ["survey_id", "anonymous"], ["survey.id", "survey.anonymous"], name="fk_survey_response_survey"
        ),
        CheckConstraint("anonymous = (person_id IS NULL)", name="named_unless_anonymous"),
    )
    survey_id: Mapped[uuid.UUID] = mapped_column(index=True)
    anonymous: Mapped[bool]
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    answers: Mapped[list["SurveyAnswer"]] = relationship(back_populates="response")


class SurveyAnswer(Base):
    """The answer to one question: a level of the scale, or words (those chosen, or written)."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        CheckConstraint("level IS NULL OR level BETWEEN 1 AND 5", name="level_of_the_scale"),
        CheckConstraint("(level IS NULL) <> (words = '')", name="a_level_or_words"),
    )
    response_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey_response.id"), primary_key=True)
    question_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey_question.id"), primary_key=True, index=True)
    level: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text(), default="")
    response: Mapped[SurveyResponse] = relationship(back_populates="answers")
