"""Every kind of person on every address, with an object of the right region and one of another (design: rights).

What is expected stands in ``RIGHTS``, written from the rules of the house and not from its code: for each
permission, who is entitled on the objects of Bourgogne-Franche-Comté, and who on those of
Auvergne-Rhône-Alpes. Whoever is not entitled is led to the sign-in page (nobody), refused (403) or told that there
is no such thing (404: another organisation's object is always that), and nothing is committed for her.
"""

import dataclasses
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask, has_request_context
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.house.admission_rights import ADMISSIONS
from tests.house.attendance_rights import ATTENDANCE, DOOR, LOCKING, NOT_THERE
from tests.house.cohort_life_rights import COHORT_LIFE, NO_LIFE
from tests.house.cooperation_rights import ABSENT, COOPERATION
from tests.house.defence_rights import DEFENCES, NO_DEFENCE
from tests.house.diploma_rights import DIPLOMAS, NO_DIPLOMA
from tests.house.quality_rights import NO_EVIDENCE, QUALITY
from tests.house.twin_rights import NO_PAIR, TWINS
from tests.journeys.people import ACCOUNTS, EVERYBODY, NOWHERE, Region, region, sign_in
from training.accounts.models import Person
from training.admissions.models import Application
from training.common.policy import Permission
from training.database import db

P = Permission
SIGNED_IN: Final = f"newcomer {' '.join(ACCOUNTS)}"
ANYONE: Final = "*"
NO_ONE: Final = ""

# R97: relay_bfc is a relay trainer of Promo 8 and a manager of its federation; her rights add up.
BFC_STAFF: Final = "bfc relay_bfc"
BFC_READERS: Final = f"{BFC_STAFF} ars_bfc ehesp"
ARA_READERS: Final = "ara ars_ara ehesp"
MANAGERS: Final = "bfc relay_bfc ara occ ars_bfc ars_ara ehesp facs"

