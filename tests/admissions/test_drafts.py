"""What is typed is kept by itself; two browsers on one page lose nothing; a profile is asked as the call says (R111)."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import admissions as make
from training.admissions import rules
from training.admissions.commands import TellProfile
from training.admissions.enums import Contract, ProfileField
from training.admissions.models import ApplicantProfile, Application, SectionDraft
from training.admissions.services import closing, filing
from training.common import clock
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
JSON = {"Accept": "application/json"}
RECRUITED = {"situation": "being_recruited", "post_on": "29/04/2026", "derogation_reason": "Vote du bureau le 12."}


def opened(client: FlaskClient, **call: Any) -> tuple[Application, str]:
    file = make.draft(make.call(derogation_allowed=True, **call))
    accounts.sign_in(client, file.person)
    return file, f"/candidatures/{file.id}"


def typed(page: Callable[..., Any], address: str, **fields: str) -> dict[str, str]:
    """What a browser sends of the page's form, with these fields changed."""
    return {**page(address).form(address), **fields}


def test_what_is_typed_is_kept_and_resumed_on_another_device(
    client: FlaskClient, new_client: Callable[[], FlaskClient], page: Callable[..., Any]
) -> None:
    file, address = opened(client)
    fields = typed(page, f"{address}/situation", **RECRUITED)
    kept = client.post(f"{address}/saisie/situation", data=fields, headers=JSON)
    assert (kept.status_code, kept.get_json()["saved_at"].replace("\u202f", " ").replace("\xa0", " ")) == (200, "10 h")
    assert file.derogation_reason == "", "kept, not saved"
    phone = new_client()
    accounts.sign_in(phone, file.person)
    shown = page(f"{address}/situation", by=phone)
    assert "Votre saisie est reprise" in shown.text
    assert shown.form(f"{address}/situation")["derogation_reason"] == RECRUITED["derogation_reason"]
    assert shown.form(f"{address}/situation")["post_on"] == "29/04/2026"
    assert phone.post(f"{address}/situation", data=shown.form(f"{address}/situation")).status_code == 303
    assert "Votre saisie est reprise" not in page(f"{address}/situation").text
    assert db.session.scalar(select(func.count()).select_from(SectionDraft)) == 0


def test_what_is_typed_badly_is_kept_as_it_is(client: FlaskClient, page: Callable[..., Any]) -> None:
    _file, address = opened(client)
    fields = typed(page, f"{address}/situation", situation="being_recruited", post_on="bientôt")
    client.post(f"{address}/saisie/situation", data=fields, headers=JSON)
    assert page(f"{address}/situation").form(f"{address}/situation")["post_on"] == "bientôt"


def test_the_second_of_two_browsers_sees_what_changed_and_loses_nothing(
    client: FlaskClient, page: Callable[..., Any]
) -> None:
    file, address = opened(client)
    here = f"{address}/situation"
    first, second = typed(page, here, **RECRUITED), typed(page, here, situation="taking_post", post_on="15/04/2026")
    assert client.post(here, data=first).status_code == 303
    kept = client.post(f"{address}/saisie/situation", data=second, headers=JSON)
    assert "enregistrée ailleurs" in kept.get_json()["changed"]
    answer = client.post(here, data=second)
    assert answer.status_code == 409
    for words in ("Deux saisies de cette page diffèrent", "Vote du bureau le 12.", "29/04/2026", "15/04/2026"):
        assert words in answer.text
    db.session.expire_all()
    assert file.post_on == date(2026, 4, 29), "nothing written over"
    shown = page(here)  # reopened instead: what the second typed is shown beside what is saved
    assert "En prise de poste" in shown.text
    again = {**second, "seen": f"{rules.mark(file, 'situation')}:{uuid.uuid4()}:"}
    assert client.post(here, data=again).status_code == 303
    db.session.expire_all()
    assert file.post_on == date(2026, 4, 15)


def test_two_browsers_that_typed_the_same_do_not_meet(client: FlaskClient, page: Callable[..., Any]) -> None:
    _file, address = opened(client)
    here = f"{address}/situation"
    first, second = typed(page, here, **RECRUITED), typed(page, here, **RECRUITED)
    assert client.post(here, data=first).status_code == 303
    assert client.post(here, data=second).status_code == 303


@pytest.mark.parametrize("section", ["structure", "situation", "declarations", "profile"])
def test_each_typed_page_says_where_it_is_kept(client: FlaskClient, page: Callable[..., Any], section: str) -> None:
    file, address = opened(client, profile_fields=list(ProfileField))
    make.complete(file)
    name = {"declarations": "engagements", "profile": "profil"}.get(section, section)
    assert f'data-autosave="{address}/saisie/{section}"' in page(f"{address}/{name}").html


@pytest.mark.parametrize("section", ["pieces", "check", "inconnue"])
def test_other_pages_are_not_kept(client: FlaskClient, section: str) -> None:
    _file, address = opened(client)
    answer = client.post(f"{address}/saisie/{section}", data={"seen": f"x:{uuid.uuid4()}:"}, headers=JSON)
    assert answer.status_code == 404


