"""The state of tracer documents handed in before the tool, brought in from spreadsheets: no file is asked (R114, R124)."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.accounts.rules import sort_key
from training.catalogue.models import Module, TracerType, TracerVariant
from training.cohorts import moving
from training.cohorts.finding import Learners, who_fields
from training.cohorts.imports import samples
from training.cohorts.imports.known import KnownTrainers
from training.cohorts.imports.learners import carried
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.articles import of
from training.common.declarations import ImportKind
from training.common.formatting import enumeration, plain_date, plural
from training.common.import_cells import choice, day, text
from training.common.imports import Change, Field, Made, Outcome, Problem, Row, Told, twice
from training.common.policy import Permission, Principal
from training.database import db
from training.portfolio.commands import TracerTakenOver
from training.portfolio.enums import TracerStatus
from training.portfolio.models import Tracer
from training.portfolio.services import taking_over

STATES: Final[Mapping[str, TracerStatus]] = {
    **dict.fromkeys(("validé", "validée", "accepté", "ok", "v", "acquis", "fait"), TracerStatus.ACCEPTED),
    **dict.fromkeys(("à reprendre", "à revoir", "à compléter", "refusé", "r"), TracerStatus.TO_REVISE),
    **dict.fromkeys(
        ("déposé", "remis", "rendu", "reçu", "en relecture", "envoyé", "x", "oui", "d"), TracerStatus.DEPOSITED
    ),
    **dict.fromkeys(("à produire", "non remis", "non rendu", "attendu", "non", "n"), TracerStatus.EXPECTED),
}
"""How spreadsheets say where a document stands."""


def fields(_cohort: Cohort) -> list[Field]:
    """Return what the state of a document is read from."""
    return [
        *who_fields(),
        Field("type", "Document", text(200), required=True, names=("document traceur", "traceur", "livrable", "type")),
        Field("module", "Module", text(160), names=("code du module",)),
        Field("state", "État", choice(STATES, what="un état connu (validé, à reprendre, déposé, non remis)"), required=True,
              names=("statut", "validation")),
        Field("on", "Date", day, names=("le", "remis le", "déposé le", "validé le")),
        Field("reader", "Relu par", text(160), names=("validé par", "formateur", "formatrice", "relecteur", "relectrice")),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row matched to a learner and a type of document."""

    row: Row
    enrolment: Enrolment
    type: TracerType
    state: TracerStatus
    reader: Person | None


class Known:
    """The documents of the edition, and where those of the cohort stand. Four SELECTs."""

    def __init__(self, cohort: Cohort, learners: Learners) -> None:
        types = db.session.scalars(
            select(TracerType)
            .join(Module, Module.id == TracerType.module_id)
            .where(Module.edition_id == cohort.edition_id)
            .options(joinedload(TracerType.module))
        ).all()
        self._by_word: defaultdict[str, list[TracerType]] = defaultdict(list)
        for each in types:
            for word in {sort_key(each.code), sort_key(each.label)}:
                self._by_word[word].append(each)
        self.labels = sorted({each.label for each in types})
        ids = [each.id for each in types]
        asked = select(TracerVariant.tracer_id, TracerVariant.variant_id).where(TracerVariant.tracer_id.in_(ids))
        self.asked = {(tracer, variant) for tracer, variant in db.session.execute(asked)}
        rows = db.session.execute(
            select(Tracer.enrolment_id, Tracer.type_id, Tracer.status).where(
                Tracer.enrolment_id.in_([each.id for each in learners.all])
            )
        )
        self.states: dict[tuple[uuid.UUID, uuid.UUID], TracerStatus] = {
            (enrolment, kind): status for enrolment, kind, status in rows
        }
        self.trainers = KnownTrainers(cohort)

    def type_of(self, row: Row) -> TracerType | str:
        """Return the type a row names, or why none is recognised."""
        wanted, module = row.values["type"], row.values["module"]
        found = self._by_word.get(sort_key(wanted), [])
        if module:
            found = [
                each for each in found if sort_key(module) in {sort_key(each.module.code), sort_key(each.module.name)}
            ]
        if len(found) == 1:
            return found[0]
        if found:
            return f"Plusieurs documents s’appellent « {wanted} » : indiquez le module."
        return f"« {wanted} » n’est pas un document de cette formation. Les documents : {enumeration(self.labels)}."


