"""``/emargement``: the door behind the code of the room, where one signs for oneself (R39, R40, R115)."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import Response, flash, make_response, redirect, render_template, request, url_for

from training.accounts.rules import network_of
from training.cohorts.models import Enrolment
from training.common import clock
from training.common.errors import NotFound
from training.common.formatting import time_of_day
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.held import sign_in_address
from training.common.policy import Permission, Principal
from training.common.throttle import Limit, count
from training.common.transaction import commits
from training.extensions import settings
from training.seminars import passes, queries, services
from training.seminars.enums import SigningMethod
from training.seminars.forms import CodeForm, GuestForm, SignForm
from training.seminars.link_purposes import Bearer, bearer_of
from training.seminars.models import AttendanceEntry, AttendanceSheet
from training.seminars.routes.blueprint import bp, type_answer
from training.seminars.rules import attendance as rules

DOOR: Final = "/emargement"
PRESENCE: Final = f"{DOOR}/presence/<token>"
MISSES: Final = Limit("attendance-code-miss", most=30, window=timedelta(minutes=15))
GONE: Final = (
    "Ce code n’est plus le bon : il change toutes les minutes. Recopiez ou visez celui qui est affiché maintenant."
)
OVER: Final = "Trop de temps a passé depuis que vous avez visé le code. Visez-le de nouveau, puis signez."


class Knocked(NotFound):
    """A code or a pass that opens nothing: one is asked for another code, in place."""


@dataclass(frozen=True, slots=True)
class Door:
    """A sheet whose code this browser has shown: who stands there, with which pass, on which device."""

    sheet: AttendanceSheet
    token: str
    device: str
    person_id: uuid.UUID | None
    bearer: Bearer | None

    @property
    def by(self) -> Principal:
        """Whoever signs."""
        return self.bearer.principal if self.bearer is not None else current_principal()

    @property
    def method(self) -> SigningMethod:
        """How she signs."""
        return SigningMethod.LINK if self.bearer is not None else SigningMethod.OWN_PHONE

    @property
    def digest(self) -> str:
        """What the sheet keeps of the device."""
        return passes.device_digest(self.sheet.id, self.device)


def _keys() -> list[str]:
    house = settings()
    return [house.secret_key, *house.secret_key_fallbacks]


def _door(principal: Principal, sheet: AttendanceSheet, device: str, token: str) -> Door:
    bearer = None if principal.is_signed_in else bearer_of(rules.SIGN, sheet.half_day.seminar_id)
    person = principal.person_id or (bearer.person.id if bearer else None)
    return Door(sheet, token, device, person, bearer)


def door_by_code(principal: Principal, code: str) -> Door:
    """Return the door a code opens; a wrong one is counted against its network and does not exist."""
    wanted = rules.read_code(code)
    sheet = queries.sheet_by_tag(wanted[: rules.TAG_LENGTH]) if wanted else None
    if sheet is None or not rules.is_current(wanted, sheet.tag, clock.now(), _keys()):
        count(MISSES, network_of(request.remote_addr))
        raise Knocked(GONE)
    device = request.cookies.get(passes.DEVICE_COOKIE) or passes.new_device()
    return _door(principal, sheet, device, passes.seal(sheet.id, device))


def door_by_pass(principal: Principal, token: str) -> Door:
    """Return the door of a pass of this very browser."""
    device = request.cookies.get(passes.DEVICE_COOKIE, "")
    found = passes.unseal(token, device) if device else None
    if found is None:
        raise Knocked(GONE)
    if found.is_over:
        raise Knocked(OVER)
    return _door(principal, queries.sheet_by_id(found.sheet_id), device, token)


@bp.get(DOOR)
@requires(Permission.SEMINARS_SHEET_SIGN)
def door() -> type_answer:
    """Where one types the code of the room, without a camera."""
    typed = request.args.get("code", "")
    if typed:
        code = rules.read_code(typed)
        if code:
            return redirect(url_for(".sign_form", code=code), 303)
        return _ask_again(
            typed, f"Un code compte {rules.CODE_LENGTH} lettres et chiffres : recopiez-le en entier.", 422
        )
    return _door_page(CodeForm(formdata=None))


def _door_page(form: CodeForm) -> str:
    bearer = None if current_principal().is_signed_in else bearer_of(rules.SIGN)
    return render_template("seminars/sign/door.html", form=form, bearer=bearer)


def _ask_again(typed: str, why: str, status: int) -> tuple[str, int]:
    form = CodeForm(formdata=None, data={"code": typed})
    form.add_error("code", why)
    return _door_page(form), status


@bp.errorhandler(Knocked)
def knocked(fault: Knocked) -> type_answer:
    """Show the field again, with what was typed and why it opens nothing."""
    return _ask_again(str((request.view_args or {}).get("code", "")), fault.message, 404)


def _enrolments(door: Door) -> list[Enrolment]:
    return queries.signers_among(door.sheet.half_day, door.person_id) if door.person_id is not None else []


def _page(door: Door, form: SignForm | None = None) -> str:
    enrolments = _enrolments(door)
    entry = queries.entry_of(door.sheet, enrolments[0].id) if enrolments else None
    return render_template(
        "seminars/sign/sign.html",
        door=door,
        half_day=door.sheet.half_day,
        seminar=door.sheet.half_day.seminar,
        enrolment=enrolments[0] if enrolments else None,
        entry=entry,
        refusal=rules.signing_refusal(door.sheet, clock.now()),
        form=form or SignForm(formdata=None),
        sign_in=sign_in_address(url_for(".sign_again", token=door.token)),
    )


@bp.get(f"{DOOR}/<code>")
@requires(Permission.SEMINARS_SHEET_SIGN, door_by_code)
def sign_form(door: Door) -> Response:
    """The page behind the QR code: sign one’s presence, if one is known."""
    response = make_response(_page(door))
    response.set_cookie(
        passes.DEVICE_COOKIE,
        door.device,
        max_age=passes.DEVICE_KEPT,
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
        path=DOOR,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get(PRESENCE)
@requires(Permission.SEMINARS_SHEET_SIGN, door_by_pass)
def sign_again(door: Door) -> str:
    """The same page, after signing in."""
    return _page(door)


@bp.post(PRESENCE)
@commits
@requires(Permission.SEMINARS_SHEET_SIGN, door_by_pass)
def sign(door: Door) -> type_answer:
    """Sign one’s presence."""
    enrolments = _enrolments(door)
    if not enrolments:
        raise NotFound("Vous n’êtes pas sur cette feuille. Dites-le à votre formateur·rice.")
    form = SignForm()
    made: list[AttendanceEntry] = []

    def act() -> None:
        command = form.to_command(door.method, door.digest)
        made.append(services.sign(door.sheet, enrolments[0], command, by=door.by))

    if form.validate_on_submit() and attempt(form, act):
        flash(f"Votre présence est enregistrée, à {time_of_day(made[0].recorded_at)}.", "success")
        return redirect(url_for(".sign_again", token=door.token), 303)
    return _page(door, form), 422


def _guest_page(door: Door, form: GuestForm) -> str:
    return render_template(
        "seminars/sign/guest.html",
        door=door,
        half_day=door.sheet.half_day,
        seminar=door.sheet.half_day.seminar,
        refusal=rules.signing_refusal(door.sheet, clock.now()),
        form=form,
    )


@bp.get(f"{PRESENCE}/equipe")
@requires(Permission.SEMINARS_SHEET_SIGN, door_by_pass)
def guest_form(door: Door) -> str:
    """Where someone of a learner’s team signs, at a half-day open to teams (R117)."""
    return _guest_page(door, GuestForm())


@bp.post(f"{PRESENCE}/equipe")
@commits
@requires(Permission.SEMINARS_SHEET_SIGN, door_by_pass)
def sign_as_guest(door: Door) -> type_answer:
    """Sign as someone of a learner’s team."""
    form = GuestForm()

    def act() -> None:
        services.sign_as_guest(door.sheet, form.to_guest(door.method, door.digest), by=door.by)

    if form.validate_on_submit() and attempt(form, act):
        flash(f"Merci {form.name.data} : votre présence est enregistrée.", "success")
        return redirect(url_for(".guest_form", token=door.token), 303)
    return _guest_page(door, form), 422
