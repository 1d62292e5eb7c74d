"""Messages: when they may leave (R120), how they are rendered, what may not stand in a header."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import UndefinedError
from sqlalchemy.exc import IntegrityError

from training.common import clock, mail, nudging
from training.common.mail import (
    MailStatus,
    MailUrgency,
    OutgoingMail,
    Recipient,
    Templates,
    UnsafeHeader,
    mailbox_of,
    next_sending,
    one_line,
    post,
    tidy,
)
from training.database import db

ASKED, PROMPT, DAILY = MailUrgency.ASKED, MailUrgency.PROMPT, MailUrgency.DAILY


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.PARIS)


@pytest.mark.parametrize(
    ("now", "urgency", "leaves"),
    [
        # By day: at once, but for the daily ones.
        ("2026-03-02T10:00", ASKED, "2026-03-02T10:00"),
        ("2026-03-02T10:00", PROMPT, "2026-03-02T10:00"),
        ("2026-03-02T10:00", DAILY, "2026-03-03T07:00"),
        # The edges of the night.
        ("2026-03-02T20:59", PROMPT, "2026-03-02T20:59"),
        ("2026-03-02T21:00", PROMPT, "2026-03-03T07:00"),
        ("2026-03-03T06:59", PROMPT, "2026-03-03T07:00"),
        ("2026-03-03T07:00", PROMPT, "2026-03-03T07:00"),
        ("2026-03-03T06:59", DAILY, "2026-03-03T07:00"),
        ("2026-03-03T07:00", DAILY, "2026-03-03T07:00"),
        ("2026-03-03T07:01", DAILY, "2026-03-04T07:00"),
        # What she just asked for leaves at any hour.
        ("2026-03-02T23:30", ASKED, "2026-03-02T23:30"),
        ("2026-03-03T03:00", ASKED, "2026-03-03T03:00"),
        # Nights in which the clocks change: 7 h is 7 h on the wall.
        ("2026-03-28T22:00", PROMPT, "2026-03-29T07:00"),
        ("2026-03-29T03:30", PROMPT, "2026-03-29T07:00"),
        ("2026-10-24T22:00", PROMPT, "2026-10-25T07:00"),
        ("2026-10-25T02:30", DAILY, "2026-10-25T07:00"),
        ("2026-12-31T23:00", PROMPT, "2027-01-01T07:00"),
    ],
)
def test_when_a_message_may_leave_r120(now: str, urgency: MailUrgency, leaves: str) -> None:
    assert next_sending(paris(now).astimezone(UTC), urgency) == paris(leaves)


def test_the_night_the_clocks_change_is_an_hour_shorter_then_an_hour_longer_r120() -> None:
    evening = timedelta(hours=10)
    spring, autumn = paris("2026-03-28T21:00").astimezone(UTC), paris("2026-10-24T21:00").astimezone(UTC)
    assert next_sending(spring, PROMPT) - spring == evening - timedelta(hours=1)
    assert next_sending(autumn, PROMPT) - autumn == evening + timedelta(hours=1)


@pytest.mark.parametrize(
    "bad", ["Objet\nBcc: tous@example.org", "Objet\r\nX: y", "Objet\u2028suite", "Objet\x00", "\x7f"]
)
def test_a_header_never_holds_a_line_break(bad: str) -> None:
    with pytest.raises(UnsafeHeader):
        one_line(bad)


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("a@example.org, b@example.org", ""),
        ("a@example.org\nBcc: b@example.org", ""),
        ("<a@example.org>", ""),
        ("a example.org", ""),
        ("a@b@example.org", ""),
        ("", ""),
        ("@", ""),
        ("a@example.org", "Camille\r\nBcc: b@example.org"),
        ("a" * 250 + "@example.org", ""),
    ],
)
def test_a_recipient_is_one_plain_address(email: str, name: str) -> None:
    with pytest.raises(UnsafeHeader):
        mailbox_of(email, name)


def test_a_name_with_commas_accents_and_quotes_is_one_recipient() -> None:
    assert mailbox_of("c.roy@example.org", 'Roy, Camille "Cam" Éluard').addr_spec == "c.roy@example.org"


def test_a_plain_body_has_no_trailing_space_and_single_empty_lines() -> None:
    assert tidy("\n\nBonjour,  \n\n\n\nVoici.\n\n") == "Bonjour,\n\nVoici.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of templates with one message, in the house's frame."""
    house = Path(mail.__file__).parents[2] / "templates" / "mail"
    for name in ("layout.txt", "layout.html"):
        (tmp_path / "mail").mkdir(exist_ok=True)
        (tmp_path / "mail" / name).write_text((house / name).read_text())
    message = tmp_path / "mail" / "trial" / "offer"
    message.mkdir(parents=True)
    (message / "subject.txt").write_text("Une place vous attend : {{ cohort }}\n")
    (message / "body.txt").write_text(
        '{% extends "mail/layout.txt" %}{% block content %}\n'
        "Répondez avant le {{ until|long_date }} :\n{{ url('/offres/1') }}\n{% endblock %}"
    )
    (message / "body.html").write_text(
        '{% extends "mail/layout.html" %}{% block content %}<p>{{ cohort }}</p>'
        '<p><a class="act" href="{{ url(\'/offres/1\') }}">Répondre</a></p>{% endblock %}'
    )
    return tmp_path


