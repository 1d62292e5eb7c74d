"""Secrets of sign-in: password hashes, one-time passwords, short codes, encryption at rest. Pure."""

import base64
import functools
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

STRONG: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Argon2id with 19 MiB and two passes: the least a stolen base should cost, and what a process can lend to each thread."""

CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""For tests only: the same code in a thousandth of the time."""

PERIOD: Final = 30
DIGITS: Final = 6
TOTP_SECRET_BYTES: Final = 20
LEGIBLE: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and figures nobody confuses when reading them aloud."""

HANDED_LENGTH: Final = 8
RECOVERY_CODES: Final = 10


class Passwords:
    """Hashes and checks passwords; an unknown account costs as long as a wrong password."""

    def __init__(self, *, cheap: bool) -> None:
        self._hasher = CHEAP if cheap else STRONG

    @functools.cached_property
    def _nobody(self) -> str:
        """The hash of a password nobody has: made at its first use, for it costs a tenth of a second."""
        return self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether ``password`` is the one stored; with nothing stored, false after as much work."""
        try:
            return self._hasher.verify(stored or self._nobody, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


class Cipher:
    """Encrypts what must be read again (the secret of a code application), under the house's key."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(self._derived(key)) for key in keys])

    @staticmethod
    def _derived(key: str) -> bytes:
        return base64.urlsafe_b64encode(hashlib.sha256(b"accounts.totp:" + key.encode()).digest())

    def seal(self, text: str) -> str:
        """Return ``text`` encrypted."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """Return the text, or null if no known key opens it."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None


def new_totp_secret() -> str:
    """Return a fresh secret for a code application, in base 32."""
    return base64.b32encode(secrets.token_bytes(TOTP_SECRET_BYTES)).decode()


def totp_address(secret: str, account: str, issuer: str) -> str:
    """Return the otpauth address that the QR code shows."""
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?secret={secret}&issuer={quote(issuer)}"


def totp_at(secret: str, counter: int) -> str:
    """Return the code of a 30-second step (RFC 6238, SHA-1, six digits: what every application knows)."""
    mac = hmac.new(base64.b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    start = mac[-1] & 0xF
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def totp_counter(secret: str, code: str, *, at: datetime, last: int | None) -> int | None:
    """Return the step ``code`` belongs to, or null.

    One step of drift either way; a step already used, or before it, is refused: a code seen
    over a shoulder cannot be replayed.
    """
    current = int(at.timestamp()) // PERIOD
    for counter in (current, current - 1, current + 1):
        fresh = last is None or counter > last
        if fresh and hmac.compare_digest(totp_at(secret, counter), code):
            return counter
    return None


def new_digits() -> str:
    """Return a six-digit code to send by mail."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def new_words() -> str:
    """Return a code to read aloud to the person in front of one."""
    return "".join(secrets.choice(LEGIBLE) for _ in range(HANDED_LENGTH))


def new_recovery_codes() -> list[str]:
    """Return fresh recovery codes, to be shown once."""
    return [f"{_letters(5)}-{_letters(5)}" for _ in range(RECOVERY_CODES)]


def _letters(count: int) -> str:
    return "".join(secrets.choice(LEGIBLE) for _ in range(count))


def plain(code: str) -> str:
    """Return a code as compared: no spaces, no dashes, in capitals."""
    return "".join(character for character in code.upper() if character.isascii() and character.isalnum())


def code_digest(owner: object, code: str) -> str:
    """Return what is stored of a short code, tied to its owner."""
    return hashlib.sha256(f"{owner}:{plain(code)}".encode()).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(left, right)
