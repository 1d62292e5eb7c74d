"""What the pages of records met twice read, within what each person may see (R101)."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased, selectinload

from training.accounts import rules, twin_rules
from training.accounts.enums import ACTING_FUNCTIONS, GUARDED_FUNCTIONS, Function
from training.accounts.mergers import KnownApart, Merger
from training.accounts.models import Membership, Person, Structure
from training.accounts.structure_queries import kept_departements, scoped_structures
from training.accounts.twin_rules import Known, Pair
from training.common import clock
from training.common.declarations import registry
from training.common.errors import NotFound
from training.common.policy import Principal
from training.common.twins import TwinFact, TwinKind
from training.database import db

MOST_PAIRS = 100
MOST_PEOPLE = 20_000
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class TwinPair:
    """A pair as the list tells it."""

    kind: TwinKind
    first: Any
    second: Any
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class PastMerger:
    """A merger that can still be undone, as the list tells it."""

    id: uuid.UUID
    kind: TwinKind
    kept: Any
    merged: Any
    done_at: datetime
    by_name: str


def kept_structures(principal: Principal) -> Select[Structure]:
    """Return the structures whose record this person may change: those of her registers (R95). Those set aside are out."""
    query = scoped_structures(principal)
    if principal.holds(Function.ADMINISTRATOR):
        return query
    acting = Principal(
        person_id=principal.person_id,
        name=principal.name,
        email=principal.email,
        capacities=tuple(c for c in principal.capacities if c.function in ACTING_FUNCTIONS),
    )
    return scoped_structures(acting)


def people_within_reach(principal: Principal) -> Select[Person]:
    """Return the open accounts this person may make one: all for the administrator; else those she may vouch for, who hold
    no function out of the bodies she manages and none that opens files (R100).
    """
    query = select(Person).where(Person.anonymised_at.is_(None), Person.merged_into_id.is_(None))
    if principal.holds(Function.ADMINISTRATOR):
        return query
    managed = rules.managed_bodies(principal)
    elsewhere = or_(Membership.organisation_id.is_(None), Membership.organisation_id.not_in(managed))
    barred = select(Membership.person_id).where(
        Membership.until.is_(None), or_(elsewhere, Membership.function.in_(GUARDED_FUNCTIONS))
    )
    members = select(Membership.person_id).where(Membership.until.is_(None), Membership.organisation_id.in_(managed))
    known: list[ColumnElement[bool]] = [Person.id.in_(members)]
    known += [Person.id.in_(room.people(principal)) for room in registry.twins if room.people is not None]
    for room in registry.twins:
        if room.strangers is not None:
            query = query.where(Person.id.not_in(room.strangers(principal)))
    return query.where(Person.id.not_in(barred), Person.active.is_(True), or_(*known))


def facts_of(kind: TwinKind, ids: Sequence[uuid.UUID], principal: Principal) -> Mapping[uuid.UUID, Sequence[TwinFact]]:
    """Return what every room knows of these records, in words where this person may read them. As many SELECTs as the rooms say, however many records."""
    found: defaultdict[uuid.UUID, list[TwinFact]] = defaultdict(list)
    for room in registry.twins:
        if room.facts is not None:
            for record_id, facts in room.facts(kind, ids, principal).items():
                found[record_id] += facts
    return found


def structure_pairs(principal: Principal) -> list[TwinPair]:
    """Return the probable twins among the structures this person keeps. Two SELECTs."""
    rows = {row.id: row for row in db.session.scalars(kept_structures(principal))}
    pairs = twin_rules.of_structures([twin_rules.known_structure(row) for row in rows.values()])
    return _told(TwinKind.STRUCTURE, pairs, rows)


def person_pairs(principal: Principal) -> list[TwinPair]:
    """Return the probable twins among the people this person may vouch for, in a fixed number of SELECTs."""
    reach = people_within_reach(principal).order_by(Person.created_at.desc(), Person.id).limit(MOST_PEOPLE)
    rows = {row.id: row for row in db.session.scalars(reach)}
    facts = facts_of(TwinKind.PERSON, list(rows), principal)
    known = [
        Known(row.id, row.name, email=row.email, phone=row.phone, facts=facts.get(row.id, ()))
        for row in rows.values()
        if row.first_name or row.last_name
    ]
    return _told(TwinKind.PERSON, twin_rules.of_people(known), rows)


def _told(kind: TwinKind, pairs: Iterable[Pair], rows: Mapping[uuid.UUID, Any]) -> list[TwinPair]:
    apart = {
        (first, second)
        for first, second in db.session.execute(
            select(KnownApart.first_id, KnownApart.second_id).where(KnownApart.kind == kind)
        )
    }
    told = [
        TwinPair(kind, rows[pair.first], rows[pair.second], pair.reasons)
        for pair in pairs
        if (pair.first, pair.second) not in apart
    ]
    return told[:MOST_PAIRS]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two records side by side: (label, first's words, second's words, whether they differ), and what is known of each."""

    kind: TwinKind
    first: Any
    second: Any
    lines: Sequence[tuple[str, str, str]]
    reasons: Sequence[str]


