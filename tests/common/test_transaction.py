import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, redirect
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session
from wtforms import StringField

from training.accounts.models import Region
from training.common import clock, once
from training.common.declarations import registry
from training.common.errors import Conflict, Refused
from training.common.forms import Form, attempt
from training.common.guard import requires
from training.common.once import SentForm
from training.common.policy import Permission
from training.common.transaction import commits, constraint_name, message_for
from training.database import db

pytestmark = pytest.mark.both_engines


class RegionForm(Form):
    name = StringField("Nom")


@pytest.fixture
def acting(app: Flask) -> Callable[[Callable[[RegionForm], Any]], str]:
    """Give the application an address whose POST runs ``act``."""
    address = "/essai-transaction"
    acts: list[Callable[[RegionForm], Any]] = []

    @commits
    @requires(Permission.PUBLIC_READ)
    def view() -> Any:
        form = RegionForm()
        if form.validate_on_submit() and attempt(form, lambda: acts[-1](form)):
            return redirect("/sante", 303)
        return " ".join(str(error) for errors in form.errors.values() for error in errors), 422

    known = app.view_functions.get("trial")
    app.view_functions["trial"] = view
    if known is None:
        app._got_first_request = False
        app.add_url_rule(address, "trial", view, methods=["POST"])
        app._got_first_request = True

    def use(act: Callable[[RegionForm], Any]) -> str:
        acts.append(act)
        return address

    return use


def add_region(form: RegionForm) -> None:
    db.session.add(Region(code=uuid.uuid4().hex[:6], name=form.name.data))


def regions(session: scoped_session[Session]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Region)) or 0


def test_a_success_commits(session: Any, client: FlaskClient, acting: Any) -> None:
    before = regions(session)
    assert client.post(acting(add_region), data={"name": "Ici"}).status_code == 303
    assert regions(session) == before + 1


def test_a_refusal_writes_nothing_of_what_the_act_had_begun(session: Any, client: FlaskClient, acting: Any) -> None:
    def begin_then_refuse(form: RegionForm) -> None:
        add_region(form)
        db.session.flush()
        raise Refused("Pas ici.", field="name")

    before = regions(session)
    answer = client.post(acting(begin_then_refuse), data={"name": "Là"})
    assert answer.status_code == 422
    assert "Pas ici." in answer.text
    assert regions(session) == before


def test_a_fault_writes_nothing(session: Any, client: FlaskClient, acting: Any) -> None:
    def begin_then_break(form: RegionForm) -> None:
        add_region(form)
        db.session.flush()
        raise Conflict("Trop tard.")

    before = regions(session)
    assert client.post(acting(begin_then_break), data={"name": "Là"}).status_code == 409
    assert regions(session) == before


def test_a_form_sent_twice_acts_once_and_leads_to_the_same_place(
    session: Any, client: FlaskClient, acting: Any
) -> None:
    before, address = regions(session), acting(add_region)
    data = {"name": "Une fois", "once": "key-1"}
    first = client.post(address, data=data)
    second = client.post(address, data=data)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["Location"] == first.headers["Location"]
    assert regions(session) == before + 1


def test_a_refused_form_may_be_sent_again_with_its_key(session: Any, client: FlaskClient, acting: Any) -> None:
    def refuse(_form: RegionForm) -> None:
        raise Refused("Non.", field="name")

    data = {"name": "Reprise", "once": "key-2"}
    assert client.post(acting(refuse), data=data).status_code == 422
    assert client.post(acting(add_region), data=data).status_code == 303


def test_a_violated_constraint_becomes_a_message_under_its_field(
    session: Any, client: FlaskClient, acting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.constraints, "uq_region_name", ("name", "Ce nom est déjà pris."))
    address = acting(add_region)
    assert client.post(address, data={"name": "Double"}).status_code == 303
    answer = client.post(address, data={"name": "Double"})
    assert answer.status_code == 422
    assert "Ce nom est déjà pris." in answer.text


def test_the_name_of_a_violated_constraint_is_the_same_on_both_engines(session: Any) -> None:
    session.add_all([Region(code="AA", name="Même"), Region(code="BB", name="Même")])
    with pytest.raises(IntegrityError) as fault:
        session.flush()
    session.rollback()
    assert constraint_name(fault.value) == "uq_region_name"


def test_an_undeclared_constraint_is_a_conflict(session: Any) -> None:
    session.add_all([Region(code="AA", name="Un"), Region(code="AA", name="Deux")])
    with pytest.raises(IntegrityError) as fault:
        session.flush()
    session.rollback()
    with pytest.raises(Conflict):
        message_for(fault.value)


def test_old_keys_are_purged(session: Any) -> None:
    session.add(SentForm(key="old", at=clock.now() - 2 * once.KEPT_FOR, location="/"))
    session.add(SentForm(key="new", at=clock.now(), location="/"))
    session.commit()
    assert once.purge() == 1
    assert once.answered("old") is None
    assert once.answered("new") == "/"
