"""The seminars of a cohort that is half-way, half-day by half-day, brought in from its spreadsheet (R114)."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import select

from training.accounts.models import Person
from training.accounts.rules import email_key, sort_key
from training.catalogue.models import Module, Variant
from training.cohorts import moving
from training.cohorts.finding import name_key
from training.cohorts.imports import samples
from training.cohorts.imports.known import KnownTrainers
from training.cohorts.imports.learners import carried
from training.cohorts.models import Cohort
from training.common import clock
from training.common.declarations import ImportKind
from training.common.formatting import enumeration, long_date, plural, time_range
from training.common.import_cells import choice, day, hour, several, text
from training.common.imports import Change, Field, Made, Outcome, Problem, Row, Told
from training.common.policy import Permission, Principal
from training.database import db
from training.seminars import rules
from training.seminars.commands import HalfDayPlan
from training.seminars.enums import MOVABLE, Mode, SeminarKind, StaffRole
from training.seminars.models import HalfDay
from training.seminars.queries import moving as moving_queries
from training.seminars.services import taking_over

KINDS: Final[Mapping[str, SeminarKind]] = {
    **{kind.label: kind for kind in SeminarKind},
    "journée de lancement": SeminarKind.LAUNCH,
    "t0": SeminarKind.LAUNCH,
    "soutenances": SeminarKind.DEFENCE,
}
MODES: Final[Mapping[str, Mode]] = {
    **{mode.label: mode for mode in Mode},
    "présence": Mode.IN_PERSON,
    "distanciel": Mode.REMOTE,
    "distance": Mode.REMOTE,
    "visioconférence": Mode.REMOTE,
    "hybride": Mode.BLENDED,
}


def fields(_cohort: Cohort) -> list[Field]:
    """Return what a half-day is read from."""
    return [
        Field("title", "Séminaire", text(120), required=True, names=("titre", "intitulé", "session", "regroupement")),
        Field("on", "Date", day, required=True, names=("jour", "le")),
        Field("starts", "Début", hour, required=True, names=("heure de début", "de", "heure début")),
        Field("ends", "Fin", hour, required=True, names=("heure de fin", "à", "heure fin")),
        Field("kind", "Nature", choice(KINDS, what="une nature de séminaire connue"), names=("type",)),
        Field("place", "Lieu", text(120), names=("ville", "site")),
        Field("room", "Salle", text(80)),
        Field("address", "Adresse", text(200)),
        Field("mode", "Mode", choice(MODES, what="présentiel, visio ou mixte"), names=("modalité",)),
        Field("modules", "Modules", several(), names=("module", "contenu", "code du module", "codes des modules")),
        Field("variants", "Parcours", several(), names=("public", "variantes", "parcours concernés")),
        Field("staff", "Formateur·rices", several(), names=("formateur", "formatrice", "formateurs", "intervenant",
              "intervenante", "intervenants", "animé par")),
    ]  # fmt: skip


@dataclass(slots=True)
class Planned:
    """What one row comes to; ``known`` is the half-day already in the calendar, which then stays as it is."""

    row: Row
    plan: HalfDayPlan | None = None
    known: HalfDay | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Of which seminar."""
        return str(self.row.values["title"])

    @property
    def kind(self) -> SeminarKind:
        """What it is."""
        said: SeminarKind | None = self.row.values["kind"]
        launch = "lancement" in self.title.casefold()
        return said or (SeminarKind.LAUNCH if launch else SeminarKind.SEMINAR)

    def say(self, words: str, *, blocks: bool = True) -> None:
        """Add a problem of this row, or a remark."""
        self.problems.append(Problem(words, self.row.number, blocks=blocks))


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of the cohort's time, of the calendar or of the sheet."""

    starts_at: datetime
    ends_at: datetime
    variants: Sequence[uuid.UUID]
    told: str


