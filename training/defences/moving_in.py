"""Where mémoires stood before the tool, brought in from a spreadsheet: the subject and the state, no file (R114)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.cohorts import moving
from training.cohorts.enums import LIVE
from training.cohorts.finding import Learners, who_fields
from training.cohorts.imports import samples
from training.cohorts.imports.learners import carried
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.moving import MovingStep, Standing, StepState
from training.common.articles import of
from training.common.declarations import ImportKind
from training.common.formatting import plural
from training.common.import_cells import choice, text
from training.common.imports import Change, Field, Made, Outcome, Problem, Row, Told, twice
from training.common.policy import Permission, Principal
from training.database import db
from training.defences.commands import TakenOver
from training.defences.enums import MemoireStatus
from training.defences.models import Memoire
from training.defences.services import memoires

S = MemoireStatus
STATES: Final[Mapping[str, MemoireStatus]] = {
    **dict.fromkeys((S.SUBJECT_PROPOSED.label, "proposé", "sujet déposé"), S.SUBJECT_PROPOSED),
    **dict.fromkeys((S.SUBJECT_RETURNED.label, "à retravailler", "sujet à revoir"), S.SUBJECT_RETURNED),
    **dict.fromkeys((S.SUBJECT_APPROVED.label, "approuvé", "sujet validé"), S.SUBJECT_APPROVED),
    **dict.fromkeys((S.DRAFTING.label, "rédaction", "en cours", "brouillon", "plan validé"), S.DRAFTING),
    **dict.fromkeys((S.FINAL_DEPOSITED.label, "déposé", "version finale", "remis", "rendu"), S.FINAL_DEPOSITED),
    **dict.fromkeys((S.CLEARED.label, "bon à soutenir donné", "autorisé à soutenir"), S.CLEARED),
    **dict.fromkeys((S.CORRECTIONS_DUE.label, "corrections", "à corriger"), S.CORRECTIONS_DUE),
    **dict.fromkeys((S.PASSED.label, "admise", "admis·e", "validé", "soutenu et validé"), S.PASSED),
    **dict.fromkeys((S.DEFERRED.label, "ajournée", "refusé", "refusée"), S.DEFERRED),
}
"""How spreadsheets say where a mémoire stands; a defence to come is planned here, with its day and its jury."""


def fields(_cohort: Cohort) -> list[Field]:
    """Return what the state of a mémoire is read from."""
    return [
        *who_fields(),
        Field("subject", "Sujet", text(300), required=True, names=("sujet du mémoire", "titre", "mémoire", "thème")),
        Field("state", "État", choice(STATES, what="un état de mémoire connu"), required=True,
              names=("étape", "avancement", "statut", "résultat")),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row matched to a learner; ``known`` is where her mémoire stands here, if she has one."""

    row: Row
    enrolment: Enrolment
    known: MemoireStatus | None


def lines_of(cohort: Cohort, rows: Sequence[Row]) -> tuple[list[Line], list[Problem]]:
    """Match every row; return the lines, and the problems. Three SELECTs."""
    learners, lines, problems = Learners(cohort), [], []
    ids = [each.id for each in learners.all]
    states = select(Memoire.enrolment_id, Memoire.status).where(Memoire.enrolment_id.in_(ids))
    known = dict(db.session.execute(states).all())
    for row in rows:
        who = learners.find(row)
        if isinstance(who, Problem):
            problems.append(who)
            continue
        line = Line(row, who, known.get(who.id))
        lines.append(line)
        if line.known is None:
            continue
        same = line.known is row.values["state"]
        told = "est déjà ainsi ici." if same else f"est « {line.known.label} » ici. Corrigez-le sur sa page."
        problems.append(Problem(f"Le mémoire {of(who.person.name)} {told}", row.number, blocks=not same))
    by_row = {line.row.number: line.enrolment.id for line in lines}
    return lines, problems + twice([line.row for line in lines], lambda row: by_row[row.number], "Cette personne")


def check(cohort: Cohort, rows: Sequence[Row]) -> list[Problem]:
    """Return every problem of the sheet."""
    return lines_of(cohort, rows)[1]