RIGHTS: Final[dict[Permission, tuple[str, str]]] = {
    # permission: who on the objects of BFC, who on those of ARA
    P.ACCOUNTS_ACCOUNT_MANAGE: (SIGNED_IN, SIGNED_IN),
    P.ACCOUNTS_DUES_RECORD: (f"admin {BFC_STAFF}", "admin ara"),
    P.ACCOUNTS_INVITATION_SEND: (f"admin {BFC_STAFF}", "admin ara"),
    P.ACCOUNTS_LINK_HAND_OVER: (f"admin {MANAGERS}", f"admin {MANAGERS}"),
    P.ACCOUNTS_PEOPLE_READ: ("admin", "admin"),
    P.ACCOUNTS_PERSON_MANAGE: ("admin", "admin"),
    P.ACCOUNTS_SIGN_IN_USE: (ANYONE, ANYONE),
    P.ACCOUNTS_STRUCTURE_EDIT: (f"admin {BFC_STAFF}", "admin ara"),
    P.ACCOUNTS_STRUCTURE_READ: (f"admin {BFC_STAFF} president", "admin ara"),
    **TWINS,
    **ADMISSIONS,
    P.CATALOGUE_EDITION_COPY: (f"{BFC_STAFF} ehesp", "ara ehesp"),
    P.CATALOGUE_EDITION_EDIT_CARRIER_PART: (BFC_STAFF, "ara"),
    P.CATALOGUE_EDITION_EDIT_SCHOOL_PART: ("ehesp", "ehesp"),
    P.CATALOGUE_EDITION_PUBLISH: ("ehesp", "ehesp"),
    P.CATALOGUE_EDITION_READ: (ANYONE, ANYONE),
    P.CATALOGUE_EDITION_SETTLE: (f"{BFC_STAFF} ehesp", "ara ehesp"),
    P.CATALOGUE_PROGRAMME_READ: (ANYONE, ANYONE),
    P.COHORTS_CIVIL_READ: (f"{BFC_STAFF} ehesp", "ara ehesp"),
    P.COHORTS_COHORT_LIST: (SIGNED_IN, SIGNED_IN),
    P.COHORTS_COHORT_MANAGE: (BFC_STAFF, "ara"),
    P.COHORTS_COHORT_OPEN: (MANAGERS, MANAGERS),
    P.COHORTS_COHORT_READ: (f"{BFC_READERS} learner_bfc", f"{ARA_READERS} relay_ara learner_ara"),
    P.COHORTS_ENROLMENT_MANAGE: (BFC_STAFF, "ara"),
    P.COHORTS_ENROLMENT_READ: (f"{BFC_READERS} learner_bfc", f"{ARA_READERS} relay_ara learner_ara"),
    P.COHORTS_LEARNERS_READ: (f"{BFC_READERS} learner_bfc", f"{ARA_READERS} relay_ara learner_ara"),
    P.COHORTS_TRAINER_APPROVE: ("ehesp", "ehesp"),
    P.COHORTS_TRAINER_ASSIGN: (BFC_STAFF, "ara"),
    **ATTENDANCE,
    **COHORT_LIFE,
    **COOPERATION,
    **DEFENCES,
    **DIPLOMAS,
    **QUALITY,
    P.DESK_HOME_READ: (ANYONE, ANYONE),
    P.DESK_SEARCH_USE: (SIGNED_IN, SIGNED_IN),
    P.DEVELOPMENT_MAILBOX_READ: (ANYONE, ANYONE),
    P.FILE_READ: (BFC_STAFF + " ars_bfc ehesp committee", ARA_READERS),
    P.HEALTH_READ: (ANYONE, ANYONE),
    P.IMPORT_USE: (SIGNED_IN, SIGNED_IN),  # what may be imported is the kind's own right: 404 without it
    P.LINK_OPEN: (ANYONE, ANYONE),
    P.OUTBOX_WATCH: ("admin", "admin"),
    P.PORTFOLIO_HOURS_IMPORT: (MANAGERS, MANAGERS),
    P.PORTFOLIO_HOURS_LOG: ("learner_bfc", "learner_ara"),
    P.PORTFOLIO_HOURS_SETTLE: ("relay_bfc ehesp", "relay_ara ehesp"),
    P.PORTFOLIO_LEARNERS_READ: (SIGNED_IN, SIGNED_IN),
    P.PORTFOLIO_PATH_OPEN: (SIGNED_IN, SIGNED_IN),
    P.PORTFOLIO_PATH_READ: (f"{BFC_STAFF} ehesp learner_bfc president", "ara ehesp relay_ara learner_ara"),
    P.PORTFOLIO_QUEUE_READ: (SIGNED_IN, SIGNED_IN),
    P.PORTFOLIO_TRACER_COLLECT: (f"{BFC_STAFF} ehesp", "ara ehesp relay_ara"),
    P.PORTFOLIO_TRACER_DEPOSIT: ("learner_bfc", "learner_ara"),
    P.PORTFOLIO_TRACER_READ: (f"{BFC_STAFF} ehesp learner_bfc", "ara ehesp relay_ara learner_ara"),
    P.PORTFOLIO_TRACER_REVIEW: ("relay_bfc", "relay_ara"),
    P.PORTFOLIO_TRACER_SET_ASIDE: (BFC_STAFF, "ara relay_ara"),
    P.PUBLIC_READ: (ANYONE, ANYONE),
    P.SEMINARS_CALENDAR_READ: (SIGNED_IN, SIGNED_IN),
    P.SEMINARS_FEED_MANAGE: (BFC_STAFF, "ara"),  # of a cohort; one's own is everybody's, see OWN_FEED
    P.SEMINARS_FEED_READ: (ANYONE, ANYONE),
    P.SEMINARS_SEMINAR_PLAN: (BFC_STAFF, "ara"),
    P.SEMINARS_SEMINAR_READ: (f"{BFC_READERS} learner_bfc", f"{ARA_READERS} relay_ara learner_ara"),
}

