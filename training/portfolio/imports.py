"""The export of the school’s e-learning platform, dispatched to every learner the body answers for (R47, R121)."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.accounts.enums import CARRYING, Part
from training.accounts.models import Organisation, Person
from training.accounts.rules import managed_bodies, sort_key
from training.catalogue.models import Edition, Module, Resource
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock
from training.common.declarations import ImportKind
from training.common.errors import NotFound
from training.common.formatting import plural
from training.common.import_cells import day, text
from training.common.imports import Field, Problem, Row
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.portfolio.commands import ImportedLine
from training.portfolio.enums import EntryAct, EntryStatus
from training.portfolio.models import HoursEntry, PlatformAccount
from training.portfolio.rules import minutes_typed
from training.portfolio.services import hours

MOST_MINUTES: Final = 6_000
MOST_DIGITS: Final = 20


def load_body(principal: Principal, body_id: uuid.UUID) -> Organisation:
    """Return a body this person manages; ``NotFound`` for any other."""
    body = db.session.get(Organisation, body_id)
    if body is None or body.id not in managed_bodies(principal):
        raise NotFound
    return body


def _minutes(cell: Any) -> int | None:
    """Read a length: a bare number is minutes, as the platform writes it."""
    if cell is None or cell == "":
        return None
    typed = str(cell).strip()
    bare = typed.replace(".", "", 1)
    is_number = bare.isascii() and bare.isdigit() and len(bare) <= MOST_DIGITS
    found = int(float(typed)) if is_number else minutes_typed(typed)
    if found is None or not 0 < found <= MOST_MINUTES:
        raise ValueError(f"« {typed[:20]} » n’est pas une durée. Écrivez-la en minutes, ou comme 1 h 30.")
    return found


def _fields(_body: Any) -> list[Field]:
    return [
        Field("email", "Courriel ou identifiant", text(160), required=True, names=("courriel", "email", "e-mail", "mail",
              "adresse mail", "adresse de courriel", "identifiant", "login", "nom d’utilisateur")),
        Field("module", "Module", text(160), required=True, names=("cours", "code du module", "parcours")),
        Field("title", "Ressource", text(160), names=("titre", "activité", "contenu")),
        Field("minutes", "Durée", _minutes, required=True, names=("temps passé", "minutes", "durée (minutes)", "temps")),
        Field("done_on", "Suivi le", day, names=("date", "terminé le", "achevé le", "date d’achèvement")),
        Field("line", "Identifiant de la ligne", text(64), names=("id", "numéro")),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    """The live learners the body answers for, by address, and what their editions teach."""

    enrolments: Mapping[str, Sequence[Enrolment]]
    modules: Mapping[tuple[uuid.UUID, str], Module]
    resources: Mapping[tuple[uuid.UUID, str], Resource]
    keys: Mapping[tuple[uuid.UUID, str], HoursEntry]
    followed: Mapping[tuple[uuid.UUID, uuid.UUID], HoursEntry]


def _known(body: Organisation) -> _Known:
    """Read what the lines are matched to. Five SELECTs."""
    answered = select(CohortPart.cohort_id).where(
        CohortPart.organisation_id == body.id, CohortPart.part.in_((*CARRYING, Part.SCHOOL))
    )
    enrolments: dict[str, list[Enrolment]] = {}
    rows = db.session.execute(
        select(Enrolment, Person.email_key)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.cohort_id.in_(answered), Enrolment.status.in_(LIVE))
        .options(joinedload(Enrolment.cohort, innerjoin=True).joinedload(Cohort.edition, innerjoin=True))
        .order_by(Enrolment.entered_on.desc(), Enrolment.id)
    )
    people: dict[uuid.UUID, list[Enrolment]] = {}
    for enrolment, address in rows:
        enrolments.setdefault(address, []).append(enrolment)
        people.setdefault(enrolment.person_id, []).append(enrolment)
    said = select(PlatformAccount.identifier_key, PlatformAccount.person_id).where(
        PlatformAccount.person_id.in_(people)
    )
    for identifier, person_id in db.session.execute(said):
        enrolments.setdefault(identifier, []).extend(people[person_id])
    modules = {}
    editions = select(Cohort.edition_id).where(Cohort.id.in_(answered))
    for module in db.session.scalars(select(Module).join(Edition).where(Edition.id.in_(editions))):
        modules[module.edition_id, sort_key(module.code)] = module
        modules[module.edition_id, sort_key(module.name)] = module
    resources = {
        (resource.module_id, sort_key(resource.title)): resource
        for resource in db.session.scalars(
            select(Resource).join(Module, Module.id == Resource.module_id).where(Module.edition_id.in_(editions))
        )
    }
    own = select(Enrolment.id).where(Enrolment.cohort_id.in_(answered))
    entries = db.session.scalars(select(HoursEntry).where(HoursEntry.enrolment_id.in_(own))).all()
    return _Known(
        enrolments,
        modules,
        resources,
        {(e.enrolment_id, e.source_key): e for e in entries if e.source_key},
        {(e.enrolment_id, e.resource_id): e for e in entries if e.resource_id and e.status is not EntryStatus.REFUSED},
    )


def _match(row: Row, known: _Known) -> tuple[Enrolment, ImportedLine] | str:
    """Return the learner and the line a row stands for, or why it is left aside."""
    values = row.values
    candidates = known.enrolments.get(values["email"].casefold(), ())
    if not candidates:
        return f"Personne de vos promotions n’a l’adresse ou l’identifiant « {values['email']} » : cette ligne est laissée de côté."
    for enrolment in candidates:
        module = known.modules.get((enrolment.cohort.edition_id, sort_key(values["module"])))
        if module is not None:
            return enrolment, _line(values, enrolment, module, known)
    return f"« {values['module']} » n’est pas un module de son parcours : cette ligne est laissée de côté."


def _line(values: Mapping[str, Any], enrolment: Enrolment, module: Module, known: _Known) -> ImportedLine:
    title, done_on = values["title"] or "", values["done_on"] or clock.today()
    resource = known.resources.get((module.id, sort_key(title)))
    told: tuple[Any, ...] = (
        ("line", values["line"]) if values["line"] else (module.code, title, values["done_on"], values["minutes"])
    )
    key = hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()
    return ImportedLine(
        enrolment.id, module.id, resource.id if resource else None, values["minutes"], done_on, title[:500], key
    )


def _check(body: Organisation, rows: Sequence[Row]) -> list[Problem]:
    known, problems, seen = _known(body), [], set()
    for row in rows:
        matched = _match(row, known)
        done_on: date | None = row.values["done_on"]
        if done_on is not None and done_on > clock.today():
            problems.append(Problem("Cette date est à venir.", row.number))
        if isinstance(matched, str):
            problems.append(Problem(matched, row.number, blocks=False, link=_settling(body, row, known)))
            continue
        enrolment, line = matched
        if (enrolment.id, line.key) in known.keys or (enrolment.id, line.key) in seen:
            problems.append(
                Problem("Cette ligne est déjà importée : elle ne compte pas deux fois.", row.number, blocks=False)
            )
        seen.add((enrolment.id, line.key))
    return problems


def _settling(body: Organisation, row: Row, known: _Known) -> tuple[str, str] | None:
    """Return where to say whose an identifier is, when it is nobody's (R121)."""
    identifier = str(row.values["email"])
    if identifier.casefold() in known.enrolments:
        return None
    return "Dire à qui il est", f"/heures-a-valider/identifiants/{body.id}?identifiant={quote(identifier)}"


