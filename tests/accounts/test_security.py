"""What someone with bad intentions tries against accounts: addresses that fold into another's, one that no relay takes."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.accounts.support import mails
from tests.factories import accounts as make
from tests.factories import admissions, cooperation
from training.accounts.models import Invitation, Person
from training.accounts.rules import email_key
from training.common import emails, import_cells
from training.cooperation.models import PartnerInvitation
from training.database import db

pytestmark = pytest.mark.usefixtures("session")
LOOKALIKE = "marie@bre\u00dfe.example.fr"
"""Another mailbox than marie@bresse.example.fr, which folds into the same key."""


def test_a_lookalike_address_is_never_invited_into_anothers_account(client: Any) -> None:
    make.person("marie@bresse.example.fr")
    assert email_key(LOOKALIKE) == "marie@bresse.example.fr"
    someone = make.person()
    there = cooperation.partnership(someone)
    make.sign_in(client, someone)
    by_partner = client.post(f"/cooperation/{there.id}/personnes", data={"email": LOOKALIKE, "role": "partner"})
    body = make.organisation()
    make.sign_in(client, make.manager(body))
    by_manager = client.post(f"/organisations/{body.code}/equipe", data={"email": LOOKALIKE, "function": "reader"})

    assert (by_partner.status_code, by_manager.status_code) == (422, 422)
    assert emails.NOT_PLAIN in by_partner.text
    assert db.session.scalars(select(PartnerInvitation)).all() == []
    assert db.session.scalars(select(Invitation)).all() == []


@pytest.mark.parametrize("address", ["\u00e9lodie@exemple.fr", "\uff21@exemple.fr", LOOKALIKE])
def test_an_address_the_relay_cannot_write_to_is_told_at_its_field(client: Any, address: str) -> None:
    answer = client.post("/connexion/creer-un-compte", data={"email": address})
    assert answer.status_code == 422
    assert emails.NOT_PLAIN in answer.text
    assert mails() == []


@pytest.mark.parametrize(
    "address",
    [
        "a..b@exemple.fr",
        "\u00e9lodie@exemple.fr",
        LOOKALIKE,
        "a@-b.fr",
        f"{'a' * 250}@exemple.fr",
        f"a@{'.' * 60_000} x",
    ],
)
def test_a_spreadsheet_brings_no_address_one_cannot_write_to(address: str) -> None:
    with pytest.raises(ValueError, match="n’est pas une adresse"):
        import_cells.email(address)


def test_a_calls_contact_is_an_address_answers_can_go_to(client: Any) -> None:
    call = admissions.call()
    someone = db.session.scalars(select(Person).where(Person.id == admissions.manager(call).person_id)).one()
    make.sign_in(client, someone)
    data = {"title": "Appel", "presentation": "", "contact_email": "\u00e9lodie@exemple.fr"}
    answer = client.post(f"/appels/{call.code}/reglages/presentation", data=data)
    assert emails.NOT_PLAIN in answer.text
