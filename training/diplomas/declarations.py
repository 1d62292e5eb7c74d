"""What the diplomas declare."""

from typing import Final

from training.common.declarations import Declarations

DECLARATIONS: Final = Declarations(room="diplomas")
