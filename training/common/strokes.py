"""A signature drawn with a finger: the field that takes its path, beside the box or the name that is enough by itself."""

import re
from typing import Final

from wtforms import HiddenField

LONGEST: Final = 20_000
PATH: Final = re.compile(r"(?:[ML]\d{1,3} \d{1,3})+")


class StrokesField(HiddenField):
    """The path of a finger on a surface of 300 × 120, or nothing; anything else is dropped."""

    @property
    def path(self) -> str:
        """The path as SVG writes it."""
        typed = self.data or ""
        return typed if len(typed) <= LONGEST and PATH.fullmatch(typed) else ""
