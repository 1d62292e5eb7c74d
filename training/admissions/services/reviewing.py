"""Who reads which file before the meeting, and the grid they read it with (R25, R106)."""

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Final

from training.accounts.enums import Part
from training.accounts.models import Person
from training.admissions import mails, queries, rules
from training.admissions.commands import AssignReviewers, SetCriteria, ShareOut
from training.admissions.events import ApplicationEvent, CallEvent
from training.admissions.models import Application, Call, CallPart, Criterion, ReviewAssignment
from training.common import clock, journal
from training.common.errors import Conflict, Refused
from training.common.policy import Permission, Principal, policy
from training.common.sweeping import one_by_one
from training.database import db

REMINDED_AFTER: Final = timedelta(days=5)
"""How long a file waits for its reviewer before she is reminded, once."""


def set_criteria(call: Call, command: SetCriteria, *, by: Principal) -> None:
    """Write the grids of the call anew; refused once a file has been marked: marks would no longer mean the same."""
    if queries.has_marks(call.id):
        raise Conflict("Des dossiers sont déjà notés avec cette grille : elle ne change plus.")
    seen: set[tuple[str, str]] = set()
    for line in command.lines:
        key = (line.moment.value, line.label.casefold())
        if key in seen:
            raise Refused(f"« {line.label} » est écrit deux fois dans la même grille : gardez une seule ligne.")
        seen.add(key)
    for standing in queries.criteria(call.id):
        db.session.delete(standing)
    db.session.flush()
    db.session.add_all(
        Criterion(
            id=uuid.uuid4(),
            call_id=call.id,
            moment=line.moment,
            label=line.label,
            hint=line.hint,
            weight=line.weight,
            highest=line.highest,
            position=position,
        )
        for position, line in enumerate(command.lines, start=1)
    )
    db.session.flush()
    journal.record(call, CallEvent.CRITERIA_SET, by=by, codes={"lines": len(command.lines)})


def refusal(application: Application, reviewer: Principal) -> str | None:
    """Return why this person may not be given this file, in French, or null (R24, R97)."""
    if any(o.reviewer_id == reviewer.person_id and o.recused for o in application.opinions):
        return "s’est déporté·e"
    if not policy.allows(reviewer, Permission.ADMISSIONS_APPLICATION_OPINE, application):
        return "conflit d’intérêts, ou dossier hors de son périmètre"
    return None


def assign(application: Application, command: AssignReviewers, *, by: Principal) -> None:
    """Give a file to exactly these people to read; whoever already gave her opinion keeps it.

    Raises ``Refused`` for someone who may not read it: same structure, declared recusal, another scope.
    """
    _read_in_writing(application.call)
    standing = {line.reviewer_id: line for line in queries.assigned_to(application.id)}
    given = {o.reviewer_id for o in application.opinions}
    able = {reviewer.person_id: reviewer for reviewer in queries.reviewers(application.call) if reviewer.person_id}
    for person_id in command.reviewers - standing.keys():
        reviewer = able.get(person_id)
        why = "n’est pas de ceux qui lisent cet appel" if reviewer is None else refusal(application, reviewer)
        if why:
            name = reviewer.name if reviewer else "Cette personne"
            raise Refused(f"{name} ne peut pas lire ce dossier : {why}.", field="reviewers")
    for person_id, line in standing.items():
        if person_id not in command.reviewers and person_id not in given:
            db.session.delete(line)
    fresh = [able[person_id] for person_id in command.reviewers - standing.keys()]
    for reviewer in fresh:
        _give(application, reviewer)
    db.session.flush()
    journal.record(application, ApplicationEvent.REVIEWERS_CHOSEN, by=by, codes={"readers": len(command.reviewers)})
    _tell(application.call, Counter(reviewer.person_id for reviewer in fresh))


