"""People, bodies and what ties them: memberships, dues, sign-ins."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from training.accounts.enums import (
    CodeKind,
    Function,
    OrganisationKind,
    Part,
    SecondFactorKind,
    SignInMethod,
    StructureKind,
)
from training.common import clock
from training.database import PERSON, Base, WithId


class Region(Base):
    """A French region; reference data."""

    __tablename__ = "region"
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class Departement(Base):
    """A French département; reference data."""

    __tablename__ = "departement"
    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    region: Mapped[Region] = relationship()
    bodies: Mapped[list["Organisation"]] = relationship(
        primaryjoin="Departement.region_code == foreign(Organisation.region_code)",
        order_by="Organisation.code",
        viewonly=True,
    )


class Organisation(WithId, Base):
    """A body that carries, funds, teaches or supports: a federation, a guichet, an ARS, a school."""

    __tablename__ = "organisation"
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[OrganisationKind]
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    address: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(80), default="")
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(30))
    website: Mapped[str | None] = mapped_column(String(200))
    provenance: Mapped[str] = mapped_column(String(20), default="officiel")
    region: Mapped[Region | None] = relationship()


class Territory(WithId, Base):
    """A named territory where structures work together."""

    __tablename__ = "territory"
    name: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))


class Structure(WithId, Base):
    """A place of coordinated care, or another body where learners work."""

    __tablename__ = "structure"
    __table_args__ = (CheckConstraint("merged_into_id <> id", name="merged_elsewhere"),)
    name: Mapped[str] = mapped_column(String(160))
    sort_key: Mapped[str] = mapped_column(String(160), index=True)
    kind: Mapped[StructureKind]
    departement_code: Mapped[str] = mapped_column(ForeignKey("departement.code"), index=True)
    territory_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("territory.id"))
    city: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    finess: Mapped[str | None] = mapped_column(String(9), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(30))
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("structure.id"), index=True)
    """The record of the same structure that is kept, when this one was set aside (R101)."""
    departement: Mapped[Departement] = relationship()
    territory: Mapped[Territory | None] = relationship()
    dues: Mapped[list["Dues"]] = relationship(back_populates="structure", order_by="Dues.year.desc()")

    @property
    def region_code(self) -> str:
        """The region of the structure's département."""
        return self.departement.region_code


