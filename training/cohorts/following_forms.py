"""The forms of the follow-up of learners: an alert, no post any more, from one trainer to the next (R116, R119)."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import ValidationError

from training.accounts.models import Structure
from training.cohorts.commands import HandOver, Postless
from training.cohorts.queries import Follower, TrainerChoice
from training.common import clock
from training.common.formatting import enumeration, plural
from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField, TickedField


class RiskForm(Form):
    """Why a learner may give up."""

    reason = TextAreaField(
        "Ce qui vous fait craindre un abandon", [Given("Dites ce qui vous inquiète, en une phrase."), Longest(2000)]
    )


class RiskOutcomeForm(Form):
    """What came of the alert."""

    outcome = TextAreaField("Ce qui a été décidé", [Given("Dites ce qui a été décidé, en une phrase."), Longest(2000)])


class PostlessForm(Form):
    """A learner has no post any more: since when, and by when that is settled."""

    since = FrenchDateField("Sans poste depuis le", [Given("Indiquez depuis quand.")], default=clock.today)
    settle_by = FrenchDateField(
        "À régler avant le",
        [Given("Indiquez la date à laquelle la situation doit être réglée.")],
        default=lambda: clock.today() + timedelta(days=60),
    )
    reason = TextAreaField("Précisions", [Longest(2000)])

    def to_command(self) -> Postless:
        """Return what is noted."""
        return Postless(since=self.since.value, settle_by=self.settle_by.value, reason=self.reason.data or "")


class PostForm(Form):
    """Where she works again; nothing for the same structure."""

    structure = StringField("Sa nouvelle structure", [Longest(160)])

    def seek(self, find: Callable[[str], Sequence[Structure]]) -> "PostForm":
        """Set how a structure is found by its name or its FINESS number."""
        self.find = find
        self.structure_id: uuid.UUID | None = None
        return self

    def validate_structure(self, field: Any) -> None:
        """One structure bears this name or this number; otherwise near ones are named."""
        if not field.data:
            return
        found = self.find(field.data)
        if len(found) == 1:
            self.structure_id = found[0].id
        elif found:
            names = enumeration((f"{each.name} ({each.finess or each.city or 'sans numéro'})" for each in found), "ou")
            raise ValidationError(
                f"Plusieurs structures répondent à ce nom : {names}. Précisez, ou donnez le numéro FINESS."
            )
        else:
            raise ValidationError("Aucune structure de ce nom ou de ce numéro n’est dans l’outil. Créez-la d’abord.")


@dataclass(frozen=True, slots=True)
class HandingOver:
    """A hand-over about to be done: to whom, who goes, how many the successor follows before and after (R32)."""

    successor: str
    going: Sequence[str]
    before: int
    after: int
    is_loaded: bool


class HandOverForm(Form):
    """Learners passed from one referent to another."""

    to_id = SlugField("À qui confier leur suivi", [Given("Choisissez une personne.")])
    since = FrenchDateField("À partir du", [Given("Indiquez le premier jour.")], default=clock.today)
    enrolments = TickedField("Personnes à confier")
    words = TextAreaField("Un mot pour toutes et tous", [Longest(1000)])

    def validate_enrolments(self, field: Any) -> None:
        """Someone at least."""
        if not field.data:
            raise ValidationError("Cochez au moins une personne à confier.")

    def offer(self, follower: Follower, trainers: Sequence[TrainerChoice]) -> "HandOverForm":
        """Set whom she follows, nobody ticked at first, and who may take over, each with her load (R32)."""
        self.follower_id = follower.person_id
        self.to_id.offer(
            [
                ("", "Choisir…"),
                *((str(t.person_id), t.with_load) for t in trainers if t.person_id != follower.person_id),
            ]
        )
        self.enrolments.offer((str(key), name) for key, name in follower.learners)
        self.loads = {str(t.person_id): t for t in trainers}
        return self

    def summary(self, follower: Follower) -> "HandingOver":
        """Return what is about to be done, in words: who goes, from whom, to whom, and how many she will follow."""
        successor = self.loads[self.to_id.data or ""]
        names = dict(follower.learners)
        going = [names[key] for key in self.enrolments.ids if key in names]
        after = replace(successor, learners=successor.learners + len(going) - 1)
        return HandingOver(successor.name, going, successor.learners, after.learners + 1, is_loaded=after.is_loaded)

    def to_command(self) -> HandOver:
        """Return the hand-over."""
        return HandOver(
            from_id=self.follower_id,
            to_id=uuid.UUID(self.to_id.data or ""),
            since=self.since.value,
            enrolment_ids=frozenset(self.enrolments.ids),
            words=self.words.data or "",
        )


def how_many(count: int) -> str:
    """Return “1 personne confiée”, “3 personnes confiées”."""
    return plural(count, "personne confiée", "personnes confiées")
