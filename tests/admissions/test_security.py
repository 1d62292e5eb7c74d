"""What someone with bad intentions tries in admissions: letters to the whole country, a structure slipped into another region."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.admissions.test_letters import with_letter
from tests.conftest import FrozenClock
from tests.factories import accounts
from tests.factories import admissions as make
from training.accounts.enums import StructureKind
from training.admissions.enums import Situation
from training.admissions.imports import IMPORTS
from training.admissions.services import letters
from training.common import links
from training.common.errors import Refused
from training.common.imports import Row
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session")


def test_an_applicant_does_not_write_to_the_whole_country_through_us(frozen_clock: FrozenClock) -> None:
    file, asked = with_letter()
    by = make.owner(file)
    for number in range(letters.MOST_A_DAY):
        letters.ask(file, asked, f"president{number % 3}@example.org", by=by)
    with pytest.raises(Refused) as refused:
        letters.ask(file, asked, "president@example.org", by=by)
    sent = db.session.scalar(select(func.count()).where(OutgoingMail.message == "admissions/letter_asked"))

    assert (refused.value.field, refused.value.message, sent) == ("email", links.TOO_MANY, letters.MOST_A_DAY)
    frozen_clock.advance(timedelta(days=1, seconds=1))
    letters.ask(file, asked, "president@example.org", by=by)


def test_an_import_enters_no_structure_where_the_call_has_none(frozen_clock: FrozenClock) -> None:
    accounts.departement("21")
    accounts.departement("69", "Rhône", region_code="ARA")
    call = make.call(regions=["BFC"])
    values = {
        "email": "a@example.org", "first_name": "Alix", "last_name": "Roy", "phone": None, "name": "MSP nouvelle",
        "kind": StructureKind.MSP, "departement": "69", "city": None, "post_title": None,
        "situation": Situation.IN_POST, "post_on": None, "received_on": None,
    }  # fmt: skip
    (kind,) = (each for each in IMPORTS if each.code == "candidatures")
    (problem,) = kind.check(call, [Row(2, values)])
    assert (problem.blocks, "hors de la région" in problem.message) == (True, True)
    (told,) = kind.check(call, [Row(2, {**values, "departement": "21"})])
    assert not told.blocks
