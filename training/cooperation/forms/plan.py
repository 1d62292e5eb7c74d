"""The forms of what follows an assessment: actions, their news, their review."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import HiddenField, StringField, TextAreaField

from training.common import clock
from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField, TickedField
from training.cooperation.commands import ActionPlan, Review, Reviewed
from training.cooperation.enums import ActionAct
from training.cooperation.models import Action, LibraryCard, Partnership


class ActionForm(Form):
    """An action (R79)."""

    title = StringField("Action", [Given("Dites l’action en une phrase, avec un verbe."), Longest(200)])
    lead = SlugField("Qui mène")
    partners = TickedField("Avec qui")
    first_step = TextAreaField("Premier pas", [Longest(1000)])
    due_on = FrenchDateField("Échéance")
    indicator_1 = StringField("À quoi verrons-nous que ça marche", [Longest(200)])
    indicator_2 = StringField("Deuxième indicateur", [Longest(200)])
    indicator_3 = StringField("Troisième indicateur", [Longest(200)])
    item = HiddenField()
    assessment = HiddenField()
    card = HiddenField()

    @classmethod
    def of(cls, partnership: Partnership, told: dict[str, Any] | None) -> "ActionForm":
        """Return the form, with the bodies of the partnership."""
        form = cls(data=told)
        bodies = [(str(body.id), body.name) for body in partnership.present_bodies]
        form.lead.offer([("", "À désigner"), *bodies])
        form.partners.offer(bodies)
        return form

    def to_command(self) -> ActionPlan:
        """Return the plan."""
        told = [self.indicator_1.data, self.indicator_2.data, self.indicator_3.data]
        return ActionPlan(
            title=self.title.data or "",
            item=(self.item.data or None) if self.assessment.data else None,
            assessment_id=_uuid(self.assessment.data),
            card_code=self.card.data or None,
            lead_id=_uuid(self.lead.data),
            partners=self.partners.ids,
            first_step=self.first_step.data or "",
            due_on=self.due_on.day,
            indicators=tuple(words for words in told if words),
        )


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def told_of(action: Action) -> dict[str, Any]:
    """Return an action as its form shows it."""
    return {
        "title": action.title,
        "lead": str(action.lead_id) if action.lead_id else "",
        "partners": [str(body.id) for body in action.partners],
        "first_step": action.first_step,
        "due_on": action.due_on,
        **{f"indicator_{rank}": words for rank, words in enumerate(action.indicators, 1)},
    }


def told_of_card(card: LibraryCard) -> dict[str, Any]:
    """Return the beginning of an action that an idea of the library gives."""
    indicator = {"indicator_1": card.title} if card.kind.value == "indicator" else {}
    return {"title": "" if indicator else card.title, "first_step": card.text, "card": card.code, **indicator}


class NewsForm(Form):
    """What was done on an action."""

    text = TextAreaField("Où en est-on ?", [Given("Dites en une phrase où en est l’action."), Longest(2000)])


class ReviewForm(Form):
    """A quarterly review: its day; what is said of each action comes beside, by its id."""

    held_on = FrenchDateField("Jour de la revue", [Given("Indiquez le jour de la revue.")])

    @classmethod
    def today(cls) -> "ReviewForm":
        """Return the form of a review held today."""
        return cls(data={"held_on": clock.today()})

    def to_command(self, actions: Iterable[Action], sent: Any) -> Review:
        """Return the review; ``sent`` holds the fields of the request."""
        return Review(self.held_on.value, tuple(self._reviewed(actions, sent)))

    def _reviewed(self, actions: Iterable[Action], sent: Any) -> Sequence[Reviewed]:
        known = {act.value for act in ActionAct}
        found = []
        for action in actions:
            news = str(sent.get(f"news-{action.id}", "")).strip()[:2000]
            act = sent.get(f"act-{action.id}")
            if news or act in known:
                found.append(Reviewed(action.id, news, act if act in known else None))
        return found