def _write(body: Organisation, rows: Sequence[Row], by: Principal) -> str:
    """Write each line matched once; a resource its learner had declared is confirmed instead of doubled."""
    known, written, aside = _known(body), 0, 0
    seen = set(known.keys)
    for row in rows:
        matched = _match(row, known)
        if isinstance(matched, str):
            aside += 1
            continue
        enrolment, line = matched
        if (enrolment.id, line.key) in seen:
            continue
        seen.add((enrolment.id, line.key))
        declared = known.followed.get((enrolment.id, line.resource_id)) if line.resource_id else None
        if declared is None:
            hours.take_imported(enrolment, line, by=by)
        elif declared.status is EntryStatus.DECLARED and policy.allows(by, Permission.PORTFOLIO_HOURS_SETTLE, declared):
            hours.settle([declared], EntryAct.CONFIRM, reason="", by=by)
        written += 1
    told = f"{plural(written, 'ligne importée', 'lignes importées')}"
    return f"{told}, {plural(aside, 'ligne laissée', 'lignes laissées')} de côté." if aside else f"{told}."


def _sample(_body: Organisation) -> list[dict[str, Any]]:
    """Return two invented lines."""
    on = clock.today()
    return [
        {
            "email": "alix.roy@grand-chene.example",
            "module": "M1",
            "title": "Introduction",
            "minutes": 45,
            "done_on": on,
        },
        {"email": "aroy", "module": "M1", "title": "Travailler ensemble", "minutes": 30, "done_on": on},
    ]


IMPORTS: Final = (
    ImportKind(
        code="e-learning",
        label="Importer l’e-learning",
        lead="L’export de la plateforme, pour toutes vos promotions à la fois : chaque ligne va à l’apprenant·e de cette adresse ou de cet identifiant. Celles que personne ne reconnaît sont listées.",
        permission=Permission.PORTFOLIO_HOURS_IMPORT,
        load=load_body,
        memory=lambda body: body.id,
        fields=_fields,
        check=_check,
        write=_write,
        back=lambda _body: "/heures-a-valider",
        place="Heures à valider",
        sample=_sample,
        notes=(
            "Un identifiant de la plateforme se rattache une fois à une personne ; il est reconnu ensuite.",
            "Une durée sans unité est en minutes, comme la plateforme l’écrit.",
        ),
    ),
)
