"""The pages by which the applicant fills her file, one subject each: structure, situation, declarations, pieces."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from training.accounts.services import structures
from training.admissions import applicant_view as view
from training.admissions import rules
from training.admissions.commands import ChooseStructure
from training.admissions.enums import ProfileField
from training.admissions.file_uses import use_of
from training.admissions.forms import applicant as forms
from training.admissions.models import Application, PieceRequirement
from training.admissions.queries import applicant as own
from training.admissions.routes import loaders
from training.admissions.routes.own_drafts import opened, save_section
from training.admissions.routes.own_file import address, after, bp, must_be_in_hand, page, save
from training.admissions.services import filing
from training.common.errors import Conflict, NotFound, Refused
from training.common.filetypes import accept_attribute, describe
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import UploadLimit, commits
from training.common.views import Answer

# Her structure ---------------------------------------------------------------------------------------------------------


def _search() -> str:
    return (request.args.get("q") or "").strip()[:80]


def _structure_page(application: Application, form: forms.StructureForm | None = None) -> str:
    words = _search()
    found = own.structures_named(application.call, words) if words else []
    if form is None:
        form = opened(application, "structure", partial(forms.structure_form_of, application, found))
    return page(application, "structure", form, words=words, found=found, most=own.MOST_FOUND)


@bp.get("/structure")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def structure(application: Application) -> str:
    """Ask for the structure of attachment: found by name, then chosen."""
    must_be_in_hand(application)
    return _structure_page(application)


@bp.post("/structure")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file_to_change)
def choose_structure(application: Application) -> Answer:
    """Attach the file to a structure, whence its variant (R5, R10, R12)."""
    words = _search()
    found = list(own.structures_named(application.call, words)) if words else []
    chosen = own.known(request.form.get("structure"))
    build = partial(
        forms.structure_form_of, application, [*found, *([chosen] if chosen and chosen not in found else [])]
    )
    form = build()
    return save_section(
        application,
        "structure",
        form,
        lambda: filing.choose_structure(application, form.to_command(), by=current_principal()),
        lambda: _structure_page(application, form),
        build=build,
        to=after(application, "structure"),
        done="Votre structure est enregistrée.",
    )


def _new_structure_form(application: Application) -> forms.NewStructureForm:
    form = forms.NewStructureForm(name=_search(), post_title=application.post_title)
    return form.offer(application.call, own.departements(application.call))


@bp.get("/structure/nouvelle")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def new_structure(application: Application) -> str:
    """Ask for a structure the register does not know."""
    must_be_in_hand(application)
    return page(application, "new_structure", _new_structure_form(application))


@bp.post("/structure/nouvelle")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file_to_change)
def add_structure(application: Application) -> Answer:
    """Enter a structure in the register and attach the file to it."""
    form, principal = _new_structure_form(application), current_principal()

    def add() -> None:
        must_be_in_hand(application)
        command = form.to_command()
        twin = own.twin(command.name, command.departement_code)
        if twin is not None:
            raise Refused(
                f"{twin.name} ({twin.city or twin.departement.name}) est déjà connue : revenez à la recherche et choisissez-la.",
                field="name",
            )
        added = structures.add(command, by=principal)
        chosen = ChooseStructure(added.id, form.post_title.data or "")
        filing.choose_structure(application, chosen, by=principal)

    return save(
        form,
        add,
        lambda: page(application, "new_structure", form),
        to=after(application, "structure"),
        done="Votre structure est ajoutée et enregistrée.",
    )


# Where else she practises -----------------------------------------------------------------------------------------------


def _practices_form(application: Application, **resumed: Any) -> forms.PracticesForm:
    said: dict[str, Any] = {name: each[0] for name, each in rules.SECTION_VALUES["practices"](application).items()}
    said |= {name: int(value) if value else None for name, value in said.items() if name.startswith("share")}
    return forms.PracticesForm(**resumed, **said)


@bp.get("/exercice")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def practices(application: Application) -> str:
    """Ask where else she practises, and who employs her (R98)."""
    must_be_in_hand(application)
    return page(application, "practices", opened(application, "practices", partial(_practices_form, application)))


@bp.post("/exercice")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file_to_change)
def tell_practices(application: Application) -> Answer:
    """Write where else she practises, and who employs her."""
    form = _practices_form(application)
    return save_section(
        application,
        "practices",
        form,
        lambda: filing.tell_practices(application, form.to_command(), by=current_principal()),
        lambda: page(application, "practices", form),
        build=partial(_practices_form, application),
        to=after(application, "practices"),
        done="Les lieux où vous exercez sont enregistrés.",
    )


# Her situation, what she declares ---------------------------------------------------------------------------------------


def _situation_form(application: Application, **resumed: Any) -> forms.SituationForm:
    form = forms.SituationForm(
        **resumed,
        situation=application.situation.value if application.situation else None,
        post_on=application.post_on,
        derogation_reason=application.derogation_reason,
    )
    return form.offer(application.call)


@bp.get("/situation")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def situation(application: Application) -> str:
    """Ask whether she is in post, taking post or being recruited."""
    must_be_in_hand(application)
    return page(application, "situation", opened(application, "situation", partial(_situation_form, application)))


@bp.post("/situation")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file_to_change)
def describe_situation(application: Application) -> Answer:
    """Write her situation (R6, R7)."""
    form = _situation_form(application)
    return save_section(
        application,
        "situation",
        form,
        lambda: filing.describe_situation(application, form.to_command(), by=current_principal()),
        lambda: page(application, "situation", form),
        build=partial(_situation_form, application),
        to=after(application, "situation"),
        done="Votre situation est enregistrée.",
    )


def _profile_form(application: Application, **resumed: Any) -> forms.ProfileForm:
    told = application.profile
    said: dict[str, Any] = {name.value: getattr(told, name.value, None) for name in ProfileField}
    return forms.ProfileForm(**resumed, **said).offer(application)


def _asked_profile(application: Application) -> None:
    if not rules.asks_profile(application):
        raise NotFound


@bp.get("/profil")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def profile(application: Application) -> str:
    """Ask the facts of her profile that the call wants to know (R111)."""
    _asked_profile(application)
    must_be_in_hand(application)
    return page(application, "profile", opened(application, "profile", partial(_profile_form, application)))


@bp.post("/profil")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file_to_change)
def tell_profile(application: Application) -> Answer:
    """Write the facts of her profile."""
    _asked_profile(application)
    form = _profile_form(application)
    return save_section(
        application,
        "profile",
        form,
        lambda: filing.tell_profile(application, form.to_command(), by=current_principal()),
        lambda: page(application, "profile", form),
        build=partial(_profile_form, application),
        to=after(application, "profile"),
        done="Votre profil est enregistré.",
    )


def _declarations_form(application: Application, **resumed: Any) -> forms.DeclarationsForm:
    return forms.DeclarationsForm(**resumed, codes=application.declared).offer(application.call)


@bp.get("/engagements")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def declarations(application: Application) -> str:
    """Ask what she declares."""
    must_be_in_hand(application)
    form = opened(application, "declarations", partial(_declarations_form, application))
    return page(application, "declarations", form)


@bp.post("/engagements")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file_to_change)
def declare(application: Application) -> Answer:
    """Write what she declares."""
    form = _declarations_form(application)
    return save_section(
        application,
        "declarations",
        form,
        lambda: filing.declare(application, form.to_command(), by=current_principal()),
        lambda: page(application, "declarations", form),
        build=partial(_declarations_form, application),
        to=after(application, "declarations") if application.call.declarations else address(application),
        done="Vos engagements sont enregistrés.",
    )


# Her pieces -------------------------------------------------------------------------------------------------------------


def requirement_of(application: Application) -> PieceRequirement:
    """Return the piece named in the address, if the call asks it of this file."""
    code = (request.view_args or {}).get("code")
    found = next((piece for piece in rules.expected_pieces(application) if piece.code == code), None)
    if found is None:
        raise NotFound
    return found


def _limits(application: Application) -> Mapping[str, UploadLimit]:
    piece = requirement_of(application)
    return {"file": UploadLimit(use_of(piece), max_bytes=piece.max_bytes, media_types=frozenset(piece.media_types))}


def _pieces_at_hand(application: Application) -> list[PieceRequirement]:
    """Return the pieces she may change now: all those asked, or those that may still come (R107)."""
    return rules.expected_pieces(application) if view.is_in_hand(application) else rules.late_pieces(application)


def _pieces_page(application: Application, sent: forms.PieceForm | None = None, code: str | None = None) -> str:
    """Return the page of all pieces; the form just sent stands at its own."""
    asked = [
        (
            requirement,
            view.versions_of(application, requirement.id),
            sent if sent is not None and requirement.code == code else forms.PieceForm().of(requirement),
        )
        for requirement in _pieces_at_hand(application)
    ]
    return page(
        application,
        "pieces",
        sent or ActForm(),
        asked=asked,
        formats=lambda requirement: describe(requirement.media_types),
        accept=lambda requirement: accept_attribute(requirement.media_types),
        following=after(application, "pieces") if asked and view.is_in_hand(application) else address(application),
        lacking=[item for item in view.missing_now(application) if item.section == "pieces"],
        in_hand=view.is_in_hand(application),
        letters={asked.id: rules.last_letter(application, asked) for asked, _versions, _form in asked},
    )


@bp.get("/pieces")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def pieces(application: Application) -> str:
    """Show the pieces asked, each with what was received; out of her hands, those that may still come (R107)."""
    if not rules.late_pieces(application):
        must_be_in_hand(application)
    return _pieces_page(application)


@bp.get("/pieces/<code>")
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file)
def piece(application: Application) -> Response:
    """Lead to the piece's place on the page of all."""
    return redirect(place_of(application, requirement_of(application)), 303)


