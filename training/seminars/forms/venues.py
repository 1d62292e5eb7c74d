"""The form of a room: how one gets there, how many it holds."""

from wtforms import StringField, TextAreaField

from training.common.forms import Form, Given, Longest, NumberField
from training.seminars.commands import VenueWords


class VenueForm(Form):
    """A place, perhaps a room in it, and what is to be known of it."""

    place = StringField("Lieu", [Given("Indiquez la ville ou l’établissement."), Longest(120)])
    room = StringField("Salle", [Longest(80)])
    address = StringField("Adresse", [Longest(200)])
    access = TextAreaField("Comment s’y rendre, comment entrer", [Longest(2000)])
    capacity = NumberField("Places assises", 1, 2000, "Indiquez un nombre de places, ou laissez vide.", required=False)

    def to_command(self) -> VenueWords:
        """Return the words."""
        return VenueWords(
            place=self.place.data or "",
            room=self.room.data or "",
            address=self.address.data or "",
            access=self.access.data or "",
            capacity=int(self.capacity.data) if self.capacity.data else None,
        )
