"""The code of the personal link by which a structure's representative signs (R107)."""

from typing import Final

PURPOSE: Final = "engagement_letter"
