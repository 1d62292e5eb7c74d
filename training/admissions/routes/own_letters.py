"""The applicant asks her structure to sign: whom, sent again, taken back (R107)."""

from training.admissions import rules
from training.admissions.enums import PieceProvider
from training.admissions.forms import letters as forms
from training.admissions.models import Application, PieceRequirement
from training.admissions.routes import loaders
from training.admissions.routes.own_file import bp, page, save
from training.admissions.routes.own_sections import place_of, requirement_of
from training.admissions.services import letters
from training.common.errors import Conflict, NotFound
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer


def _requirement(application: Application) -> PieceRequirement:
    requirement = requirement_of(application)
    if requirement.provided_by is not PieceProvider.STRUCTURE:
        raise NotFound
    return requirement


def _page(application: Application, form: forms.LetterAddressForm) -> str:
    requirement = _requirement(application)
    return page(
        application,
        "letter",
        form,
        requirement=requirement,
        standing=rules.waiting_letter(application, requirement),
        last=rules.last_letter(application, requirement),
        statement=rules.statement_of(requirement),
        refusal=rules.letter_refusal(application, requirement),
    )


def _form(application: Application) -> forms.LetterAddressForm:
    last = rules.last_letter(application, _requirement(application))
    known = application.structure.email if application.structure else None
    return forms.LetterAddressForm(email=last.email if last else known or "")


@bp.get("/pieces/<code>/signature")
@requires(Permission.ADMISSIONS_LETTER_ASK, loaders.file)
def letter(application: Application) -> str:
    """Ask whom the link to sign goes to, and say what they will read."""
    return _page(application, _form(application))


@bp.post("/pieces/<code>/signature")
@commits
@requires(Permission.ADMISSIONS_LETTER_ASK, loaders.file_to_change)
def ask_letter(application: Application) -> Answer:
    """Send the link, or send it again."""
    form, requirement = _form(application), _requirement(application)
    return save(
        form,
        lambda: letters.ask(application, requirement, form.email.data or "", by=current_principal()),
        lambda: _page(application, form),
        to=place_of(application, requirement),
        done=f"Le lien part à {form.email.data}. Vous serez prévenu·e dès qu’une réponse arrive.",
    )


@bp.post("/pieces/<code>/signature/retrait")
@commits
@requires(Permission.ADMISSIONS_LETTER_ASK, loaders.file_to_change)
def withdraw_letter(application: Application) -> Answer:
    """Take the request back: the link ends at once."""
    form, requirement = ActForm(), _requirement(application)
    standing = rules.waiting_letter(application, requirement)
    if standing is None:
        raise Conflict("Cette demande a déjà reçu une réponse, ou a été retirée. Relisez la page de vos pièces.")
    return save(
        form,
        lambda: letters.withdraw(standing, by=current_principal()),
        lambda: _page(application, _form(application)),
        to=place_of(application, requirement),
        done="La demande est retirée : le lien ne fonctionne plus.",
    )
