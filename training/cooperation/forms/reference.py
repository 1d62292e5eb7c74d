"""The form that takes a grid in."""

from typing import Final

from wtforms import TextAreaField

from training.common.forms import Form, Given, Longest

MAXIMUM_GRID: Final = 60_000


class GridForm(Form):
    """A grid, as the text of its file."""

    content = TextAreaField(
        "Fichier de la grille", [Given("Collez le contenu du fichier de la grille."), Longest(MAXIMUM_GRID)]
    )
