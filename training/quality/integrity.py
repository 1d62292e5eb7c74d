"""Whether the database still defends what people answered (asked by ``doctor``)."""

from collections.abc import Iterator

from training.common import doctor

DEFENDED = (("survey_question", ("INSERT", "UPDATE", "DELETE")), ("survey_template", ("UPDATE", "DELETE")))


def faults() -> Iterator[str]:
    """Yield each act the database would let change a question somebody answered."""
    for table, acts in DEFENDED:
        told = doctor.triggers_on(table)
        yield from (f"The database would accept {act} on {table}." for act in acts if act not in told)
