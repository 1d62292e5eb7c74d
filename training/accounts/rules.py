"""Who a person is to a subject: predicates over parts, functions and scopes. Pure."""

import ipaddress
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from training.accounts.enums import (
    ACTING_FUNCTIONS,
    CARRYING,
    GUARDED_FUNCTIONS,
    OCCASIONAL_FUNCTIONS,
    READING_FUNCTIONS,
    REGISTER_KEEPERS,
    Function,
    Part,
)
from training.common.policy import Capacity, Predicate, Principal

GENERIC_MAILBOXES: Final = frozenset(
    {
        "accueil", "admin", "administration", "bureau", "cabinet", "contact", "coordination", "coordo", "direction",
        "equipe", "gestion", "info", "infos", "mail", "msp", "cpts", "cds", "dac", "presidence", "rh", "secretariat",
    }
)  # fmt: skip


class PlaysPart(Protocol):
    """A body's part in an edition, a call or a cohort."""

    @property
    def part(self) -> Part:
        """What it plays."""

    @property
    def organisation_id(self) -> uuid.UUID:
        """The body."""

    @property
    def outside_tool(self) -> bool:
        """Whether its acts are transcribed."""


def parts_of(subject: Any) -> Iterable[PlaysPart]:
    """Return the parts played in ``subject``: its own, or those of what it belongs to."""
    return getattr(subject, "parts", ())


def in_scope(capacity: Capacity, subject: Any) -> bool:
    """Whether the capacity's region and départements reach the subject's structure (R95).

    A subject without a structure (a call, a cohort) is in every scope.
    """
    structure = getattr(subject, "structure", None)
    return structure is None or reaches(capacity, structure)


def reaches(capacity: Capacity, structure: Any) -> bool:
    """Whether the capacity's own region and départements, where it has some, reach this structure (R95)."""
    if capacity.departements and structure.departement_code not in capacity.departements:
        return False
    return capacity.region is None or structure.region_code == capacity.region


def plays(*parts: Part, functions: tuple[Function, ...] = ACTING_FUNCTIONS) -> Predicate:
    """Return the predicate: the person holds one of ``functions`` in a body playing one of ``parts`` here."""

    def test(principal: Principal, subject: Any) -> bool:
        bodies = {played.organisation_id for played in parts_of(subject) if played.part in parts}
        return any(
            capacity.organisation_id in bodies and capacity.function in functions and in_scope(capacity, subject)
            for capacity in principal.capacities
        )

    return Predicate(f"{' / '.join(functions)} of its {' / '.join(parts)}", test)


def is_outside_tool(subject: Any, part: Part) -> bool:
    """Whether every body playing ``part`` here is outside the tool, so that its acts are transcribed (R96)."""
    bodies = [played for played in parts_of(subject) if played.part is part]
    return bool(bodies) and all(played.outside_tool for played in bodies)


def acts_as(part: Part) -> Predicate:
    """Return the predicate: the body itself acts, or the carrier transcribes while it is outside the tool (R96)."""
    carrier = plays(*CARRYING)
    body = plays(part)

    def test(principal: Principal, subject: Any) -> bool:
        return carrier(principal, subject) if is_outside_tool(subject, part) else body(principal, subject)

    return Predicate(f"manager of its {part} (transcribed by its carrier while outside the tool)", test)


def transcribes(principal: Principal, subject: Any, part: Part) -> bool:
    """Whether this principal's act in the name of ``part`` is a transcription, which needs its proof (R96)."""
    return is_outside_tool(subject, part) and not plays(part)(principal, subject)


def reads_as(*parts: Part) -> Predicate:
    """Return the predicate: the person reads in the name of a body playing one of ``parts`` here."""
    return plays(*parts, functions=READING_FUNCTIONS)


carrier_staff: Final = plays(*CARRYING)
carrier_readers: Final = reads_as(*CARRYING)
funder: Final = reads_as(Part.FUNDER)
school: Final = reads_as(Part.SCHOOL)
partner: Final = reads_as(Part.PARTNER, Part.LOGISTICS)
administrator: Final = Predicate("the administrator", lambda p, _s: p.holds(Function.ADMINISTRATOR))


def _in_register(principal: Principal, structure: Any, functions: tuple[Function, ...]) -> bool:
    """Whether one and the same capacity has the function, the register and the structure; without one, the register."""
    return any(
        c.function in functions and c.body_kind in REGISTER_KEEPERS and (structure is None or _covers(c, structure))
        for c in principal.capacities
    )


def _covers(capacity: Capacity, structure: Any) -> bool:
    in_region = any(body.id == capacity.organisation_id for body in structure.departement.bodies)
    return in_region and reaches(capacity, structure)


def _keeps_register(principal: Principal, subject: object) -> bool:
    return _in_register(principal, subject, ACTING_FUNCTIONS)


def _reads_register(principal: Principal, subject: object) -> bool:
    return _in_register(principal, subject, READING_FUNCTIONS)


def _own_structure(principal: Principal, subject: object) -> bool:
    structure_id = getattr(subject, "id", None)
    return structure_id is not None and any(
        c.structure_id == structure_id and c.function == Function.REPRESENTATIVE for c in principal.capacities
    )


def _manages_body(principal: Principal, subject: object) -> bool:
    body_id = getattr(subject, "id", None)
    return body_id is not None and body_id in managed_bodies(principal)


def managed_bodies(principal: Principal) -> frozenset[uuid.UUID]:
    """Return the bodies whose team this person manages.

    A manager narrowed to a region or to départements manages none: she would give others more than she has (R95).
    """
    return frozenset(
        c.organisation_id
        for c in principal.capacities
        if c.organisation_id and c.function in ACTING_FUNCTIONS and c.region is None and not c.departements
    )


