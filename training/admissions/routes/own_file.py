"""The applicant's own file: its page, the list of her files, and what all its pages share."""

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, render_template, url_for

from training.admissions import applicant_view as view
from training.admissions import queries, rules
from training.admissions.enums import CallPhase
from training.admissions.events import APPLICANT_SEES
from training.admissions.file_uses import PHOTO
from training.admissions.models import Application
from training.admissions.procedure import APPLICATION
from training.admissions.queries import applicant as own
from training.admissions.routes.public import days_words
from training.admissions.services import answering, filing
from training.cohorts.queries import registration as given
from training.common import clock, journal
from training.common.declarations import registry
from training.common.errors import Conflict
from training.common.formatting import plural
from training.common.forms import FORM_FIELD, ActForm, Form
from training.common.guard import current_principal
from training.common.policy import Principal
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_applicant", __name__, url_prefix="/candidatures/<uuid:application_id>")

PAGES: Final = {
    "structure": "structure",
    "practices": "practices",
    "situation": "situation",
    "profile": "profile",
    "declarations": "declarations",
    "questions": "questions",
    "pieces": "pieces",
    "check": "check",
}
"""The page of each section of a file; slugs are those of :class:`rules.Missing`."""

TYPED: Final = "Votre saisie reste affichée ci-dessous ; elle n’est pas enregistrée."


# Reading ---------------------------------------------------------------------------------------------------------------


def render_list(principal: Principal) -> str:
    """Return the page of a person's own files, with the calls she could answer."""
    mine = queries.own_applications(principal.person_id) if principal.person_id else []
    running = {application.call_id for application in mine if application.status in view.RUNNING}
    now = clock.now()
    return render_template(
        "admissions/applicant/list.html",
        files=[(application, rules.public_status(application), view.sentence(application)) for application in mine],
        calls=[c for c in queries.open_calls() if c.id not in running and rules.phase(c, now) is CallPhase.OPEN],
        days_words=days_words,
    )


def render_file(application: Application) -> str:
    """Return the page of a file as its applicant reads it."""
    return file_page(application, ActForm())


def file_page(application: Application, form: Form) -> str:
    """Return the file's page, with what the form of its main act has to say."""
    status = rules.public_status(application)
    reason_kind = own.REASON_KIND.get(status)
    entries = journal.timeline(
        application, sentences=registry.sentences, kinds=[*APPLICANT_SEES, *([reason_kind] if reason_kind else [])]
    )
    in_hand = view.is_in_hand(application)
    missing = view.missing_now(application) if in_hand else []
    addresses = addresses_of(application)
    return page(
        application,
        "file",
        form,
        status=status,
        sentence=view.sentence(application),
        reason=next((entry.reason for entry in entries if entry.kind == reason_kind), None),
        in_hand=in_hand,
        is_late=view.is_late(application),
        missing=missing,
        next_href=addresses[missing[0].section if missing else "check"],
        preparation=view.preparation(application, missing, addresses) if in_hand else [],
        way=view.way(application),
        interview=view.interview(application),
        kept=view.standing_pieces(application),
        late=rules.late_pieces(application),
        proof_awaited_from=rules.proof_awaited_from(application),
        registration=_registration(application),
        letters={asked.id: rules.last_letter(application, asked) for asked in application.call.pieces},
        open_questions=answering.open_questions(application),
        open_acts=set(APPLICATION.available(application, current_principal())),
        history=view.own_timeline(application, [e for e in entries if e.kind in APPLICANT_SEES]),
    )


def _registration(application: Application) -> list[view.Line]:
    """Return what remains to give once her seat is confirmed, or for the launch (R110, R113, R117). One SELECT or none."""
    seated, team = rules.gives_civil_status(application), rules.names_team(application)
    if not seated and not team:
        return []
    done = given.given(application.call.cohort_id, application.person_id)
    photo = any(p.file.use == PHOTO and p.removed_at is None and p.file.erased_at is None for p in application.pieces)
    lines = [
        (seated, "civil_status", "Votre état civil, pour le diplôme", done.civil, None),
        (
            team,
            "team",
            "Votre équipe au lancement",
            done.team is not None,
            None if done.team is None else plural(done.team, "personne attendue", "personnes attendues"),
        ),
        (seated and photo, "portrait", "Votre photo au trombinoscope, si vous le voulez", done.portrait, None),
    ]
    return [
        view.Line(
            label,
            "done" if is_done else "to_come" if endpoint == "portrait" else "current",
            detail,
            url_for(f"admissions_applicant.{endpoint}", application_id=application.id),
        )
        for asked, endpoint, label, is_done, detail in lines
        if asked
    ]


def page(application: Application, name: str, form: Form, **more: Any) -> str:
    """Return one of the file's pages, with what all of them show."""
    addresses = addresses_of(application)
    return render_template(
        f"admissions/applicant/{name}.html",
        progress=view.progress(application, addresses),
        keep_address=lambda section: url_for(
            "admissions_applicant.keep_typed", application_id=application.id, section=section
        ),
        application=application,
        call=application.call,
        carrier=application.call.carrier,
        form=form,
        until=view.deadline(application),
        corrections=view.to_correct(application) if view.is_in_hand(application) else [],
        **more,
    )


def address(application: Application) -> str:
    """Return the address of the file."""
    return url_for("admissions_files.show", application_id=application.id)


def addresses_of(application: Application) -> dict[str, str]:
    """Return the address of each of its pages, by section."""
    return {
        slug: url_for(f"admissions_applicant.{endpoint}", application_id=application.id)
        for slug, endpoint in PAGES.items()
    }


def after(application: Application, slug: str) -> str:
    """Return the page that follows a section, ending with the one where all is read again."""
    order = [*(each for each, _title in view.sections(application)), "check"]
    return addresses_of(application)[order[order.index(slug) + 1]]


def must_be_in_hand(application: Application) -> None:
    """Show the pages that change a file only while it may be changed; otherwise tell its present state (409)."""
    if not view.is_in_hand(application):
        raise Conflict(filing.NOT_IN_HAND.format(state=rules.public_status(application).label))


def save(form: Form, act: Callable[[], Any], again: Callable[[], str], *, to: str, done: str) -> Answer:
    """End the POST of a page of the file; if the file moved meanwhile, what was typed stays on the page (409)."""
    try:
        return answer(form, act, again=again, to=to, done=done)
    except Conflict as conflict:
        form.add_error(FORM_FIELD, f"{conflict.message} {TYPED}")
        return again(), 409
