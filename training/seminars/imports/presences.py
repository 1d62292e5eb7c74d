"""Who was at the past half-days of a cohort, brought in from its registers: one line a presence, or a grid (R114).

A half-day that the spreadsheet tells is told whole: whoever was expected has a word, or nothing is written. Its sheet is
locked at once with its seal, marked as taken over; its paper may be attached afterwards.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

from training.cohorts import moving
from training.cohorts.finding import who_fields
from training.cohorts.imports import samples
from training.cohorts.imports.learners import carried
from training.cohorts.models import Cohort
from training.common import clock
from training.common.declarations import ImportKind
from training.common.formatting import date_range, enumeration, long_date, plural, time_range
from training.common.import_cells import day, hour, minutes
from training.common.imports import Change, Field, Made, Outcome, Problem, Row, Told
from training.common.policy import Permission, Principal
from training.seminars.commands import Marking
from training.seminars.enums import Presence
from training.seminars.imports.registers import Cells, Register, register_of, sheet_address
from training.seminars.imports.words import headers_of, moment_in, moment_of, presence, told_half_day
from training.seminars.models import HalfDay
from training.seminars.queries import moving as queries
from training.seminars.services import taking_over

LONGEST: Final = 720
"""Minutes of the longest half-day."""

NOON: Final = 12
GRID_PREFIX: Final = "at_"


def list_fields(_cohort: Cohort) -> list[Field]:
    """Return what one presence is read from."""
    return [
        *who_fields(),
        Field("on", "Date", day, required=True, names=("jour", "le")),
        Field("moment", "Moment", moment_of, names=("demi-journée", "matin ou après-midi", "période", "am pm")),
        Field("starts", "Début", hour, names=("heure de début", "heure", "de")),
        Field("word", "Présence", presence, required=True, names=("présent", "état", "statut", "émargement", "p/a")),
        Field("length", "Durée de présence", minutes(LONGEST), names=("heures de présence", "durée", "heures")),
    ]  # fmt: skip


def _over(cohort: Cohort) -> list[HalfDay]:
    now = clock.now()
    return [each for each in queries.half_days_in(cohort) if not each.is_off and each.ends_at <= now]


def grid_fields(cohort: Cohort) -> list[Field]:
    """Return what a grid is read from: who, then a column for each half-day that is over. Four SELECTs."""
    return [
        *who_fields(),
        *(
            Field(f"{GRID_PREFIX}{each.id.hex}", label, presence, names=names)
            for each, label, names in headers_of(_over(cohort))
        ),
    ]


# --- one line a presence ---------------------------------------------------------------------------------------------


def _list_cells(half_days: Sequence[HalfDay], rows: Sequence[Row]) -> Cells:
    by_day: defaultdict[date, list[HalfDay]] = defaultdict(list)
    for each in half_days:
        if not each.is_off:
            by_day[each.starts_on].append(each)
    for row in rows:
        yield row, _half_day_of(row, by_day), _marking(row.values["word"], row.values["length"])


def _half_day_of(row: Row, by_day: Mapping[date, Sequence[HalfDay]]) -> HalfDay | Problem:
    values = row.values
    same_day = by_day.get(values["on"], ())
    starts: time | None = values["starts"]
    found = [
        each
        for each in same_day
        if (starts is None or clock.in_paris(each.starts_at).time() == starts)
        and (values["moment"] is None or moment_in(each) == values["moment"])
    ]
    if len(found) == 1:
        return found[0]
    if not same_day:
        near = sorted(by_day, key=lambda on: abs(on - values["on"]))[:1]
        told = f" La plus proche : {long_date(near[0])}." if near else " Reprenez d’abord les séminaires."
        return Problem(f"Aucune demi-journée le {long_date(values['on'])}.{told}", row.number)
    hours = enumeration([time_range(each.starts_at, each.ends_at) for each in same_day], "ou")
    if found:
        return Problem(
            f"Plusieurs demi-journées le {long_date(values['on'])} : dites le moment ou l’heure ({hours}).", row.number
        )
    return Problem(f"Aucune demi-journée à ce moment, le {long_date(values['on'])} : il y a {hours}.", row.number)


def _marking(word: Marking, length: int | None) -> Marking:
    """Return the word of a row; a length told apart makes a partial presence of it."""
    if length is None or word.status not in {Presence.PARTIAL, Presence.PRESENT}:
        return word
    if word.status is Presence.PARTIAL:
        return Marking(Presence.PARTIAL, hours=_hours(length), method=word.method)
    return word


def _hours(length: int) -> Decimal:
    return (Decimal(length) / 60).quantize(Decimal("0.01"))


# --- a grid ----------------------------------------------------------------------------------------------------------


def _grid_cells(half_days: Sequence[HalfDay], rows: Sequence[Row]) -> Cells:
    by_code = {f"{GRID_PREFIX}{each.id.hex}": each for each in half_days}
    for row in rows:
        for code, half_day in by_code.items():
            word = row.values.get(code)
            if word is not None:
                yield row, half_day, word


# --- the two imports -------------------------------------------------------------------------------------------------


def _kind(
    *, code: str, label: str, lead: str, fields: Any, cells: Any, sample: Any, notes: tuple[str, ...]
) -> ImportKind:
    def check(cohort: Cohort, rows: Sequence[Row]) -> list[Problem]:
        found = register_of(cohort, rows, cells)
        if rows and not found.told and not found.problems:
            return [Problem("Aucune présence n’est reconnue : vérifiez les colonnes des demi-journées.")]
        return found.problems

    def changes(cohort: Cohort, rows: Sequence[Row]) -> list[Change]:
        return list(_changes(register_of(cohort, rows, cells)))

    def write(cohort: Cohort, rows: Sequence[Row], by: Principal) -> Outcome:
        found = register_of(cohort, rows, cells)
        made, written = [], 0
        for half_day in found.new:
            told = found.told[half_day.id]
            if not told:
                continue
            sheet = taking_over.sheet(
                half_day, {each: line.marking for each, line in told.items()}, found.sheets.get(half_day.id), by=by
            )
            made.append(Made(min(line.row for line in told.values()), "attendance_sheet", sheet.id))
            written += len(told)
        sheets_told = plural(len(made), "feuille reprise et verrouillée", "feuilles reprises et verrouillées")
        return Outcome(f"{sheets_told}, {plural(written, 'présence ou absence', 'présences et absences')}.", made)

    return ImportKind(
        code=code,
        label=label,
        lead=lead,
        permission=Permission.COHORTS_COHORT_MOVE_IN,
        load=carried,
        memory=moving.memory,
        fields=fields,
        check=check,
        write=write,
        back=moving.back,
        changes=changes,
        sample=sample,
        notes=notes,
        made=_made,
        mend="Une feuille verrouillée ne s’efface pas : pour corriger une présence, ouvrez la feuille et ajoutez une correction "
        "avec son motif. La feuille papier numérisée s’y joint aussi.",
    )


def _changes(found: Register) -> Iterable[Change]:
    """Yield, learner by learner, what would be written, then the half-days."""
    by_learner: defaultdict[uuid.UUID, Counter[Presence]] = defaultdict(Counter)
    for half_day in found.new:
        for enrolment_id, line in found.told[half_day.id].items():
            by_learner[enrolment_id][line.marking.status] += 1
    order = sorted(by_learner, key=lambda each: (found.people[each].person.sort_key, each))
    for enrolment_id in order:
        counts = by_learner[enrolment_id]
        told = enumeration([f"{counts[each]} {each.label}" for each in Presence if counts[each]])
        yield Change(found.people[enrolment_id].person.name, f"{told}, sur {plural(counts.total(), 'demi-journée')}")
    if found.new:
        span = date_range(found.new[0].starts_at, found.new[-1].ends_at)
        yield Change("Feuilles", f"{plural(len(found.new), 'feuille')}, {span}, verrouillées et marquées « reprises »")


def _made(_cohort: Cohort, written: Sequence[Any]) -> list[Told]:
    """Tell the sheets an import made. One SELECT."""
    return [
        Told(
            sheet.id,
            f"{sheet.half_day.seminar.title}, {told_half_day(sheet.half_day)}",
            "feuille reprise et verrouillée",
            sheet_address(sheet.half_day),
        )
        for sheet in queries.sheets_named([each.subject_id for each in written])
    ]


def _list_sample(cohort: Cohort) -> list[Mapping[str, Any]]:
    """Return who was at the first half-day that is over: the cohort’s own, or the one of the other example."""
    first = min(_over(cohort), key=lambda each: each.starts_at, default=None)
    half_day = {
        "on": first.starts_on if first is not None else samples.first_day(cohort),
        "moment": "après-midi" if first is not None and clock.in_paris(first.starts_at).hour >= NOON else "matin",
    }
    return [{**samples.ALIX, **half_day, "word": "P"}, {**samples.SACHA, **half_day, "word": "AJ"}]


def _grid_sample(cohort: Cohort) -> list[Mapping[str, Any]]:
    codes = [each.code for each in grid_fields(cohort) if each.code.startswith(GRID_PREFIX)]
    return [{**samples.ALIX, **dict.fromkeys(codes, "P")}, {**samples.SACHA, **dict.fromkeys(codes, "AJ")}]


WORDS_NOTE: Final = (
    "On lit P, x, oui, présent ; A, non, absent ; AJ, absent justifié, excusé ; PP 2 h, partiel 2 h. Une raison de santé, familiale, "
    "professionnelle ou de transport peut suivre : « AJ santé », jamais de diagnostic."
)
WHOLE_NOTE: Final = "Une demi-journée se dit en entier : chaque personne attendue a un mot, sinon rien ne s’écrit."

LIST: Final = _kind(
    code="presences",
    label="Reprendre les présences, une ligne par présence",
    lead="Une ligne par personne et par demi-journée. Chaque feuille est verrouillée avec son empreinte, et marquée « reprise ».",
    fields=list_fields,
    cells=_list_cells,
    sample=_list_sample,
    notes=(
        WORDS_NOTE,
        WHOLE_NOTE,
        "La demi-journée se reconnaît à sa date, et au moment ou à l’heure de début s’il y en a plusieurs ce jour-là.",
    ),
)
"""One row per learner and half-day."""

GRID: Final = _kind(
    code="presences-grille",
    label="Reprendre les présences, en grille",
    lead="Une ligne par personne, une colonne par demi-journée passée. Chaque feuille est verrouillée avec son empreinte, et marquée « reprise ».",
    fields=grid_fields,
    cells=_grid_cells,
    sample=_grid_sample,
    notes=(
        WORDS_NOTE,
        WHOLE_NOTE,
        "Une colonne s’appelle comme « 29/01/2026 matin ». L’exemple contient déjà celles de cette promotion.",
    ),
)
"""One row per learner, one column per half-day."""