class Calendar:
    """What is known of the cohort: its half-days, its edition's modules and variants, its trainers. A few SELECTs."""

    def __init__(self, cohort: Cohort, rows: Sequence[Row]) -> None:
        self.half_days = moving_queries.half_days_in(cohort)
        self.seminars = {sort_key(each.title): each for each in moving_queries.seminars_in(cohort)}
        self.modules: dict[str, Module] = {}
        for module in db.session.scalars(select(Module).where(Module.edition_id == cohort.edition_id)):
            for word in (module.code, module.name, module.title or ""):
                self.modules.setdefault(sort_key(word), module)
        self.variants: dict[str, Variant] = {}
        for variant in cohort.edition.variants:
            self.variants |= {sort_key(word): variant for word in (variant.code, variant.label, variant.short)}
        self.trainers = KnownTrainers(cohort)
        self.approved = {person.id for person in self.trainers.people}
        keys = [email_key(word) for row in rows for word in row.values["staff"] or () if "@" in word]
        self.people = {
            person.email_key: person
            for person in db.session.scalars(select(Person).where(Person.email_key.in_(keys), Person.active))
        }
        for half_day in self.half_days:
            for member in half_day.staff:
                self.people.setdefault(
                    " ".join(name_key(member.person.first_name, member.person.last_name)), member.person
                )

    def someone(self, word: str) -> Person | None:
        """Return the trainer or speaker a word names."""
        found = self.trainers.find(word)
        if not isinstance(found, str):
            return found
        return self.people.get(email_key(word)) or self.people.get(" ".join(name_key(word)))


def planned(cohort: Cohort, rows: Sequence[Row]) -> list[Planned]:
    """Return what each row comes to."""
    calendar = Calendar(cohort, rows)
    taken = [_slot_of(each) for each in calendar.half_days if not each.is_off]
    found = []
    for row in rows:
        each = Planned(row)
        found.append(each)
        each.plan = _plan(each, calendar)
        if each.plan is None:
            continue
        each.known = _known(each, calendar)
        if each.known is not None:
            each.say("Cette demi-journée est déjà au calendrier : elle reste telle qu’elle est.", blocks=False)
            continue
        _check_seminar(each, calendar)
        met = next((slot for slot in taken if _meets(each.plan, slot)), None)
        if met is not None:
            each.say(f"Cette demi-journée se superpose à {met.told}.")
        taken.append(Slot(each.plan.starts_at, each.plan.ends_at, each.plan.variants, f"la ligne {row.number}"))
    return found


def _slot_of(half_day: HalfDay) -> Slot:
    told = f"« {half_day.seminar.title} », le {long_date(half_day.starts_at)}, {time_range(half_day.starts_at, half_day.ends_at)}"
    return Slot(half_day.starts_at, half_day.ends_at, [variant.id for variant in half_day.variants], told)


def _meets(plan: HalfDayPlan, slot: Slot) -> bool:
    at_once = slot.starts_at < plan.ends_at and slot.ends_at > plan.starts_at
    return at_once and rules.share_a_variant(list(plan.variants), list(slot.variants))


def _plan(each: Planned, calendar: Calendar) -> HalfDayPlan | None:
    values = each.row.values
    modules = _named(each, values["modules"], calendar.modules, "un module de cette formation")
    variants = _named(each, values["variants"], calendar.variants, "un parcours de cette formation")
    staff = _staff(each, calendar)
    start, end = _moments(values["on"], values["starts"], values["ends"])
    if end <= start:
        each.say("La fin doit venir après le début.")
        return None
    if end - start > rules.LONGEST:
        each.say("Cette demi-journée dure plus de 12 heures : vérifiez les heures.")
        return None
    return HalfDayPlan(
        starts_at=start,
        ends_at=end,
        mode=values["mode"] or Mode.IN_PERSON,
        place=values["place"] or "",
        room=values["room"] or "",
        address=values["address"] or "",
        guests_allowed=each.kind is SeminarKind.LAUNCH,
        modules=tuple(module.id for module in modules),
        variants=tuple(variant.id for variant in variants),
        staff=tuple(staff.items()),
    )