def changes(cohort: Cohort, rows: Sequence[Row]) -> list[Change]:
    """Return, learner by learner, what would be written."""
    return [
        Change(
            line.enrolment.person.name,
            f"{line.row.values['state'].label} : « {line.row.values['subject']} »",
            line.row.number,
        )
        for line in lines_of(cohort, rows)[0]
        if line.known is None
    ]


def write(cohort: Cohort, rows: Sequence[Row], by: Principal) -> Outcome:
    """Write every mémoire that is not here yet."""
    made = []
    for line in lines_of(cohort, rows)[0]:
        if line.known is None:
            command = TakenOver(line.row.values["subject"], line.row.values["state"])
            memoire = memoires.record_state(line.enrolment, command, by=by)
            made.append(Made(line.row.number, "memoire", memoire.id))
    kept = len(rows) - len(made)
    told = plural(len(made), "mémoire repris", "mémoires repris")
    return Outcome(f"{told}, {kept} déjà là." if kept else f"{told}.", made)


def made(_cohort: Cohort, written: Sequence[Any]) -> list[Told]:
    """Tell the mémoires an import wrote. One SELECT."""
    rows = db.session.scalars(
        select(Memoire)
        .join(Memoire.enrolment)
        .join(Enrolment.person)
        .where(Memoire.id.in_([each.subject_id for each in written]))
        .options(joinedload(Memoire.enrolment, innerjoin=True).joinedload(Enrolment.person, innerjoin=True))
        .order_by(Person.sort_key, Memoire.id)
    )
    return [
        Told(each.id, each.enrolment.person.name, f"{each.subject}, {each.status.label}", f"/memoires/{each.id}")
        for each in rows
    ]


def undo(cohort: Cohort, written: Sequence[Any], by: Principal) -> None:
    """Take back the mémoires of an import."""
    memoires.take_back_states(cohort, {each.subject_id for each in written}, by=by)


def sample(_cohort: Cohort) -> list[Mapping[str, Any]]:
    """Return two invented lines."""
    return [
        {**samples.ALIX, "subject": "Un projet de santé partagé", "state": S.SUBJECT_APPROVED.label},
        {**samples.SACHA, "subject": "Accueillir les soins non programmés", "state": S.DRAFTING.label},
    ]


MEMOIRES: Final = ImportKind(
    code="memoires",
    label="Reprendre les mémoires",
    lead="Le sujet et l’étape de chaque mémoire. Aucun fichier n’est demandé ; la page du mémoire dit que c’est repris.",
    permission=Permission.COHORTS_COHORT_MOVE_IN,
    load=carried,
    memory=moving.memory,
    fields=fields,
    check=check,
    write=write,
    back=moving.back,
    changes=changes,
    sample=sample,
    undo=undo,
    notes=("Une soutenance à venir ne se reprend pas : écrivez « bon à soutenir », puis placez-la dans une journée.",),
    made=made,
    mend="Pour corriger, ouvrez la page du mémoire : son sujet et ses étapes s’y suivent.",
)
"""The mémoires."""


def _counts(cohort: Cohort) -> Mapping[str, Any]:
    begun = select(func.count()).select_from(Memoire).join(Memoire.enrolment).where(Enrolment.cohort_id == cohort.id)
    live = select(func.count()).where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
    return {"begun": begun.scalar_subquery(), "live": live.scalar_subquery()}


def _told(numbers: Mapping[str, int]) -> Standing:
    if not numbers["begun"]:
        return Standing(StepState.TO_DO, "Aucun mémoire n’est encore noté.")
    left = numbers["live"] - numbers["begun"]
    state = StepState.STARTED if left > 0 else StepState.DONE
    without = f"{plural(left, 'personne sans mémoire', 'personnes sans mémoire')}." if left > 0 else ""
    return Standing(state, f"{plural(numbers['begun'], 'mémoire commencé', 'mémoires commencés')}.", without)


STEP: Final = MovingStep(80, "Les mémoires", "Le sujet et l’étape de chaque mémoire.", ("memoires",), _counts, _told)
"""The step of moving in that this room answers for."""
