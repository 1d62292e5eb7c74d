"""A draft's modules, choices, resources and tracer documents.

The carrier's modules and the school's have the same pages under two addresses, each
guarded by its own permission (R102).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template

from training.accounts.enums import Part
from training.catalogue import module_services as services
from training.catalogue.forms import ResourceForm, group_form, module_form, tracer_form
from training.catalogue.models import ChoiceGroup, Edition, Module, Resource, TracerType
from training.catalogue.routes import loaders
from training.catalogue.routes.acts import to_edition, type_answer
from training.catalogue.routes.blueprint import EDITION, bp
from training.catalogue.routes.loaders import Piece
from training.common.forms import ActForm, Form, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits

SAVED: Final = "Le brouillon est enregistré."


@dataclass(frozen=True, slots=True)
class Share:
    """A part's share of the modules: its address, its permission, its words."""

    owner: Part
    segment: str
    permission: Permission
    noun: str

    def endpoint(self, name: str) -> str:
        """Return the name of one of its views, for ``url_for``."""
        return f"{name}_{self.owner.value}"


SHARES: Final = (
    Share(Part.CARRIER, "modules-complementaires", Permission.CATALOGUE_EDITION_EDIT_CARRIER_PART, "complémentaire"),
    Share(Part.SCHOOL, "modules-socles", Permission.CATALOGUE_EDITION_EDIT_SCHOOL_PART, "socle"),
)


@dataclass(frozen=True, slots=True)
class Screen:
    """One form of a draft's piece: the form, what it does when valid, and the page that shows it."""

    edition: Edition
    form: Form
    act: Callable[[], object]
    page: Callable[[], str]
    done: str = SAVED


def serve(rule: str, endpoint: str, permission: Permission, loader: Any, screen: Callable[[Any], Screen]) -> None:
    """Serve a screen at an address: GET shows its form, POST acts and returns to the edition."""

    def show(subject: Any) -> str:
        return screen(subject).page()

    def act(subject: Any) -> type_answer:
        shown = screen(subject)
        if shown.form.validate_on_submit() and attempt(shown.form, shown.act):
            return to_edition(shown.edition, shown.done)
        return shown.page(), 422

    guard = requires(permission, loader)
    bp.add_url_rule(EDITION + rule, f"{endpoint}_form", guard(loaders.draft_only(show)), methods=["GET"])
    bp.add_url_rule(EDITION + rule, endpoint, commits(guard(loaders.draft_only(act))), methods=["POST"])


def _page(template: str, **context: Any) -> Callable[[], str]:
    return lambda: render_template(template, **context)


def _add_module(share: Share) -> Callable[[Edition], Screen]:
    def screen(edition: Edition) -> Screen:
        form = module_form(edition, share.owner)
        return Screen(
            edition,
            form,
            lambda: services.add_module(edition, form.to_command(), owner=share.owner, by=current_principal()),
            _page("catalogue/module.html", edition=edition, form=form, module=None, share=share),
        )

    return screen


def _edit_module(share: Share) -> Callable[[Piece[Module]], Screen]:
    def screen(piece: Piece[Module]) -> Screen:
        form = module_form(piece.edition, share.owner, piece.item)
        return Screen(
            piece.edition,
            form,
            lambda: services.edit_module(piece.item, form.to_command(), owner=share.owner, by=current_principal()),
            _page("catalogue/module.html", edition=piece.edition, form=form, module=piece.item, share=share),
        )

    return screen


def _remove_module(share: Share) -> Callable[[Piece[Module]], Screen]:
    def screen(piece: Piece[Module]) -> Screen:
        module = piece.item
        return _removal(
            piece.edition,
            f"le module {module.name}",
            f"Ses {len(module.objectives)} objectifs, ses documents traceurs et ses ressources disparaissent avec lui.",
            lambda: services.remove_module(module, owner=share.owner, by=current_principal()),
        )

    return screen


def _removal(edition: Edition, what: str, effect: str, act: Callable[[], object]) -> Screen:
    form = ActForm()
    page = _page("catalogue/remove.html", edition=edition, form=form, what=what, effect=effect)
    return Screen(edition, form, act, page, done=f"C’est fait : {what} ne figure plus dans le brouillon.")


