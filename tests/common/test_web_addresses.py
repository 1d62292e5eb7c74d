"""Addresses people type for others to follow never run anything."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import StringField

from training.admissions.forms.interviews import SlotForm
from training.admissions.forms.staff import InterviewForm
from training.catalogue.forms import ResourceForm
from training.cohorts.meeting_forms import MoveForm
from training.common.forms import Form, WebAddress
from training.seminars.forms.seminars import PlaceFields

BAD = (
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "//exemple.fr",
    "visio.exemple.fr",
    "https://a b",
    "vbscript:x",
)


class OneLink(Form):
    """A form with a link."""

    link = StringField("Lien", [WebAddress()])


@pytest.mark.parametrize("given", BAD)
def test_only_the_address_of_a_page_is_taken(app: Flask, given: str) -> None:
    with app.test_request_context(method="POST", data={"link": given}):
        form = OneLink()
        form.validate()
        assert form.link.errors
    with app.test_request_context(method="POST", data={"link": "https://visio.exemple.fr/a"}):
        form = OneLink()
        form.validate()
        assert not form.link.errors


@pytest.mark.parametrize(
    ("kind", "name"),
    [(SlotForm, "link"), (InterviewForm, "link"), (ResourceForm, "url"), (MoveForm, "link"), (PlaceFields, "link")],
)
def test_every_form_that_takes_a_link_asks_so(app: Flask, kind: Any, name: str) -> None:
    with app.test_request_context(method="POST", data=MultiDict({name: BAD[0]})):
        form = kind()
        form.validate()
        assert form[name].errors
