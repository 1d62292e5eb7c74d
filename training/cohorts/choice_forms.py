"""The forms of a choice among modules (R104)."""

import uuid
from collections.abc import Mapping
from typing import Final

from wtforms import BooleanField, TextAreaField
from wtforms.validators import Optional

from training.cohorts.choice_rules import Choice, Option
from training.cohorts.commands import ModulesToChoose
from training.common.errors import Refused
from training.common.formatting import plural
from training.common.forms import ChosenField, Form, FrenchDateField, Longest, TickedField

MOST: Final = 500
"""Places of one option."""


class _Choosing(Form):
    reason = TextAreaField("Pourquoi vous choisissez pour cette personne", [Longest(1000)])

    def for_whom(self, *, own: bool) -> "_Choosing":
        """Drop the reason where the learner herself chooses."""
        if own:
            del self.reason
        return self

    @property
    def words(self) -> str:
        """The reason given."""
        return (self.reason.data or "") if "reason" in self else ""


class OneForm(_Choosing):
    """One module of a few."""

    modules = ChosenField("Votre choix")

    def to_command(self) -> ModulesToChoose:
        """Return the module chosen."""
        picked = (uuid.UUID(self.modules.data),) if self.modules.data else ()
        return ModulesToChoose(picked, self.words)


class ManyForm(_Choosing):
    """Several modules of a few."""

    modules = TickedField("Votre choix")

    def to_command(self) -> ModulesToChoose:
        """Return the modules chosen."""
        return ModulesToChoose(self.modules.ids, self.words)


def choice_form(choice: Choice, *, own: bool) -> OneForm | ManyForm:
    """Return the form of a choice, on what is chosen; options without a place left are not offered."""
    chosen = [str(module_id) for module_id in choice.chosen]
    offered = [(str(option.id), _words(option)) for option in choice.options if _is_offered(option, choice)]
    if choice.most == 1:
        one = OneForm(modules=chosen[0] if chosen else None)
        one.modules.offer(offered)
        one.for_whom(own=own)
        return one
    many = ManyForm(modules=chosen)
    many.modules.offer(offered)
    many.for_whom(own=own)
    return many


def _is_offered(option: Option, choice: Choice) -> bool:
    return option.left != 0 or option.id in choice.chosen


def _words(option: Option) -> str:
    if option.left is None:
        return option.name
    return f"{option.name} ({plural(option.left, 'place')} sur {option.places})"


class TermsForm(Form):
    """Until when a choice is open, with or without approval, how many places in each option, one a line of the form."""

    until = FrenchDateField("Choix ouvert jusqu’au", [Optional()])
    approved = BooleanField("Le choix attend l’accord du porteur ou de la personne qui suit l’apprenant·e")

    @staticmethod
    def typed_places(choice: Choice, typed: Mapping[str, str]) -> dict[uuid.UUID, int | None]:
        """Return the places typed for each option, nothing for no limit; ``Refused`` for what is no number."""
        found: dict[uuid.UUID, int | None] = {}
        for option in choice.options:
            text = typed.get(f"places-{option.id}", "").replace(" ", "")
            if text and not (text.isascii() and text.isdigit() and int(text) <= MOST):
                raise Refused(f"Pour « {option.name} », écrivez un nombre de places en chiffres, ou rien.")
            found[option.id] = int(text) if text else None
        return found
