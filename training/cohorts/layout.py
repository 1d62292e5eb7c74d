"""Which layout a page shared by staff and learners takes."""

from training.common.policy import Principal


def layout_for(principal: Principal) -> str:
    """Return the layout: one’s own space for whoever holds no function in any body."""
    return "layouts/staff.html" if principal.capacities else "layouts/learner.html"
