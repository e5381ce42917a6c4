"""Numbers that are somebody's: phone, card, IBAN, IPv4. Knows their shapes and checksums, and what music counts with.

Music is full of numbers: notes, fingers, bars, ticks, catalogues. So a number is taken only where its grouping, its
prefix or its checksum is that of a phone, card or account; a bare one only with a word such as "phone" before it.
One pass finds runs of digits and separators; each run is then read with patterns of bounded length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from partimento.pipeline.patterns.view import Span

_RUN = re.compile(r"[+(0-9][+(0-9 ).\-/][0-9 ().\-/\t\n]{5,}+")
_GROUPS = re.compile(r"[0-9]+")
_GAP = re.compile(r"[ \t\n]")
_LETTERS = re.compile(r"[^\W\d]+")
_HEADS = re.compile(r"[0-9]{3}|\+|\(?0[1-9]|00")
"""What every national or international number has in it; a list of notes, fingers or frets has not."""

_SEP = r"[-./\s()]{1,3}"
_PHONE = re.compile(
    r"(?<![0-9])(?<![0-9][-./])(?:"
    rf"(?P<plus>\(?\+\(?[1-9][0-9]{{0,14}}\)?(?:[-./\s()]{{1,4}}[0-9]{{1,12}}){{0,7}})"
    rf"|(?P<zeros>00[1-9][0-9]{{0,14}}(?:{_SEP}[0-9]{{1,12}}){{0,7}}|00\s[1-9][0-9]{{0,2}}(?:{_SEP}[0-9]{{1,12}}){{1,7}})"
    r"|(?P<nanp>(?:1[-. ]{1,2})?(?:\([0-9]{3}\)[-. ]{0,2}|[1-9][0-9]{2}[-./\s])[0-9]{3}[-.\s][0-9]{4}|555-[0-9]{4})"
    rf"|(?P<trunk>\(?0[1-9][0-9]{{0,4}}\)?(?:{_SEP}[0-9]{{2,8}}){{1,5}})"
    r"|(?P<area>\([0-9]{2}\) ?9?[0-9]{4}[- ][0-9]{4}|(?:[78][ -]?)?\(?9[0-9]{2}\)?[ -]?[0-9]{3}-[0-9]{2}-[0-9]{2})"
    r"|(?P<pairs>8[ -]\(?[2-9][0-9]{2}\)?[ -][0-9]{3}[ -][0-9]{2}[ -][0-9]{2})"
    r"|(?P<mobile>[6-9][0-9]{4}[ -][0-9]{5}|1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}|3[0-9]{2}[ .-][0-9]{6,7}|[5-9][0-9]{2}-[0-9]{3}-[0-9]{3})"
    r"|(?P<bare>0[1-9][0-9]{8,9}|1[3-9][0-9]{9}|[2-9][0-9]{2}[2-9][0-9]{6}|[6-9][0-9]{9})"
    r")(?![0-9])(?![-./][0-9])"
)
_EXTENSION = re.compile(r"[ ,;]{0,2}(?:ext(?:ension|n)?\b\.?|x|#|доб\.?|内線|poste|durchwahl|dw|anexo|ramal|int\.)[ :]{0,2}[0-9]{1,6}(?![0-9a-z])")
STRONG_WORDS = frozenset(
    "phone phones telephone iphone smartphone telefon telefone teléfono telefono telefonnummer téléphone tel tél tlf telf cell cellular cellphone cel"
    " mob mobile mobil móvil movil celular portable landline fax whatsapp signal viber wechat handy handynummer rufnummer numéro cellulare"
    " gsm sms puhelin puh hotline dial matkapuhelin phonenumber telephonenumber mobilenumber phone_number mobiltelefon telefoon"
    " телефон телефона тел моб номер номеру फोन फ़ोन मोबाइल هاتف هاتفي جوال موبايل تلفن טלפון נייד τηλ τηλέφωνο κινητό thoại sđt โทร".split()
)
"""Words that announce a phone number in the next few words, as CALL_WORDS do in certain phrases."""
_STRONG_SIGNS = re.compile("電話|携帯|连络|电话|電话|手机|手機|联系|聯絡|전화|휴대폰|연락처|โทร|звон")
CALL_WORDS = frozenset(
    "call calls ring text phone reach message msg contact ruf rufe anrufen appelle appelez appeler llama llame llámame liga ligue chiama"
    " chiamami bel zadzwoń позвони позвоните number".split()
)
CUE_WORDS = STRONG_WORDS | CALL_WORDS
_CALLING = re.compile(
    r"\b(?:call|ring|text|phone|reach|message|msg|contact)(?:s|ed)?(?: (?!and\b|the\b|it\b|these\b|this\b)\w+){0,2}(?: (?:at|on|under|via|now|today|tonight|is))?[:,\s]{1,3}\Z"
    r"|\b(?:my|his|her|our|their|your|contact|home|work|office)(?: (?:new|cell|direct|personal|home|work))? (?:number|no\.?|num|nr\.?)(?: is|:)?[:\s]{1,3}\Z"
    r"|\b(?:ruf|rufe|anrufen|appelle|appelez|appeler|llama|llame|llámame|liga|ligue|chiama|chiamami|bel|zadzwoń|позвони\w*)(?: \w+){0,3}[:\s]{1,3}\Z"
)
_NUMBERED_WORDS = frozenset(
    "isbn issn ismn isrc iswc ean upc gtin barcode doi asin oclc catalog catalogue cat order invoice serial version release tick"
    " ticks ppq hz khz midi freq frequency frequencies note notes pitch pitches bar bars measure measures bpm tempo tempi sample"
    " samples frame frames velocity velocities fingering fingerings degree degrees timestamp unix epoch seed".split()
)
_NUMBERED = re.compile(
    r"\b(?:" + "|".join(sorted(_NUMBERED_WORDS, reverse=True)) + ")"
    r"(?:[ :#=.,(\-]|numbers?|nr|no|id|is|are|of|list|values?|ranges?|from|at|only|in|13|10){0,6}\Z"
)
_CALLED = re.compile(r"(?:tel|phone|fax|mob|cell|电话|call)\Z")
_DATE = re.compile(r"(?:[0-9]{1,2}[-./ ][0-9]{1,2}[-./ ](?:19|20)[0-9]{2}|(?:1[0-9]|20)[0-9]{2}[-./ ][0-9]{1,2}[-./ ][0-9]{1,2})(?![0-9])")

_IPV4 = re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9]|\.[0-9])")
_IP_CUE = re.compile(r"(?:\bip(?:v4)?|address\w*|host|server|ping|ssh|dns|gateway|router|subnet|from|localhost|client|proxy|адрес|地址|アドレス|://|@)[^\d\n]{0,12}\Z")
_VERSION_CUE = re.compile(
    r"(?:\bv(?:er(?:sion)?|sn)?\.?|release|build|firmware|section|chapter|sect?\.|§|outline|fig(?:ure|\.)?|step|exercise|ex\.|lesson|part|fingering|fingers?|degrees?|pattern|scale"
    r"|live|musescore|sibelius|finale|logic|cubase|dorico|reaper|ableton|pro tools|python|node|chrome|firefox|windows|ios|macos|android|kernel)[ :#(]{0,3}\Z"
)

_IBAN = re.compile(r"[0-9][0-9](?<=[A-Za-z]{2}..)(?<![A-Za-z0-9]....)[ \-]?[A-Za-z0-9]{2}")
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FO FI GL NL SD FK", 19: "MK SI", 20: "AT BA EE KZ XK LT LU MN", 21: "CH LI LV HR",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL SO OM", 24: "AD CZ ES MD PK RO SA SE SK TN VG DZ",
        25: "PT ST LY", 26: "IS TR CM IR", 27: "FR GR IT MC MR SM DJ BI", 28: "AL AZ BY CY DO GT HN HU LB PL SV NI SN ML CI BJ BF CV",
        29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
"""The length of an IBAN by country (SWIFT registry): together with the checksum, 1 in 10,000 chance hits at most."""


def find_numbers(text: str, low: str, called: bool) -> Iterator[Span]:
    """Phones, cards, IBANs and IPv4 addresses. `called`: whether a word for phones may stand somewhere in the text."""
    for match in _RUN.finditer(text):
        start = match.start()
        head = _IBAN.search(text, max(0, start - 14), start + 6)  # its country, check digits and bank come first
        if head and (end := _iban_end(text, head.start() - 2)):
            yield head.start() - 2, end, "IBAN"
            start = min(end, match.end())
        run = text[start : match.end()].rstrip(" ().-/\t\n")
        if _inside_word(low, start) and not _CALLED.search(low[max(0, start - 8) : start]):
            gap = _GAP.search(run)  # G7 555 123 4567: the 7 is the chord's
            start, run = (start + gap.end(), run[gap.end() :]) if gap else (start, "")
        if run.count(".") >= 3:
            yield from _ipv4(low, start, run)
        groups = _GROUPS.findall(run)
        digits = len("".join(groups))
        if digits < 7:
            continue
        cards = list(_cards(low, start, run)) if digits > 12 else []
        yield from cards or _phones(low, start, run, groups, called)


def _phones(low: str, start: int, run: str, groups: list[str], called: bool) -> Iterator[Span]:
    found = False
    for match in _PHONE.finditer(run) if _HEADS.search(run) else ():
        span = _phone(low, start, run, match)
        if span:
            found = True
            yield span
    if found or not called or len("".join(groups)) > 15:
        return
    if _DATE.match(run) or any(len(group) == 1 for group in groups[1:]):
        return
    if run[0] == "(" and ")" not in run:
        run, start = run[1:], start + 1
    if _cued(low, start):
        yield start, _with_extension(low, start + len(run)), "PHONE"


def _phone(low: str, start: int, run: str, match: re.Match[str]) -> Span | None:
    kind, number = match.lastgroup, match[0]
    begin, end = match.span()
    if kind != "plus" and _numbered(low, start + begin):
        return None
    parts = _GROUPS.findall(number)
    if kind == "trunk":
        kept = _trunk(parts)
        if not kept:
            return None
        for _ in parts[len(kept) :]:
            number = number.rstrip("0123456789").rstrip("-./() \t\n")
        parts, end = kept, begin + len(number)
    count = len("".join(parts))
    if (kind != "plus" or max(map(len, parts)) < 3) and _progression(parts) and not _cued(low, start + begin):
        return None
    if kind in ("plus", "zeros"):
        least = 8 if kind == "plus" else 10
        if not least <= count <= 17 or set(number) <= set("01 .-/()") or all(len(part) == 1 for part in parts):
            return None
    elif kind == "bare":
        if _is_isbn(number) and number[0] in "2345" and not _cued(low, start + begin):
            return None
        if set(number) <= {"0", "1"}:
            return None
    elif kind in ("nanp", "mobile") and not set(number) & set("-/()."):
        alone = not run[:begin].strip(" (\n") and not run[end:].strip()
        plain = any(int(part) % 10 for part in parts) and number.lstrip("1 ")[0] not in "01"
        if not (alone and plain) and not _cued(low, start + begin):
            return None  # three numbers of a list
    elif kind == "mobile" and number.count("-") == 2 and parts == sorted(parts):
        return None  # 523-659-784: the frequencies of a chord
    if number[0] == "(" and number.count("(") > number.count(")"):
        begin += 1
    return start + begin, _with_extension(low, start + end), "PHONE"


def _trunk(parts: list[str]) -> list[str]:
    """The groups of a national number that starts with its trunk 0; none where it is a list or a date."""
    while len("".join(parts)) > 12 and len(parts) > 2:
        parts = parts[:-1]
    if not 9 <= len("".join(parts)) <= 12:
        return []
    sizes = [len(part) for part in parts]
    if set(sizes) == {2} and (len(parts) != 5 or (parts == sorted(parts) and parts[-1] <= "31")):
        return []  # steps, frets, bars: only France writes its numbers in five pairs
    if sizes[:3] == [2, 2, 4] and parts[2][:2] in ("17", "18", "19", "20"):
        return []  # a day
    return parts


def _progression(parts: list[str]) -> bool:
    """Whether the groups are evenly spaced, or double each time: steps, ticks, octaves."""
    if len(parts) < 3:
        return False
    values = [int(part) for part in parts]
    steps = {b - a for a, b in zip(values, values[1:], strict=False)}
    doubled = all(b == 2 * a for a, b in zip(values, values[1:], strict=False))
    return (len(steps) == 1 and 0 not in steps) or doubled


def _inside_word(low: str, start: int) -> bool:
    """Whether the run continues a word or a number: the digits of USRC17607839, the 1-76 of RC1-76-07839, a decimal."""
    if start == 0:
        return False
    before = low[start - 1]
    if before.isascii() and (before.isalnum() or before == "_"):
        return True
    return before in ".,-/:" and start > 1 and low[start - 2].isdecimal()


def _cued(low: str, start: int) -> bool:
    """Whether a word for telephones stands close before."""
    before = low[max(0, start - 48) : start]
    words = _LETTERS.findall(before)
    near = before[-28:]
    if not (CALL_WORDS.isdisjoint(words) and STRONG_WORDS.isdisjoint(words)) or not near.isascii():
        strong = not STRONG_WORDS.isdisjoint(_LETTERS.findall(near)) or bool(_STRONG_SIGNS.search(near))
        return (strong or bool(_CALLING.search(before))) and not _numbered(low, start)
    return False


def _numbered(low: str, start: int) -> bool:
    """Whether the word before says what is numbered, and it is no telephone: an ISBN, ticks, notes."""
    before = low[max(0, start - 24) : start]
    return not _NUMBERED_WORDS.isdisjoint(_LETTERS.findall(before)) and _NUMBERED.search(before) is not None


def _with_extension(low: str, end: int) -> int:
    match = _EXTENSION.match(low, end)
    return match.end() if match else end


def _is_isbn(number: str) -> bool:
    return len(number) == 10 and sum((10 - at) * int(digit) for at, digit in enumerate(number)) % 11 == 0


def _cards(low: str, start: int, run: str) -> Iterator[Span]:
    """Payment cards: 13–19 digits in the groups cards are printed in, with a right check digit."""
    groups = list(_GROUPS.finditer(run))
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
            if not _numbered(low, begin):
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
    return not round_steps and not years and not _progression(groups) and _luhn(number)


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
        heads_line = not before.rpartition("\n")[2].strip() and low[end : end + 1] == " " and low[end + 1 : end + 2] > " "
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
