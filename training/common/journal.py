"""The append-only journal: who did what to which thing, when, in which name.

Each event is chained to the one before it on the same subject by a SHA-256 digest. The
database itself refuses UPDATE, DELETE and TRUNCATE on the table (triggers of migration
0001, on both engines). Free text and old values stand in a side table that retention
may empty; their digest stays in the event.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import (
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.common import clock
from training.common.policy import Principal
from training.database import PERSON, Base, WithId, db

type_scalars: Final = (str, int, float, bool, type(None))
FIRST_HASH: Final = "0" * 64


class Subject(Protocol):
    """Anything with a history: a row known by its table and a uuid."""

    __tablename__: str

    @property
    def id(self) -> uuid.UUID:
        """Its uuid."""


class Event(WithId, Base):
    """One thing that happened. Immutable; ``codes`` holds scalars only, never free text."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("subject_kind", "subject_id", "position"),)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(index=True, info=PERSON)
    link_id: Mapped[uuid.UUID | None]
    on_behalf_of: Mapped[uuid.UUID | None]
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[uuid.UUID]
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(80), index=True)
    codes: Mapped[dict[str, Any]]
    text_digest: Mapped[str | None] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    text: Mapped["EventText | None"] = relationship(back_populates="event", lazy="raise_on_sql")


class EventText(Base):
    """The words of an event: reasons, old values, the actor's name then, and that her link spoke for her. Retention may empty it."""

    __tablename__ = "event_text"
    event_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("event.id"), primary_key=True)
    words: Mapped[dict[str, Any]]
    event: Mapped[Event] = relationship(back_populates="text")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a timeline: ``sentence`` completes the actor's name; ``reason`` is free text."""

    at: datetime
    actor: str
    sentence: str
    reason: str | None
    kind: str
    codes: Mapping[str, Any]


def record(
    subject: Subject,
    kind: str,
    *,
    by: Principal,
    codes: Mapping[str, Any] | None = None,
    text: Mapping[str, str | None] | None = None,
    on_behalf_of: uuid.UUID | None = None,
) -> Event:
    """Append an event to the subject's history; what the session holds pending is flushed first.

    Written as a plain row, without the unit of work: an act on five hundred files writes a thousand of them.
    ``codes`` takes scalars only (ids as text); ``text`` takes free text, kept apart.
    ``on_behalf_of`` names the body whose act is transcribed (R96).
    """
    last = _last(subject)
    event, words = _sealed(
        subject,
        kind,
        (last.position, last.hash) if last else None,
        by=by,
        codes=codes,
        text=text,
        on_behalf_of=on_behalf_of,
    )
    _write([(event, words)])
    return event


def record_all(
    subjects: Sequence[Subject], kind: str, *, by: Principal, codes: Callable[[Any], Mapping[str, Any]]
) -> None:
    """Append an event of the same kind to the history of each of these subjects, all of one table.

    As :func:`record`, in four statements however many they are; ``codes`` gives those of each.
    """
    if not subjects:
        return
    table, ids = subjects[0].__tablename__, [subject.id for subject in subjects]
    if db.session.get_bind().dialect.name == "postgresql":
        keys = func.unnest(cast(sorted(f"{table}:{file_id}" for file_id in ids), ARRAY(Text()))).column_valued("chain")
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(keys, 0)))).all()
    highest = (
        select(Event.subject_id, func.max(Event.position).label("position"))
        .where(Event.subject_kind == table, Event.subject_id.in_(ids))
        .group_by(Event.subject_id)
        .subquery()
    )
    same = and_(Event.subject_id == highest.c.subject_id, Event.position == highest.c.position)
    rows = db.session.execute(
        select(Event.subject_id, Event.position, Event.hash).join(highest, same).where(Event.subject_kind == table)
    )
    last = {subject_id: (position, last_hash) for subject_id, position, last_hash in rows}
    _write([_sealed(each, kind, last.get(each.id), by=by, codes=codes(each)) for each in subjects])


def _sealed(
    subject: Subject,
    kind: str,
    last: tuple[int, str] | None,
    *,
    by: Principal,
    codes: Mapping[str, Any] | None = None,
    text: Mapping[str, str | None] | None = None,
    on_behalf_of: uuid.UUID | None = None,
) -> tuple[Event, dict[str, Any]]:
    """Return the event that follows ``last``, (position, hash) of its subject’s chain, and its words; nothing is written."""
    plain = dict(codes or {})
    if not all(isinstance(value, type_scalars) for value in plain.values()):
        raise TypeError(f"Codes of {kind} must be scalars: {plain}")
    words = {key: value for key, value in (text or {}).items() if value} | _who(by)
    position, previous_hash = last or (0, FIRST_HASH)
    event = Event(
        id=uuid.uuid4(),
        at=clock.now(),
        actor_id=by.person_id or (by.link.bearer_id if by.link else None),
        link_id=by.link.link_id if by.link else None,
        on_behalf_of=on_behalf_of,
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        position=position + 1,
        kind=kind,
        codes=plain,
        text_digest=_digest(words) if words else None,
        previous_hash=previous_hash,
    )
    event.hash = event_hash(event)
    return event, words


