from training.common.listing import Column, Page, Sort, offset, page_number

COLUMNS = [Column("name", "Nom", sortable=True), Column("at", "Déposée", sortable=True), Column("act", "")]


def sort(value: str | None) -> Sort:
    return Sort.read(value, COLUMNS, default="-at", url=lambda key: f"?tri={key}")


def page(number: int, total: int, shown: int = 50) -> Page[int]:
    return Page(items=range(shown), number=number, total=total, per_page=50, url=lambda wanted: f"?page={wanted}")


def test_an_unknown_or_unsortable_order_falls_back_to_the_default() -> None:
    assert [sort(value).value for value in (None, "", "act", "-act", "nom'; --")] == ["-at"] * 5


def test_a_column_sorts_first_upwards_then_turns_round() -> None:
    name, at, _ = COLUMNS
    assert sort("name").href(name) == "?tri=-name"
    assert sort("-name").href(name) == "?tri=name"
    assert sort("name").href(at) == "?tri=at"


def test_only_the_sorted_column_says_its_direction() -> None:
    name, at, _ = COLUMNS
    assert (sort("-name").aria(name), sort("name").aria(name), sort("name").aria(at)) == (
        "descending",
        "ascending",
        None,
    )


def test_a_page_tells_its_ranks_and_neighbours() -> None:
    last = page(3, 105, shown=5)
    assert (last.pages, last.first, last.last) == (3, 101, 105)
    assert (last.previous, last.next) == ("?page=2", None)
    assert (page(1, 105).previous, page(1, 105).next) == (None, "?page=2")


def test_an_empty_list_is_one_page_without_ranks() -> None:
    empty = page(1, 0, shown=0)
    assert (empty.pages, empty.first, empty.last, empty.previous, empty.next) == (1, 0, 0, None, None)


def test_a_page_beyond_the_end_leads_back_to_the_last() -> None:
    beyond = page(9, 105, shown=0)
    assert (beyond.previous, beyond.next) == ("?page=3", None)


def test_page_numbers_show_both_ends_and_never_a_gap_of_one() -> None:
    assert page(1, 50).numbers == [1]
    assert page(4, 350).numbers == [1, 2, 3, 4, 5, 6, 7]
    assert page(5, 500).numbers == [1, None, 4, 5, 6, None, 10]


def test_a_page_number_from_the_address_is_never_trusted() -> None:
    assert [page_number(value) for value in (None, "", "0", "-3", "²", "x", "9" * 30, "7")] == [1, 1, 1, 1, 1, 1, 1, 7]
    assert offset(3, 50) == 100