def lines_of(cohort: Cohort, rows: Sequence[Row]) -> tuple[list[Line], list[Problem]]:
    """Match every row; return the lines to write, and the problems."""
    learners = Learners(cohort)
    known, lines, problems = Known(cohort, learners), [], []
    for row in rows:
        who, kind = learners.find(row), known.type_of(row)
        if isinstance(who, Problem):
            problems.append(who)
        if isinstance(kind, str):
            problems.append(Problem(kind, row.number))
        if isinstance(who, Problem) or isinstance(kind, str):
            continue
        fault, blocks = _fault(row, who, kind, known)
        if fault:
            problems.append(Problem(fault, row.number, blocks=blocks))
        elif row.values["state"] is not TracerStatus.EXPECTED:
            reader = known.trainers.find(row.values["reader"]) if row.values["reader"] else None
            lines.append(Line(row, who, kind, row.values["state"], None if isinstance(reader, str) else reader))
    problems += twice(
        [line.row for line in lines], _key({line.row.number: line for line in lines}), "Ce document de cette personne"
    )
    return lines, problems


def _key(by_row: Mapping[int, Line]) -> Any:
    return lambda row: (by_row[row.number].enrolment.id, by_row[row.number].type.id)


def _fault(row: Row, who: Enrolment, kind: TracerType, known: Known) -> tuple[str, bool]:
    on: date | None = row.values["on"]
    if (kind.id, who.variant_id) not in known.asked:
        return f"« {kind.label} » n’est pas demandé dans le parcours {of(who.person.name)}.", True
    if on is not None and on > clock.today():
        return "Cette date est à venir.", True
    here = known.states.get((who.id, kind.id), TracerStatus.EXPECTED)
    if here is row.values["state"]:
        same = here is not TracerStatus.EXPECTED
        return (f"{who.person.name} : « {kind.label} » est déjà « {here.label} » ici.", False) if same else ("", False)
    if here is not TracerStatus.EXPECTED:
        return f"{who.person.name} : « {kind.label} » est « {here.label} » ici. Corrigez-le sur sa page.", True
    return "", False


def check(cohort: Cohort, rows: Sequence[Row]) -> list[Problem]:
    """Return every problem of the sheet."""
    return lines_of(cohort, rows)[1]


def changes(cohort: Cohort, rows: Sequence[Row]) -> list[Change]:
    """Return, learner by learner, what would be written."""
    told: defaultdict[Enrolment, list[str]] = defaultdict(list)
    for line in lines_of(cohort, rows)[0]:
        told[line.enrolment].append(f"{line.type.label} : {line.state.label}")
    order = sorted(told, key=lambda each: (each.person.sort_key, each.id))
    return [Change(each.person.name, ", ".join(told[each])) for each in order]


def write(cohort: Cohort, rows: Sequence[Row], by: Principal) -> Outcome:
    """Write the state of every document."""
    made = []
    for line in lines_of(cohort, rows)[0]:
        command = TracerTakenOver(line.state, line.row.values["on"], line.reader, line.row.values["reader"] or "")
        tracer = taking_over.tracer(line.enrolment, line.type, command, by=by)
        made.append(Made(line.row.number, "tracer", tracer.id))
    kept = len(rows) - len(made)
    told = plural(len(made), "document repris", "documents repris")
    return Outcome(f"{told}, {plural(kept, 'ligne', 'lignes')} sans changement." if kept else f"{told}.", made)


def made(_cohort: Cohort, written: Sequence[Any]) -> list[Told]:
    """Tell the documents an import wrote. One SELECT."""
    return [
        Told(
            tracer.id,
            tracer.enrolment.person.name,
            f"{tracer.type.label}, {tracer.status.label}, {plain_date(tracer.deposited_at)}",
            f"/documents-traceurs/{tracer.id}",
        )
        for tracer in taking_over.tracers_named([each.subject_id for each in written])
    ]


def sample(cohort: Cohort) -> list[Mapping[str, Any]]:
    """Return two invented lines. One SELECT."""
    found = db.session.scalars(
        select(TracerType)
        .join(Module, Module.id == TracerType.module_id)
        .where(Module.edition_id == cohort.edition_id)
        .options(joinedload(TracerType.module))
        .order_by(Module.position, TracerType.position)
        .limit(2)
    ).all()
    alix = {**samples.ALIX, "on": samples.day_after(cohort, 21)}
    states = ("validé", "à reprendre")
    return [
        {**alix, "type": each.label, "module": each.module.code, "state": state, "reader": samples.TRAINER}
        for each, state in zip(found, states, strict=False)
    ]


TRACERS: Final = ImportKind(
    code="traceurs",
    label="Reprendre les documents traceurs",
    lead="Où en est chaque document déjà remis : validé, à reprendre ou déposé. Aucun fichier n’est demandé ; le parcours dit que c’est repris.",
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
        "Un document s’écrit par son nom ou son code ; le module les distingue si deux portent le même nom.",
        "« Validé » ne change plus ensuite : vérifiez l’essai avant d’écrire.",
    ),
    made=made,
    mend="Un document validé ne change plus. Un document déposé ou à reprendre se corrige sur sa page : la personne y dépose une version.",
)
"""The tracer documents."""
