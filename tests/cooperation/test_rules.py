"""The score, the bands, what sits oddly, what to act on, and the files of grids (R74–R83). Without a database."""

import random
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from training.config import ROOT
from training.cooperation.grid import GridFault, definition_of, read_grid
from training.cooperation.rules.score import cautions, changes, score, to_act_on

GRIDS: Final = ROOT / "seeds" / "grids"
OFFICIAL: Final = Path(GRIDS / "cooperation.toml").read_text("utf-8")
GRID: Final = read_grid(OFFICIAL).definition
CODES: Final = [item.code for item in GRID.items]
WORDS: Final = ("non", "partiellement", "oui")


def with_total(total: int) -> dict[str, str | None]:
    """Eleven answers worth ``total``."""
    points = [min(2, max(0, total - 2 * rank)) for rank in range(11)]
    return {code: WORDS[value] for code, value in zip(CODES, points, strict=True)}


@pytest.mark.parametrize("total", range(23))
def test_each_total_falls_in_its_band_r76(total: int) -> None:
    found = score(GRID, with_total(total))

    expected = (
        "À initier" if total == 0 else "Ponctuelle" if total < 7 else "En structuration" if total < 17 else "Ancrée"
    )
    assert (found.points, found.low, found.high) == (total, total, total)
    assert found.band is not None
    assert found.band.label == expected


def test_random_answers_agree_with_a_count_by_hand_r74_r75_r77() -> None:
    drawn = random.Random(11)
    worth = {"oui": 2, "partiellement": 1, "non": 0}
    by_step = {"1": 4, "2": 4, "3": 4, "4": 6, "5": 4}
    for _ in range(100_000):
        answers = dict(zip(CODES, drawn.choices(("oui", "partiellement", "non", None), k=11), strict=True))
        found = score(GRID, answers)
        given = [code for code in CODES if answers[code] is not None]
        total = sum(worth[str(answers[code])] for code in given)
        if (found.points, found.low, found.high) != (total, total, total + 2 * (11 - len(given))):
            pytest.fail(f"{answers}: {found}")
        assert (found.band is None) == (len(given) < 11)
        for step in found.steps:
            own = [code for code in given if code.startswith(step.code)]
            assert (step.points, step.maximum) == (sum(worth[str(answers[code])] for code in own), by_step[step.code])


def test_an_item_left_open_is_not_a_non_r74() -> None:
    answers = with_total(22) | {"5.2": None}
    found = score(GRID, answers)

    assert not found.is_final
    assert (found.points, found.low, found.high, found.missing) == (20, 20, 22, ("5.2",))
    assert GRID.label(None) == "non tranché"
    assert score(GRID, answers | {"5.2": "non"}).is_final


def test_what_sits_oddly_is_told_r78() -> None:
    for values in product(("non", "partiellement", "oui", None), repeat=3):
        first, second, third = values
        told = cautions(GRID, dict(zip(("4.1", "4.2", "4.3"), values, strict=True)))
        no_project = first == "non" and (second in {"partiellement", "oui"} or third in {"partiellement", "oui"})
        ahead = None not in {second, third} and WORDS.index(str(third)) > WORDS.index(str(second))
        assert len(told) == no_project + ahead, values


def test_actions_are_suggested_on_non_then_partiellement_r79() -> None:
    answers = with_total(22) | {"1.1": "partiellement", "3.1": "non", "4.2": None}

    assert [(item.code, choice) for item, choice in to_act_on(GRID, answers)] == [
        ("3.1", "non"),
        ("1.1", "partiellement"),
    ]


def test_changes_item_by_item_r80() -> None:
    before, after = with_total(5) | {"5.1": None}, with_total(12)
    deltas = {change.item.code: change.delta for change in changes(GRID, before, after)}

    assert deltas["1.1"] == 0
    assert deltas["2.1"] == 1
    assert deltas["2.2"] == 2
    assert deltas["5.1"] is None


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(GRIDS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_grid_of_the_seeds_reads_and_survives_its_storage(path: Path) -> None:
    definition = read_grid(path.read_text("utf-8")).definition

    assert definition_of(definition.as_data()) == definition
    assert [band.low for band in definition.bands] == [0, *(band.high + 1 for band in definition.bands[:-1])]


def test_another_scale_and_another_number_of_items_need_no_code() -> None:
    other = read_grid((GRIDS / "has-matrix.toml").read_text("utf-8")).definition
    found = score(other, {item.code: "evalue" for item in other.items})

    assert (found.points, found.maximum) == (24, 24)
    assert found.band is not None
    assert found.band.label == "Mature"


def line_of(text: str, header: str, rank: int) -> int:
    return [number for number, line in enumerate(text.split("\n"), 1) if line == f"[[{header}]]"][rank]


@pytest.mark.parametrize(
    ("before", "after", "header", "rank", "words"),
    [
        ("low = 7\n", "low = 8\n", "bands", 2, "il manque 7 à 7"),
        ("low = 7\n", "low = 6\n", "bands", 2, "recouvre le précédent"),
        ("high = 16\n", "high = 5\n", "bands", 2, "avant de commencer"),
        ("high = 22\n", "high = 21\n", "bands", 3, "le total le plus haut est 22"),
        ("high = 22\n", "", "bands", 3, "« high »"),
        ('label = "Ancrée"\n', "", "bands", 3, "« label »"),
        ('code = "1.2"\n', 'code = "1.1"\n', "steps.items", 1, "sert déjà"),
        ('code = "partiellement"\n', 'code = "oui"\n', "choices", 1, "sert déjà"),
        ("points = 1\n", "points = -1\n", "choices", 1, "nombre entier"),
        ("points = 1\n", "points = 1\ncolour = 3\n", "choices", 1, "« colour »"),
        ('item = "4.2"\n', 'item = "9.9"\n', "cautions", 1, "9.9"),
        ('title = "Coopérations concrètes"\n', "", "steps", 3, "« title »"),
    ],
)
def test_a_faulty_file_is_refused_and_its_line_named(
    before: str, after: str, header: str, rank: int, words: str
) -> None:
    text = OFFICIAL.replace(before, after, 1)
    assert text != OFFICIAL

    with pytest.raises(GridFault) as refused:
        read_grid(text)

    assert str(refused.value).startswith(f"Ligne {line_of(text, header, rank)}\u00a0:")
    assert words in str(refused.value).replace("\u202f", " ")


@pytest.mark.parametrize("text", ["", "code = 1", "[[steps]]", 'code = "a"\nname = "b"\n', "code = 'a", "colour = 1"])
def test_a_file_that_is_no_grid_is_refused(text: str) -> None:
    with pytest.raises(GridFault):
        read_grid(text)
