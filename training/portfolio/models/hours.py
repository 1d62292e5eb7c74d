"""Hours of e-learning and of team work that a learner declares or that are imported (R47–R49)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.catalogue.enums import Modality
from training.catalogue.models import Module, Resource, TracerType
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.common.articles import of_the
from training.database import PERSON, Base, WithId
from training.portfolio.enums import EntryStatus, Source


class HoursEntry(WithId, Base):
    """Some minutes of e-learning or team work on a day, for a module; they count once confirmed.

    E-learning may name its resource, which counts once per learner; team work says in ``words`` what was done, and may
    name the tracer document it served. ``source_key`` is how the platform names an imported line, so that an
    import made again adds nothing.
    """

    __tablename__ = "hours_entry"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "source_key"),
        CheckConstraint("modality IN ('e_learning', 'team')", name="not_in_person"),
        CheckConstraint("minutes > 0 AND minutes <= 6000", name="some_minutes"),
        CheckConstraint("modality = 'e_learning' OR resource_id IS NULL", name="resource_of_e_learning"),
        CheckConstraint("modality = 'team' OR type_id IS NULL", name="tracer_of_team_work"),
        CheckConstraint("(source = 'imported') = (source_key IS NOT NULL)", name="imported_line_is_known"),
        CheckConstraint("(status = 'declared') = (settled_at IS NULL)", name="settled_unless_declared"),
        Index(
            "uq_hours_entry_resource",
            "enrolment_id",
            "resource_id",
            unique=True,
            sqlite_where=text("resource_id IS NOT NULL AND status <> 'refused'"),
            postgresql_where=text("resource_id IS NOT NULL AND status <> 'refused'"),
        ),
    )
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), index=True)
    modality: Mapped[Modality]
    module_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("module.id"), index=True)
    resource_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("resource.id"))
    type_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tracer_type.id"))
    done_on: Mapped[date]
    minutes: Mapped[int]
    words: Mapped[str] = mapped_column(String(500), default="")
    source: Mapped[Source] = mapped_column(default=Source.DECLARED)
    source_key: Mapped[str | None] = mapped_column(String(64))
    taken_over: Mapped[bool] = mapped_column(default=False)
    """Brought in from a spreadsheet kept before the tool (R114); an imported line like others otherwise."""
    carried: Mapped[bool] = mapped_column(default=False)
    """Acquired in the cohort she left, and counted there too (R116)."""
    status: Mapped[EntryStatus] = mapped_column(default=EntryStatus.DECLARED)
    declared_at: Mapped[datetime] = mapped_column(default=clock.now)
    declared_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    refusal: Mapped[str] = mapped_column(String(500), default="")

    enrolment: Mapped[Enrolment] = relationship()
    module: Mapped[Module] = relationship()
    resource: Mapped[Resource | None] = relationship()
    type: Mapped[TracerType | None] = relationship()
    settler: Mapped[Person | None] = relationship(foreign_keys=[settled_by])

    @property
    def provenance(self) -> str:
        """How they came in, in words."""
        if self.carried:
            return f"reprises {of_the(self.enrolment.carried_from)}"
        return "reprises d’un tableur" if self.taken_over else self.source.label

    @property
    def cohort(self) -> Cohort:
        """The cohort of its learner."""
        return self.enrolment.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence everyone’s rights on it."""
        return self.enrolment.cohort.parts


class PlatformAccount(WithId, Base):
    """Under which identifier the school’s platform knows a person, so that its export finds her (R121)."""

    __tablename__ = "platform_account"
    identifier: Mapped[str] = mapped_column(String(160))
    identifier_key: Mapped[str] = mapped_column(String(160), unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    said_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    said_at: Mapped[datetime] = mapped_column(default=clock.now)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class ForumParticipation(WithId, Base):
    """The learner took part in the forum of the school’s platform, where the edition asks it (R49)."""

    __tablename__ = "forum_participation"
    enrolment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    noted_at: Mapped[datetime] = mapped_column(default=clock.now)
    noted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    enrolment: Mapped[Enrolment] = relationship()