OWN_FEED: Final = "/calendrier/abonnement"
NARROWER: Final[dict[str, tuple[str, str]]] = {
    "admissions_batches.choose": (BFC_STAFF, "ara"),
    "admissions_batches.take": (BFC_STAFF, "ara"),
    "cohorts.close_risk": (BFC_STAFF, "ara relay_ara"),
    "cohorts.edit_note": (BFC_STAFF, "ara relay_ara"),
    "cohorts.note_form": (BFC_STAFF, "ara relay_ara"),
    "cohorts.raise_risk": (BFC_STAFF, "ara relay_ara"),
    "cohorts.risk_end_form": (BFC_STAFF, "ara relay_ara"),
    "cohorts.risk_form": (BFC_STAFF, "ara relay_ara"),
    "cohorts.write_note": (f"{BFC_STAFF}", "ara relay_ara"),
}
"""Views that ask for reading, then for more: a learner reads the page of her path, she writes no note on it; whoever
reads a selection takes the acts that are hers (here: declaring files admissible)."""

WITHOUT_OBJECT: Final = {
    P.ACCOUNTS_STRUCTURE_EDIT: f"admin {BFC_STAFF} ara occ facs",
    P.ADMISSIONS_MESSAGE_SEND: MANAGERS,
    P.ACCOUNTS_STRUCTURE_READ: f"admin {BFC_STAFF} ara occ facs",
    P.QUALITY_QUESTIONNAIRE_MANAGE: f"{BFC_STAFF} ara occ ehesp",
    P.QUALITY_QUESTIONNAIRE_READ: f"{BFC_STAFF} ara occ ehesp",
}
"""Lists and blank forms of the register of structures, and of questionnaires: every body that keeps some, in Occitanie too."""

OPEN_OBJECTS: Final = (
    "/appels/", "/organisations/", "/programmes/", "/comptes/", "/courriels-en-attente/", "/cooperation/dispositifs/", "/cooperation/grilles/",
)  # fmt: skip
"""Objects that are public, or of the administrator alone: acting on them without the right answers 403, not 404."""

NOT_ENTITLED: Final = {403, 404}
ENTITLED_GET: Final = {200, 303, 409, 410}
ENTITLED_POST: Final = {200, 302, 303, 409, 410, 413, 422, 429}

WITHOUT_AN_OBJECT: Final = frozenset(
    {
        "draft_file_id", "version_id", "entry_id", "template_id", "invitation_id", "mail_id", "sign_in_id", "passkey_id", "secret", "name", "number", "tracer", "group", "resource",
        "path", "module", "membership_id", "assignment_id", "meeting_id", "slot_id", "grid_id", "kind", "line_id", "mailing_id", "member_id", "run_id", "share_id",
    }
)  # fmt: skip
"""Variables for which a region has perhaps nothing: the entitled are then told so (404)."""

MISSING: Final = (
    WITHOUT_AN_OBJECT | ABSENT | NOT_THERE | NO_PAIR | NO_LIFE | NO_DEFENCE | NO_DIPLOMA | NO_EVIDENCE
)  # fmt: skip
STATIC: Final = ("static",)
ACTS: Final = {
    "admissions_batches": "admit", "admissions_staff": "withdraw", "cohorts": "clore", "cooperation": "finaliser", "seminars": "annuler",
    "transfers": "retirer",
}  # fmt: skip


@dataclasses.dataclass(slots=True)
class House:
    """An application on the demonstration, put back as it was after each act that was committed."""

    app: Flask
    path: Path
    kept: Path
    commits: list[str] = dataclasses.field(default_factory=list)

    def keep(self) -> None:
        """Remember the database as it is now."""
        with self.app.app_context():
            db.session.remove()
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            db.engine.dispose()
        shutil.copyfile(self.path, self.kept)

    def put_back(self) -> None:
        """Undo what was committed since."""
        if not self.commits:
            return
        self.commits.clear()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.path)


@pytest.fixture
def house(app: Flask, tmp_path: Path) -> Iterator[House]:
    """The house on the demonstration."""
    with app.app_context():
        path = Path(str(db.engine.url.database))
    made = House(app, path, tmp_path / "kept.sqlite3")

    def note(_session: Session) -> None:
        if has_request_context():
            made.commits.append("committed")

    event.listen(db.session.session_factory, "after_commit", note)
    yield made
    event.remove(db.session.session_factory, "after_commit", note)