def share_out(call: Call, files: Sequence[Application], command: ShareOut, *, by: Principal) -> int:
    """Complete the readers of every file so that each body the call waits for reads it ``readers`` times.

    ``files`` are those open to opinions, taken FOR UPDATE. Loads differ by at most one within a body, unless conflicts
    forbid it. Returns how many readings were given out; raises ``Refused`` when none could be.
    """
    _read_in_writing(call)
    standing = queries.assignments(call.id)
    held: dict[uuid.UUID, set[uuid.UUID]] = {file.id: set() for file in files}
    for line in standing:
        held.setdefault(line.application_id, set()).add(line.reviewer_id)
    people = queries.reviewers(call)
    by_id = {file.id: file for file in files}
    told: Counter[uuid.UUID | None] = Counter()
    for part in _awaited(call):
        speak = [reader for reader in people if _speaks_for(call, reader) is part]
        loads = {reader.person_id: 0 for reader in speak}
        loads |= Counter(line.reviewer_id for line in standing if line.reviewer_id in loads)
        able = {file.id: [r.person_id for r in speak if refusal(file, r) is None] for file in files}
        mine = {file: readers & loads.keys() for file, readers in held.items()}
        whom = {reader.person_id: reader for reader in speak}
        for file_id, readers in rules.share_out(able, command.readers, mine, loads).items():
            for person_id in readers:
                _give(by_id[file_id], whom[person_id])
                told[person_id] += 1
    if not told:
        raise Refused("Chaque dossier a déjà ses lecteurs, ou personne d’autre ne peut les lire.")
    db.session.flush()
    journal.record(call, CallEvent.FILES_SHARED_OUT, by=by, codes={"readings": told.total()})
    _tell(call, told)
    return told.total()


def _awaited(call: Call) -> list[Part]:
    """Return the parts whose bodies read: those the call waits for, else every one that may."""
    if call.opinion_parts:
        return [Part(part) for part in call.opinion_parts]
    return sorted({played.part for played in call.parts if played.part in queries.REVIEWING})


def _speaks_for(call: Call, reviewer: Principal) -> Part | None:
    played = rules.part_spoken_for(call, reviewer.organisation_ids)
    return played.part if played else None


def _give(application: Application, reviewer: Principal) -> None:
    played: CallPart | None = rules.part_spoken_for(application.call, reviewer.organisation_ids)
    if played is None or reviewer.person_id is None:
        raise Refused(f"{reviewer.name} ne fait partie d’aucun organisme de cet appel.")
    db.session.add(
        ReviewAssignment(
            id=uuid.uuid4(),
            application_id=application.id,
            reviewer_id=reviewer.person_id,
            organisation_id=played.organisation_id,
            part=played.part,
        )
    )


def _read_in_writing(call: Call) -> None:
    if call.opinions_in_session:
        raise Conflict("Les avis de cet appel se notent en séance : aucun dossier n’est à confier avant.")


def _tell(call: Call, counts: Counter[uuid.UUID | None]) -> None:
    for person_id, count in sorted(counts.items(), key=lambda pair: str(pair[0])):
        mails.files_to_read(call, db.session.get_one(Person, person_id), count)


def remind_reviewers() -> int:
    """Remind, once for each file, the reviewers whose files have waited five days (R16). One transaction each."""
    return one_by_one(queries.to_remind(clock.now() - REMINDED_AFTER), _remind)


def _remind(who: tuple[uuid.UUID, uuid.UUID]) -> bool:
    call_id, reviewer_id = who
    waiting: Collection[ReviewAssignment] = queries.unread_of(call_id, reviewer_id)
    late = [line for line in waiting if line.assigned_at < clock.now() - REMINDED_AFTER and line.reminded_at is None]
    if not late:
        return False
    for line in late:
        line.reminded_at = clock.now()
    db.session.flush()
    reviewer = db.session.get_one(Person, reviewer_id)
    mails.files_still_to_read(db.session.get_one(Call, call_id), reviewer, len(waiting))
    return True