def _who(by: Principal) -> dict[str, Any]:
    """Return who acts, in words that last: whoever bears a personal link by her own name, and that it was by it (R100)."""
    if by.link is None or by.is_signed_in:
        return {"actor": by.name} if by.name else {}
    name = by.name or by.link.bearer_name
    return {"by_link": True} | ({"actor": name} if name else {})


def _write(sealed: Sequence[tuple[Event, Mapping[str, Any]]]) -> None:
    db.session.execute(_INSERT, [{name: getattr(event, name) for name in _COLUMNS} for event, _words in sealed])
    spoken = [{"event_id": event.id, "words": words} for event, words in sealed if words]
    if spoken:
        db.session.execute(_INSERT_WORDS, spoken)


def _last(subject: Subject) -> Any:
    """Return (position, hash) of the subject's last event, holding its chain so that no one else extends it meanwhile."""
    key = f"{subject.__tablename__}:{subject.id}"
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(_HOLD, {"key": key})
    return db.session.execute(_LAST, {"subject_kind": subject.__tablename__, "subject_id": subject.id}).first()


_HOLD: Final = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=String()), 0)))
_LAST: Final = (
    select(Event.position, Event.hash)
    .where(Event.subject_kind == bindparam("subject_kind"), Event.subject_id == bindparam("subject_id"))
    .order_by(Event.position.desc())
    .limit(1)
)
_COLUMNS: Final = tuple(column.key for column in Event.__table__.columns)
_INSERT: Final = insert(Base.metadata.tables[Event.__tablename__])
_INSERT_WORDS: Final = insert(Base.metadata.tables[EventText.__tablename__])


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def event_hash(event: Event) -> str:
    """Return the digest that seals an event: all its facts and the digest before it."""
    return _digest(
        [
            str(event.id),
            event.at.isoformat(),
            str(event.actor_id),
            str(event.link_id),
            str(event.on_behalf_of),
            event.subject_kind,
            str(event.subject_id),
            event.position,
            event.kind,
            event.codes,
            event.text_digest,
            event.previous_hash,
        ]
    )


def timeline(subject: Subject, *, sentences: Mapping[str, str], kinds: Sequence[str] | None = None) -> list[Entry]:
    """Return the subject's history, newest first, told with the rooms' sentences. One SELECT.

    ``kinds`` narrows it to what the reader may see.
    """
    query = _HISTORY if kinds is None else _HISTORY.where(Event.kind.in_(kinds))
    rows = db.session.execute(query, {"subject_kind": subject.__tablename__, "subject_id": subject.id})
    return [_entry(at, kind, codes, words or {}, sentences[kind]) for at, kind, codes, words in rows]


_HISTORY: Final = (
    select(Event.at, Event.kind, Event.codes, EventText.words)
    .outerjoin(EventText, EventText.event_id == Event.id)
    .where(Event.subject_kind == bindparam("subject_kind"), Event.subject_id == bindparam("subject_id"))
    .order_by(Event.at.desc(), Event.position.desc())
)


def _entry(at: datetime, kind: str, codes: Mapping[str, Any], words: Mapping[str, Any], sentence: str) -> Entry:
    actor = str(words.get("actor") or "Quelqu’un")
    return Entry(
        at=at,
        actor=f"{actor} (par son lien)" if words.get("by_link") else actor,
        sentence=sentence,
        reason=words.get("reason"),
        kind=kind,
        codes=codes,
    )


def of_person(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the acts of a person, for her own copy of her data (R91)."""
    rows = db.session.execute(
        select(Event.at, Event.kind, Event.subject_kind).where(Event.actor_id == person_id).order_by(Event.at, Event.id)
    )
    return [{"le": at.isoformat(), "acte": kind, "sur": subject} for at, kind, subject in rows]


def forget_words_of(person_id: uuid.UUID) -> int:
    """Delete the free text of a person's acts, her name then included (R91); the sealed events stay."""
    acts = select(Event.id).where(Event.actor_id == person_id)
    result = db.session.execute(delete(EventText).where(EventText.event_id.in_(acts)))
    return int(getattr(result, "rowcount", 0))


def faults() -> list[str]:
    """Return what is wrong in the whole journal, for ``doctor``: broken chains, altered events or texts."""
    found: list[str] = []
    previous: tuple[str, uuid.UUID] | None = None
    position, last_hash = 0, FIRST_HASH
    rows = db.session.execute(
        select(Event, EventText.words)
        .outerjoin(EventText, EventText.event_id == Event.id)
        .order_by(Event.subject_kind, Event.subject_id, Event.position)
        .execution_options(yield_per=500)
    )
    for event, words in rows:
        key = (event.subject_kind, event.subject_id)
        if key != previous:
            previous, position, last_hash = key, 0, FIRST_HASH
        if event.position != position + 1 or event.previous_hash != last_hash:
            found.append(f"The history of {key[0]} {key[1]} is broken at event {event.position}.")
        if event.hash != event_hash(event):
            found.append(f"Event {event.id} of {key[0]} {key[1]} was altered.")
        if words is not None and _digest(words) != event.text_digest:
            found.append(f"The words of event {event.id} were altered.")
        position, last_hash = event.position, event.hash
    return found
