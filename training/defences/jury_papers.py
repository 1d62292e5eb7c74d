"""Papers of a defence: its minutes, and a juror’s pack (R65, R126). All of plain data; the same facts give the same bytes."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from training.accounts.enums import Part
from training.catalogue.enums import Outcome
from training.cohorts.models import Cohort
from training.common import clock, files, pdf
from training.common.articles import of
from training.common.errors import NotFound
from training.common.formatting import NBSP, long_date, moment, time_range
from training.common.lazy import lazily
from training.defences.enums import APPRECIATIONS, CRITERIA
from training.defences.models import DefenceDay, DefenceSlot, Juror, JurySeat, MemoireVersion
from training.defences.queries.defences import versions_of
from training.defences.rules import juries

MINUTES = "defence-minutes"
PACK = "jury-pack"


def _carrier(cohort: Cohort) -> dict[str, Any]:
    body = next((part.organisation for part in cohort.parts if part.part is Part.CARRIER), None)
    if body is None:
        return {"name": cohort.label, "address": "", "city": "", "contact": ""}
    return {"name": body.name, "address": body.address, "city": body.city, "contact": body.email or ""}


def _drawn(strokes: str) -> bytes:
    """Return a drawn line as a picture."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 120" width="300" height="120">'
        f'<path d="{strokes}" fill="none" stroke="#1c2430" stroke-width="3" stroke-linecap="round"/></svg>'
    ).encode()


def minutes_paper(slot: DefenceSlot) -> bytes:
    """Return the minutes as they are signed: what was decided, by whom, each signature, and its digest."""
    minutes = slot.minutes
    if minutes is None:
        raise NotFound
    told = minutes.content
    signed = {str(each.seat_id): each for each in minutes.signatures}
    outcome = Outcome(told["outcome"])
    starts_at = datetime.fromisoformat(told["starts_at"])
    due = told["corrections_due"]
    data = {
        "carrier": _carrier(slot.cohort),
        "programme": told["programme"],
        "cohort": told["cohort"],
        "learner": told["learner"],
        "structure": told["structure"],
        "subject": told["subject"],
        "held": moment(starts_at),
        "place": ", ".join(part for part in (told["place"], told["room"]) if part),
        "outcome": outcome.label.capitalize(),
        "comments": told["comments"],
        "corrections": told["corrections"],
        "corrections_due": long_date(date.fromisoformat(due)) if due else None,
        "locked": moment(minutes.locked_at) if minutes.locked_at else None,
        "digest": minutes.digest,
        "members": [
            {
                "name": member["name"],
                "role": _role(member),
                "present": member["present"],
                "signed": _signed(signed.get(member["seat"])),
                "mark": _mark(signed.get(member["seat"])),
            }
            for member in told["members"]
        ],
    }
    stamp = minutes.locked_at or minutes.written_at
    return pdf.render(
        MINUTES, data, title=f"Procès-verbal de soutenance {of(told['learner']).replace(' ', NBSP)}", timestamp=stamp
    ).content


def _role(member: dict[str, Any]) -> str:
    """Return the body a member sat for, by its name; by its part in minutes written before they held the name."""
    body = member.get("organisation") or Part(member["body"]).label.capitalize()
    return f"{body}, préside le jury" if member["presides"] else body


def _signed(signature: Any) -> str | None:
    return f"Signé par {signature.name}, {moment(signature.signed_at)}" if signature is not None else None


def _mark(signature: Any) -> bytes | None:
    mark = signature.mark if signature is not None else None
    return _drawn(mark.strokes) if mark is not None else None


def jury_pack(juror: Juror, day: DefenceDay, seats: Sequence[JurySeat]) -> bytes:
    """Return one PDF: timetable, what is asked of a juror, the grid of each defence, then the mémoires opened to her."""
    finals = {seat.id: _final(seat) for seat in seats}
    data = {
        "carrier": _carrier(juror.cohort),
        "cohort": juror.cohort.label,
        "juror": juror.person.name,
        "body": juror.part.label.capitalize(),
        "day": long_date(day.held_on),
        "place": day.place,
        "access": day.access,
        "opens": long_date(day.opens_on) if day.opens_on else None,
        "criteria": [criterion.label for criterion in CRITERIA],
        "appreciations": [appreciation.label for appreciation in APPRECIATIONS],
        "outcomes": [outcome.label for outcome in juries.outcomes_of(juror.cohort.edition.rules)],
        "defences": [
            {
                "time": time_range(seat.slot.starts_at, seat.slot.ends_at),
                "room": seat.slot.room.name,
                "learner": seat.slot.memoire.enrolment.person.name,
                "subject": seat.slot.memoire.subject,
                "presides": seat.presides,
                "open": finals[seat.id] is not None,
            }
            for seat in seats
            if seat.slot.memoire is not None
        ],
    }
    stamp = clock.at_paris(day.held_on)
    cover = pdf.render(PACK, data, title=f"Dossier de jury du {long_date(day.held_on)}", timestamp=stamp).content
    return _bound(cover, [final for final in finals.values() if final is not None])


def _final(seat: JurySeat) -> MemoireVersion | None:
    """Return the final version this juror may read, if it is there."""
    memoire = seat.slot.memoire
    if memoire is None or not juries.may_read(seat, seat.slot):
        return None
    found = next((each for each in versions_of(memoire) if each.kind.value != "draft" and not each.is_hidden), None)
    return found if found is not None and found.file.erased_at is None else None


def _bound(cover: bytes, versions: Sequence[MemoireVersion]) -> bytes:
    """Return the cover followed by each mémoire, with a bookmark for each."""
    if not versions:
        return cover
    pypdf = lazily("pypdf")
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(cover), outline_item="Programme et grilles")
    for version in versions:
        content = io.BytesIO(b"".join(files.read(version.file)))
        writer.append(content, outline_item=version.memoire.enrolment.person.name)
    bound = io.BytesIO()
    writer.write(bound)
    return bound.getvalue()
