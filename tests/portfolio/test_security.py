"""What someone with bad intentions tries in a portfolio: a draft that swallows the disk, an address that breaks the page."""

from typing import Any

import pytest

from tests.factories import accounts
from tests.factories import portfolio as make
from tests.factories.portfolio import Pair
from training.common.errors import Refused
from training.portfolio import imports, services
from training.portfolio.services import uploads


def test_a_draft_holds_no_more_parts_than_a_few_files(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_HELD", 3)
    by = accounts.principal(pair.learner)
    draft = services.prepare(pair.enrolment, make.tracer_type(pair.cohort), by=by)
    for name in "abc":
        uploads.take_part(draft, name, 0, 2, b"x", by=by)
    with pytest.raises(Refused, match="Trop de fichiers"):
        uploads.take_part(draft, "d", 0, 2, b"x", by=by)
    assert uploads.take_part(draft, "a", 0, 2, b"x", by=by) == [0]  # known: sent again, it changes nothing


@pytest.mark.parametrize("asked", ["\u00b2", "9" * 5_000, "-1", "\u0663"])
def test_a_version_asked_by_no_number_is_the_latest(pair: Pair, client: Any, asked: str) -> None:
    tracer = make.deposited(pair.enrolment)
    accounts.sign_in(client, pair.learner)
    assert client.get(f"/documents-traceurs/{tracer.id}", query_string={"version": asked}).status_code == 200


@pytest.mark.parametrize("cell", ["9" * 400, "\u00b2", "1." + "0" * 400, "-5"])
def test_a_length_no_platform_writes_is_told_in_french(cell: str) -> None:
    (minutes,) = (each for each in imports.IMPORTS[0].fields(None) if each.code == "minutes")
    with pytest.raises(ValueError, match="n’est pas une durée"):
        minutes.read(cell)
