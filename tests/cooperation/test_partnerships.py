"""Partnerships: opened, described, joined by link, left, shared; « qui fait quoi »; kinds of bodies and grids (R84, R128)."""

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts
from tests.factories import cooperation as make
from training.common.errors import Refused
from training.common.mail import OutgoingMail
from training.cooperation.commands import PartnerInvite
from training.cooperation.enums import Role
from training.cooperation.models import Grid, Partnership
from training.cooperation.queries import partnerships as queries
from training.cooperation.services import partnerships


@pytest.fixture
def there(session: Any) -> Partnership:
    """A partnership of two bodies."""
    return make.partnership()


def test_anybody_opens_a_partnership_and_facilitates_it(session: Any, client: Any, page: Any) -> None:
    accounts.region()
    make.kind()
    someone = accounts.person()
    accounts.sign_in(client, someone)
    page("/cooperation/nouveau")
    sent = {"name": "Val", "territories": "Haut val\nBas val", "region": "BFC", "aim": "", "cadence": "yearly"}

    answer = client.post("/cooperation/nouveau", data=sent)
    client.post(f"{answer.location}/ajouter", data={"kind": "cpts", "name": "CPTS du Val", "pivot_access": "Créneaux"})

    shown = page(answer.location)
    assert "CPTS du Val" in shown.text
    assert "Créneaux" in shown.text
    assert "Bas val, Haut val" in page(answer.location.removesuffix("/qui-fait-quoi")).text


@pytest.mark.parametrize(
    ("wrong", "field"), [({"name": " "}, "name"), ({"territories": "\n"}, "territories"), ({"region": "XXX"}, "region")]
)
def test_what_is_missing_is_said_at_its_field(session: Any, client: Any, wrong: dict[str, str], field: str) -> None:
    accounts.region()
    accounts.sign_in(client, accounts.person())
    sent = {"name": "Val", "territories": "Haut val", "region": "BFC", "cadence": "yearly", **wrong}

    answer = client.post("/cooperation/nouveau", data=sent)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_two_partnerships_share_a_territory_r128(session: Any) -> None:
    one, other = make.partnership(territories=("Val",)), make.partnership(territories=("val", "Plaine"))

    assert one.territories[0] in other.territories


def test_a_partner_completes_a_line_and_the_table_leaves_as_a_spreadsheet(
    there: Partnership, client: Any, page: Any
) -> None:
    body = there.bodies[0]
    accounts.sign_in(client, make.member(there, of=body))
    address = f"/cooperation/{there.id}/qui-fait-quoi"
    page(f"{address}/{body.id}")
    sent = {"kind": "cpts", "name": body.name, "area": "La vallée", "contact": "=2+2"}

    assert client.post(f"{address}/{body.id}", data=sent).status_code == 303
    sheet: Any = load_workbook(io.BytesIO(client.get(f"{address}.xlsx").data)).active

    assert [cell.value for cell in sheet[2]][:3] == ["CPTS 1", "CPTS", "La vallée"]
    assert client.get(f"{address}/ajouter").status_code == 403


@pytest.mark.both_engines
def test_two_bodies_of_one_name_are_refused_and_a_former_one_makes_room(there: Partnership, session: Any) -> None:
    partnerships.end_body(there.bodies[0], by=make.leader(there))
    make.body(there, "CPTS 1")
    with pytest.raises(IntegrityError):
        make.body(there, "CPTS 2")
    session.rollback()


def test_an_invitation_is_taken_up_by_its_link_r100(there: Partnership, client: Any, page: Any, session: Any) -> None:
    accounts.sign_in(client, make.facilitator_of(there))
    page(f"/cooperation/{there.id}/personnes")
    sent = {"email": "nadia.venue@example.org", "role": "partner", "body": str(there.bodies[0].id)}
    assert client.post(f"/cooperation/{there.id}/personnes", data=sent).status_code == 303
    mail = session.scalars(select(OutgoingMail)).one()
    secret = re.search(r"/acces/(\S+)", mail.text)
    assert secret is not None
    client.post("/deconnexion")

    assert "Rejoindre un partenariat" in page(f"/acces/{secret[1]}").text
    answer = client.post(f"/acces/{secret[1]}")

    assert answer.status_code == 303
    invited = next(member for member in queries_members(session, there) if member.person.email == sent["email"])
    assert (invited.role, invited.body_id) == (Role.PARTNER, there.bodies[0].id)
    assert client.get(f"/cooperation/{there.id}").status_code == 200
    assert client.get(f"/cooperation/{there.id}/personnes").status_code == 403


