"""Addresses on the net: e-mail, @handle, URL that carries a secret, IPv6. Knows their shapes, resolves nothing.

Each search starts at a sign that cannot be missing ("@", "://", "::") and walks outwards from there over a class that
excludes the sign itself, so no character is walked over more than twice and the cost is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from partimento.pipeline.patterns.view import Span

_CJK = "\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0e4f"
_LOCAL = re.compile(rf"[{_MARKS}]|[^\W_{_CJK}]")
_LOCAL_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-")
_LABEL = rf"(?:[0-9A-Za-z{_MARKS}-]|[^\W_{_CJK}]){{1,63}}+"
# possessive (++): the classes overlap, and giving back what they took would try two to the power of 63 ways
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{1,12}}|localhost(?![0-9a-z])")
_CJK_DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,12}")
_IP_DOMAIN = re.compile(r"\[[0-9a-fA-FIPv.:]{3,50}\]|(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_IP_HEADS = frozenset("[0123456789")
_QUOTED = re.compile(r"[\w.+-][\w .!#$%&'*+/=?^`{|}~-]*\Z")
_PARAMETER = re.compile(r"(?:^|[?&])[A-Za-z_-]+=")

_HANDLE = re.compile(rf"(?:[0-9A-Za-z_]|[^\W_{_CJK}])++(?:[.-](?:[0-9A-Za-z_]|[^\W_{_CJK}])++)*")
_CJK_HANDLE = re.compile(r"\w{1,20}?(?=さん|さま|様|君|くん|ちゃん|先生|老师|老師|同学|님|씨|[^\w]|$)|\w{1,20}")
_MUSICAL = re.compile(
    r"[0-9]+(?:st|nd|rd|th|ths|bpm|hz|khz|db|ms|s|x|am|pm|bars?|beats?|percent|cents?|semitones?|ppq|ticks?|min|sec)?$"
    r"|(?:tempo|bpm|bars?|beats?|measures?|meas|m|mm|chorus|verse|bridge|coda|segno|fine|intro|outro"
    r"|half|double|time|end|start"
    r"|p{1,5}|f{1,5}|mp|mf|sfz?|fp|rit|accel|largo|adagio|andante|moderato|allegro|presto|vivace|lento"
    r"|key|pitch|velocity"
    r"|everyone|here|all|channel|home|work)[._-]?[0-9]*$"
    r"|[a-g](?:b|#)?(?:maj|min|m|dim|aug|sus|add|alt|[0-9b#])*$"
)
_DECORATOR = re.compile(
    r"(?:property|staticmethod|classmethod|dataclass|override|cached_property|param|returns?|throws|media"
    r"|import|keyframes|font-face|supports)\b"
    r"|[\w.]+\(|[\w.]+[ \t]*\n[ \t]*(?:def|class|async|public|private|protected|export|const|function|fun|@)\b"
)

_URL_RUN = re.compile(r"""(?:[^\s<>"`/@]{1,200}@)?[!#-;=?-_a-z~\u00bf-\u1fff]*""")
"""A user and password may hold anything; what follows them ends before a quote, a bracket or another script."""
_URL_SECRET = re.compile(
    r"[?&#;](?:[a-z0-9_.-]*(?:token|api[_-]?key|apikey|secret|passw(?:or)?d|pwd|signature|credential"
    r"|jwt|session_?id|assertion)|sig|auth|authkey|access_key|sid)"
    r"=[^&#\s]{4,}"
    r"|[?&#;](?:key|code|state|k|t|auth_?key)=(?=[^&#\s]{0,200}[0-9])(?=[^&#\s]{0,200}[a-z])[^&#\s]{16,}"
    r"|hooks\.slack\.com/(?:services|workflows)/\S+|discord(?:app)?\.com/api/webhooks/\S+|api\.telegram\.org/bot[0-9]+:\S+"
)

_IPV6 = re.compile(
    r"(?<![0-9a-z.])(?<![0-9a-f]:)(?=[0-9a-f:])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?:(?:\.[0-9]{1,3}){3})?(?:%[0-9a-z]+)?(?![0-9a-z:])"
)
_IPV6_HEAD = re.compile(r"(?:[23][0-9a-f]{3}|f[cde][0-9a-f]{2}|ff[0-9a-f]{2})\Z")


def find_at_signs(text: str, low: str) -> Iterator[Span]:
    """E-mail addresses and @handles."""
    at, floor = text.find("@"), 0
    while at >= 0:
        span = _email(text, at, floor) or _handle(text, low, at)
        if span:
            yield span
            floor = span[1]
        at = text.find("@", max(at + 1, floor))


def _email(text: str, at: int, floor: int) -> Span | None:
    literal = text[at + 1 : at + 2] in _IP_HEADS and _IP_DOMAIN.match(text, at + 1)
    domain = literal or _DOMAIN.match(text, at + 1)
    start = _local_start(text, at, floor)
    if start == at and at > floor and domain is None and text[at - 1].isalnum():
        domain = _CJK_DOMAIN.match(text, at + 1)  # a local part and a domain both in Han, kana or Hangul
        while start > floor and (text[start - 1].isalnum() or text[start - 1] in "._-"):
            start -= 1
    if domain is None or start == at:
        return None
    end = _domain_end(text, at + 1, domain.end())
    return (start, end, "EMAIL") if end else None


def _local_start(text: str, at: int, floor: int) -> int:
    """Where the local part starts; `at` where there is none."""
    if at > floor and text[at - 1] == '"':
        opening = text.rfind('"', max(floor, at - 66), at - 1)
        return opening if opening >= 0 and _QUOTED.match(text, opening + 1, at - 1) else at
    start = at
    while start > floor and (text[start - 1] in _LOCAL_SIGNS or _LOCAL.match(text, start - 1)):
        start -= 1
    local = text[start:at]
    if local.startswith("//"):
        start += local.rfind("/") + 1  # https://host/users/anna@…
    if "=" in local:
        start += max((parameter.end() for parameter in _PARAMETER.finditer(text[start:at])), default=0)  # ?email=anna@…
    while start < at and text[start] in "*'`{|}~#&?=/^!$.-":
        start += 1
    return start


def _domain_end(text: str, start: int, end: int) -> int:
    """Where the domain ends, less what cannot be a top-level domain; 0 where nothing is left."""
    domain = text[start:end].rstrip("-")
    if domain.startswith("[") or domain == "localhost" or domain.replace(".", "").isdigit():
        return start + len(domain) if domain.count(".") >= 3 or domain[0] in "[l" else 0
    while "." in domain:
        last = domain.rpartition(".")[2]
        if len(last) > 1 and not last[0].isdigit() and last[0] != "-":
            return start + len(domain)
        domain = domain[: -len(last) - 1]
    return 0


def _handle(text: str, low: str, at: int) -> Span | None:
    before = text[at - 1] if at else " "
    if before in "_.@" or (before.isalnum() and _LOCAL.match(before)):
        return None
    match = _HANDLE.match(text, at + 1) or _CJK_HANDLE.match(text, at + 1)
    if match is None or match.end() - match.start() < 2 or _MUSICAL.match(low[at + 1 : match.end()]):
        return None
    end = match.end()
    if text[end : end + 1] == "/" and text[end + 1 : end + 2].islower():
        return None  # a package's scope: @scope/package
    if not text[max(0, at - 40) : at].rpartition("\n")[2].strip() and _DECORATOR.match(low, at + 1):
        return None
    if text[end : end + 1] == "@" and (host := _DOMAIN.match(text, end + 1)):
        end = _domain_end(text, end + 1, host.end()) or end  # @anna@mastodon.example
    return at, end, "HANDLE"


_SPELLED_AT = re.compile(r"\s{0,3}[\[({<]\s{0,3}(?:at|@|ät|chez|arroba)\s{0,3}[\])}>]\s{0,3}")
_DOT = r"(?:dot|punkt|point|punto|ponto)"
_SPELLED_DOT = rf"(?:\s{{0,3}}[\[({{<]\s{{0,3}}{_DOT}\s{{0,3}}[\])}}>]\s{{0,3}}|\s{{1,3}}{_DOT}\s{{1,3}}|\.)"
_SPELLED_DOMAIN = re.compile(rf"[a-z0-9-]{{1,63}}(?:{_SPELLED_DOT}[a-z0-9-]{{1,63}}){{1,6}}")
_WORD_AT = re.compile(
    r" (?:at|ät|arroba) (?=[a-z0-9-]{1,63}(?: dot [a-z0-9-]{1,63}){0,4} (?:dot|punkt|punto) (?:com|org"
    r"|net|edu|gov|io|co|info|me|app|dev|de|uk|fr|es|it|nl|us|ca|au|jp|in|br|ch|at|se|no|eu|ai)(?![a-z0-9]))"
)


def find_spelled(text: str, low: str) -> Iterator[Span]:
    """E-mail addresses written against robots: name (at) example dot com, name at example dot com."""
    floor = 0
    for sign in (*_SPELLED_AT.finditer(low), *_WORD_AT.finditer(low)):
        domain = _SPELLED_DOMAIN.match(low, sign.end())
        if domain is None or sign.start() < floor:
            continue
        start = sign.start()
        while start > floor and low[start - 1].isascii() and (low[start - 1].isalnum() or low[start - 1] in "._+-%"):
            start -= 1
        while (before := re.search(r"([a-z0-9._+-]{1,64}) dot $", low[max(floor, start - 70) : start])) is not None:
            start -= len(before[0])
        if start < sign.start():
            floor = domain.end()
            yield start, floor, "EMAIL"


def find_urls(text: str) -> Iterator[Span]:
    """URLs that carry a user's name, a password, or a token."""
    at, floor = text.find("://"), 0
    while at >= 0:
        start = at
        while start > floor and text[start - 1].isascii() and (text[start - 1].isalnum() or text[start - 1] in "+.-"):
            start -= 1
        run = _URL_RUN.match(text, at + 3)
        end = run.end() if run else at + 3
        nested = text[at + 3 : end].split("://")
        if start < at and run and any(map(_carries_secret, nested)):
            while end > at and text[end - 1] in ".,;:!?)]}'*。、，）」』":
                end -= 1
            floor = end
            yield start, end, "URL"
        at = text.find("://", max(at + 3, end))


def _carries_secret(rest: str) -> bool:
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        return authority.index("@") > 0
    user, colon, port = authority.partition(":")
    if colon and user and not port.isdecimal() and port and "@" in rest:
        return True  # a password with a slash in it
    return bool(_URL_SECRET.search(rest.lower()))


def find_ipv6(low: str) -> Iterator[Span]:
    """IPv6 addresses of the blocks in use; colons between notes, beats or ratios are none."""
    for match in _IPV6.finditer(low):
        end = match.end()
        if match[0].endswith(":") and not match[0].endswith("::"):
            end -= 1  # "from fe80::1: unreachable"
        if _is_ipv6(low[match.start() : end].partition("%")[0]):
            yield match.start(), end, "IP"


def _is_ipv6(address: str) -> bool:
    if address == "::1":
        return True
    if "." in address:
        address = address[: address.rindex(":")] + ":0:0"
    if address.count("::") > 1 or ":::" in address:
        return False
    groups = [group for group in address.split(":") if group]
    if "::" not in address:
        return len(groups) == 8 and bool(_IPV6_HEAD.match(groups[0]))
    if len(groups) > 7 or not groups:
        return False
    if address.startswith("::"):
        return groups[0] == "ffff" and len(groups) == 3
    if groups[0] == "64" and groups[1:2] == ["ff9b"]:
        return True
    telling = any(sign.isdigit() for sign in groups[0]) or len(groups) > 2
    return telling and bool(_IPV6_HEAD.match(groups[0]))
