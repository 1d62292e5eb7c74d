"""Several photos of pages, bound in one PDF (R125)."""

import io
from collections.abc import Iterable
from typing import IO, TYPE_CHECKING, Any, Final

from training.common.lazy import lazily

if TYPE_CHECKING:
    from PIL import Image
else:
    Image = lazily("PIL.Image")

A4: Final = (8.27, 11.69)  # inches
MARGIN: Final = 0.3  # inches around a photo that is not of the page’s proportions
SHARPNESS: Final = 200  # dots per inch of a bound page: print reads well, ten pages stay under 10 MB


def bound(pictures: Iterable[IO[bytes]]) -> bytes:
    """Return a PDF of one A4 page per picture, upright or lying as the picture is; raise ``ValueError`` without one.

    The pictures were re-encoded when they were received, so they are sound.
    """
    pages = [_page(picture) for picture in pictures]
    if not pages:
        raise ValueError("There is no picture to bind.")
    bytes_of = io.BytesIO()
    pages[0].save(bytes_of, "PDF", save_all=True, append_images=pages[1:], resolution=SHARPNESS, quality=80)
    return bytes_of.getvalue()


def _page(picture: IO[bytes]) -> Any:
    with Image.open(picture) as opened:
        photo = opened.convert("RGB")
    width, height = (round(side * SHARPNESS) for side in (A4 if photo.height >= photo.width else A4[::-1]))
    room = round(MARGIN * SHARPNESS)
    photo.thumbnail((width - 2 * room, height - 2 * room))
    page = Image.new("RGB", (width, height), "white")
    page.paste(photo, ((width - photo.width) // 2, (height - photo.height) // 2))
    return page