class Dues(WithId, Base):
    """A structure's membership of a federation for one calendar year; ``paid_on`` when up to date (R8)."""

    __tablename__ = "dues"
    __table_args__ = (UniqueConstraint("structure_id", "organisation_id", "year"),)
    structure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("structure.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    year: Mapped[int]
    paid_on: Mapped[date | None]
    entered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    entered_at: Mapped[datetime] = mapped_column(default=clock.now)
    structure: Mapped[Structure] = relationship(back_populates="dues")


class Person(WithId, Base):
    """Someone: her address, her secrets of sign-in, her functions.

    ``email_key`` is the address in lower case and is what is unique. ``password`` is an
    Argon2 hash, ``totp_secret`` is encrypted, ``recovery_codes`` are digests. A person is
    never deleted: she is anonymised, and ``anonymised_at`` says when. ``merged_into_id`` is the account of the same person
    that is kept, when this one was set aside: it is closed (R101).
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("merged_into_id <> id", name="merged_elsewhere"),
        CheckConstraint("merged_into_id IS NULL OR NOT active", name="closed_if_merged"),
    )
    email: Mapped[str] = mapped_column(String(254))
    email_key: Mapped[str] = mapped_column(String(254), unique=True)
    first_name: Mapped[str] = mapped_column(String(80), default="")
    last_name: Mapped[str] = mapped_column(String(80), default="")
    sort_key: Mapped[str] = mapped_column(String(170), default="", index=True)
    phone: Mapped[str | None] = mapped_column(String(30))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
    last_signed_in_at: Mapped[datetime | None]
    anonymisation_asked_at: Mapped[datetime | None]
    anonymised_at: Mapped[datetime | None]
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    password: Mapped[str | None] = mapped_column(String(255))
    password_changed_at: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_last_counter: Mapped[int | None]
    recovery_codes: Mapped[list[str]] = mapped_column(default=list)
    passkey_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="person", foreign_keys="Membership.person_id", order_by="Membership.since"
    )
    passkeys: Mapped[list["Passkey"]] = relationship(back_populates="person", order_by="Passkey.created_at")

    @property
    def name(self) -> str:
        """First and last name, or the address when nothing better is known."""
        return f"{self.first_name} {self.last_name}".strip() or self.email


class Passkey(WithId, Base):
    """A passkey of a person, as the browser registered it."""

    __tablename__ = "passkey"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    name: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(1024))
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_used_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(back_populates="passkeys")


class Membership(WithId, Base):
    """A person's function in a body, from a date to a date (R95, R97).

    ``region_code`` and ``departements`` narrow what the member sees; both empty = all that
    the body sees. An administrator's function is held in no body.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(
            "(organisation_id IS NOT NULL AND structure_id IS NULL) OR "
            "(organisation_id IS NULL AND structure_id IS NOT NULL) OR "
            "(organisation_id IS NULL AND structure_id IS NULL AND function = 'administrator')",
            name="one_body",
        ),
        Index(
            "uq_membership_current",
            "person_id",
            "function",
            text("coalesce(organisation_id, structure_id, person_id)"),
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    structure_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("structure.id"), index=True)
    function: Mapped[Function]
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    departements: Mapped[list[str]] = mapped_column(default=list)
    since: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime | None]
    person: Mapped[Person] = relationship(back_populates="memberships", foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship()
    structure: Mapped[Structure | None] = relationship()

    @property
    def body_name(self) -> str | None:
        """The name of the body the function is held in, if it is held in one."""
        body = self.organisation or self.structure
        return body.name if body else None


class SignIn(WithId, Base):
    """One device on which a person is signed in; ending the row signs that device out."""

    __tablename__ = "sign_in"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    method: Mapped[SignInMethod]
    device: Mapped[str] = mapped_column(String(120))
    own_device: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    second_factor: Mapped[SecondFactorKind | None]
    person: Mapped[Person] = relationship()


class SignInCode(WithId, Base):
    """A short code: sent by mail as second factor, or handed over in person (R100). Lives minutes."""

    __tablename__ = "sign_in_code"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True, info=PERSON)
    kind: Mapped[CodeKind]
    code_hash: Mapped[str] = mapped_column(String(64))
    tries_left: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Invitation(WithId, Base):
    """A function offered in a body to whoever holds an address; the link that carries it expires."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(
            "(organisation_id IS NOT NULL AND structure_id IS NULL) OR "
            "(organisation_id IS NULL AND structure_id IS NOT NULL) OR "
            "(organisation_id IS NULL AND structure_id IS NULL AND function = 'administrator')",
            name="one_body",
        ),
    )
    email: Mapped[str] = mapped_column(String(254), info=PERSON)
    email_key: Mapped[str] = mapped_column(String(254), index=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    structure_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("structure.id"), index=True)
    function: Mapped[Function]
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    departements: Mapped[list[str]] = mapped_column(default=list)
    invited_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    invited_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"), info=PERSON)
    withdrawn_at: Mapped[datetime | None]
    organisation: Mapped[Organisation | None] = relationship()
    structure: Mapped[Structure | None] = relationship()

    @property
    def body_name(self) -> str:
        """The name of the body the function is held in."""
        body = self.organisation or self.structure
        return body.name if body else "Tesselle"


class PartMixin:
    """Columns of “a body plays a part here”, shared by editions, calls and cohorts (R95, R96).

    ``outside_tool``: the body has no user yet; the carrier's staff transcribe its dated acts.
    """

    part: Mapped[Part]
    outside_tool: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(Text())

    @declared_attr
    def organisation_id(cls) -> Mapped[uuid.UUID]:  # noqa: N805 - SQLAlchemy passes the class
        """The body."""
        return mapped_column(ForeignKey("organisation.id"), index=True)

    @declared_attr
    def organisation(cls) -> Mapped[Organisation]:  # noqa: N805 - SQLAlchemy passes the class
        """The body."""
        return relationship(Organisation, lazy="joined", innerjoin=True)
