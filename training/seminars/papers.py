"""Papers drawn from the sheets: data for the documents of ``templates/pdf`` (R41, R42).

Certificates are drawn from locked sheets only. The same facts on the same day give the same bytes.
"""

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from training.cohorts.models import Cohort, Enrolment
from training.cohorts.queries.launch import expected_names
from training.common import clock, pdf
from training.common.articles import of_the, the
from training.common.formatting import (
    UNKNOWN,
    date_range,
    hours,
    long_date,
    percent,
    plain_date,
    plural,
    short_date,
    short_moment,
    time_range,
)
from training.seminars.enums import CREDITED, Presence, SeminarKind
from training.seminars.models import AttendanceEntry, AttendanceSheet, DocumentIssuer, HalfDay
from training.seminars.queries import SheetView
from training.seminars.queries.corrections import Corrected
from training.seminars.queries.figures import CohortFigures
from training.seminars.rules.attendance import carrier_of, corrections_among, sealed_words
from training.seminars.rules.presence import LearnerPresence, Line, Standing, carried_words, time_spent
from training.seminars.sheet_words import correction_words, signature_words

ATTENDANCE: Final = "attendance-certificate"
BOOK: Final = "attendance-book"
COMPLETION: Final = "completion-certificate"
SHEET: Final = "attendance-sheet"
UNDERTAKING: Final = (
    "Sans préjudice des délais imposés par les règles fiscales, comptables ou commerciales, l’organisme s’engage à "
    "conserver l’ensemble des pièces justificatives qui ont permis d’établir ce certificat pendant trois ans à compter "
    "de la fin de l’année du dernier paiement, et plus longtemps en cas de cofinancement par des fonds européens."
)
_UNFIT: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper, all of plain data: the name it is saved under, and what its document is made of."""

    name: str
    document: str
    title: str
    data: Mapping[str, Any]
    stamp: datetime

    def render(self) -> bytes:
        """Return the PDF."""
        return pdf.render(self.document, self.data, title=self.title, timestamp=self.stamp).content


def carrier_facts(cohort: Cohort) -> dict[str, Any]:
    """Return what the head of a paper says of the body that carries the cohort; ``said``, its name inside a sentence."""
    body = carrier_of(cohort)
    if body is None:
        return {"name": cohort.label, "said": the(cohort.label), "address": "", "city": "", "contact": ""}
    return {
        "name": body.name,
        "said": the(body.name),
        "address": body.address,
        "city": body.city,
        "contact": body.email or "",
    }


def _issuer(issuer: DocumentIssuer | None) -> dict[str, str]:
    return {
        "activity_number": issuer.activity_number if issuer and issuer.activity_number else UNKNOWN,
        "siret": issuer.siret if issuer and issuer.siret else UNKNOWN,
        "signatory": issuer.signatory if issuer and issuer.signatory else "",
        "signatory_role": issuer.signatory_role if issuer and issuer.signatory_role else "",
    }


def slug(words: str) -> str:
    """Return words fit for the name of a file, without accents."""
    plain = unicodedata.normalize("NFKD", words.casefold()).encode("ascii", "ignore").decode()
    return _UNFIT.sub("-", plain).strip("-") or "document"


# --- the sheet -------------------------------------------------------------------------------------------------------


def sheet_name(half_day: HalfDay) -> str:
    """Return the name a sheet is saved under."""
    start = clock.in_paris(half_day.starts_at)
    return f"emargement-{slug(half_day.cohort.code)}-{start:%Y-%m-%d-%Hh%M}.pdf"


def blank_sheet(view: SheetView, issuer: DocumentIssuer | None) -> Paper:
    """Return the sheet to print before a half-day: the names, and room to sign (R41)."""
    rows = [
        {"name": each.name, "structure": each.enrolment.structure.name, "mark": "", "strokes": "", "struck": False}
        for each in view.roster
    ]
    return _sheet(view.half_day, view.sheet, issuer, rows, guests=_expected(view.half_day), empty_lines=4)


def _expected(half_day: HalfDay) -> list[dict[str, Any]]:
    """Return the members of teams named for the launch, each with room to sign (R117)."""
    if not half_day.guests_allowed or half_day.seminar.kind is not SeminarKind.LAUNCH:
        return []
    blank = {"mark": "", "strokes": "", "struck": False}
    return [{"name": name, "structure": team, **blank} for name, team in expected_names(half_day.seminar.cohort_id)]


def signed_sheet(
    half_day: HalfDay,
    sheet: AttendanceSheet,
    entries: Sequence[AttendanceEntry],
    marks: Mapping[uuid.UUID, str],
    issuer: DocumentIssuer | None,
    *,
    corrections: Sequence[Corrected] = (),
) -> Paper:
    """Return a sheet as it was signed and locked, each correction under what it corrects (R40)."""
    known = sorted(_by_person(entries), key=_sort_key)
    rows = [
        {
            "name": entry.enrolment.person.name,
            "structure": entry.enrolment.structure.name,
            **_signature(entry, marks, [each for each in corrections if each.entry.enrolment_id == entry.enrolment_id]),
        }
        for entry in known
        if entry.enrolment is not None
    ]
    guests = [
        {"name": entry.guest.name, "structure": entry.guest.body, **_signature(entry, marks)}
        for entry in known
        if entry.guest is not None
    ]
    return _sheet(half_day, sheet, issuer, rows, guests=guests, empty_lines=0)


def _by_person(entries: Sequence[AttendanceEntry]) -> list[AttendanceEntry]:
    """Return one entry a person: what the lock sealed, or else the correction that added her."""
    sealed = sealed_words(entries)
    named = {entry.enrolment_id for entry in sealed}
    added = [entry for before, entry in corrections_among(entries) if before is None]
    return [*sealed, *(entry for entry in added if entry.enrolment_id not in named)]


def _sort_key(entry: AttendanceEntry) -> tuple[str, str]:
    if entry.enrolment is not None:
        return (entry.enrolment.person.sort_key, str(entry.id))
    return (entry.guest.name_key if entry.guest else "", str(entry.id))


def _signature(
    entry: AttendanceEntry, marks: Mapping[uuid.UUID, str], corrections: Sequence[Corrected] = ()
) -> dict[str, Any]:
    said = [entry, *(each.entry for each in corrections)]
    return {
        "mark": "" if entry.reason_digest is not None else signature_words(entry),
        "strokes": _drawing(marks.get(entry.id, "")),
        "struck": not any(each.status in CREDITED for each in said),
        "corrections": [correction_words(each) for each in corrections],
    }


def _drawing(strokes: str) -> str:
    if not strokes:
        return ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 120">'
        f'<path d="{strokes}" fill="none" stroke="#1c2430" stroke-width="3" stroke-linecap="round"/></svg>'
    )


def _sheet(
    half_day: HalfDay,
    sheet: AttendanceSheet,
    issuer: DocumentIssuer | None,
    rows: Sequence[Mapping[str, Any]],
    *,
    guests: Sequence[Mapping[str, Any]],
    empty_lines: int,
) -> Paper:
    cohort = half_day.cohort
    start, end = _times(half_day, sheet)
    data = {
        "carrier": carrier_facts(cohort),
        "issuer": _issuer(issuer),
        "cohort": cohort.label,
        "edition": cohort.edition.label,
        "seminar": half_day.seminar.title,
        "modules": ", ".join(module.name for module in half_day.modules),
        "date": long_date(start),
        "times": time_range(start, end),
        "place": ", ".join(part for part in (half_day.room, half_day.place, half_day.address) if part)
        or half_day.mode.label,
        "staff": [member.person.name for member in half_day.staff],
        "rows": list(rows),
        "guests": list(guests),
        "empty_lines": empty_lines,
        "guests_allowed": half_day.guests_allowed,
        "locked": (f"{closing_of(sheet)} le {short_moment(sheet.locked_at)}." if sheet.is_locked else ""),
        "hash": sheet.content_hash or "",
    }
    title = f"Feuille d’émargement, {plain_date(start)}"
    stamp = sheet.locked_at or half_day.changed_at
    return Paper(sheet_name(half_day), SHEET, title, data, stamp)


def closing_of(sheet: AttendanceSheet) -> str:
    """Return who closed a sheet, and whether she saw it signed or took it over from a spreadsheet (R114)."""
    if sheet.taken_over:
        return f"Reprise d’un tableur tenu avant l’outil, par {sheet.locked_name},"
    return f"Contresignée par {sheet.locked_name}"


def _times(half_day: HalfDay, sheet: AttendanceSheet) -> tuple[datetime, datetime]:
    """Return the hours a sheet tells: those it was locked with, or the half-day’s."""
    if sheet.content is None:
        return half_day.starts_at, half_day.ends_at
    return datetime.fromisoformat(sheet.content["starts_at"]), datetime.fromisoformat(sheet.content["ends_at"])


# --- a learner's papers ----------------------------------------------------------------------------------------------


def _followed(presence: LearnerPresence) -> list[Line]:
    return [line for line in presence.lines if line.standing in {Standing.ATTENDED, Standing.MADE_UP}]


def is_issuable(presence: LearnerPresence) -> bool:
    """Whether some locked sheet says that she was there: without one there is nothing to certify (R42)."""
    return any(time_spent(line) > 0 for line in _followed(presence))


def completion_name(enrolment: Enrolment) -> str:
    """Return the name a certificate is saved under."""
    return f"certificat-realisation-{slug(enrolment.person.name)}.pdf"


def completion(enrolment: Enrolment, presence: LearnerPresence, issuer: DocumentIssuer | None, today: date) -> Paper:
    """Return the “certificat de réalisation”: the hours really carried out, from locked sheets only (R42)."""
    data = {
        **_about(enrolment, presence, issuer, today),
        "nature": "Action de formation",
        "undertaking": UNDERTAKING,
    }
    return Paper(completion_name(enrolment), COMPLETION, "Certificat de réalisation", data, clock.at_paris(today))


def attendance_name(enrolment: Enrolment) -> str:
    """Return the name an attestation is saved under."""
    return f"attestation-assiduite-{slug(enrolment.person.name)}.pdf"


def attendance(enrolment: Enrolment, presence: LearnerPresence, issuer: DocumentIssuer | None, today: date) -> Paper:
    """Return the “attestation d’assiduité”: half-day by half-day, hours followed and missed; no reason (R43)."""
    lines = [line for line in presence.lines if line.is_held]
    data = {
        **_about(enrolment, presence, issuer, today),
        "missed_hours": hours(presence.missed_hours),
        "rate": percent(presence.percent) if presence.percent is not None else UNKNOWN,
        "lines": [
            {
                "date": short_date(line.half_day.starts_at),
                "times": time_range(line.half_day.starts_at, line.half_day.ends_at),
                "title": line.half_day.title,
                "word": _word(line),
                "hours": hours(time_spent(line)),
            }
            for line in lines
        ],
    }
    return Paper(attendance_name(enrolment), ATTENDANCE, "Attestation d’assiduité", data, clock.at_paris(today))


def _word(line: Line) -> str:
    """Return what a paper says of a half-day: never why someone was away (R43, R122)."""
    if line.standing is Standing.MISSED:
        return Presence.ABSENT.label
    return line.presence.label if line.standing is Standing.ATTENDED and line.presence else line.standing.label


def _about(
    enrolment: Enrolment, presence: LearnerPresence, issuer: DocumentIssuer | None, today: date
) -> dict[str, Any]:
    cohort, followed = enrolment.cohort, _followed(presence)
    first = followed[0].half_day.starts_at if followed else None
    last = followed[-1].half_day.ends_at if followed else None
    return {
        "carrier": carrier_facts(cohort),
        "issuer": _issuer(issuer),
        "learner": enrolment.person.name,
        "employer": enrolment.structure.name,
        "employed_by": of_the(enrolment.structure.name),
        "title": cohort.edition.label,
        "cohort": cohort.label,
        "variant": enrolment.variant.label,
        "period": date_range(first, last),
        "hours": hours(presence.done_hours),
        "half_days": len(followed),
        "modality": "présentiel",
        "taken_over": " ".join(filter(None, (_taken_over(followed), carried_words(presence, enrolment.carried_from)))),
        "place": _place(cohort),
        "date": plain_date(today),
    }


def _taken_over(followed: Sequence[Line]) -> str:
    """Return what a certificate says of half-days whose presences come from before the tool; empty for none (R114)."""
    count = sum(line.half_day.is_taken_over for line in followed)
    if not count:
        return ""
    told = plural(count, "demi-journée reprise", "demi-journées reprises")
    return f"Dont {told} des feuilles tenues avant cet outil, et transcrites par l’organisme de formation."


def _place(cohort: Cohort) -> str:
    body = carrier_of(cohort)
    return body.city if body is not None and body.city else ""


# --- the cohort's book -----------------------------------------------------------------------------------------------


def book_name(cohort: Cohort) -> str:
    """Return the name the book is saved under."""
    return f"registre-presences-{slug(cohort.code)}.pdf"


def book(figures: CohortFigures, issuer: DocumentIssuer | None, today: date) -> Paper:
    """Return the cohort’s book: every locked half-day, every learner, and the seal of each sheet."""
    cohort = figures.presence.cohort
    data = {
        "carrier": carrier_facts(cohort),
        "issuer": _issuer(issuer),
        "cohort": cohort.label,
        "date": plain_date(today),
        "key": [{"mark": presence.mark, "words": presence.label} for presence in Presence],
        "pages": list(_pages(figures)),
        "sheets": [
            {
                "date": short_date(each.half_day.starts_at),
                "times": time_range(each.half_day.starts_at, each.half_day.ends_at),
                "title": each.half_day.seminar.title,
                "locked": f"{closing_of(each.sheet)}, {short_moment(each.sheet.locked_at)}",
                "hash": each.sheet.content_hash,
            }
            for each in figures.held
            if each.sheet is not None
        ],
        "totals": [
            {
                "name": learner.name,
                "hours": hours(learner.presence.done_hours),
                "credited": hours(learner.presence.credited),
                "rate": percent(learner.presence.percent) if learner.presence.percent is not None else UNKNOWN,
            }
            for learner in figures.learners
        ],
    }
    return Paper(book_name(cohort), BOOK, "Registre des présences", data, clock.at_paris(today))


COLUMNS: Final = 12
"""Half-days printed side by side on a page of the book."""


def _pages(figures: CohortFigures) -> Iterable[dict[str, Any]]:
    columns, rows = figures.columns, figures.cells()
    for start in range(0, len(columns), COLUMNS):
        part = slice(start, start + COLUMNS)
        yield {
            "columns": columns[part],
            "rows": [{"name": name, "marks": [_mark(line) for line in lines[part]]} for name, lines in rows],
        }


def _mark(line: Line | None) -> str:
    if line is None or line.standing in {Standing.BEFORE_ENTRY, Standing.NOT_EXPECTED, Standing.OFF}:
        return "–"
    if line.standing is Standing.MADE_UP:
        return "R"
    return line.presence.mark if line.presence is not None else "–"