def _save_group(share: Share) -> Callable[[Any], Screen]:
    def screen(subject: Edition | Piece[ChoiceGroup]) -> Screen:
        edition, group = (subject, None) if isinstance(subject, Edition) else (subject.edition, subject.item)
        form = group_form(share.owner, group)
        return Screen(
            edition,
            form,
            lambda: services.save_group(
                edition, form.to_command(), owner=share.owner, by=current_principal(), group=group
            ),
            _page("catalogue/group.html", edition=edition, form=form, group=group, share=share),
        )

    return screen


def _remove_group(share: Share) -> Callable[[Piece[ChoiceGroup]], Screen]:
    def screen(piece: Piece[ChoiceGroup]) -> Screen:
        return _removal(
            piece.edition,
            f"le choix {piece.item.label}",
            "Les modules qu’il proposait restent dans l’édition, et ne sont plus au choix.",
            lambda: services.remove_group(piece.item, owner=share.owner, by=current_principal()),
        )

    return screen


def _add_resource(share: Share) -> Callable[[Piece[Module]], Screen]:
    def screen(piece: Piece[Module]) -> Screen:
        form = ResourceForm()
        return Screen(
            piece.edition,
            form,
            lambda: services.add_resource(piece.item, form.to_command(), owner=share.owner, by=current_principal()),
            _page("catalogue/resource.html", edition=piece.edition, form=form, module=piece.item),
        )

    return screen


def _remove_resource(share: Share) -> Callable[[Piece[Resource]], Screen]:
    def screen(piece: Piece[Resource]) -> Screen:
        return _removal(
            piece.edition,
            f"la ressource {piece.item.title}",
            "Le module n’y renverra plus.",
            lambda: services.remove_resource(piece.item, owner=share.owner, by=current_principal()),
        )

    return screen


def _add_tracer(piece: Piece[Module]) -> Screen:
    form = tracer_form(piece.item)
    return Screen(
        piece.edition,
        form,
        lambda: services.save_tracer(piece.item, form.to_command(), by=current_principal()),
        _page("catalogue/tracer.html", edition=piece.edition, form=form, module=piece.item, tracer=None),
    )


def _edit_tracer(piece: Piece[TracerType]) -> Screen:
    module = piece.item.module
    form = tracer_form(module, piece.item)
    return Screen(
        piece.edition,
        form,
        lambda: services.save_tracer(module, form.to_command(), by=current_principal(), tracer=piece.item),
        _page("catalogue/tracer.html", edition=piece.edition, form=form, module=module, tracer=piece.item),
    )


def _remove_tracer(piece: Piece[TracerType]) -> Screen:
    return _removal(
        piece.edition,
        f"le document traceur {piece.item.label}",
        "Il ne sera plus demandé aux apprenant·es de cette édition.",
        lambda: services.remove_tracer(piece.item, by=current_principal()),
    )


for _share in SHARES:
    _module = f"/{_share.segment}/<module>"
    _group = f"/{_share.segment}/choix/<group>"
    for _rule, _name, _loader, _screen in (
        (f"/{_share.segment}/ajouter", "add_module", loaders.edition_of, _add_module),
        (f"{_module}/modifier", "edit_module", loaders.module_of(_share.owner), _edit_module),
        (f"{_module}/retirer", "remove_module", loaders.module_of(_share.owner), _remove_module),
        (f"{_module}/ressources/ajouter", "add_resource", loaders.module_of(_share.owner), _add_resource),
        (
            f"{_module}/ressources/<uuid:resource>/retirer",
            "remove_resource",
            loaders.resource_of(_share.owner),
            _remove_resource,
        ),
        (f"/{_share.segment}/choix/ajouter", "add_group", loaders.edition_of, _save_group),
        (f"{_group}/modifier", "edit_group", loaders.group_of(_share.owner), _save_group),
        (f"{_group}/retirer", "remove_group", loaders.group_of(_share.owner), _remove_group),
    ):
        serve(_rule, _share.endpoint(_name), _share.permission, _loader, _screen(_share))

_SCHOOL: Final = Permission.CATALOGUE_EDITION_EDIT_SCHOOL_PART
_TRACERS: Final = "/documents-traceurs/<module>"
serve(f"{_TRACERS}/ajouter", "add_tracer", _SCHOOL, loaders.any_module_of, _add_tracer)
serve(f"{_TRACERS}/<tracer>/modifier", "edit_tracer", _SCHOOL, loaders.tracer_of, _edit_tracer)
serve(f"{_TRACERS}/<tracer>/retirer", "remove_tracer", _SCHOOL, loaders.tracer_of, _remove_tracer)
