"""A member narrowed to a region or to départements does nothing beyond them (R8, R95)."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, scoped_session

from tests.factories import accounts as make
from training.accounts import structure_queries
from training.accounts.enums import Function
from training.accounts.models import Organisation, Person, Structure
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy

NARROWED = ({"region_code": "BFC"}, {"departements": ["21"]})


@pytest.fixture
def federation(session: scoped_session[Session]) -> Organisation:
    return make.organisation("femasco")


def holding(*held: tuple[Function, Organisation | Structure], **scope: object) -> Person:
    someone = make.person()
    for function, body in held:
        make.membership(someone, function, body, **scope)
    return someone


def away() -> tuple[Organisation, Structure]:
    """A federation of another region, and a structure there."""
    make.departement("69", "Rhône", region_code="ARA")
    return make.organisation("ara", region_code="ARA"), make.structure(departement_code="69")


def may(someone: Person, act: str, structure: Structure | None) -> bool:
    return policy.allows(make.principal(someone), Permission(f"accounts:{act}"), structure)


def sees(acting: Principal, structure: Structure) -> bool:
    try:
        return structure_queries.structure(acting, structure.id) is structure
    except NotFound:
        return False


@pytest.mark.parametrize("scope", NARROWED)
def test_a_narrowed_manager_does_not_manage_the_team(
    client: FlaskClient, federation: Organisation, scope: dict[str, object]
) -> None:
    make.departement()
    boss = make.manager(federation)
    other = make.membership(make.person(), Function.READER, federation)
    make.sign_in(client, holding((Function.MANAGER, federation), **scope))
    fields = {"email": "new@example.org", "function": "manager"}
    answers = (
        client.get("/organisations/femasco/equipe"),
        client.post("/organisations/femasco/equipe", data=fields),
        client.post(f"/organisations/femasco/equipe/{other.id}/fin", data={"reason": "Départ."}),
    )
    assert [answer.status_code for answer in answers] == [403] * 3
    make.sign_in(client, boss)
    assert client.post("/organisations/femasco/equipe", data=fields).status_code == 303


def test_the_rights_held_in_one_body_are_not_used_on_the_structures_of_another(federation: Organisation) -> None:
    other, there = away()
    here = make.structure()
    someone = holding((Function.READER, federation), (Function.MANAGER, other))
    assert (may(someone, "structure:read", here), may(someone, "structure:edit", here)) == (True, False)
    assert (may(someone, "dues:record", here), may(someone, "dues:record", there)) == (False, True)
    assert may(someone, "structure:edit", None)


def test_representing_a_structure_and_keeping_another_register_do_not_add_up(federation: Organisation) -> None:
    _other, there = away()
    someone = holding((Function.MANAGER, federation), (Function.REPRESENTATIVE, there))
    assert (may(someone, "structure:read", there), may(someone, "structure:edit", there)) == (True, False)


@pytest.mark.parametrize(("scope", "seen"), [({"departements": ["25"]}, False), ({"departements": ["21"]}, True)])
def test_a_narrowed_capacity_reaches_its_departements_only(
    federation: Organisation, scope: dict[str, object], seen: bool
) -> None:
    make.departement("25", "Doubs")
    structure = make.structure()
    someone = holding((Function.MANAGER, federation), **scope)
    acting = make.principal(someone)
    assert may(someone, "structure:edit", structure) is seen
    assert sees(acting, structure) is seen
    assert [d.code for d in structure_queries.departements_for(acting)] == scope["departements"]
    assert list(structure_queries.register_keepers_of(acting, structure)) == ([federation] if seen else [])


def test_the_query_and_the_rule_agree_on_every_pair(federation: Organisation) -> None:
    other, there = away()
    make.departement("25", "Doubs")
    structures = (make.structure(), make.structure(departement_code="25"), there)
    crowd = [make.manager(federation), holding((Function.READER, other), region_code="ARA")]
    crowd.append(holding((Function.READER, federation), region_code="ARA"))
    crowd.append(holding((Function.MANAGER, federation), (Function.READER, other), departements=["25"]))
    found = [[sees(make.principal(someone), structure) for structure in structures] for someone in crowd]
    assert found == [[may(someone, "structure:read", structure) for structure in structures] for someone in crowd]
    assert found == [[True, True, False], [False, False, True], [False] * 3, [False, True, False]]


def test_a_structure_is_not_moved_out_of_ones_scope(client: FlaskClient, federation: Organisation) -> None:
    make.departement("25", "Doubs")
    structure = make.structure()
    make.sign_in(client, holding((Function.MANAGER, federation), departements=["21"]))
    fields = {"name": "MSP", "kind": "msp", "departement_code": "25", "city": "Besançon"}
    assert client.post(f"/structures/{structure.id}/modifier", data=fields).status_code == 422
    assert client.post(f"/structures/{structure.id}/modifier", data={**fields, "departement_code": "21"}).location
