"""What proves that a browser saw the code of the room: a sealed pass, bound to the browser, for some minutes (R115).

A code lives two or three minutes: too short to sign in, or to sign where the network is poor. Whoever shows a valid
code is given a pass; sent to someone else, it opens nothing, since another browser has not its device key.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from training.common import clock
from training.extensions import settings

LIVES: Final = timedelta(minutes=20)
DEVICE_COOKIE: Final = "device"
DEVICE_KEPT: Final = 12 * 3600  # seconds
WATCHES: Final = timedelta(hours=12)
_KEY_BYTES: Final = 18
_TO_SIGN: Final = "attendance-pass"
_TO_WATCH: Final = "attendance-watch"


@dataclass(frozen=True, slots=True)
class Pass:
    """A sheet this browser may sign on, until an instant."""

    sheet_id: uuid.UUID
    until: datetime

    @property
    def is_over(self) -> bool:
        """Whether it no longer opens."""
        return clock.now() > self.until


def new_device() -> str:
    """Return a fresh device key: random, kept half a day, that says nothing of anyone."""
    return secrets.token_urlsafe(_KEY_BYTES)


def device_digest(sheet_id: uuid.UUID, device: str) -> str:
    """Return what a sheet keeps of a device: enough to see it sign twice here, nothing to follow it elsewhere."""
    return hashlib.sha256(f"{sheet_id}:{device}".encode()).hexdigest()


def seal(sheet_id: uuid.UUID, device: str) -> str:
    """Return a pass for this sheet, that only this browser can use."""
    until = (clock.now() + LIVES).isoformat()
    return _signer(_TO_SIGN).dumps([sheet_id.hex, device_digest(sheet_id, device), until])


def unseal(token: str, device: str) -> Pass | None:
    """Return a pass of this browser, over or not; null if it is altered, or another browser’s."""
    return _unseal(token, device, _TO_SIGN)


def seal_watch(sheet_id: uuid.UUID, sign_in: str) -> str:
    """Return what lets the screen of this sign-in ask, for some hours, whether a sheet has changed, and nothing more."""
    until = (clock.now() + WATCHES).isoformat()
    return _signer(_TO_WATCH).dumps([sheet_id.hex, device_digest(sheet_id, sign_in), until])


def unseal_watch(token: str, sign_in: str) -> uuid.UUID | None:
    """Return the sheet a screen watches; null if the address is altered, over, or of another sign-in."""
    found = _unseal(token, sign_in, _TO_WATCH)
    return found.sheet_id if found is not None and not found.is_over else None


def _unseal(token: str, holder: str, salt: str) -> Pass | None:
    try:
        sheet, digest, until = _signer(salt).loads(token)
        found = Pass(uuid.UUID(sheet), datetime.fromisoformat(until))
    except (BadData, ValueError, TypeError):
        return None
    return found if secrets.compare_digest(str(digest), device_digest(found.sheet_id, holder)) else None


def _signer(salt: str) -> URLSafeSerializer:
    house = settings()
    return URLSafeSerializer([*house.secret_key_fallbacks, house.secret_key], salt=salt)