def compared(principal: Principal, kind: TwinKind, first_id: uuid.UUID, second_id: uuid.UUID) -> Compared:
    """Return two records this person may make one; ``NotFound`` otherwise. The older one first."""
    table, query = _reach(principal, kind)
    if kind is TwinKind.PERSON:
        query = query.options(selectinload(Person.memberships.and_(Membership.until.is_(None))))
    found = {row.id: row for row in db.session.scalars(query.where(table.id.in_((first_id, second_id))))}
    if len(found) != 2:  # noqa: PLR2004 - two records
        raise NotFound
    first, second = found[first_id], found[second_id]
    facts = facts_of(kind, [first_id, second_id], principal)
    lines = _structure_lines(first, second) if kind is TwinKind.STRUCTURE else _person_lines(first, second)
    lines += _fact_lines(facts.get(first_id, ()), facts.get(second_id, ()))
    known = [_known(kind, row, facts.get(row.id, ())) for row in (first, second)]
    lines = [line for line in lines if line[1] or line[2]]
    pairs = twin_rules.of_structures(known) if kind is TwinKind.STRUCTURE else twin_rules.of_people(known)
    return Compared(kind, first, second, lines, pairs[0].reasons if pairs else ())


@dataclass(frozen=True, slots=True)
class Single:
    """One record, whose twin is looked for by name."""

    kind: TwinKind
    record: Any


def single(principal: Principal, kind: TwinKind, first_id: uuid.UUID) -> Single:
    """Return a record this person may make one with another; ``NotFound`` otherwise."""
    table, reach = _reach(principal, kind)
    found = db.session.scalar(reach.where(table.id == first_id))
    if found is None:
        raise NotFound
    return Single(kind, found)


def named(principal: Principal, one: Single, words: str) -> Sequence[Any]:
    """Return the first records within reach whose name or address has every one of these words. One SELECT, none for no word."""
    table, reach = _reach(principal, one.kind)
    keys = rules.sort_key(words).split()
    if not keys:
        return ()
    for key in keys:
        found = [table.sort_key.contains(key, autoescape=True)]
        if one.kind is TwinKind.PERSON:
            found.append(Person.email_key.contains(key, autoescape=True))
        reach = reach.where(or_(*found))
    query = reach.where(table.id != one.record.id).order_by(table.sort_key, table.id).limit(MOST_NAMED)
    return db.session.scalars(query).all()


def _reach(principal: Principal, kind: TwinKind) -> tuple[Any, Select[Any]]:
    if kind is TwinKind.STRUCTURE:
        return Structure, kept_structures(principal)
    return Person, people_within_reach(principal)


def within_reach(principal: Principal, kind: TwinKind, ids: Sequence[uuid.UUID]) -> bool:
    """Whether this person may make records one, or two again. One SELECT."""
    table, reach = _reach(principal, kind)
    return {row.id for row in db.session.scalars(reach.where(table.id.in_(ids)))} == set(ids)


def _known(kind: TwinKind, row: Any, facts: Sequence[TwinFact]) -> Known:
    if kind is TwinKind.STRUCTURE:
        return twin_rules.known_structure(row)
    return Known(row.id, row.name, email=row.email, phone=row.phone, facts=facts)


