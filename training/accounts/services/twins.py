"""Make one of two records of the same person or structure, say that two are two, undo (R101)."""

import uuid
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, update

from training.accounts import mails
from training.accounts.commands import MergeCommand
from training.accounts.mergers import KnownApart, Merger
from training.accounts.models import Dues, Membership, Person, Structure
from training.accounts.services import moving, people, sign_ins
from training.accounts.twin_queries import within_reach
from training.common import clock, journal
from training.common.declarations import registry
from training.common.errors import Conflict, NotFound, Refused
from training.common.policy import Principal
from training.common.twins import TwinKind
from training.database import db

UNDONE_WITHIN: Final = timedelta(days=14)
FILLED: Final = {
    TwinKind.STRUCTURE: ("finess", "address", "city", "email", "phone", "territory_id"),
    TwinKind.PERSON: ("phone",),
}
"""What the record kept takes from the other when it lacks it."""

TABLES: Final[dict[TwinKind, Any]] = {TwinKind.PERSON: Person, TwinKind.STRUCTURE: Structure}
Record = Person | Structure


def both(kind: TwinKind, first_id: uuid.UUID, second_id: uuid.UUID, *, lock: bool) -> tuple[Any, Any]:
    """Return the two records, whatever became of them, taken FOR UPDATE in the order of their ids if this is an act."""
    table = TABLES[kind]
    query = select(table).where(table.id.in_((first_id, second_id))).order_by(table.id)
    if lock:  # read again: someone may have merged them since the page was judged
        query = query.with_for_update(of=table).execution_options(populate_existing=True)
    found = {row.id: row for row in db.session.scalars(query)}
    if len(found) != 2:  # noqa: PLR2004 - two records
        raise NotFound
    return found[first_id], found[second_id]


def bars(kind: TwinKind, kept: Any, merged: Any) -> list[str]:
    """Return why these two cannot become one, in French sentences; what only the move can tell comes with it."""
    why = _bars_of_structures(kept, merged) if kind is TwinKind.STRUCTURE else _bars_of_people(kept, merged)
    for room in registry.twins:
        if room.bars is not None:
            why += room.bars(kind, kept.id, merged.id)
    return why


def _bars_of_structures(kept: Structure, merged: Structure) -> list[str]:
    why = []
    if kept.kind is not merged.kind:
        why.append(
            f"Ces fiches ne sont pas du même type ({kept.kind.label}, {merged.kind.label}) : corrigez d’abord celle qui se trompe."
        )
    if kept.finess and merged.finess:
        why.append(
            "Ces fiches ont deux numéros FINESS : retirez d’abord celui qui se trompe, ou gardez-les distinctes."
        )
    return why


def _bars_of_people(kept: Person, merged: Person) -> list[str]:
    why = []
    if kept.anonymised_at or merged.anonymised_at:
        why.append("Un compte anonymisé ne peut plus être réuni.")
    elif not kept.active:
        why.append("Le compte à garder est fermé : gardez l’autre.")
    return why


def merge(kind: TwinKind, command: MergeCommand, *, by: Principal) -> Merger:
    """Set one record aside for the other: all that names it names the one kept, in one act that can be undone 14 days."""
    kept, merged = both(kind, command.kept_id, command.merged_id, lock=True)
    if kept.merged_into_id or merged.merged_into_id:
        raise Conflict("L’une de ces fiches vient d’être réunie à une autre : revenez à la liste des doublons.")
    if kind is TwinKind.PERSON and by.person_id in (kept.id, merged.id):
        raise Refused("Demandez à une autre personne de réunir vos propres comptes.")
    why = bars(kind, kept, merged)
    if why:
        raise Refused(why[0])
    db.session.flush()
    changes = _fill(kind, kept, merged)
    changes += _pay(kept, merged) if kind is TwinKind.STRUCTURE else _close(merged)
    changes += moving.move(kind, merged.id, kept.id)
    changes += moving.set_value(merged, "merged_into_id", kept.id)
    db.session.expire_all()
    changes += _end_functions_left(kind, merged)
    row = Merger(
        kind=kind, kept_id=kept.id, merged_id=merged.id, reason=command.reason, changes=changes, done_by=by.person_id
    )
    db.session.add(row)
    db.session.flush()
    for subject, other in ((kept, merged), (merged, kept)):
        told = "accounts.twin_received" if subject is kept else "accounts.twin_set_aside"
        journal.record(subject, told, by=by, codes={"other": str(other.id)}, text={"reason": command.reason})
    if kind is TwinKind.PERSON:
        _tell(kept, merged)
    return row