def queries_members(session: Any, there: Partnership) -> Any:
    session.expire_all()
    return there.present_members


@pytest.mark.parametrize("email", ["", "contact@example.org", "nadia", "a@b"])
def test_an_address_one_cannot_invite(there: Partnership, client: Any, email: str) -> None:
    accounts.sign_in(client, make.facilitator_of(there))
    answer = client.post(f"/cooperation/{there.id}/personnes", data={"email": email, "role": "partner"})

    assert answer.status_code == 422


def test_a_withdrawn_invitation_no_longer_works(there: Partnership, session: Any) -> None:
    by = make.leader(there)
    first = partnerships.invite(there, PartnerInvite("nadia.venue@example.org", Role.PARTNER, None), by=by)
    second = partnerships.invite(there, PartnerInvite("Nadia.Venue@example.org", Role.PARTNER, None), by=by)

    assert first.withdrawn_at is not None
    assert queries.waiting_invitations(there) == [second]
    with pytest.raises(Refused):
        partnerships.accept_invitation(first.id)
    partnerships.accept_invitation(second.id)
    with pytest.raises(Refused):
        partnerships.invite(there, PartnerInvite("nadia.venue@example.org", Role.PARTNER, None), by=by)


def test_a_partnership_keeps_a_facilitator(there: Partnership, client: Any) -> None:
    leading = there.present_members[0]
    accounts.sign_in(client, make.facilitator_of(there))

    refused = client.post(f"/cooperation/{there.id}/personnes/{leading.id}/retirer", data={})

    assert refused.status_code == 422
    assert "invitez-en d’abord" in refused.text
    make.member(there, Role.FACILITATOR)
    assert client.post(f"/cooperation/{there.id}/personnes/{leading.id}/retirer", data={}).status_code == 303
    assert client.get(f"/cooperation/{there.id}").status_code == 404


def test_a_list_asks_as_much_for_one_as_for_three(session: Any, client: Any, selects: Any) -> None:
    someone = accounts.person()
    make.partnership(someone)
    accounts.sign_in(client, someone)
    counts = []
    for more in (0, 2):
        for _ in range(more):
            make.finalised(make.partnership(someone))
        session.commit()
        with selects() as asked:
            assert client.get("/cooperation").status_code == 200
        counts.append(asked.count)

    assert counts[0] == counts[1] <= 12


# --- reference -------------------------------------------------------------------------------------------------------


@pytest.mark.seeded
def test_the_eleven_kinds_are_searched_and_compared(client: Any, page: Any, session: Any) -> None:
    accounts.sign_in(client, accounts.person())

    assert len(page("/cooperation/dispositifs").root.findall(".//ul[@class='kind-list']/li")) == 11
    assert "D-CLIC" in page("/cooperation/dispositifs?q=ADOLESCENTS").text
    compared = page("/cooperation/dispositifs/comparer?a=cpts&b=dac").text
    assert "Bassin de vie" in compared
    assert "Numéro unique" in compared or "numéro unique" in compared
    assert client.get("/cooperation/dispositifs/inconnu").status_code == 404


@pytest.mark.seeded
def test_another_grid_is_loaded_without_code_and_a_faulty_one_names_its_line_r83(
    client: Any, page: Any, session: Any
) -> None:
    accounts.sign_in(client, accounts.administrator())
    assert "Exemple" in page("/cooperation/grilles").text
    page("/cooperation/grilles/charger")
    other = make.OFFICIAL.replace("version = 1", "version = 2")

    twice = client.post("/cooperation/grilles/charger", data={"content": make.OFFICIAL})
    holed = client.post("/cooperation/grilles/charger", data={"content": other.replace("low = 7", "low = 8")})
    loaded = client.post("/cooperation/grilles/charger", data={"content": other})

    assert (twice.status_code, holed.status_code, loaded.status_code) == (422, 422, 303)
    assert re.search(r"Ligne \d+", holed.text)
    assert session.scalars(select(Grid.version).where(Grid.code == "cooperation").order_by(Grid.version)).all() == [
        1,
        2,
    ]
    assert "de 7 à 16" in page(loaded.location).text
