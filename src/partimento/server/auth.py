"""Who asks: keys as Bearer, x-api-key or Basic password, users as opaque strings. Knows headers; leaves keys and their
rates to `ledger`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import get_args

from partimento.core.errors import KeyNeeded, NotAllowed
from partimento.core.request import Caller, Priority
from partimento.core.settings import Settings
from partimento.ledger.accounts import KEY_PREFIX, Key, KeyRing
from partimento.ledger.rates import Rates
from partimento.ledger.sessions import Sessions, is_owner
from partimento.server.cookies import cookies_in, csrf_of, same, session_name
from partimento.server.exchange import Ask
from partimento.server.guard import WRITES
from partimento.wire.http import is_loopback

USER_HEADERS = (b"x-partimento-user", b"x-openwebui-user-id", b"x-openwebui-user-email", b"x-user-id")
PRIORITIES: dict[str, Priority] = {word: word for word in get_args(Priority)}


class Entrance:
    """Lets requests in. Anonymous ones only on loopback, and there unless `require_key` is set."""

    def __init__(self, settings: Settings, keys: KeyRing, rates: Rates, sessions: Sessions) -> None:
        self._keys, self._rates, self._sessions = keys, rates, sessions
        self._pair = settings.basic_auth.value.encode()
        self._open = is_loopback(f"http://{settings.host}") and not settings.require_key

    @property
    def needs_key(self) -> bool:
        """Whether nobody is let in without one."""
        return not self._open

    def forget(self, token: str) -> None:
        """A session was closed here."""
        self._sessions.forget(token)

    def sign_in(self, ask: Ask) -> tuple[bool, str]:
        """Set the caller of a page: whether it is the owner, and the name of the key shown. Raises KeyNeeded."""
        key = ask.key = self.identify(ask)
        return key is None or is_owner(ask.client.store, key), "" if key is None else key.name

    def identify(self, ask: Ask) -> Key | None:
        """Set the caller from the headers, or from the session of the web page. Raises KeyNeeded, NotAllowed for what a
        session's page did not send itself."""
        secret = secret_in(ask.raw_headers)
        key = None if secret else self._key_of_session(ask)
        if secret and not self._is_the_pair(secret):
            secret = secret.rpartition(b":")[2]  # of a Basic pair, the password is the key
            if secret.startswith(KEY_PREFIX.encode()) or not self._open:
                key = self._keys.admit(secret.decode("latin-1"), ask.client.ports.clock.now())
            # else a placeholder, as clients that insist on a key send it to servers that want none
        elif not secret and key is None and not self._open:
            raise KeyNeeded(
                "a key is needed",
                why="this server answers nobody unknown",
                mend="send it as Authorization: Bearer …; `partimento keys create NAME` makes one",
            )
        user = next((found for name in USER_HEADERS if (found := ask.header(name))), "")
        endpoint = ask.header(b"x-partimento-endpoint") or ask.path
        priority = PRIORITIES.get(ask.header(b"x-partimento-priority").lower(), "interactive")
        if key is None:
            ask.caller = Caller(user=user, endpoint=endpoint, priority=priority)
        else:
            ask.caller = Caller(user=user, key=key.id, endpoint=endpoint, models=key.models, priority=priority)
            ask.privacy = key.privacy
        return key

    async def admit(self, ask: Ask, key: Key | None) -> None:
        """Count the request against the key's rates. Raises RateLimited."""
        if key is None or (key.requests_per_minute is None and key.tokens_per_minute is None):
            return
        permit = await self._rates.admit(key, len(ask.body) // 4, ask.client.ports.clock.now())
        ask.extra = permit.headers
        ask.spent = permit.used

    def _key_of_session(self, ask: Ask) -> Key | None:
        token = (
            cookies_in(ask.raw_headers).get(session_name(ask.raw_headers), "") if b"cookie" in ask.raw_headers else ""
        )
        found = self._sessions.admit(token, ask.client.ports.clock.now()) if token else None
        if found is None:
            return None
        page = ask.door is not None and ask.door.dialect == "page"  # whose forms bring the mark within them
        if ask.method in WRITES and not page and not same(ask.header(b"x-csrf-token"), csrf_of(token)):
            raise NotAllowed(
                "this was not sent by the page that is signed in",
                why="a session's requests carry its x-csrf-token",
                mend="send a key as Authorization: Bearer …, as programs do",
            )
        return found.key

    def _is_the_pair(self, secret: bytes) -> bool:
        return bool(self._pair) and hmac.compare_digest(secret, self._pair)


def secret_in(headers: Mapping[bytes, bytes]) -> bytes:
    """The key, or the pair of HTTP Basic; b"" where none is shown."""
    shown = headers.get(b"authorization", b"")
    kind, _, rest = shown.partition(b" ")
    if kind.lower() == b"bearer":
        return rest.strip()
    if kind.lower() == b"basic":
        try:
            return base64.b64decode(rest.strip(), validate=True)
        except binascii.Error:
            return b"?"  # a pair that nobody has
    return headers.get(b"x-api-key", b"").strip()
