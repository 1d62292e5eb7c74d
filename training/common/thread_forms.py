"""Forms of a thread: one message, or one to many (R109)."""

from wtforms import HiddenField, StringField, TextAreaField

from training.common.forms import Form, Given, Longest
from training.common.threads import LONGEST


class MessageForm(Form):
    """One message."""

    words = TextAreaField("Votre message", [Given("Écrivez votre message."), Longest(LONGEST)])


class MailingForm(Form):
    """One message to many; ``confirmed`` carries the mark of the people shown in the preview."""

    title = StringField("Objet", [Given("Indiquez l’objet du message."), Longest(120)])
    words = TextAreaField("Message", [Given("Écrivez votre message."), Longest(LONGEST)])
    confirmed = HiddenField()
