"""What someone with bad intentions tries with mémoires and juries: a link kept after leaving, a code no keypad types."""

import uuid
from typing import Any

from tests.defences.test_memoire_pages import shared
from tests.factories import accounts
from tests.factories.portfolio import Pair
from training.accounts.enums import Function
from training.accounts.services import functions
from training.common import links
from training.defences.rules import juries


def test_whoever_no_longer_represents_the_structure_no_longer_agrees_for_it(
    pair: Pair, client: Any, session: Any
) -> None:
    someone = accounts.person()
    held = accounts.membership(someone, Function.REPRESENTATIVE, pair.enrolment.structure)
    memoire = shared(pair)
    address = f"/memoires/{memoire.id}/accord"
    client.post(f"/acces/{links.issue('memoire_sharing', memoire, bearer_id=someone.id)}")
    assert client.get(address).status_code == 200
    functions.end(held, "Elle a quitté la structure", by=accounts.principal(accounts.administrator()))

    assert client.get(address).status_code in {303, 404}
    assert client.post(address, data={"signatory": "Mme Lenoir"}).status_code in {303, 404}
    session.refresh(memoire)
    assert memoire.structure_agreed_at is None


def test_a_code_typed_in_other_figures_is_only_wrong() -> None:
    juror, key = uuid.uuid4(), "k" * 32
    code = juries.code_of(juror, 1, key)
    assert juries.is_code(f" {code[:3]} {code[3:]}", juror, 1, [key])
    for typed in ("\u00b2\u0663\u0664", f"{code}\u00b2", ""):
        assert juries.is_code(typed, juror, 1, [key]) is (typed.startswith(code))
