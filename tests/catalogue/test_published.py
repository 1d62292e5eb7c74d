"""What published editions ask is read once, and again as soon as a value is settled (R1, R103)."""

import uuid
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from tests.factories.catalogue import acting_for, make_edition, make_organisation, make_variant, saved
from tests.support.queries import Queries
from training.accounts.enums import OrganisationKind
from training.accounts.models import Organisation
from training.catalogue import published, services
from training.catalogue.commands import SettleValue
from training.catalogue.enums import EditionStatus, Modality
from training.catalogue.models import Edition
from training.catalogue.published import Version
from training.database import writing

pytestmark = pytest.mark.both_engines
type_counter = Callable[..., AbstractContextManager[Queries]]


class House:
    """An edition whose hours of e-learning nobody knows, and its school."""

    def __init__(self, status: EditionStatus) -> None:
        self.school: Organisation = make_organisation(OrganisationKind.SCHOOL)
        edition = make_edition(school=self.school)
        edition.variants.append(make_variant("DAC", 96, None, 30, position=3))
        self.edition: Edition = saved(edition, status=status)
        self.variant = next(variant for variant in self.edition.variants if variant.code == "DAC")

    def asked(self) -> dict[Modality, int | None]:
        """What a page reads."""
        wanted = {self.variant.id: Version.of(self.edition)}
        return dict(published.hours_asked(wanted)[self.variant.id])


def test_a_page_reads_once_what_a_published_edition_asks(
    app: Flask, session: scoped_session[Session], selects: type_counter
) -> None:
    house = House(EditionStatus.PUBLISHED)
    session.commit()
    with app.test_request_context("/parcours"):
        first = house.asked()
        with selects(warm=True) as asked:
            assert house.asked() == first
        assert asked.count == 0


def test_a_value_settled_afterwards_is_read_by_the_next_page(app: Flask, session: scoped_session[Session]) -> None:
    house = House(EditionStatus.PUBLISHED)
    session.commit()
    with app.test_request_context("/parcours"):
        assert house.asked()[Modality.E_LEARNING] is None
    before = house.edition.content_version
    path = f"variant/{house.variant.code}/hours/{Modality.E_LEARNING.value}"
    settled = SettleValue(path, 30, "Courrier de l’école", "Courrier")
    services.set_unknown_value(house.edition, settled, by=acting_for(house.school))
    session.commit()
    assert house.edition.content_version > before
    with app.test_request_context("/parcours"):
        assert house.asked()[Modality.E_LEARNING] == 30


@pytest.mark.parametrize("status", [EditionStatus.DRAFT, EditionStatus.PUBLISHED])
def test_a_draft_and_an_act_read_each_time(
    app: Flask, session: scoped_session[Session], selects: type_counter, status: EditionStatus
) -> None:
    house = House(status)
    session.commit()
    method = "GET" if status is EditionStatus.DRAFT else "POST"
    with app.test_request_context("/parcours", method=method):
        house.asked()
        with selects(warm=True) as asked:
            house.asked()
        assert asked.count == 1
    with app.test_request_context("/parcours"), writing():
        house.asked()
        with selects(warm=True) as asked:
            house.asked()
        assert asked.count == 1


def test_beyond_what_is_kept_all_is_read_again(monkeypatch: pytest.MonkeyPatch, app: Flask, session: Any) -> None:
    monkeypatch.setattr(published, "MOST", 2)
    house = House(EditionStatus.PUBLISHED)
    session.commit()
    loads: list[Collection[uuid.UUID]] = []

    def load(variants: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
        loads.append(variants)
        return dict.fromkeys(variants, len(loads))

    with app.test_request_context("/parcours"):
        for name in ("a", "b", "c", "a"):
            published.by_variant({house.variant.id: Version.of(house.edition)}, name, load)
    assert len(loads) == 4
