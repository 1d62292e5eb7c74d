"""People and bodies for tests: each function adds a row to ``db.session``, flushes it and returns it."""

import itertools
import uuid
from typing import Any, Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from training.accounts import queries, rules, secrecy
from training.accounts.enums import Function, OrganisationKind, SecondFactorKind, SignInMethod, StructureKind
from training.accounts.models import Departement, Membership, Organisation, Person, Region, SignIn, Structure
from training.accounts.services import sign_ins
from training.common import clock
from training.common.policy import Principal
from training.database import db

PASSWORD: Final = "une phrase assez longue"
HASHED: Final = secrecy.CHEAP.hash(PASSWORD)
_numbers = itertools.count(1)


def _added(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def region(code: str = "BFC", name: str = "Bourgogne-Franche-Comté") -> Region:
    """A region, made once."""
    found = db.session.get(Region, code)
    made: Region = found or _added(Region(code=code, name=name))
    return made


def departement(code: str = "21", name: str = "Côte-d’Or", *, region_code: str = "BFC") -> Departement:
    """A département, made once; its region too."""
    found = db.session.get(Departement, code)
    if found is None:
        region(region_code, region().name if region_code == "BFC" else region_code)
        found = _added(Departement(code=code, name=name, region_code=region_code))
    return found


def organisation(code: str | None = None, **values: Any) -> Organisation:
    """A federation of Bourgogne-Franche-Comté, unless said otherwise."""
    number = next(_numbers)
    if "region_code" not in values:
        region()
    made: Organisation = _added(
        Organisation(
            **{
                "code": code or f"body-{number}",
                "name": f"Fédération {number}",
                "short_name": f"Féd. {number}",
                "kind": OrganisationKind.FEDERATION,
                "region_code": "BFC",
                **values,
            }
        )
    )
    return made


def structure(name: str | None = None, **values: Any) -> Structure:
    """An MSP of the Côte-d’Or, unless said otherwise."""
    name = name or f"MSP numéro {next(_numbers)}"
    departement_code = values.pop("departement_code", "21")
    if db.session.get(Departement, departement_code) is None:
        departement(departement_code)
    made: Structure = _added(
        Structure(
            **{
                "name": name,
                "sort_key": rules.sort_key(name),
                "kind": StructureKind.MSP,
                "departement_code": departement_code,
                "city": "Dijon",
                **values,
            }
        )
    )
    return made


def person(email: str | None = None, *, password: bool = True, **values: Any) -> Person:
    """A person with a name, a confirmed address and, unless refused, the password :data:`PASSWORD`."""
    number = next(_numbers)
    email = email or f"personne.{number}@example.org"
    first_name = values.pop("first_name", "Camille")
    last_name = values.pop("last_name", f"Roy {number}")
    made: Person = _added(
        Person(
            id=values.pop("id", None) or uuid.uuid4(),
            email=email,
            email_key=rules.email_key(email),
            first_name=first_name,
            last_name=last_name,
            sort_key=rules.sort_key(last_name, first_name),
            confirmed_at=values.pop("confirmed_at", clock.now()),
            password=HASHED if password else None,
            **values,
        )
    )
    return made


def membership(
    someone: Person, function: Function, body: Organisation | Structure | None = None, **values: Any
) -> Membership:
    """A function held now; an administrator's is in no body."""
    made: Membership = _added(
        Membership(
            person_id=someone.id,
            function=function,
            organisation_id=body.id if isinstance(body, Organisation) else None,
            structure_id=body.id if isinstance(body, Structure) else None,
            **values,
        )
    )
    return made


def manager(body: Organisation | None = None, **values: Any) -> Person:
    """A manager of ``body``, or of a new federation."""
    someone = person(**values)
    membership(someone, Function.MANAGER, body or organisation())
    return someone


def administrator(**values: Any) -> Person:
    """The administrator."""
    someone = person(**values)
    membership(someone, Function.ADMINISTRATOR)
    return someone


def principal(someone: Person) -> Principal:
    """The person as services receive her, with all her functions."""
    return queries.principal_of(someone)


def sign_in_row(someone: Person, *, second_factor: SecondFactorKind | None = None, own_device: bool = False) -> SignIn:
    """A device on which the person is signed in."""
    return sign_ins.start(
        someone,
        method=SignInMethod.PASSWORD,
        device="Firefox sur Linux",
        second_factor=second_factor,
        own_device=own_device,
    )


def sign_in(client: FlaskClient, someone: Person, *, second_factor: SecondFactorKind | None = None) -> SignIn:
    """Sign the browser in without going through the page, as fast as tests of other things want it."""
    row = sign_in_row(someone, second_factor=second_factor)
    key, person_id = str(row.id), str(someone.id)
    db.session.commit()
    with client.session_transaction() as session:
        session["_user_id"] = key
        session["_fresh"] = True
        session["last_person"] = person_id
    return row


def sign_in_by_password(client: FlaskClient, email: str, password: str = PASSWORD, **fields: str) -> TestResponse:
    """Sign the browser in through the page, as a person does."""
    answer: TestResponse = client.post("/connexion", data={"email": email, "password": password, **fields})
    return answer