def _moments(on: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    return clock.at_paris(on, starts.hour, starts.minute), clock.at_paris(on, ends.hour, ends.minute)


def _named(each: Planned, words: Iterable[str] | None, known: Mapping[str, Any], what: str) -> list[Any]:
    found = []
    for word in words or ():
        thing = known.get(sort_key(word))
        if thing is None:
            each.say(f"« {word} » n’est pas {what}.")
        elif thing not in found:
            found.append(thing)
    return found


def _staff(each: Planned, calendar: Calendar) -> dict[uuid.UUID, StaffRole]:
    found = {}
    for word in each.row.values["staff"] or ():
        person = calendar.someone(word)
        if person is None:
            each.say(
                f"« {word} » n’est pas dans l’équipe de formation : reprenez d’abord les formateur·rices, ou donnez son adresse."
            )
        else:
            found[person.id] = StaffRole.TRAINER if person.id in calendar.approved else StaffRole.SPEAKER
    return found


def _known(each: Planned, calendar: Calendar) -> HalfDay | None:
    assert each.plan is not None
    return next(
        (
            half_day
            for half_day in calendar.half_days
            if half_day.starts_at == each.plan.starts_at
            and sort_key(half_day.seminar.title) == sort_key(each.title)
            and {variant.id for variant in half_day.variants} == set(each.plan.variants)
        ),
        None,
    )


def _check_seminar(each: Planned, calendar: Calendar) -> None:
    seminar = calendar.seminars.get(sort_key(each.title))
    if seminar is not None and seminar.status not in MOVABLE:
        each.say(f"« {seminar.title} » est {seminar.status.label} : donnez un autre titre à cette demi-journée.")


def check(cohort: Cohort, rows: Sequence[Row]) -> list[Problem]:
    """Return every problem of the sheet."""
    return [problem for each in planned(cohort, rows) for problem in each.problems]


def changes(cohort: Cohort, rows: Sequence[Row]) -> list[Change]:
    """Return, seminar by seminar, what would be written."""
    seminars: defaultdict[str, list[Planned]] = defaultdict(list)
    for each in planned(cohort, rows):
        if each.known is None:
            seminars[each.title].append(each)
    return [
        Change(
            title,
            f"{plural(len(found), 'demi-journée', 'demi-journées')} : {enumeration(_told(each.plan) for each in found)}",
        )
        for title, found in seminars.items()
    ]


def _told(plan: HalfDayPlan | None) -> str:
    assert plan is not None
    return f"{long_date(plan.starts_at)}, {time_range(plan.starts_at, plan.ends_at)}"


def write(cohort: Cohort, rows: Sequence[Row], by: Principal) -> Outcome:
    """Write every half-day, seminar by seminar; those that are over are noted as held."""
    seminars: dict[str, list[Planned]] = {}
    for each in planned(cohort, rows):
        if each.known is None:
            seminars.setdefault(sort_key(each.title), []).append(each)
    made = []
    for found in seminars.values():
        plans = [each.plan for each in found if each.plan is not None]
        half_days = taking_over.seminar(cohort, found[0].title, found[0].kind, plans, by=by)
        made += [
            Made(each.row.number, "half_day", half_day.id) for each, half_day in zip(found, half_days, strict=True)
        ]
    kept = len(rows) - len(made)
    told = f"{plural(len(seminars), 'séminaire repris', 'séminaires repris')}, {plural(len(made), 'demi-journée', 'demi-journées')}"
    return Outcome(f"{told} ; {kept} déjà au calendrier." if kept else f"{told}.", made)


def made(_cohort: Cohort, written: Sequence[Any]) -> list[Told]:
    """Tell the half-days an import made. Two SELECTs."""
    return [
        Told(
            half_day.id,
            half_day.seminar.title,
            f"{long_date(half_day.starts_at)}, {time_range(half_day.starts_at, half_day.ends_at)}",
            f"/seminaires/{half_day.seminar_id}",
        )
        for half_day in moving_queries.half_days_named([each.subject_id for each in written])
    ]


def undo(cohort: Cohort, written: Sequence[Any], by: Principal) -> None:
    """Take back the half-days of an import."""
    taking_over.take_back(cohort, {each.subject_id for each in written}, by=by)


def sample(cohort: Cohort) -> list[Mapping[str, Any]]:
    """Return two invented half-days, on the day of the first seminar."""
    on = samples.first_day(cohort)
    modules = db.session.scalars(
        select(Module.code).where(Module.edition_id == cohort.edition_id).order_by(Module.position)
    ).all()
    shared = {"title": "Séminaire 1", "on": on, "place": "Valbelle", "modules": ", ".join(modules[:1])}
    return [{**shared, "starts": time(9, 30), "ends": time(12, 30)}, {**shared, "starts": time(14), "ends": time(17)}]


HALF_DAYS: Final = ImportKind(
    code="demi-journees",
    label="Reprendre les séminaires",
    lead="Une ligne par demi-journée, passée ou à venir. Celles d’un même titre font un séminaire ; rien n’est envoyé à personne.",
    permission=Permission.COHORTS_COHORT_MOVE_IN,
    load=carried,
    memory=moving.memory,
    fields=fields,
    check=check,
    write=write,
    back=moving.back,
    changes=changes,
    sample=sample,
    notes=(
        "Plusieurs modules, parcours ou personnes dans une cellule se séparent par une virgule. Sans parcours, tout le monde est attendu.",
        "Un module s’écrit par son code ou son nom, une personne par son nom ou son adresse.",
        "Une demi-journée déjà au calendrier, au même titre et à la même heure, reste telle qu’elle est.",
    ),
    made=made,
    undo=undo,
    mend="Pour corriger une demi-journée, ouvrez la page de son séminaire, tant que rien n’est écrit sur sa feuille.",
)
"""The half-days."""