def test_a_text_too_long_and_a_file_sent_meanwhile_are_told(client: FlaskClient) -> None:
    file, address = opened(client)
    seen = f"x:{uuid.uuid4()}:"
    long = client.post(
        f"{address}/saisie/situation", data={"seen": seen, "derogation_reason": "a" * 30_000}, headers=JSON
    )
    assert (long.status_code, "trop long" in long.get_json()["message"]) == (409, True)
    make.complete(file)
    filing.submit(file, by=make.owner(file))
    late = client.post(f"{address}/saisie/situation", data={"seen": seen, "situation": "in_post"}, headers=JSON)
    assert (late.status_code, "déposée" in late.get_json()["message"]) == (409, True)


def test_an_expired_session_tells_the_script_and_nobody_elses_file_is_kept(
    client: FlaskClient, new_client: Callable[[], FlaskClient]
) -> None:
    file, address = opened(client)
    fields = {"seen": f"x:{uuid.uuid4()}:", "situation": "in_post"}
    assert new_client().post(f"{address}/saisie/situation", data=fields, headers=JSON).status_code == 401
    stranger = new_client()
    accounts.sign_in(stranger, accounts.person())
    assert stranger.post(f"{address}/saisie/situation", data=fields, headers=JSON).status_code == 404
    assert file.situation is None


def test_a_call_that_closes_with_a_draft_being_typed_keeps_the_words_and_says_so(
    client: FlaskClient, page: Callable[..., Any], frozen_clock: Any
) -> None:
    file, address = opened(client)
    fields = typed(page, f"{address}/situation", **RECRUITED)
    frozen_clock.advance(timedelta(days=26))
    accounts.sign_in(client, file.person)
    assert client.post(f"{address}/situation", data=fields).status_code == 303, "typing goes on: only sending is late"
    assert "La date limite de dépôt est passée" in page(f"{address}/depot").text
    closing.close_calls()
    answer = client.post(f"{address}/situation", data={**fields, "derogation_reason": "Autre motif.", "once": "n"})
    assert answer.status_code == 409
    assert "Autre motif." in answer.text


def test_the_pages_of_a_file_say_how_far_it_has_come(client: FlaskClient, page: Callable[..., Any]) -> None:
    file, address = opened(client)
    for name in ("", "/structure", "/situation", "/engagements", "/pieces"):
        shown = page(f"{address}{name}")
        assert "0 partie sur 4 prête" in shown.text, name
        assert shown.links()["CV"] == f"{address}/pieces#piece-cv"
    make.complete(file)
    assert "4 parties sur 4 prêtes Rien ne manque." in page(f"{address}/pieces").text


# The profile: R111


def test_a_profile_is_asked_as_the_call_says_and_missing_until_it_is_told(
    client: FlaskClient, page: Callable[..., Any]
) -> None:
    file, address = opened(client, profile_fields=["profession", "coordination_share"])
    make.complete(file)
    assert [item.label for item in rules.missing(file, clock.today())] == ["Votre profil"]
    form = page(f"{address}/profil").form(f"{address}/profil")
    assert {"profession", "coordination_share"} <= form.keys()
    assert "team_size" not in form
    fields = {"profession": "Infirmière", "coordination_share": "50 %", "team_size": "9"}
    assert client.post(f"{address}/profil", data=fields).location == f"{address}/engagements"
    db.session.expire_all()
    told = db.session.scalars(select(ApplicantProfile)).one()
    assert (told.profession, told.coordination_share, told.team_size) == ("Infirmière", 50, None)
    assert rules.missing(file, clock.today()) == []
    assert "Infirmière, 50 % du temps en coordination" in page(f"{address}/depot").text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"profession": ""}, "profession"),
        ({"coordination_share": "0"}, "coordination_share"),
        ({"coordination_share": "cent"}, "coordination_share"),
        ({"seniority": "-1"}, "seniority"),
        ({"team_size": "²"}, "team_size"),
        ({"contract": "intérim"}, "contract"),
    ],
)
def test_a_fact_that_cannot_be_is_told_at_its_field(client: FlaskClient, fields: dict[str, str], field: str) -> None:
    _file, address = opened(client, profile_fields=list(ProfileField))
    good = {"profession": "A", "coordination_share": "50", "contract": "permanent", "seniority": "0", "team_size": "3"}
    answer = client.post(f"{address}/profil", data={**good, **fields})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_a_call_that_asks_no_profile_has_no_such_page(client: FlaskClient) -> None:
    _file, address = opened(client)
    assert client.get(f"{address}/profil").status_code == 404


def test_a_restored_file_says_the_profile_it_was_submitted_with(frozen_clock: Any) -> None:  # R108
    file = make.draft(make.call(profile_fields=["contract", "seniority"]))
    make.complete(file)
    told = TellProfile(None, None, Contract.FIXED_TERM, 3, None)
    filing.tell_profile(file, told, by=make.owner(file))
    filing.submit(file, by=make.owner(file))
    filing.take_back(file, by=make.owner(file))
    filing.tell_profile(file, TellProfile(None, None, Contract.OTHER, 4, None), by=make.owner(file))
    closing.restore_content(file, file.versions[0])
    assert file.profile is not None
    assert (file.profile.contract, file.profile.seniority) == (Contract.FIXED_TERM, 3)
