"""« de » or « d’ », and the article of a body, by the sound of the name."""

import pytest

from training.common.articles import at_start, of, of_the, that, the, to_the


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Émilie Courtois", "d’Émilie Courtois"),
        ("Océane Blanchon", "d’Océane Blanchon"),
        ("Anne Roux", "d’Anne Roux"),
        ("Œdipe", "d’Œdipe"),
        ("Hélène Marchand", "d’Hélène Marchand"),
        ("Hugo Descombes", "d’Hugo Descombes"),
        ("Henri Blanc", "d’Henri Blanc"),
        ("Hakim Benali", "de Hakim Benali"),
        ("Hans Meyer", "de Hans Meyer"),
        ("Yves Perrin", "d’Yves Perrin"),
        ("Yvonne Petit", "d’Yvonne Petit"),
        ("Yann Le Goff", "de Yann Le Goff"),
        ("Camille Roy", "de Camille Roy"),
        ("Zoé Élan", "de Zoé Élan"),
        ("onze personnes", "de onze personnes"),
        ("août 2026", "d’août 2026"),
        ("11e promotion", "de 11e promotion"),
        ("« Agir »", "de « Agir »"),
        ("", "de "),
    ],
)
def test_de_is_elided_by_the_sound_of_the_name(name: str, written: str) -> None:
    assert of(name) == written


def test_que_is_elided_too() -> None:
    assert that("Élodie Roux") == "qu’Élodie Roux"
    assert that("Hakim Benali") == "que Hakim Benali"


@pytest.mark.parametrize(
    ("name", "by", "whose", "to"),
    [
        ("École des hautes études", "l’École des hautes études", "de l’École des hautes études", "à l’École des hautes études"),
        ("Fédération des CPTS", "la Fédération des CPTS", "de la Fédération des CPTS", "à la Fédération des CPTS"),
        ("MSP du Canal", "la MSP du Canal", "de la MSP du Canal", "à la MSP du Canal"),
        ("Centre de santé", "le Centre de santé", "du Centre de santé", "au Centre de santé"),
        ("Hôpital Nord", "l’Hôpital Nord", "de l’Hôpital Nord", "à l’Hôpital Nord"),
        ("Hospices civils", "les Hospices civils", "des Hospices civils", "aux Hospices civils"),
        ("ARS BFC", "l’ARS BFC", "de l’ARS BFC", "à l’ARS BFC"),
        ("FeMaSCo-BFC", "la FeMaSCo-BFC", "de la FeMaSCo-BFC", "à la FeMaSCo-BFC"),
        ("AVECsanté", "AVECsanté", "d’AVECsanté", "à AVECsanté"),
        ("1ʳᵉ promotion 2025-2027", "la 1ʳᵉ promotion 2025-2027", "de la 1ʳᵉ promotion 2025-2027", "à la 1ʳᵉ promotion 2025-2027"),
        ("Promo 8", "la Promo 8", "de la Promo 8", "à la Promo 8"),
        ("MOSAIC 2026", "MOSAIC 2026", "de MOSAIC 2026", "à MOSAIC 2026"),
    ],
)  # fmt: skip
def test_a_body_takes_the_article_of_its_first_word(name: str, by: str, whose: str, to: str) -> None:
    assert (the(name), of_the(name), to_the(name)) == (by, whose, to)


def test_a_sentence_begins_with_a_capital() -> None:
    assert at_start(the("École des hautes études")) == "L’École des hautes études"
