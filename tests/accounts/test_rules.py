"""Rules on people and addresses, without a database."""

import pytest

from training.accounts import rules
from training.accounts.models import Person


@pytest.mark.parametrize(
    ("given", "held", "agree"),
    [
        ("Alix Roy", "ROY Alix", True),
        ("Élise Marie Dupont", "Elise Dupont", True),
        ("Anne-Marie Roy", "Anne Marie Roy", True),
        ("Alix Roy", "Alix Petit", False),
        ("Alix Roy", "Camille Roy", False),
        ("Alix Roy", "", True),
        ("", "Alix Roy", False),
    ],
)
def test_a_name_agrees_with_an_account_s_when_neither_says_otherwise(given: str, held: str, agree: bool) -> None:
    first, _, last = held.partition(" ")
    assert rules.names_agree(given, Person(first_name=first, last_name=last)) is agree
