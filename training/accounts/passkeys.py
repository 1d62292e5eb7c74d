"""Passkeys: what is asked of the browser, and what is checked of its answer (WebAuthn level 2). Pure.

A key of the device (fingerprint, face, code of the phone) and a security key are both
accepted. As a first factor the key must have verified its bearer, and then counts as two.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from training.common.lazy import lazily

if TYPE_CHECKING:
    import webauthn
    from webauthn import helpers
    from webauthn.helpers import exceptions, structs
else:
    webauthn, helpers = lazily("webauthn"), lazily("webauthn.helpers")
    exceptions, structs = lazily("webauthn.helpers.exceptions"), lazily("webauthn.helpers.structs")

NAME: Final = "Tesselle"
CHALLENGE_BYTES: Final = 32
MAXIMUM_ANSWER: Final = 20_000
KNOWN_TRANSPORTS: Final = frozenset({"ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"})


class PasskeyRefused(Exception):
    """The browser's answer does not prove anything."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where we are: the host keys are bound to, and the origin browsers sign."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A registered key, as checks need it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: Sequence[str]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just registered."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]


def new_challenge() -> str:
    """Return a challenge, as the session keeps it."""
    return secrets.token_urlsafe(CHALLENGE_BYTES)


def _descriptors(keys: Sequence[KnownKey]) -> "list[structs.PublicKeyCredentialDescriptor]":
    return [
        structs.PublicKeyCredentialDescriptor(
            id=key.credential_id,
            transports=[structs.AuthenticatorTransport(name) for name in key.transports if name in KNOWN_TRANSPORTS]
            or None,
        )
        for key in keys
    ]


def registration_options(
    site: Site, *, challenge: str, handle: str, account: str, name: str, known: Sequence[KnownKey]
) -> str:
    """Return, as JSON, what the browser needs to make a key for this account."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=NAME,
        user_id=handle.encode(),
        user_name=account,
        user_display_name=name,
        challenge=challenge.encode(),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.PREFERRED,
            user_verification=structs.UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return webauthn.options_to_json(options)


def check_registration(site: Site, *, challenge: str, answer: str) -> NewKey:
    """Return the key the browser made; raise :class:`PasskeyRefused`."""
    given = _parsed(answer)
    try:
        verified = webauthn.verify_registration_response(
            credential=given,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (exceptions.WebAuthnException, ValueError, KeyError, TypeError, RecursionError) as fault:
        raise PasskeyRefused from fault
    sent = given["response"].get("transports")
    return NewKey(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=tuple(name for name in sent if name in KNOWN_TRANSPORTS) if _is_words(sent) else (),
    )


def _is_words(sent: Any) -> bool:
    return isinstance(sent, list) and all(isinstance(name, str) for name in sent)


def sign_in_options(site: Site, *, challenge: str, known: Sequence[KnownKey] = ()) -> str:
    """Return, as JSON, what the browser needs to use a key; without ``known`` it offers those it holds."""
    required = structs.UserVerificationRequirement.PREFERRED if known else structs.UserVerificationRequirement.REQUIRED
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge.encode(),
        allow_credentials=_descriptors(known) or None,
        user_verification=required,
    )
    return webauthn.options_to_json(options)


def credential_of(answer: str) -> bytes:
    """Return which key the browser used; raise :class:`PasskeyRefused` when the answer is not one."""
    raw = _parsed(answer).get("rawId")
    if not isinstance(raw, str):
        raise PasskeyRefused
    try:
        return helpers.base64url_to_bytes(raw)
    except ValueError as fault:
        raise PasskeyRefused from fault


def check_sign_in(site: Site, key: KnownKey, *, challenge: str, answer: str, verified_bearer: bool) -> int:
    """Return the key's new counter of uses; raise :class:`PasskeyRefused`.

    ``verified_bearer`` demands that the key asked for a fingerprint or a code. A counter that goes
    backwards, the mark of a copied key, is refused.
    """
    try:
        verified = webauthn.verify_authentication_response(
            credential=_parsed(answer),
            expected_challenge=challenge.encode(),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=verified_bearer,
        )
    except (exceptions.WebAuthnException, ValueError, KeyError, TypeError, RecursionError) as fault:
        raise PasskeyRefused from fault
    return verified.new_sign_count


def shown_id(credential_id: bytes) -> str:
    """Return a key's id as browsers write it."""
    return helpers.bytes_to_base64url(credential_id)


def _parsed(answer: str) -> dict[str, Any]:
    if not answer or len(answer) > MAXIMUM_ANSWER:
        raise PasskeyRefused
    try:
        given = json.loads(answer)
    except (ValueError, RecursionError) as fault:  # not JSON, or JSON made to exhaust its reader
        raise PasskeyRefused from fault
    if not isinstance(given, dict):
        raise PasskeyRefused
    return given
