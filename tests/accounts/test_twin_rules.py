"""Which records are probably one, and why (R101)."""

import uuid
from typing import Any

import pytest

from training.accounts.twin_rules import MOST_ALIKE, Known, digits_of, likest, of_people, of_structures, words_of
from training.common.twins import TwinFact


def known(name: str, **values: Any) -> Known:
    return Known(uuid.uuid4(), name, **values)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("MSP du Val d’Or", "Maison de santé Val d'or", True),
        ("CPTS Étangs et Forêts", "Communauté professionnelle territoriale de santé forêts étangs", True),
        ("MSP du Lac", "MSP du Bois", False),
        ("MSP", "Maison de santé", False),
    ],
)
def test_the_words_of_a_name_are_those_that_tell_it_from_another(one: str, other: str, same: bool) -> None:
    assert (words_of(one) == words_of(other)) is same


@pytest.mark.parametrize("written", ["06 12 34 56 78", "06.12.34.56.78", "+33 6 12 34 56 78", "0033612345678"])
def test_a_telephone_is_one_however_it_is_written(written: str) -> None:
    assert digits_of(written) == "612345678"


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({"name": "MSP du Lac"}, {"name": "Maison de santé du lac"}, ("même nom",)),
        ({"name": "MSP A", "email": "msp@lac.fr"}, {"name": "MSP B", "email": "MSP@lac.fr"}, ("même courriel",)),
        ({"name": "MSP A", "phone": "03 80 00 00 01"}, {"name": "MSP B", "phone": "+33380000001"}, ("même téléphone",)),
        (
            {"name": "MSP A", "place": "Dijon", "street": "2, rue Verte"},
            {"name": "MSP B", "place": "DIJON", "street": "2 rue verte"},
            ("même adresse",),
        ),
        (
            {"name": "MSP des Deux Rives", "place": "Dole"},
            {"name": "MSP Rives", "place": "Dole"},
            ("noms proches, même commune",),
        ),
        ({"name": "MSP des Deux Rives", "place": "Dole"}, {"name": "MSP Rives", "place": "Gray"}, None),
        ({"name": "MSP des Deux Rives", "place": "Dole"}, {"name": "MSP des Rives Vertes", "place": "Dole"}, None),
        ({"name": "MSP du Lac", "group": "msp 21"}, {"name": "MSP du Lac", "group": "msp 25"}, None),
        ({"name": "MSP A", "phone": "12"}, {"name": "MSP B", "phone": "12"}, None),
        ({"name": "MSP A", "place": "", "street": ""}, {"name": "MSP B", "place": "", "street": ""}, None),
    ],
)
def test_structures_are_twins_by_a_trait_of_one_place(
    one: dict[str, Any], other: dict[str, Any], reasons: tuple[str, ...] | None
) -> None:
    pairs = of_structures([known(**one), known(**other)])
    assert [pair.reasons for pair in pairs] == ([] if reasons is None else [reasons])


BORN, THE_DAY_AFTER = (
    TwinFact("Date de naissance", mark=day, tells_apart=True) for day in ("1980-02-01", "1980-02-02")
)
SAME_MSP = TwinFact("Structure", "MSP du Lac", mark="lac")


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({"name": "Léa Roy"}, {"name": "ROY Lea"}, ("même nom",)),
        ({"name": "Léa Roy", "facts": [BORN]}, {"name": "Léa Roy", "facts": [BORN]}, ("même nom", "même date de naissance")),
        ({"name": "Léa Roy", "facts": [BORN]}, {"name": "Léa Roy", "facts": [THE_DAY_AFTER]}, None),
        ({"name": "Léa Roy", "facts": [BORN]}, {"name": "Léa Roy"}, ("même nom",)),
        ({"name": "Léa Roy", "phone": "0612345678"}, {"name": "Léa Petit", "phone": "06 12 34 56 78"}, ("même téléphone",)),
        ({"name": "Léa Roy", "phone": "0612345678"}, {"name": "Max Petit", "phone": "0612345678"}, None),
        ({"name": "Léa Roy", "email": "lea.roy@a.fr"}, {"name": "Léa Roy-Petit", "email": "lea.roy@b.fr"}, ("adresses semblables",)),
        ({"name": "Léa Roy", "email": "contact@a.fr"}, {"name": "Léa Petit", "email": "contact@b.fr"}, None),
        ({"name": "Léa Roy", "facts": [SAME_MSP]}, {"name": "Léa Petit", "facts": [SAME_MSP]}, ("même structure",)),
        ({"name": "Léa Roy", "facts": [SAME_MSP]}, {"name": "Max Petit", "facts": [SAME_MSP]}, None),
    ],
)  # fmt: skip
def test_people_are_twins_by_their_name_or_by_a_trait_beside_it(
    one: dict[str, Any], other: dict[str, Any], reasons: tuple[str, ...] | None
) -> None:
    pairs = of_people([known(**one), known(**other)])
    assert [pair.reasons for pair in pairs] == ([] if reasons is None else [reasons])


def test_a_trait_that_too_many_share_means_nothing() -> None:
    switchboard = [known(f"MSP {number}x", phone="0380000001") for number in range(MOST_ALIKE + 1)]
    assert of_structures(switchboard) == []
    assert len(of_structures(switchboard[:3])) == 3


def test_those_with_most_reasons_come_first() -> None:
    weak = [known("MSP A", phone="0380000001"), known("MSP B", phone="0380000001")]
    strong = [known("MSP Z", phone="0380000002", email="z@z.fr"), known("MSP Z", phone="0380000002", email="z@z.fr")]
    assert [len(pair.reasons) for pair in of_structures([*weak, *strong])] == [3, 1]


def test_a_new_name_is_likened_to_a_known_one_of_its_kind_and_place() -> None:
    lake = known("MSP du Lac", group="msp 21", place="Dijon")
    assert likest("Maison de santé du lac", "msp 21", "", [lake]) is lake
    assert likest("MSP du Grand Lac", "msp 21", "dijon", [lake]) is lake
    assert likest("MSP du Grand Lac", "msp 21", "Dole", [lake]) is None
    assert likest("MSP du Lac", "cpts 21", "Dijon", [lake]) is None
