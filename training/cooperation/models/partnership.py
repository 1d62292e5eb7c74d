"""Partnerships: their territories, their bodies, the people in them, those they share with (R128, R84)."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.accounts.models import Organisation, Person, Region, Structure, Territory
from training.common import clock
from training.cooperation.enums import Cadence, Role
from training.cooperation.models.reference import DispositifKind
from training.database import PERSON, Base, WithId

partnership_territory = Table(
    "partnership_territory",
    Base.metadata,
    Column("partnership_id", ForeignKey("partnership.id"), primary_key=True),
    Column("territory_id", ForeignKey("territory.id"), primary_key=True, index=True),
)
"""Several partnerships may share a territory (R128)."""


class Partnership(WithId, Base):
    """A group of bodies on one or more territories; point zéro, deltas and cadence are its own (R128).

    ``counted_at``: since when its results enter the anonymous figures of its region, by its own choice (R84).
    """

    __tablename__ = "partnership"
    name: Mapped[str] = mapped_column(String(160))
    aim: Mapped[str] = mapped_column(Text, default="")
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    cadence: Mapped[Cadence] = mapped_column(default=Cadence.YEARLY)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    reviewed_on: Mapped[date | None]
    review_reminded_on: Mapped[date | None]
    assessment_reminded_on: Mapped[date | None]
    counted_at: Mapped[datetime | None]
    region: Mapped[Region] = relationship()
    territories: Mapped[list[Territory]] = relationship(secondary=partnership_territory, order_by=Territory.name)
    bodies: Mapped[list["PartnerBody"]] = relationship(
        back_populates="partnership", order_by="PartnerBody.position, PartnerBody.id"
    )
    members: Mapped[list["PartnerMember"]] = relationship(
        back_populates="partnership", order_by="PartnerMember.since, PartnerMember.id"
    )
    shares: Mapped[list["PartnershipShare"]] = relationship(
        back_populates="partnership", order_by="PartnershipShare.since, PartnershipShare.id"
    )

    @property
    def partnership(self) -> "Partnership":
        """Itself: rights are judged alike on it and on what belongs to it."""
        return self

    @property
    def present_bodies(self) -> list["PartnerBody"]:
        """The bodies that are still in it."""
        return [body for body in self.bodies if body.left_at is None]

    @property
    def present_members(self) -> list["PartnerMember"]:
        """The people who are still in it."""
        return [member for member in self.members if member.until is None]

    @property
    def present_shares(self) -> list["PartnershipShare"]:
        """Those with whom it shares today."""
        return [share for share in self.shares if share.revoked_at is None]


class PartnerBody(WithId, Base):
    """A body in a partnership, and its line of « qui fait quoi »; one that left keeps what it answered.

    ``pivot`` holds its part in each theme, by the theme's slug.
    """

    __tablename__ = "partner_body"
    __table_args__ = (
        Index(
            "uq_partner_body_name",
            "partnership_id",
            "name",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )
    partnership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    kind_code: Mapped[str] = mapped_column(ForeignKey("dispositif_kind.code"))
    structure_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("structure.id"))
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int]
    area: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[str] = mapped_column(Text, default="")
    contribution: Mapped[str] = mapped_column(Text, default="")
    pivot: Mapped[dict[str, Any]] = mapped_column(default=dict)
    contact: Mapped[str] = mapped_column(Text, default="")
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)
    left_at: Mapped[datetime | None]
    partnership: Mapped[Partnership] = relationship(back_populates="bodies")
    kind: Mapped[DispositifKind] = relationship(lazy="joined", innerjoin=True)
    structure: Mapped[Structure | None] = relationship()

    @property
    def shown_name(self) -> str:
        """Its name; says so when it has left since."""
        return f"{self.name} (n’est plus dans le partenariat)" if self.left_at else self.name


class PartnerMember(WithId, Base):
    """A person in a partnership: who facilitates, or who speaks for a body."""

    __tablename__ = "partner_member"
    __table_args__ = (
        Index(
            "uq_partner_member_live",
            "partnership_id",
            "person_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )
    partnership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    role: Mapped[Role]
    body_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("partner_body.id"))
    since: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime | None]
    partnership: Mapped[Partnership] = relationship(back_populates="members")
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    body: Mapped[PartnerBody | None] = relationship()


class PartnerInvitation(WithId, Base):
    """A place in a partnership, offered to an address; its link lives two weeks (R100)."""

    __tablename__ = "partner_invitation"
    partnership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), info=PERSON)
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    role: Mapped[Role]
    body_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("partner_body.id"))
    invited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    invited_at: Mapped[datetime] = mapped_column(default=clock.now)
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    withdrawn_at: Mapped[datetime | None]
    partnership: Mapped[Partnership] = relationship()
    body: Mapped[PartnerBody | None] = relationship()


class PartnershipShare(WithId, Base):
    """The choice to let a body outside read the finalised reports; taken back at will (R84)."""

    __tablename__ = "partnership_share"
    __table_args__ = (
        Index(
            "uq_partnership_share_live",
            "partnership_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("revoked_at IS NULL OR revoked_at >= since", name="revoked_after_given"),
    )
    partnership_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partnership.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    shared_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    revoked_at: Mapped[datetime | None]
    partnership: Mapped[Partnership] = relationship(back_populates="shares")
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class ActionFeed(WithId, Base):
    """A partner's calendar of the dated actions of her partnerships; one live at a time."""

    __tablename__ = "action_feed"
    __table_args__ = (
        Index(
            "uq_action_feed_person",
            "person_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), info=PERSON)
    sealed_secret: Mapped[str] = mapped_column(Text)
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    revoked_at: Mapped[datetime | None]
