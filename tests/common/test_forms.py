from datetime import date, time

import pytest
from flask import Flask
from wtforms import StringField

from training.common.errors import Refused
from training.common.forms import Form, FrenchDateField, Given, Longest, TimeField, attempt


class Trial(Form):
    name = StringField("Nom", [Given("Écrivez votre nom."), Longest(5)])
    day = FrenchDateField("Jour", [Given("Indiquez le jour.")])
    hour = TimeField("Heure", [Given("Indiquez l’heure.")])


def filled(app: Flask, **data: object) -> Trial:
    with app.test_request_context(method="POST", data={"name": "Ada", "day": "29/01/2026", "hour": "9 h 30"} | data):
        form = Trial(meta={"csrf": False})
        form.validate()
        return form


@pytest.mark.parametrize("text", ["29/01/2026", "29/01/26", "29-01-2026", "29.01.2026", "2026-01-29", " 29/1/2026 "])
def test_dates_are_understood_as_people_type_them(app: Flask, text: str) -> None:
    assert filled(app, day=text).day.value == date(2026, 1, 29)


def test_a_date_in_three_boxes_is_one_date(app: Flask) -> None:
    assert filled(app, day=["29", "1", "2026"]).day.value == date(2026, 1, 29)


@pytest.mark.parametrize("text", ["31/02/2026", "hier", "29/13/2026"])
def test_a_date_not_understood_says_how_to_write_it(app: Flask, text: str) -> None:
    form = filled(app, day=text)
    assert form.day.errors == ["Cette date n’est pas comprise. Écrivez-la comme 29/01/2026."]


@pytest.mark.parametrize(
    ("text", "expected"), [("9 h 30", time(9, 30)), ("9h30", time(9, 30)), ("14h", time(14)), ("14:05", time(14, 5))]
)
def test_hours_are_understood_as_people_type_them(app: Flask, text: str, expected: time) -> None:
    assert filled(app, hour=text).hour.value == expected


@pytest.mark.parametrize("text", ["25 h", "9h75", "midi"])
def test_an_hour_not_understood_says_how_to_write_it(app: Flask, text: str) -> None:
    assert len(filled(app, hour=text).hour.errors) == 1


def test_a_missing_answer_says_what_to_do_and_spaces_are_nothing(app: Flask) -> None:
    assert filled(app, name="   ").name.errors == ["Écrivez votre nom."]


def test_text_is_trimmed(app: Flask) -> None:
    assert filled(app, name="  Ada ").name.data == "Ada"


def test_too_long_says_by_how_much(app: Flask) -> None:
    assert filled(app, name="Adalberte").name.errors == ["Ce texte compte 9 caractères : raccourcissez-le à 5 au plus."]


def test_a_refusal_goes_under_its_field_and_renews_the_key(app: Flask) -> None:
    form = filled(app)
    key = form.once.data

    def refuse() -> None:
        raise Refused("Ce nom est pris.", field="name")

    assert not attempt(form, refuse)
    assert form.errors["name"] == ["Ce nom est pris."]
    assert form.once.data != key


def test_a_refusal_of_no_field_stands_at_the_head(app: Flask) -> None:
    form = filled(app)

    def refuse() -> None:
        raise Refused("Trop tard.")

    assert not attempt(form, refuse)
    assert "Trop tard." in str(form.errors)
