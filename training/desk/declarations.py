"""What the desk declares: it is everyone’s, and it owns nothing."""

from typing import Final

from training.common.declarations import Declarations
from training.common.policy import Permission, anyone, signed_in

DECLARATIONS: Final = Declarations(
    room="desk",
    permissions={Permission.DESK_HOME_READ: anyone, Permission.DESK_SEARCH_USE: signed_in},
)