register_keeper: Final = Predicate(
    "a manager of a body that keeps a register, within her scope in that body’s region", _keeps_register
)
register_reader: Final = Predicate(
    "a member of a body that keeps a register, within her scope in that body’s region", _reads_register
)
twin_keeper: Final = Predicate(
    "a manager of a body that keeps a register, on structures of her registers and people she may vouch for",
    lambda p, _s: _keeps_register(p, None),
)
own_structure: Final = Predicate("the structure’s representative", _own_structure)
body_manager: Final = Predicate("a manager of the whole of that very body", _manages_body)


def is_generic_address(email: str) -> bool:
    """Whether the address is a shared mailbox (coordination@, contact@…), for which a personal one is asked (R99)."""
    mailbox = email.partition("@")[0].lower().replace("-", ".").replace("_", ".")
    return mailbox.partition(".")[0].rstrip("0123456789") in GENERIC_MAILBOXES


def email_key(email: str) -> str:
    """Return what makes an address unique: itself, trimmed, whatever its case."""
    return email.strip().casefold()


def sort_key(*words: str) -> str:
    """Return a key that sorts French names as a dictionary does, on any database: no accent, no case."""
    text = " ".join(words).casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))[:160]


ANOTHER_NAME: Final = (
    "Cette adresse est connue ici, sous un autre nom\u00a0: vérifiez l’une et l’autre avec la personne."
)
"""Who holds an address is told only to whoever names her (R101, R114)."""


def names_agree(given: str, person: Any) -> bool:
    """Whether a name someone gives is that of an account, whatever the order and accents: one may have fewer words.

    An account without a name tells nothing, and agrees.
    """
    held = f"{person.first_name} {person.last_name}"
    one, other = set(sort_key(given).replace("-", " ").split()), set(sort_key(held).replace("-", " ").split())
    return bool(one) and (one <= other or other <= one)


# --- sign-in (R99, R100, R120) ---------------------------------------------------------------------------------------

WORKING_DAY: Final = timedelta(hours=12)
"""How long anyone stays signed in on a shared device, and a guarded function on any device."""

OWN_DEVICE: Final = timedelta(days=60)
"""How long a person's own phone stays signed in unless she ends it (R120)."""

FRESH: Final = timedelta(minutes=30)
"""How long after proving who she is a person may change her means of signing in."""

SEEN_EVERY: Final = timedelta(minutes=10)
"""How often at most a device's last use is written."""

IPV6_LINE: Final = 64
"""The length of the prefix one subscriber is given: she may take any address in it."""

MINIMUM_PASSWORD: Final = 12
MAXIMUM_PASSWORD: Final = 128

WEAK_PASSWORDS: Final = (
    "motdepasse", "azerty", "qwerty", "123456", "password", "formation", "coordination", "tesselle", "bonjour",
    "mosaic", "pacte", "soleil",
)  # fmt: skip
"""Words that, with figures around them, everyone tries first."""


def is_guarded(functions: Iterable[str]) -> bool:
    """Whether one of these functions needs a passkey or a code application (R100)."""
    return any(function in GUARDED_FUNCTIONS for function in functions)


def is_occasional(functions: Iterable[str]) -> bool:
    """Whether a code by mail is this person's second factor (R100)."""
    held = set(functions)
    return not is_guarded(held) and bool(held & set(OCCASIONAL_FUNCTIONS))


def signed_in_until(started_at: datetime, functions: Iterable[str], *, own_device: bool) -> datetime:
    """Return when a device is signed out by itself (R120)."""
    return started_at + (OWN_DEVICE if own_device and not is_guarded(functions) else WORKING_DAY)


def password_fault(password: str, email: str) -> str | None:
    """Return what is wrong with a new password, in a sentence, or null."""
    if len(password) < MINIMUM_PASSWORD:
        return f"Choisissez au moins {MINIMUM_PASSWORD} caractères. Une phrase se retient mieux qu’un mot compliqué."
    if len(password) > MAXIMUM_PASSWORD:
        return f"Choisissez {MAXIMUM_PASSWORD} caractères au plus."
    bare = sort_key(password)
    kernel = "".join(c for c in bare if c.isalpha())
    mailbox = sort_key(email.partition("@")[0])
    if len(set(bare)) < 5 or kernel in WEAK_PASSWORDS or (not kernel and bare.isdigit()):  # noqa: PLR2004 - a handful of signs
        return "Ce mot de passe se devine trop vite. Prenez plutôt une phrase de quatre ou cinq mots."
    if len(mailbox) > 3 and mailbox in bare:  # noqa: PLR2004 - shorter is chance
        return "Ce mot de passe contient votre adresse. Prenez plutôt une phrase de quatre ou cinq mots."
    return None


def network_of(address: str | None) -> str:
    """Return what tries are counted by: an IPv4 address, or the /64 an IPv6 one is in, since one line owns it whole."""
    try:
        known = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or "unknown"
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((known, IPV6_LINE), strict=False))


def safe_address(address: str | None) -> str | None:
    """Return ``address`` if it is a place of ours to go after signing in, else null.

    Only a path of this site; never another host, never the pages of sign-in themselves.
    """
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or len(address) > 500:  # noqa: PLR2004 - what a link stores
        return None
    if any(ord(character) < 33 or character == "\\" for character in address):  # noqa: PLR2004 - control characters and space
        return None
    if address.startswith(("/connexion", "/deconnexion", "/acces/")):
        return None
    return address


def device_label(agent: str) -> str:
    """Return a device in words (« Firefox sur Windows ») from what its browser says of itself."""
    system = next((name for mark, name in SYSTEMS if mark in agent), "appareil inconnu")
    browser = next((name for mark, name in BROWSERS if mark in agent), "Navigateur")
    return f"{browser} sur {system}"


SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
