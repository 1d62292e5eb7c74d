"""The doors on a cohort’s page: to each what she may open."""

import pytest
from flask import Flask

from tests.journeys.people import sign_in
from tests.support.pages import read_page

TRAINERS, FACES, LAUNCH, CIVIL = "/formateurs", "/trombinoscope", "/lancement", "/etat-civil"


@pytest.mark.demo
@pytest.mark.parametrize(
    ("who", "there", "absent"),
    [
        ("bfc", {TRAINERS, FACES, LAUNCH, CIVIL}, set()),
        ("ars_bfc", {TRAINERS, FACES}, {LAUNCH, CIVIL}),
        ("learner_bfc", {TRAINERS, FACES}, {LAUNCH, CIVIL}),
    ],
)
def test_each_finds_the_doors_she_may_open(app: Flask, who: str, there: set[str], absent: set[str]) -> None:
    page = read_page(sign_in(app, who).get("/promotions/BFC-P8"))
    links = {(link.get("href") or "").removeprefix("/promotions/BFC-P8") for link in page.root.iter("a")}
    assert there <= links
    assert not absent & links