@pytest.fixture
def regions(app: Flask) -> dict[str, Region]:
    """The two regions that must not see each other."""
    return {
        "BFC": region(
            app, call="DEMO-OUVERT", cohort="BFC-P8", organisation="FEMASCO-BFC", edition="PACTE-BFC-P8",
            structure="MSP des Deux Rives", learner=ACCOUNTS["learner_bfc"], partnership="Santé en vallée de la Lauze",
        ),
        "ARA": region(
            app, call="ARA-2", cohort="ARA-1", organisation="GRCS-ARA", edition="PACTE-ARA-1",
            structure="MSP des Étangs clairs", learner=ACCOUNTS["learner_ara"], partnership="Garrigue en santé",
        ),
    }  # fmt: skip


def addresses(app: Flask) -> list[Rule]:
    """Every address of the house that a person may try."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in STATIC]


def permission_of(app: Flask, rule: Rule) -> Permission:
    """Return what the view of an address is stamped with."""
    view: Any = app.view_functions[rule.endpoint]
    return Permission(view.__permission__)


def address_of(rule: Rule, there: Region) -> str:
    """Build the address on the objects of a region."""
    room = rule.endpoint.partition(".")[0]
    known = dataclasses.asdict(there)
    values: dict[str, str] = {}
    for name in rule.arguments:
        if name == "code":
            values[name] = _code(rule, there)
        elif name == "act":
            values[name] = "abandon" if "enrolment_id" in rule.arguments else ACTS[room]
        elif name == "section":
            values[name] = "pieces" if rule.rule.endswith("nouveau") else "presentation"
        elif name == "programme":
            values[name] = "PACTE"
        elif name == "step":
            values[name] = "lancer"
        elif name == "item":
            values[name] = "1.1"
        elif name == "number":
            values[name] = "1"
        elif name == "evidence_list":
            values[name] = "memoires"
        else:
            values[name] = known.get(name, NOWHERE if "uuid" in rule.rule.partition(name)[0][-6:] else "inconnu-0")
    built = rule.build({name: uuid.UUID(v) if _is_uuid(v) else v for name, v in values.items()}, append_unknown=False)
    assert built is not None
    return built[1]


def _code(rule: Rule, there: Region) -> str:
    room = rule.endpoint.partition(".")[0]
    if "application_id" in rule.arguments:
        return "cv"
    if room.startswith("admissions"):
        return there.call
    return {"accounts": there.organisation, "catalogue": "PACTE"}.get(room, there.cohort)


def _is_uuid(value: str) -> bool:
    try:
        uuid.UUID(value)
    except ValueError:
        return False
    return True


def is_entitled(who: str, rule: Rule, permission: Permission, where: str) -> bool:
    """What RIGHTS says."""
    if rule.rule.startswith(OWN_FEED):
        return who != "nobody"
    row = NARROWER.get(rule.endpoint, RIGHTS[permission])
    allowed = row[0 if where == "BFC" else 1]
    if not rule.arguments and allowed != ANYONE:  # no object: whoever has the right somewhere
        allowed = WITHOUT_OBJECT.get(permission, " ".join(RIGHTS[permission]))
    return allowed == ANYONE or who in allowed.split()


def has_a_part(who: str, where: str) -> bool:
    """Whether this person sees anything of the region's at all."""
    return any(who in row[0 if where == "BFC" else 1].split() for row in RIGHTS.values() if row[0] != row[1])


def test_the_table_tells_every_permission_a_view_asks(app: Flask) -> None:
    asked = {permission_of(app, rule) for rule in addresses(app)}
    assert asked <= RIGHTS.keys(), asked - RIGHTS.keys()


