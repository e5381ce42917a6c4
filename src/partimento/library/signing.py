"""Who made a pack: Ed25519 keys, by the `cryptography` package (the extra `packs`). Knows files of keys and
signatures, not what is signed.

The owner's key is made when it is first needed and never leaves the data folder; its file is theirs alone to read.
"""

from __future__ import annotations

import hashlib
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from partimento.core.errors import BadInput, NotConfigured, StoreReadOnly

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_FILE: Final = "library-key.pem"
_SHOWN: Final = 16


class Signer:
    """A private key, ready to sign. `public_key`: its other half in hex."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw().hex()

    def sign(self, data: bytes) -> str:
        """The signature in hex."""
        return self._key.sign(data).hex()


def signer_in(folder: Path) -> Signer:
    """The owner's, made now where there is none. Raises BadInput for a file that holds no such key, StoreReadOnly."""
    return signer_at(folder / KEY_FILE, make=True)


def signer_at(path: Path, *, make: bool = False) -> Signer:
    """The key in a PEM file. Raises BadInput, StoreReadOnly, NotConfigured."""
    check_can_sign()
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if make and not path.exists():
        _make(path)
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise _no_key(path, str(error)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path, "it is a key of another kind")
    return Signer(key)


def is_signed(data: bytes, signature: str, public_key: str) -> bool:
    """Whether that key signed these bytes. Raises NotConfigured."""
    check_can_sign()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def check_can_sign() -> None:
    """Raises NotConfigured where what signs and checks is not installed: nothing is taken in unchecked."""
    try:
        import_module("cryptography.hazmat.primitives.asymmetric.ed25519")
    except ImportError as error:
        raise NotConfigured(
            "packs can be neither signed nor checked here",
            why="the package `cryptography` is not installed",
            mend="pip install 'partimento[packs]'",
        ) from error


def fingerprint(public_key: str) -> str:
    """A public key as people compare it: the first of its SHA-256, in fours."""
    digest = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:_SHOWN]
    return ":".join(digest[at : at + 4] for at in range(0, _SHOWN, 4))


def is_named(public_key: str, name: str) -> bool:
    """Whether a key is meant: itself in hex, or its fingerprint."""
    plain = name.strip().lower()
    return plain == public_key or plain.replace(":", "") == fingerprint(public_key).replace(":", "")


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        try:
            os.link(fresh, path)  # of two processes that make one at once, one wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise StoreReadOnly(
            f"the key for packs cannot be kept in {path.parent}",
            why=error.strerror or str(error),
            mend="make the folder writable, or set data_folder to another place",
        ) from error


def _no_key(path: Path, why: str) -> BadInput:
    return BadInput(
        f"{path} holds no key to sign with", why=why, mend="name a PEM file with an unencrypted Ed25519 private key"
    )
