"""What someone with bad intentions tries in cooperation: an account is enough to open a partnership and invite."""

from typing import Any

import pytest
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import cooperation as make
from training.common import links
from training.common.mail import OutgoingMail
from training.cooperation.commands import PartnerInvite
from training.cooperation.enums import Role
from training.cooperation.models import PartnerInvitation
from training.cooperation.services import partnerships
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")


def test_nobody_writes_to_the_whole_country_through_invitations(client: Any) -> None:
    someone = accounts.person()
    theirs = [make.partnership(someone) for _ in range(2)]
    by = accounts.principal(someone)
    for number in range(links.A_DAY):
        command = PartnerInvite(f"personne{number}@exemple.fr", Role.PARTNER, None)
        partnerships.invite(theirs[number % 2], command, by=by)
    accounts.sign_in(client, someone)
    data = {"email": "une.autre@exemple.fr", "role": "partner"}
    answer = client.post(f"/cooperation/{theirs[0].id}/personnes", data=data)
    sent = select(func.count()).where(OutgoingMail.message == "cooperation/invitation")

    assert (answer.status_code, links.TOO_MANY in answer.text) == (422, True)
    assert db.session.scalar(sent) == links.A_DAY
    assert db.session.scalar(select(func.count(PartnerInvitation.id))) == links.A_DAY
