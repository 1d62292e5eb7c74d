"""Hours of e-learning and team work counted before the tool, brought in from spreadsheets (R114, R47, R48)."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from training.accounts.rules import sort_key
from training.catalogue.enums import Modality
from training.catalogue.models import HoursRequirement, Module, ModuleVariant
from training.cohorts import moving
from training.cohorts.finding import Learners, who_fields
from training.cohorts.imports import samples
from training.cohorts.imports.learners import carried
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.articles import of
from training.common.declarations import ImportKind
from training.common.formatting import hours as told_hours
from training.common.formatting import plain_date, plural
from training.common.import_cells import choice, day, minutes, text
from training.common.imports import Change, Field, Made, Outcome, Problem, Row, Told
from training.common.policy import Permission, Principal
from training.database import db
from training.portfolio.commands import HoursTakenOver
from training.portfolio.models import HoursEntry
from training.portfolio.services import taking_over

MOST_MINUTES: Final = 6_000
_FOLLOWED: Final = select(ModuleVariant.module_id, ModuleVariant.variant_id)
MODALITIES: Final[Mapping[str, Modality]] = {
    Modality.E_LEARNING.label: Modality.E_LEARNING,
    "e-learning": Modality.E_LEARNING,
    "elearning": Modality.E_LEARNING,
    "en ligne": Modality.E_LEARNING,
    "distance": Modality.E_LEARNING,
    "plateforme": Modality.E_LEARNING,
    Modality.TEAM.label: Modality.TEAM,
    "équipe": Modality.TEAM,
    "travail en équipe": Modality.TEAM,
    "travail d’équipe": Modality.TEAM,
    "travaux en équipe": Modality.TEAM,
}


def fields(_cohort: Cohort) -> list[Field]:
    """Return what a line of hours is read from."""
    return [
        *who_fields(),
        Field("modality", "Sorte d’heures", choice(MODALITIES, what="de l’e-learning, ni du travail en équipe"), required=True,
              names=("modalité", "type d’heures", "type", "nature")),
        Field("module", "Module", text(160), required=True, names=("code du module", "cours", "thème")),
        Field("minutes", "Durée", minutes(MOST_MINUTES), required=True, names=("heures", "nombre d’heures", "temps", "volume")),
        Field("on", "Date", day, names=("jour", "le", "au")),
        Field("words", "Ce qui a été fait", text(500), names=("objet", "activité", "ressource", "commentaire", "description")),
        Field("settled_by", "Validé par", text(160), names=("validation", "validée par", "formateur", "formatrice")),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row matched to a learner and a module; ``known``: it was brought in before."""

    row: Row
    enrolment: Enrolment
    command: HoursTakenOver
    known: bool = False


@dataclass(slots=True)
class Book:
    """What a spreadsheet of hours says: its lines, its problems."""

    lines: list[Line]
    problems: list[Problem]

    @property
    def new(self) -> list[Line]:
        """The lines to write."""
        return [line for line in self.lines if not line.known]


def book_of(cohort: Cohort, rows: Sequence[Row]) -> Book:
    """Match every row. A fixed number of SELECTs."""
    learners, book = Learners(cohort), Book([], [])
    modules = _modules(cohort)
    followed = {(module, variant) for module, variant in db.session.execute(_FOLLOWED)}
    entries = db.session.execute(
        select(HoursEntry.enrolment_id, HoursEntry.source_key).where(
            HoursEntry.enrolment_id.in_([each.id for each in learners.all]), HoursEntry.source_key.is_not(None)
        )
    )
    known, seen = {(of, key) for of, key in entries}, dict[tuple[Any, str], int]()
    for row in rows:
        who, module = learners.find(row), modules.get(sort_key(row.values["module"]))
        if isinstance(who, Problem):
            book.problems.append(who)
            continue
        fault = _fault(row, who, module, followed)
        if fault or module is None:
            book.problems.append(Problem(fault, row.number))
            continue
        command = _command(row, who, module)
        key = (who.id, command.key)
        if key in seen:
            words = f"Cette ligne répète la ligne {seen[key]} : elle ne compte qu’une fois."
            book.problems.append(Problem(words, row.number, blocks=False))
            continue
        seen[key] = row.number
        if key in known:
            words = "Cette ligne est déjà importée : elle ne compte pas deux fois."
            book.problems.append(Problem(words, row.number, blocks=False))
        elif command.settled_by is None:
            words = "Personne n’est dit l’avoir validée : elle attendra d’être validée ici."
            book.problems.append(Problem(words, row.number, blocks=False))
        book.lines.append(Line(row, who, command, known=key in known))
    book.problems += _beyond(book)
    return book


def _modules(cohort: Cohort) -> dict[str, Module]:
    found: dict[str, Module] = {}
    for module in db.session.scalars(select(Module).where(Module.edition_id == cohort.edition_id)):
        for word in (module.code, module.name):
            found.setdefault(sort_key(word), module)
    return found


def _fault(row: Row, who: Enrolment, module: Module | None, followed: Iterable[Any]) -> str:
    on: date | None = row.values["on"]
    if module is None:
        return f"« {row.values['module']} » n’est pas un module de cette formation : écrivez son code ou son nom."
    if (module.id, who.variant_id) not in followed:
        return f"Le module « {module.name} » n’est pas du parcours {of(who.person.name)}."
    if on is not None and on > clock.today():
        return "Cette date est à venir."
    if on is not None and on < who.entered_on:
        return f"Cette date précède l’entrée en formation {of(who.person.name)}, le {plain_date(who.entered_on)}."
    return ""


