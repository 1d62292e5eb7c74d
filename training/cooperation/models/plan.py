"""What follows an assessment: actions and their news, framing cards, circuits of information, charter."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Person
from training.common import clock
from training.cooperation.enums import ActionStatus, Channel, CharterPart, LegalBasis
from training.cooperation.models.assessment import Assessment
from training.cooperation.models.partnership import PartnerBody, Partnership
from training.cooperation.models.reference import LibraryCard
from training.database import PERSON, Base, WithId

action_partner = Table(
    "action_partner",
    Base.metadata,
    Column("action_id", ForeignKey("cooperation_action.id"), primary_key=True),
    Column("body_id", ForeignKey("partner_body.id"), primary_key=True, index=True),
)
"""The bodies that take part in an action, beside the one that leads it."""


class Action(WithId, Base):
    """An action of a partnership (R79); ``indicators`` holds three at most.

    ``sequence`` grows and ``changed_at`` moves with each act, for calendars.
    """

    __tablename__ = "cooperation_action"
    __table_args__ = (
        CheckConstraint("(status = 'done') = (done_on IS NOT NULL)", name="done_on_a_day"),
        CheckConstraint("(assessment_id IS NULL) OR (item IS NOT NULL)", name="from_an_item"),
    )
    partnership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    assessment_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("assessment.id"), index=True)
    item: Mapped[str | None] = mapped_column(String(20))
    card_code: Mapped[str | None] = mapped_column(ForeignKey("library_card.code"))
    title: Mapped[str] = mapped_column(String(200))
    lead_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("partner_body.id"))
    first_step: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None] = mapped_column(index=True)
    indicators: Mapped[list[str]] = mapped_column(default=list)
    status: Mapped[ActionStatus] = mapped_column(default=ActionStatus.TO_START)
    done_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    partnership: Mapped[Partnership] = relationship()
    assessment: Mapped[Assessment | None] = relationship()
    card: Mapped[LibraryCard | None] = relationship()
    lead: Mapped[PartnerBody | None] = relationship()
    partners: Mapped[list[PartnerBody]] = relationship(secondary=action_partner, order_by=PartnerBody.position)
    news: Mapped[list["ActionNews"]] = relationship(
        back_populates="action", order_by="ActionNews.at.desc(), ActionNews.id"
    )


class ActionNews(WithId, Base):
    """What a review, or a partner in between, says of an action: what was done, what was learnt."""

    __tablename__ = "action_news"
    action_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cooperation_action.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    written_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    text: Mapped[str] = mapped_column(Text)
    action: Mapped[Action] = relationship(back_populates="news")
    author: Mapped[Person | None] = relationship()


class FramingCard(WithId, Base):
    """Four questions before acting: a column for each body, one visible result for all (R85, R131)."""

    __tablename__ = "framing_card"
    partnership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    result: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    partnership: Mapped[Partnership] = relationship()
    columns: Mapped[list["FramingColumn"]] = relationship(back_populates="card", order_by="FramingColumn.body_id")


class FramingColumn(Base):
    """What one body answers on a framing card."""

    __tablename__ = "framing_column"
    card_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framing_card.id"), primary_key=True)
    body_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partner_body.id"), primary_key=True)
    for_whom: Mapped[str] = mapped_column(Text, default="")
    added_value: Mapped[str] = mapped_column(Text, default="")
    with_whom: Mapped[str] = mapped_column(Text, default="")
    card: Mapped[FramingCard] = relationship(back_populates="columns")


class InformationCircuit(WithId, Base):
    """Who shares what with whom, by which tool, on which legal basis (R131)."""

    __tablename__ = "information_circuit"
    partnership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    situation: Mapped[str] = mapped_column(String(200))
    sender: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    tool: Mapped[str] = mapped_column(String(200), default="")
    channel: Mapped[Channel]
    basis: Mapped[LegalBasis]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    partnership: Mapped[Partnership] = relationship()


class CharterText(Base):
    """One part of a partnership's charter."""

    __tablename__ = "charter_text"
    partnership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partnership.id"), primary_key=True)
    part: Mapped[CharterPart] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