def _fill(kind: TwinKind, kept: Any, merged: Any) -> list[moving.Change]:
    changes = []
    for name in FILLED[kind]:
        value = getattr(merged, name)
        if value and not getattr(kept, name):
            if name == "finess":  # unique: it leaves one before it reaches the other
                changes += moving.set_value(merged, name, None)
            changes += moving.set_value(kept, name, value)
    return changes


def _pay(kept: Structure, merged: Structure) -> list[moving.Change]:
    """A year's dues entered on both and paid on one only are paid."""
    lines = db.session.scalars(select(Dues).where(Dues.structure_id.in_((kept.id, merged.id))).order_by(Dues.id)).all()
    paid = {(line.organisation_id, line.year): line.paid_on for line in lines if line.structure_id == merged.id}
    changes = []
    for line in lines:
        day = paid.get((line.organisation_id, line.year))
        if line.structure_id == kept.id and line.paid_on is None and day is not None:
            changes += moving.set_value(line, "paid_on", day)
    return changes


def _close(merged: Person) -> list[moving.Change]:
    """The account set aside opens nothing any more."""
    sign_ins.end_others(merged.id, keep=None)
    people.revoke_links(merged)
    return moving.set_value(merged, "active", False)


def _end_functions_left(kind: TwinKind, merged: Any) -> list[moving.Change]:
    """What both held is held once."""
    column = Membership.person_id if kind is TwinKind.PERSON else Membership.structure_id
    left = db.session.scalars(select(Membership).where(column == merged.id, Membership.until.is_(None)))
    return [change for row in left.all() for change in moving.set_value(row, "until", clock.now())]


def _tell(kept: Person, merged: Person) -> None:
    words = f"Vos deux comptes ont été réunis en un seul. Connectez-vous désormais avec l’adresse {kept.email}."
    mails.security_notice(kept, words)
    mails.security_notice(merged, words)


def undo(row: Merger, *, by: Principal) -> None:
    """Put back all that moved, unless it was changed again since; what was entered since stays with the record kept.

    Both records, as they are once put back, are to be within reach: what another body holds is not given back by this one.
    """
    if row.undone_at is not None:
        raise Conflict("Cette réunion est déjà défaite.")
    if clock.now() > row.done_at + UNDONE_WITHIN:
        raise Refused("Une réunion se défait dans les 14 jours. Celle-ci est plus ancienne.")
    kept, merged = both(row.kind, row.kept_id, row.merged_id, lock=True)
    if kept.merged_into_id is not None:
        raise Refused("La fiche gardée a été réunie depuis à une autre : défaites d’abord cette réunion-là.")
    if merged.merged_into_id != kept.id or not row.changes:
        raise Refused("Ces fiches ont trop changé depuis pour que la réunion soit défaite.")
    moving.put_back(row.changes)
    db.session.expire_all()
    if not within_reach(by, row.kind, (kept.id, merged.id)):
        raise NotFound
    row.undone_at, row.undone_by = clock.now(), by.person_id
    row.changes = []
    db.session.flush()
    for subject in (kept, merged):
        journal.record(subject, "accounts.twin_undone", by=by)


def keep_apart(kind: TwinKind, one: Record, other: Record, *, by: Principal) -> None:
    """Say that two records that look alike are two: they are no longer proposed."""
    first, second = sorted((one.id, other.id))
    if db.session.get(KnownApart, (first, second)) is not None:
        return
    db.session.add(KnownApart(first_id=first, second_id=second, kind=kind, said_by=by.person_id))
    db.session.flush()
    for subject, twin in ((one, other), (other, one)):
        journal.record(subject, "accounts.known_apart", by=by, codes={"other": str(twin.id)})


def forget_moves() -> int:
    """Empty what moved in mergers that can no longer be undone; return how many."""
    query = update(Merger).where(Merger.done_at < clock.now() - UNDONE_WITHIN, Merger.undone_at.is_(None))
    stale = query.where(Merger.id.in_(_with_changes()))
    return int(getattr(db.session.execute(stale.values(changes=[])), "rowcount", 0))


def _with_changes() -> list[uuid.UUID]:
    limit = clock.now() - UNDONE_WITHIN
    rows = db.session.execute(
        select(Merger.id, Merger.changes).where(Merger.done_at < limit, Merger.undone_at.is_(None))
    )
    return [merger_id for merger_id, changes in rows if changes]
