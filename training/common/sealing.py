"""Secrets of feeds: made, digested to be found, encrypted at rest so that they can be shown again."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

SECRET_BYTES: Final = 32
_DOMAIN: Final = b"seminars.feed:"


def new_secret() -> str:
    """Return a fresh secret of 256 bits, fit for an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """Return what a secret is found by."""
    return hashlib.sha256(secret.encode()).hexdigest()


def seal(secret: str, keys: Sequence[str]) -> str:
    """Return the secret encrypted under the first key."""
    return _cipher(keys).encrypt(secret.encode()).decode()


def unseal(sealed: str, keys: Sequence[str]) -> str | None:
    """Return the secret, or null if none of the keys opens it."""
    try:
        return _cipher(keys).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _cipher(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(_DOMAIN + key.encode()).digest())) for key in keys]
    )
