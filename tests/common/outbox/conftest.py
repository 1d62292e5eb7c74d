"""What the tests of the outbox share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.common.outbox.kit import (
    Relay,
    serving,
)
from training.common import guard
from training.common.policy import Principal
from training.config import Settings
from training.database import db


@pytest.fixture
def relay() -> Relay:
    """What the server will do."""
    return Relay()


@pytest.fixture
def smtp(relay: Relay, configure: Callable[..., Settings]) -> Iterator[Settings]:
    """Settings whose mails go to the relay."""
    with serving(relay) as port:
        yield configure(mail_url=f"smtp://127.0.0.1:{port}?from=formation@example.org&name=Tesselle")


@pytest.fixture(autouse=True)
def house(session: object, frozen_clock: object) -> Iterator[None]:
    """The house's own templates; ten in the morning."""
    yield
    db.session.rollback()


@pytest.fixture
def signed_in() -> Iterator[Callable[[Principal], None]]:
    """``signed_in(principal)``: whoever acts in the requests of this test."""
    before = list(guard._reader)

    def sign_in(principal: Principal) -> None:
        guard.install_principal_reader(lambda: principal)

    yield sign_in
    guard._reader[:] = before


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "relay.pem"
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(plain + made.public_bytes(Encoding.PEM))
    return path
