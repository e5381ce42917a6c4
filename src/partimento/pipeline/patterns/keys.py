"""Keys, tokens and passwords. Knows the prefixes services give their keys, and words that announce a secret.

A key without a prefix is taken when it looks random; chords, note lists and encoded MIDI do not, or are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from partimento.pipeline.patterns.view import Span

LONG = 14
"""No key is in one word shorter than this, so a text without such a word holds none."""

_PROMISING = re.compile(r"[0-9]|sk-|akia|asia|aiza|eyj|begin")


def promising(words: list[str]) -> bool:
    """Whether a long word is one that could be a key: it has a digit, or begins like one."""
    return any(_PROMISING.search(word) and not word.replace("-", "").isdigit() for word in words)


_WORD = re.compile(r"[!-~]{14,}")
_PREFIXED = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?P<digits>(?:sk|xai|pplx|nvapi|fw|csk|pcsk|tvly|jina|re|lin_api|fc)[-_][A-Za-z0-9_-]{12,}+)"
    r"|(?:pk|rk|whsec)_[A-Za-z0-9_]{12,}+|gh[pousr]_[A-Za-z0-9]{16,}+|github_pat_[A-Za-z0-9_]{16,}+|GOCSPX-[A-Za-z0-9_-]{10,}+"
    r"|gl(?:pat|dt|rt|ptt|soat)-[A-Za-z0-9_-]{16,}+|xox[abeoprs]-[A-Za-z0-9-]{8,}+|xapp-[A-Za-z0-9-]{8,}+"
    r"|(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{12,}+|AIza[A-Za-z0-9_-]{20,}+|ya29\.[A-Za-z0-9_-]{10,}+"
    r"|AQ\.[A-Za-z0-9_-]{20,}+"
    r"|(?:hf|api_org|r8|gsk|npm)_[A-Za-z0-9]{16,}+|pypi-[A-Za-z0-9_-]{16,}+|do[opr]_v1_[a-f0-9]{16,}+|key-[a-f0-9]{32}"
    r"|shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{16,}+|SG\.[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{8,}+|(?:AC|SK)[a-f0-9]{32}"
    r"|dapi[a-f0-9]{32}"
    r"|[0-9]{8,10}:AA[A-Za-z0-9_-]{30,}+|AGE-SECRET-KEY-[A-Z0-9]{20,}+|sntrys_[A-Za-z0-9_=+/-]{20,}+"
    r"|ATATT[A-Za-z0-9_=-]{20,}+"
    r"|EAA[A-Za-z0-9]{30,}+|eyJ[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]++){0,4}"
    r")"
)
"""Possessive throughout: what a prefix took is not given back, so a run is walked over once."""
_RANDOM = re.compile(r"(?<![A-Za-z0-9_+/-])[A-Za-z0-9_+/-]{16,}={0,2}(?![A-Za-z0-9_])")
_KEY_BEFORE = re.compile(r"(?:key|token|secret|auth|credential|id)[\"']?\s{0,2}(?:[:=]|=>|is)\s{0,2}[\"']?\Z")
_TURN = re.compile(r"(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")
_ENCODED_MIDI = ("4d546864", "tvroz")
_ABC_NOTES = re.compile(r"(?:[_^=]{0,2}[a-gxzA-GXZ][,']{0,3}[0-9/]{0,2}[-|]?)+\Z")

_PEM = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,60}-----")
_PEM_BODY = re.compile(r"[A-Za-z0-9+/=\s\\:,.-]*")

PASSWORD_WORDS = frozenset(
    "password passwords passwd pwd pw passwort kennwort passphrase passcode passe contraseña contrasena"
    " clave senha wachtwoord"
    " hasło haslo пароль lösenord losenord salasana heslo şifre şifrem sifre sifrem parola adgangskode"
    " passord jelszó κωδικός"
    " पासवर्ड khẩu pass --password --passwd --pwd".split()
)
TOKEN_WORDS = frozenset(
    "api apikey token tokens secret jwt credential credentials bearer authorization basic access auth"
    " client private session"
    " refresh signing encryption webhook service accesstoken authtoken clientsecret accesskey secretkey"
    " privatekey apitoken"
    " api-key x-api-key api-token api-secret access-token access-key auth-token secret-key client-secret private-key"
    " session-token refresh-token x-auth-token secretaccesskey bot master".split()
)
CUE_WORDS = PASSWORD_WORDS | TOKEN_WORDS
"""Words, one of which a text must hold to be read for announced secrets (other cues have signs of their own)."""
SIGNS = re.compile("パスワード|暗証番号|密码|密碼|비밀번호|암호|รหัสผ่าน|كلمة المرور|كلمة السر|סיסמה|סיסמא|पासवर्ड")

_IS = (
    r"[\"'”)\]]{0,2}\s{0,3}(?:[:=]>?|:=|->|\bis\b:?|\bist\b:?|\best\b:?|\bes\b:?|\bè\b|\bé\b"
    r"|は|が|是|为|為|은|는|이|है|هي|הוא)\s{0,3}"
)
_SAID = re.compile(_IS)
_FLAG = re.compile(r"[ =]")
_TOKEN_SAID = re.compile(
    r"(?P<strong>(?:[\s_-]?(?:access|bearer|auth|client|api|bot))?[\s_-]?(?:key|token|secret|credential)(?:[\s_-]?id)?(?![a-z]))?"
    rf"(?:{_IS}(?:(?:bearer|basic|token|digest)\s+)?|(?P<scheme>\s+))"
)
_COMPOUND = frozenset(
    "apikey accesstoken authtoken clientsecret accesskey secretkey privatekey apitoken secretaccesskey"
    " authorization".split()
)
_ALONE = frozenset("token tokens secret jwt credential credentials bearer basic authorization".split()) | _COMPOUND
_VALUE = re.compile(r"[A-Za-z0-9_\-+/=.~!$%^&*:@]{6,2000}")
_QUOTED = re.compile(r"([\"'“`])([^\"'”`\n]{1,120})[\"'”`]")
_PLAIN_VALUE = re.compile(r"[!#-~]{1,2000}|[^\s\"]{1,200}")
_CHORDS = re.compile(r"[A-G][b#]{0,2}(?:maj|min|mi|ma|m|M|dim|aug|sus|add|alt|[0-9b#+°ø])*\Z")


def find_keys(text: str) -> Iterator[Span]:
    """Keys that look it: a known prefix, or a long random word."""
    for word in _WORD.finditer(text):
        begin, run = word.start(), word[0]
        for match in _PREFIXED.finditer(run):
            if match["digits"] is None or _is_prefixed(match[0]):
                yield begin + match.start(), begin + match.end(), "SECRET"
        for match in _RANDOM.finditer(run):
            start = begin + match.start()
            announced = _KEY_BEFORE.search(text[max(0, start - 16) : start].lower()) is not None
            if _is_random(match[0], announced):
                yield start, begin + match.end(), "SECRET"


def _is_prefixed(key: str) -> bool:
    """Whether what follows a short prefix is a key, not words with hyphens: sk-learn-based-pipeline."""
    tail = key[3:]
    return any(sign.isdigit() or sign.isupper() for sign in tail) or (key.startswith("sk") and tail.isalpha())


def find_pem(text: str) -> Iterator[Span]:
    """Private keys in armour, to their end or as far as they go."""
    floor = 0
    ends = list(_PEM_END.finditer(text))
    while opening := _PEM.search(text, floor):
        while ends and ends[0].start() < opening.end():
            ends.pop(0)
        body = _PEM_BODY.match(text, opening.end())
        floor = ends[0].end() if ends else body.end() if body else opening.end()
        yield opening.start(), floor, "SECRET"


def find_announced(text: str, low: str, cue_words: frozenset[str]) -> Iterator[Span]:
    """Passwords and tokens with a word before them that says so. `cue_words`: those of CUE_WORDS that occur."""
    for word in cue_words:
        start = low.find(word)
        while start >= 0:
            end = start + len(word)
            if not low[start - 1 : start].isalpha() and not low[end : end + 1].isalpha():
                span = (
                    _password(text, low, start, end) if word in PASSWORD_WORDS else _token(text, low, word, start, end)
                )
                if span:
                    yield *span, "SECRET"
            start = low.find(word, end)


def find_signed(text: str, low: str) -> Iterator[Span]:
    """The same for cues in scripts without spaces."""
    for sign in SIGNS.finditer(low):
        span = _password(text, low, sign.start(), sign.end())
        if span:
            yield *span, "SECRET"


def _password(text: str, low: str, start: int, end: int) -> tuple[int, int] | None:
    said = _SAID.match(low, end)
    assigned = True
    if said:
        verb = said[0].strip("\"'”)] \t\n")
        assigned = verb[:1] in ":=-" or not verb.isascii()
    elif low.startswith("--", start) and _FLAG.match(low, end):
        said = _FLAG.match(low, end)  # --password hunter2
    span = _value(text, said.end(), _PLAIN_VALUE) if said else None
    return span if span and _is_password(text[span[0] : span[1]], assigned) else None


def _token(text: str, low: str, word: str, start: int, end: int) -> tuple[int, int] | None:
    said = _TOKEN_SAID.match(low, end)
    if not said or (word not in _ALONE and "-" not in word and not said["strong"]):
        return None
    if said["scheme"] and word not in ("bearer", "basic"):
        return None
    strong = bool(said["strong"]) or "-" in word or word in _COMPOUND or low[max(0, start - 1) : start] in ("_", "-")
    span = _value(text, said.end(), _VALUE)
    return span if span and _is_token(text[span[0] : span[1]], strong) else None


def _value(text: str, at: int, shape: re.Pattern[str]) -> tuple[int, int] | None:
    """What is announced: in quotes up to their end, else one word less its punctuation."""
    quoted = _QUOTED.match(text, at)
    if quoted:
        return quoted.span(2)
    match = shape.match(text, at + 1 if text[at : at + 1] in "\"'“`<[" else at)
    if match is None:
        return None
    end = match.end()
    while end > match.start() and text[end - 1] in ".,;:\"'`)]}>”。、":
        end -= 1
    return (match.start(), end) if end > match.start() else None


def _is_password(value: str, assigned: bool) -> bool:
    if assigned:
        return len(value) >= 4
    odd = any(not sign.isalpha() for sign in value) or value[1:] != value[1:].lower()
    return len(value) >= 4 and odd


def _is_token(value: str, strong: bool) -> bool:
    if all(not part or _CHORDS.match(part) for part in re.split(r"[/|.,:*_-]", value)):
        return False
    digits, letters = any(map(str.isdigit, value)), any(map(str.isalpha, value))
    if strong:
        return (len(value) >= 6 and digits) or len(value) >= 12
    return len(value) >= 8 and digits and letters


def _is_random(word: str, announced: bool) -> bool:
    word = word.strip("/-_+")
    low = word.lower()
    if low.startswith(_ENCODED_MIDI) or _ABC_NOTES.match(word):
        return False
    turns = len(_TURN.findall(word))
    if announced:
        parts = re.split(r"[/_-]", word)
        return turns >= 2 and max(map(len, parts)) >= 10 and not all(not part or _CHORDS.match(part) for part in parts)
    if re.fullmatch("[0-9a-f]{32,}", low):
        return turns >= 6
    longest = max(map(len, re.split(r"[/_-]", word)))
    mixed = word != low and word != word.upper()
    return len(word) >= 24 and longest >= 16 and mixed and turns >= 4
