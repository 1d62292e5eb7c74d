"""What she gives once her seat is confirmed: civil status, team for the launch, portrait (R110, R113, R117)."""

from training.admissions import rules
from training.admissions.file_uses import PHOTO
from training.admissions.models import Application, Piece
from training.admissions.routes import loaders
from training.admissions.routes.own_file import address, bp, page
from training.cohorts.queries import launch as launch_queries
from training.cohorts.queries import registration as given
from training.cohorts.registration import LaunchTeam
from training.cohorts.registration_forms import CivilStatusForm, PortraitForm, TeamForm
from training.cohorts.services import launch, registration
from training.common.errors import Conflict
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.database import db

NOT_YET = "Cette page s’ouvre quand votre place est confirmée."


def _seated(application: Application) -> None:
    if not rules.gives_civil_status(application):
        raise Conflict(NOT_YET)


def _civil_form(application: Application) -> CivilStatusForm:
    cohort = application.call.cohort
    asked = given.civil_fields(cohort.edition_id)
    return CivilStatusForm.asking(asked, given.civil_status(cohort.id, application.person_id))


@bp.get("/etat-civil")
@requires(Permission.ADMISSIONS_REGISTRATION_GIVE, loaders.file)
def civil_status(application: Application) -> str:
    """Ask what the school needs for the diploma."""
    _seated(application)
    return page(application, "civil", _civil_form(application))


@bp.post("/etat-civil")
@commits
@requires(Permission.ADMISSIONS_REGISTRATION_GIVE, loaders.file_to_change)
def give_civil_status(application: Application) -> Answer:
    """Keep what the school needs for the diploma."""
    _seated(application)
    form, cohort = _civil_form(application), application.call.cohort
    asked = given.civil_fields(cohort.edition_id)
    return answer(
        form,
        lambda: registration.give_civil_status(cohort, application.person_id, form.told(asked)),
        again=lambda: page(application, "civil", form),
        to=address(application),
        done="Votre état civil est enregistré. Vous pourrez le corriger ; le nom imprimé vous sera soumis avant le jury.",
    )


def _may_name_team(application: Application) -> None:
    if not rules.names_team(application):
        raise Conflict("Cette page s’ouvre quand votre dossier est présélectionné ou votre place confirmée.")


def _team_form(application: Application) -> TeamForm:
    cohort_id, person_id = application.call.cohort_id, application.person_id
    team, guests = db.session.get(LaunchTeam, (cohort_id, person_id)), launch_queries.guests_of(cohort_id, person_id)
    return TeamForm(
        headcount=team.headcount if team else None,
        meals=team.meals if team else None,
        diets=team.diets if team else "",
        names=TeamForm.words(guests),
    )


@bp.get("/equipe")
@requires(Permission.ADMISSIONS_REGISTRATION_GIVE, loaders.file)
def team(application: Application) -> str:
    """Ask who comes to the launch."""
    _may_name_team(application)
    return page(application, "team", _team_form(application))


@bp.post("/equipe")
@commits
@requires(Permission.ADMISSIONS_REGISTRATION_GIVE, loaders.file_to_change)
def bring_team(application: Application) -> Answer:
    """Keep who comes to the launch."""
    _may_name_team(application)
    form = _team_form(application)
    return answer(
        form,
        lambda: launch.bring_team(application.call.cohort, application.person_id, form.to_command()),
        again=lambda: page(application, "team", form),
        to=address(application),
        done="C’est noté. Les personnes dont vous donnez l’adresse reçoivent leur invitation. Vous pouvez tout changer jusqu’au lancement.",
    )


def photo_of(application: Application) -> Piece | None:
    """Return the photo of the file, if it has one that stands."""
    standing = [piece for piece in application.pieces if piece.removed_at is None and piece.file.erased_at is None]
    return max((p for p in standing if p.file.use == PHOTO), key=lambda piece: piece.version, default=None)


def _with_photo(application: Application) -> Piece:
    _seated(application)
    photo = photo_of(application)
    if photo is None:
        raise Conflict("Votre dossier n’a pas de photo : il n’y a rien à montrer.")
    return photo


@bp.get("/trombinoscope")
@requires(Permission.ADMISSIONS_REGISTRATION_GIVE, loaders.file)
def portrait(application: Application) -> str:
    """Ask whether her photo is shown to her cohort."""
    photo = _with_photo(application)
    shown = given.portrait(application.call.cohort_id, application.person_id) is not None
    return page(application, "portrait", PortraitForm(agrees=shown), photo=photo, shown=shown)


@bp.post("/trombinoscope")
@commits
@requires(Permission.ADMISSIONS_REGISTRATION_GIVE, loaders.file_to_change)
def agree_to_portrait(application: Application) -> Answer:
    """Keep her consent, or its withdrawal, which erases the portrait."""
    photo, form, cohort = _with_photo(application), PortraitForm(), application.call.cohort

    def act() -> None:
        if form.agrees.data:
            registration.show_portrait(cohort, application.person_id, photo.file, by=current_principal())
        else:
            registration.hide_portrait(cohort.id, application.person_id)

    return answer(
        form,
        act,
        again=lambda: page(application, "portrait", form, photo=photo, shown=False),
        to=address(application),
        done="C’est noté. Vous pouvez changer d’avis à tout moment.",
    )
