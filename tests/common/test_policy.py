import uuid
from types import SimpleNamespace

import pytest

from training.common.policy import (
    NOBODY,
    Capacity,
    LinkRight,
    Permission,
    Policy,
    Predicate,
    Principal,
    anyone,
    has_link,
    holds,
    signed_in,
)

SOMEONE = Principal(person_id=uuid.uuid4(), name="Someone", capacities=(Capacity("manager", "gestion"),))
YES = Predicate("yes", lambda _p, _s: True)
NO = Predicate("no", lambda _p, _s: False)


def test_permissions_stand_in_alphabetical_order_with_unique_values() -> None:
    names = [permission.name for permission in Permission]
    assert names == sorted(names)
    assert all(len(permission.value.split(":")) == 3 for permission in Permission)


def test_predicates_compose() -> None:
    assert (YES & YES)(NOBODY, None)
    assert not (YES & NO)(NOBODY, None)
    assert (NO | YES)(NOBODY, None)
    assert (~NO)(NOBODY, None)


def test_words_of_a_composition_keep_its_meaning() -> None:
    assert ((YES | NO) & ~NO).words == "(yes or no) and not no"


def test_an_unjudged_permission_is_refused() -> None:
    assert not Policy().allows(SOMEONE, Permission.PUBLIC_READ)


def test_a_permission_is_judged_once() -> None:
    policy = Policy()
    policy.grant({Permission.PUBLIC_READ: anyone})
    with pytest.raises(ValueError, match="judged twice"):
        policy.grant({Permission.PUBLIC_READ: signed_in})


def test_functions_are_those_of_the_person_r97() -> None:
    assert holds("reader", "manager")(SOMEONE, None)
    assert not holds("administrator")(SOMEONE, None)
    assert not signed_in(NOBODY, None)


def test_a_link_gives_its_purpose_on_its_subject_and_nothing_else() -> None:
    subject = SimpleNamespace(id=uuid.uuid4())
    bearer = Principal(link=LinkRight("engagement", "application", subject.id, uuid.uuid4()))
    assert has_link("engagement")(bearer, subject)
    assert not has_link("engagement")(bearer, SimpleNamespace(id=uuid.uuid4()))
    assert not has_link("juror")(bearer, subject)
    assert not signed_in(bearer, subject)