@pytest.mark.demo
@pytest.mark.parametrize("who", EVERYBODY)
def test_every_address_answers_a_person_as_her_rights_say(house: House, regions: dict[str, Region], who: str) -> None:
    client = sign_in(house.app, who)
    cookie = client.get_cookie("session")
    house.keep()
    house.commits.clear()
    wrong: list[str] = []
    for rule in addresses(house.app):
        permission = permission_of(house.app, rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for where, there in regions.items():
                if where == "ARA" and not rule.arguments:
                    continue  # the same address
                address = address_of(rule, there)
                answer = _ask(client, method, address)
                entitled = is_entitled(who, rule, permission, where)
                fault = _fault(who, rule, where, answer, method, entitled=entitled)
                if not entitled and house.commits:
                    fault += " and something was committed"
                if fault:
                    wrong.append(f"{who}: {method} {address} ({permission}, {where}): {fault}")
                house.put_back()
                if cookie is not None:
                    client.set_cookie("session", cookie.value)
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong)


def _ask(client: FlaskClient, method: str, address: str) -> TestResponse:
    if method == "GET":
        return client.get(address)
    return client.post(address, data={})


def _fault(who: str, rule: Rule, where: str, answer: TestResponse, method: str, *, entitled: bool) -> str:
    """Return what is wrong with an answer, in words, or nothing."""
    status = answer.status_code
    if status >= 500 and not (rule.rule == "/sante" and status == 503):
        return f"failed with {status}"
    if entitled:
        expected = (ENTITLED_GET if method == "GET" else ENTITLED_POST) | {302}
        absent = bool(rule.arguments & MISSING) or (
            rule.rule.startswith((OWN_FEED, DOOR, "/promotions/<code>/cal")) or rule.rule.endswith(LOCKING)
        )
        if status == 303 and who != "nobody" and answer.location.startswith("/connexion?"):
            return "asked to sign in again"
        return "" if status in expected or (absent and status == 404) or status == 503 else f"entitled, got {status}"
    if who == "nobody":
        asked = status == 303 and answer.location.startswith("/connexion")
        return "" if asked or status == 404 else f"nobody, got {status} {answer.location}"
    if rule.arguments and not has_a_part(who, where) and not rule.rule.startswith(OPEN_OBJECTS):
        return "" if status == 404 else f"another’s object, got {status}"
    return "" if status in NOT_ENTITLED else f"not entitled, got {status}"


@pytest.mark.demo
def test_reviewers_do_not_see_her_photo(house: House, regions: dict[str, Region]) -> None:
    """Those who judge a file read its pieces without its photo (R113)."""
    photo, cv = f"/fichiers/{regions['BFC'].photo_id}", f"/fichiers/{regions['BFC'].file_id}"
    for who in ("bfc", "ars_bfc", "ehesp", "committee"):
        client = sign_in(house.app, who)
        assert client.get(cv).status_code == 200, who
        assert client.get(photo).status_code == (200 if who == "bfc" else 404), who


@pytest.mark.demo
def test_her_own_file_is_hers_alone(house: House) -> None:
    """The applicant's pages answer the applicant; to everybody else her draft does not exist (R88)."""
    with house.app.app_context():
        own = db.session.scalars(
            select(Application.id)
            .join(Person, Person.id == Application.person_id)
            .where(Person.email == ACCOUNTS["candidate"])
        ).one()
    pages = ("", "/structure", "/situation", "/engagements", "/pieces", "/depot", "/retrait")
    she = sign_in(house.app, "candidate")
    for page in pages:
        assert she.get(f"/candidatures/{own}{page}").status_code == 200, page
    for who in EVERYBODY:
        if who in {"candidate", *BFC_STAFF.split()}:
            continue
        client = sign_in(house.app, who)
        for page in pages:
            status = client.get(f"/candidatures/{own}{page}").status_code
            assert status == (303 if who == "nobody" else 404), f"{who} on {page}: {status}"
    for who in BFC_STAFF.split():
        client = sign_in(house.app, who)
        assert client.get(f"/candidatures/{own}").status_code == 200
        assert {client.get(f"/candidatures/{own}{page}").status_code for page in pages[1:]} == {403}