def _command(row: Row, who: Enrolment, module: Module) -> HoursTakenOver:
    values = row.values
    on: date = values["on"] or max(who.entered_on, min(clock.today(), who.left_on or clock.today()))
    told = ("taken over", values["modality"].value, module.code, values["on"], values["minutes"], values["words"] or "")
    return HoursTakenOver(
        modality=values["modality"],
        module_id=module.id,
        done_on=on,
        minutes=values["minutes"],
        words=values["words"] or "",
        key=hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest(),
        settled_by=values["settled_by"],
    )


def _beyond(book: Book) -> list[Problem]:
    """Remark what goes beyond the hours asked: it is kept, and counts for nothing else (R50). One SELECT."""
    totals: defaultdict[tuple[Enrolment, Modality], int] = defaultdict(int)
    for line in book.lines:
        totals[line.enrolment, line.command.modality] += line.command.minutes
    variants = {enrolment.variant_id for enrolment, _modality in totals}
    asked = {
        (need.variant_id, need.modality): need.hours
        for need in db.session.scalars(select(HoursRequirement).where(HoursRequirement.variant_id.in_(variants)))
    }
    found = []
    for (enrolment, modality), total in totals.items():
        most = asked.get((enrolment.variant_id, modality))
        if most is not None and total > most * 60:
            words = (
                f"{enrolment.person.name} : {modality.label}, {told_hours(total / 60)} pour {told_hours(most)} demandées. "
                "Ce qui dépasse est gardé, sans remplacer d’autres heures."
            )
            found.append(Problem(words, blocks=False))
    return found


def check(cohort: Cohort, rows: Sequence[Row]) -> list[Problem]:
    """Return every problem of the sheet."""
    return book_of(cohort, rows).problems


def changes(cohort: Cohort, rows: Sequence[Row]) -> list[Change]:
    """Return, learner by learner, what would be written."""
    totals: defaultdict[Enrolment, defaultdict[tuple[Modality, bool], int]] = defaultdict(lambda: defaultdict(int))
    for line in book_of(cohort, rows).new:
        totals[line.enrolment][line.command.modality, line.command.settled_by is not None] += line.command.minutes
    found = []
    for enrolment in sorted(totals, key=lambda each: (each.person.sort_key, each.id)):
        told = [
            f"{modality.label} : {told_hours(total / 60)}{'' if settled else ', à valider'}"
            for (modality, settled), total in sorted(
                totals[enrolment].items(), key=lambda item: (item[0][0], not item[0][1])
            )
        ]
        found.append(Change(enrolment.person.name, ", ".join(told)))
    return found


def write(cohort: Cohort, rows: Sequence[Row], by: Principal) -> Outcome:
    """Write every new line."""
    lines = book_of(cohort, rows).new
    by_learner: defaultdict[Enrolment, list[Line]] = defaultdict(list)
    for line in lines:
        by_learner[line.enrolment].append(line)
    made, total = [], 0
    for enrolment, own in by_learner.items():
        entries = taking_over.hours(enrolment, [line.command for line in own], by=by)
        made += [Made(line.row.number, "hours_entry", entry.id) for line, entry in zip(own, entries, strict=True)]
        total += sum(entry.minutes for entry in entries)
    kept = len(rows) - len(made)
    told = f"{plural(len(made), 'ligne reprise', 'lignes reprises')}, {told_hours(total / 60)}"
    return Outcome(f"{told} ; {kept} déjà là." if kept else f"{told}.", made)


def made(_cohort: Cohort, written: Sequence[Any]) -> list[Told]:
    """Tell the hours an import wrote. One SELECT."""
    ids = [each.subject_id for each in written]
    return [
        Told(
            entry.id,
            entry.enrolment.person.name,
            f"{entry.modality.label} : {told_hours(entry.minutes / 60)}, {entry.module.name}, {plain_date(entry.done_on)}, "
            f"{entry.status.label}",
            f"/parcours/{entry.enrolment_id}/heures",
        )
        for entry in taking_over.entries_named(ids)
    ]


def undo(cohort: Cohort, written: Sequence[Any], by: Principal) -> None:
    """Take back the hours of an import."""
    taking_over.take_back_hours(cohort, {each.subject_id for each in written}, by=by)


def sample(cohort: Cohort) -> list[Mapping[str, Any]]:
    """Return two invented lines. One SELECT."""
    code = db.session.scalar(
        select(Module.code)
        .where(Module.edition_id == cohort.edition_id)
        .order_by(Module.position, Module.code)
        .limit(1)
    )
    alix = {**samples.ALIX, "module": code, "on": samples.day_after(cohort, 7)}
    return [
        {
            **alix,
            "modality": "e-learning",
            "minutes": "1 h 30",
            "words": "Introduction",
            "settled_by": samples.TRAINER,
        },
        {
            **alix,
            "modality": "travail en équipe",
            "minutes": "3 h",
            "words": "Réunion d’équipe",
            "settled_by": samples.TRAINER,
        },
    ]


HOURS: Final = ImportKind(
    code="heures",
    label="Reprendre les heures",
    lead="L’e-learning et le travail en équipe déjà faits : une ligne par séance, ou un total par module. Refait, l’import ne double rien.",
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
        "Une durée s’écrit 1 h 30, 1:30, 90 min, ou en heures : 1,5.",
        "Une ligne « validée par » quelqu’un compte aussitôt ; les autres attendent d’être validées ici.",
        "Chaque sorte d’heures est plafonnée à ce qui est demandé : ce qui dépasse est gardé, sans remplacer d’autres heures.",
        "Le présentiel ne se reprend pas ici : il se compte d’après les présences.",
    ),
    made=made,
    undo=undo,
    mend="Pour corriger une ligne validée, revenez sur sa décision depuis la page des heures de la personne ; ou annulez cet import, "
    "tant que personne n’y a touché.",
)
"""The hours."""
