"""What someone with bad intentions tries with a mémoire: a link kept after one no longer answers for the structure."""

from typing import Any

from tests.defences.test_memoire_pages import shared
from tests.factories import accounts
from tests.factories.portfolio import Pair
from training.accounts.enums import Function
from training.accounts.services import functions
from training.common import links


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
