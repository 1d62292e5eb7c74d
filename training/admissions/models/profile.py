"""The applicant's background, as far as the call asks; and what she typed that is not saved yet."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.admissions.enums import Contract
from training.admissions.models.application import Application
from training.common import clock
from training.database import Base


class ApplicantProfile(Base):
    """The standard facts of an applicant's profile (R111); each null until given, or when the call does not ask it.

    ``coordination_share`` is in per cent of her working time, ``seniority`` in whole years of coordination,
    ``team_size`` counts people.
    """

    __tablename__ = "applicant_profile"
    __table_args__ = (
        CheckConstraint("coordination_share BETWEEN 1 AND 100", name="share_in_per_cent"),
        CheckConstraint("seniority BETWEEN 0 AND 60", name="seniority_in_years"),
        CheckConstraint("team_size BETWEEN 1 AND 5000", name="team_of_people"),
    )
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    profession: Mapped[str | None] = mapped_column(String(120))
    coordination_share: Mapped[int | None]
    contract: Mapped[Contract | None]
    seniority: Mapped[int | None]
    team_size: Mapped[int | None]
    application: Mapped[Application] = relationship(back_populates="profile")


class SectionDraft(Base):
    """What is typed on one open page of a file and not saved yet: kept by itself, resumed elsewhere, never lost.

    ``page`` names the opened page, so that two browsers never write over each other; ``base`` is the mark of what
    the file said when it was opened (``rules.mark``).
    """

    __tablename__ = "section_draft"
    application_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    section: Mapped[str] = mapped_column(String(20), primary_key=True)
    page: Mapped[str] = mapped_column(String(36), primary_key=True)
    base: Mapped[str] = mapped_column(String(16))
    fields: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(default=clock.now)
