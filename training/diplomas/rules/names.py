"""The name printed on a diploma, as the house proposes it before the learner proofreads it (R110). Pure."""


def proposed_name(first_name: str, last_name: str, *, first_names: str = "", birth_name: str = "") -> str:
    """Return the name to proofread: the civil status she gave, or else the name everyone knows her by."""
    given = " ".join(first_names.replace(",", " ").split()) or first_name
    return f"{given} {birth_name.strip() or last_name}".strip()
