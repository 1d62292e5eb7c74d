"""Words as they are looked for: without accents nor capitals. Pure."""

import unicodedata


def folded(text: str) -> str:
    """Return a text in which words are found however they are typed."""
    lowered = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
