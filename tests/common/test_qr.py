"""QR codes: small, named, and allowed by the content security policy."""

import io
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from training.common import qr

ADDRESS = "https://example.test/emargement/7K3M9Q"


def test_the_inline_code_has_a_name_and_no_inline_style() -> None:
    drawn = qr.inline_svg(ADDRESS, title="Signer ma présence & « repartir »")
    root = ET.fromstring(drawn)  # noqa: S314 - drawn by ourselves
    assert root.get("role") == "img"
    assert root.get("class") == "qr-code"
    assert root.get("width") is None
    assert [node.text for node in root if node.tag.endswith("title")] == ["Signer ma présence & « repartir »"]
    assert "style" not in drawn
    assert "<?xml" not in drawn


def test_a_hostile_title_stays_text() -> None:
    drawn = qr.inline_svg(ADDRESS, title="</title><script>alert(1)</script>")
    assert "<script" not in drawn


def test_the_ground_is_white_on_a_dark_page_too() -> None:
    root = ET.fromstring(qr.svg(ADDRESS))  # noqa: S314 - drawn by ourselves
    assert root[0].get("fill") == "#fff"


@pytest.mark.parametrize("scale", [1, 8])
def test_the_image_shows_the_same_modules_within_its_quiet_zone(scale: int) -> None:
    image = Image.open(io.BytesIO(qr.png(ADDRESS, scale=scale))).convert("1")
    side, rest = divmod(image.width, scale)
    assert rest == 0
    assert image.width == image.height
    inner = [(x, y) for x in range(side) for y in range(side) if not image.getpixel((x * scale, y * scale))]
    assert min(min(point) for point in inner) == qr.QUIET_ZONE
    assert max(max(point) for point in inner) == side - qr.QUIET_ZONE - 1


def test_the_same_content_gives_the_same_code() -> None:
    assert qr.png(ADDRESS) == qr.png(ADDRESS)
    assert qr.svg(ADDRESS) == qr.svg(ADDRESS) != qr.svg(ADDRESS + "x")