@pytest.fixture
def templates(folder: Path) -> Templates:
    """The templates, for an application whose public address is known."""
    return Templates("https://tesselle.example.org", folder)


CONTEXT = {
    "recipient": Recipient("c@example.org", "Camille"),
    "cohort": "Promo 8",
    "until": date(2026, 3, 1),
}


def test_a_message_is_rendered_in_three_parts_with_public_addresses(templates: Templates) -> None:
    subject, text, html = templates.render("trial/offer", CONTEXT)
    assert subject == "Une place vous attend : Promo 8"
    assert text.startswith("Bonjour Camille,\n\nRépondez avant le dimanche 1er mars 2026 :\n")
    assert "\nhttps://tesselle.example.org/offres/1\n" in text
    assert 'href="https://tesselle.example.org/offres/1"' in html


def test_styles_stand_on_the_elements_and_the_dark_rules_remain(templates: Templates) -> None:
    _subject, _text, html = templates.render("trial/offer", CONTEXT)
    assert 'class="act" style="' in html or 'style="' in html.partition('class="act"')[2].partition(">")[0]
    assert "prefers-color-scheme" in html
    assert "max-width" in html.partition('class="sheet"')[2].partition(">")[0]


def test_html_is_escaped_and_plain_text_is_not(templates: Templates) -> None:
    subject, _text, html = templates.render("trial/offer", {**CONTEXT, "cohort": "<b>A & B</b>"})
    assert subject.endswith("<b>A & B</b>")
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in html


def test_a_value_with_a_line_break_cannot_forge_a_header(templates: Templates) -> None:
    with pytest.raises(UnsafeHeader):
        templates.render("trial/offer", {**CONTEXT, "cohort": "Promo\r\nBcc: tous@example.org"})


def test_a_forgotten_value_is_a_fault(templates: Templates) -> None:
    with pytest.raises(UndefinedError):
        templates.render("trial/offer", {key: value for key, value in CONTEXT.items() if key != "cohort"})


def test_a_path_without_its_slash_is_a_fault(templates: Templates) -> None:
    with pytest.raises(ValueError, match="slash"):
        templates.url("evil.example.org")


@pytest.fixture
def posting(app: Flask, folder: Path) -> Iterator[Flask]:
    """An application context with the trial message."""
    with app.app_context():
        mail.configure(app.extensions["settings"], folder=folder)
        yield app
        db.session.rollback()
        nudging.call_after_commit(None)
        mail.configure(app.extensions["settings"])


def offer(**changes: object) -> OutgoingMail:
    values: dict[str, object] = {
        "to": Recipient("c@example.org", "Camille"),
        "context": {key: value for key, value in CONTEXT.items() if key != "recipient"},
    }
    return post("trial/offer", **{**values, **changes})  # type: ignore[arg-type]  # the tests choose


@pytest.mark.both_engines
def test_a_message_waits_in_the_transaction_of_its_act(posting: Flask, frozen_clock: object) -> None:
    made = offer()
    db.session.rollback()
    assert db.session.get(OutgoingMail, made.id) is None

    made = offer(urgency=PROMPT, not_before=clock.now() + timedelta(hours=12), reply_to="carrier@example.org")
    db.session.commit()
    db.session.expire_all()
    assert made.status is MailStatus.QUEUED
    assert made.send_after == paris("2026-03-03T07:00")  # 22 h would be at night (R120)
    assert made.reply_to == "carrier@example.org"


def test_a_daily_message_says_where_its_line_leads_r120(posting: Flask) -> None:
    with pytest.raises(ValueError, match="path"):
        offer(urgency=DAILY)


def test_a_bare_address_is_greeted_without_a_name(posting: Flask) -> None:
    assert offer(to="c@example.org").text.startswith("Bonjour,\n")


@pytest.mark.parametrize("reply_to", ["carrier@example.org\nBcc: x@example.org", "nobody"])
def test_an_unsafe_reply_address_is_refused_before_anything_is_written(posting: Flask, reply_to: str) -> None:
    with pytest.raises(UnsafeHeader):
        offer(reply_to=reply_to)
    assert not db.session.new


def test_only_a_commit_that_posted_wakes_the_worker(posting: Flask) -> None:
    calls: list[int] = []
    nudging.call_after_commit(lambda: calls.append(1))
    offer()
    db.session.rollback()
    db.session.commit()
    assert calls == []
    with db.session.begin_nested():
        offer()
    assert calls == []
    db.session.commit()
    assert calls == [1]
    offer()
    offer()
    db.session.commit()
    db.session.commit()
    assert calls == [1, 1]


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("sent_at_an_instant", {"status": MailStatus.SENT}),
        ("sending_under_a_lease", {"status": MailStatus.SENDING}),
        ("grouped_into_a_mail", {"status": MailStatus.GROUPED}),
        ("words_until_settled", {"text": ""}),
        ("daily_has_a_link", {"urgency": DAILY}),
        ("about_one_thing", {"about_kind": "application"}),
    ],
)
def test_the_database_holds_what_a_state_implies(posting: Flask, constraint: str, values: dict[str, object]) -> None:
    made = offer()
    for name, value in values.items():
        setattr(made, name, value)
    with pytest.raises(IntegrityError, match=f"ck_outgoing_mail_{constraint}"):
        db.session.flush()