def _structure_lines(first: Structure, second: Structure) -> list[tuple[str, str, str]]:
    return [
        ("Nom", first.name, second.name),
        ("Type", first.kind.label, second.kind.label),
        ("Département", first.departement.name, second.departement.name),
        ("Commune", first.city, second.city),
        ("Adresse", first.address, second.address),
        ("Numéro FINESS", first.finess or "", second.finess or ""),
        ("Adresse électronique", first.email or "", second.email or ""),
        ("Téléphone", first.phone or "", second.phone or ""),
    ]


def _person_lines(first: Person, second: Person) -> list[tuple[str, str, str]]:
    def day(moment: datetime | None) -> str:
        return clock.in_paris(moment).strftime("%d/%m/%Y") if moment else "jamais"

    def functions(person: Person) -> str:
        return "\n".join(f"{m.function.label.capitalize()} – {m.body_name or 'Tesselle'}" for m in person.memberships)

    return [
        ("Nom", first.name, second.name),
        ("Adresse électronique", first.email, second.email),
        ("Téléphone", first.phone or "", second.phone or ""),
        ("Compte ouvert le", day(first.created_at), day(second.created_at)),
        ("Dernière connexion", day(first.last_signed_in_at), day(second.last_signed_in_at)),
        ("Fonctions", functions(first), functions(second)),
    ]


def _fact_lines(first: Sequence[TwinFact], second: Sequence[TwinFact]) -> list[tuple[str, str, str]]:
    """A label's words, one a line; what is nobody's to read only says that it is known."""

    def words(facts: Sequence[TwinFact], label: str) -> str:
        return "\n".join(fact.words or "connue, non montrée" for fact in facts if fact.label == label)

    labels = dict.fromkeys(fact.label for fact in (*first, *second))
    return [(label, words(first, label), words(second, label)) for label in labels]


def _both_hers(principal: Principal, kind: TwinKind, merged: Any) -> ColumnElement[bool]:
    """Return the condition: the record set aside is hers too, as far as it can be told before it is put back."""
    if kind is TwinKind.STRUCTURE:
        hers: ColumnElement[bool] = merged.departement_code.in_(kept_departements(principal))
        return hers
    teams = select(Membership.person_id).where(
        Membership.organisation_id.in_(rules.managed_bodies(principal)), Membership.until.is_(None)
    )
    return Merger.done_by.in_(teams)


def past_mergers(principal: Principal, since: datetime) -> list[PastMerger]:
    """Return the mergers since then that this person may undo, last first. Two SELECTs.

    What an account set aside held has moved with it, so that it is within nobody’s reach until it is put back: people made
    one are told to the administrator, and to the teams of whoever did it.
    """
    found: list[PastMerger] = []
    for kind in TwinKind:
        table, reach = _reach(principal, kind)
        merged, author = aliased(table), aliased(Person)
        standing = and_(Merger.kind == kind, Merger.undone_at.is_(None), Merger.done_at >= since)
        query = (
            reach.add_columns(Merger.id, Merger.done_at, merged, author)
            .join(Merger, and_(Merger.kept_id == table.id, standing))
            .join(merged, merged.id == Merger.merged_id)
            .outerjoin(author, author.id == Merger.done_by)
        )
        if not principal.holds(Function.ADMINISTRATOR):
            query = query.where(_both_hers(principal, kind, merged))
        found += [
            PastMerger(merger_id, kind, kept, other, done_at, by.name if by else "quelqu’un")
            for kept, merger_id, done_at, other, by in db.session.execute(query)
        ]
    return sorted(found, key=lambda past: (past.done_at, past.id), reverse=True)


def merger(principal: Principal, merger_id: uuid.UUID) -> Merger:
    """Return a merger whose kept record is within this person's reach, taken FOR UPDATE; ``NotFound`` otherwise."""
    row = db.session.scalar(select(Merger).where(Merger.id == merger_id).with_for_update())
    if row is None:
        raise NotFound
    table, reach = _reach(principal, row.kind)
    if db.session.scalar(reach.where(table.id == row.kept_id)) is None:
        raise NotFound
    return row


def ids_of(person_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the ids of a person's account and of those set aside for it. One SELECT."""
    return [person_id, *db.session.scalars(select(Person.id).where(Person.merged_into_id == person_id))]
