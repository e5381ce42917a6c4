"""Numbers that are somebody's: card, IBAN, IPv4, and runs that may be phones. Knows shapes and checksums.

Music is full of numbers: notes, fingers, bars, ticks, catalogues. So a number is taken only where its grouping, its
prefix or its checksum is that of a phone, card or account. One pass finds runs of digits and separators; each run is
then read with patterns of bounded length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from partimento.pipeline.patterns.counting import GROUPS, is_numbered, is_progression
from partimento.pipeline.patterns.phones import find_phones
from partimento.pipeline.patterns.view import Span

_RUN = re.compile(r"[+(0-9][+(0-9 ).\-/][0-9 ().\-/\t\n]{5,}+")
_HEADS = re.compile(r"[0-9]{3}|\+|0[0-9]|\.[0-9]{1,3}\.")
"""What every number sought has in it; a list of notes, fingers or frets has not."""
_GAP = re.compile(r"[ \t\n]")
_CALLED = re.compile(r"(?:tel|phone|fax|mob|cell|电话|call)\Z")
_IPV4 = re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9]|\.[0-9])")
_IP_CUE = re.compile(
    r"(?:\bip(?:v4)?|address\w*|host|server|ping|ssh|dns|gateway|router|subnet|from|localhost|client"
    r"|proxy|адрес|地址|アドレス|://|@)[^\d\n]{0,12}\Z"
)
_VERSION_CUE = re.compile(
    r"(?:\bv(?:er(?:sion)?|sn)?\.?|release|build|firmware|section|chapter|sect?\.|§|outline|fig(?:ure"
    r"|\.)?|step|exercise|ex\.|lesson|part|fingering|fingers?|degrees?|pattern|scale"
    r"|live|musescore|sibelius|finale|logic|cubase|dorico|reaper|ableton|pro tools|python|node|chrome"
    r"|firefox|windows|ios|macos|android|kernel)[ :#(]{0,3}\Z"
)

_IBAN = re.compile(r"[0-9][0-9](?<=[A-Za-z]{2}..)(?<![A-Za-z0-9]....)[ \-]?[A-Za-z0-9]{2}")
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FO FI GL NL SD FK", 19: "MK SI", 20: "AT BA EE KZ XK LT LU MN", 21: "CH LI LV HR",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL SO OM", 24: "AD CZ ES MD PK RO SA SE SK TN VG DZ",
        25: "PT ST LY", 26: "IS TR CM IR", 27: "FR GR IT MC MR SM DJ BI",
        28: "AL AZ BY CY DO GT HN HU LB PL SV NI SN ML CI BJ BF CV",
        29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
"""The length of an IBAN by country (SWIFT registry): together with the checksum, 1 in 10,000 chance hits at most."""


def find_numbers(text: str, low: str, called: bool) -> Iterator[Span]:
    """Phones, cards, IBANs and IPv4 addresses. `called`: whether a word for phones may stand somewhere in the text."""
    for match in _RUN.finditer(text):
        if not called and not _HEADS.search(match[0]):
            continue
        start = match.start()
        head = _IBAN.search(text, max(0, start - 14), start + 6)  # its country, check digits and bank come first
        if head and (end := _iban_end(text, head.start() - 2)):
            yield head.start() - 2, end, "IBAN"
            start = min(end, match.end())
        run = text[start : match.end()].rstrip(" ().-/\t\n")
        if _inside_word(low, start) and not _CALLED.search(low[max(0, start - 8) : start]):
            gap = _GAP.search(run)  # G7 555 123 4567: the 7 is the chord's
            start, run = (start + gap.end(), run[gap.end() :]) if gap else (start, "")
        if run.count(".") > 2:
            yield from _ipv4(low, start, run)
        groups = GROUPS.findall(run)
        digits = len("".join(groups))
        if digits < 7:
            continue
        cards = list(_cards(low, start, run)) if digits > 12 else []
        yield from cards or find_phones(low, start, run, groups, called)


def _inside_word(low: str, start: int) -> bool:
    """Whether the run continues a word or a number: the digits of USRC17607839, the 1-76 of RC1-76-07839, a decimal."""
    if start == 0:
        return False
    before = low[start - 1]
    if before.isascii() and (before.isalnum() or before == "_"):
        return True
    return before in ".,-/:" and start > 1 and low[start - 2].isdecimal()


def _cards(low: str, start: int, run: str) -> Iterator[Span]:
    """Payment cards: 13–19 digits in the groups cards are printed in, with a right check digit."""
    groups = list(GROUPS.finditer(run))
    first = 0
    while first < len(groups):
        taken = 0
        if len(groups[first][0]) >= 4 and groups[first][0][0] in "234568":
            for last in range(first, min(first + 6, len(groups))):
                if last > first and groups[last].start() - groups[last - 1].end() > 3:
                    break
                if _is_card([group[0] for group in groups[first : last + 1]]):
                    taken = last + 1 - first
        if taken:
            begin, end = start + groups[first].start(), start + groups[first + taken - 1].end()
            if not is_numbered(low, begin):
                yield begin, end, "CARD"
        first += taken or 1


def _is_card(groups: list[str]) -> bool:
    number = "".join(groups)
    if not 13 <= len(number) <= 19 or (len(number) == 13 and number[0] not in "456"):
        return False
    sizes = [len(group) for group in groups]
    fours = all(size == 4 for size in sizes[:-1]) and sizes[-1] <= 4
    if not (len(sizes) == 1 or fours or sizes in ([4, 6, 5], [4, 6, 4], [6, 10], [6, 12], [6, 13], [8, 8])):
        return False
    values = [int(group) for group in groups]
    round_steps = len(values) > 2 and values == sorted(values) and not any(value % 10 for value in values)
    years = len(values) > 2 and all(1600 <= value <= 2100 for value in values)
    return not round_steps and not years and not is_progression(groups) and _luhn(number)


def _luhn(number: str) -> bool:
    odd = sum(map(int, number[-1::-2]))
    even = sum(sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (odd + even) % 10 == 0


def _ipv4(low: str, start: int, run: str) -> Iterator[Span]:
    for match in _IPV4.finditer(run):
        begin = start + match.start()
        parts = [int(part) for part in match[0].split(".")]
        if max(parts) > 255:
            continue
        before = low[max(0, begin - 32) : begin]
        if _VERSION_CUE.search(before):
            continue
        if max(parts) <= 7 and not _IP_CUE.search(before):
            continue  # fingers, scale degrees, an outline
        end = begin + len(match[0])
        heads_line = (
            not before.rpartition("\n")[2].strip() and low[end : end + 1] == " " and low[end + 1 : end + 2] > " "
        )
        if heads_line and max(parts) <= 20:
            continue  # a numbered heading
        yield begin, end, "IP"


def _iban_end(text: str, start: int) -> int:
    """Where the IBAN that starts here ends; 0 where none does."""
    length = _IBAN_LENGTHS.get(text[start : start + 2].upper(), 0)
    signs, at = "", start
    while len(signs) < length and at < len(text):
        sign = text[at]
        if sign.isascii() and sign.isalnum():
            signs += sign
        elif sign not in " -.\n" or not text[at - 1].isalnum():
            return 0
        at += 1
    if not length or len(signs) < length or (at < len(text) and text[at].isascii() and text[at].isalnum()):
        return 0
    turned = signs[4:] + signs[:4]
    return at if int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1 else 0