def place_of(application: Application, requirement: PieceRequirement) -> str:
    """Return the piece's place on the page of all."""
    return url_for("admissions_applicant.pieces", application_id=application.id, _anchor=f"piece-{requirement.code}")


@bp.post("/pieces/<code>")
@commits(files=_limits)
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file_to_change)
def deposit_piece(application: Application) -> Answer:
    """Keep a checked file as the next version of a piece (R18, R20)."""
    requirement = requirement_of(application)
    form = forms.PieceForm().of(requirement)
    return save(
        form,
        lambda: filing.deposit_piece(application, form.to_command(requirement), by=current_principal()),
        lambda: _pieces_page(application, form, requirement.code),
        to=place_of(application, requirement),
        done=f"{requirement.label} : fichier reçu et vérifié.",
    )


@bp.post("/pieces/<code>/retrait")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, loaders.file_to_change)
def remove_piece(application: Application) -> Answer:
    """Take a piece out of the file."""
    requirement = requirement_of(application)
    form, standing = ActForm(), rules.current_piece(application, requirement)
    if standing is None:
        raise Conflict("Cette pièce a déjà été retirée. Relisez la page de vos pièces.")
    return save(
        form,
        lambda: filing.remove_piece(application, standing, by=current_principal()),
        lambda: _pieces_page(application),
        to=place_of(application, requirement),
        done=f"{requirement.label} : fichier retiré.",
    )
