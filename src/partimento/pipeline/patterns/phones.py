"""Phone numbers: of every country with "+" or "00", national ones by their shape, others after a word that says so.

Knows shapes and cues; what music counts with is told by `counting`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from partimento.pipeline.patterns.counting import GROUPS, LETTERS, is_isbn, is_numbered, is_progression
from partimento.pipeline.patterns.view import Span

_SEP = r"[-./\s()]{1,3}"
_PHONE = re.compile(
    r"(?<![0-9])(?<![0-9][-./])(?:"
    rf"(?P<plus>\(?\+\(?[1-9][0-9]{{0,14}}\)?(?:[-./\s()]{{1,4}}[0-9]{{1,12}}){{0,7}})"
    rf"|(?P<zeros>00[1-9][0-9]{{0,14}}(?:{_SEP}[0-9]{{1,12}}){{0,7}}|00\s[1-9][0-9]{{0,2}}(?:{_SEP}[0-9]{{1,12}}){{1,7}})"
    r"|(?P<nanp>(?:1[-. ]{1,2})?(?:\([0-9]{3}\)[-. ]{0,2}|[1-9][0-9]{2}[-./\s])[0-9]{3}[-.\s][0-9]{4}|555-[0-9]{4})"
    rf"|(?P<trunk>\(?0[1-9][0-9]{{0,4}}\)?(?:{_SEP}[0-9]{{2,8}}){{1,5}})"
    r"|(?P<area>\([0-9]{2}\) ?9?[0-9]{4}[- ][0-9]{4}|(?:[78][ -]?)?\(?9[0-9]{2}\)?[ -]?[0-9]{3}-[0-9]{2}-[0-9]{2})"
    r"|(?P<pairs>8[ -]\(?[2-9][0-9]{2}\)?[ -][0-9]{3}[ -][0-9]{2}[ -][0-9]{2})"
    r"|(?P<mobile>(?:91[ -])?[6-9][0-9]{4}[ -][0-9]{5}|1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}|3[0-9]{2}[ .-][0-9]{6,7}"
    r"|[5-9][0-9]{2}-[0-9]{3}-[0-9]{3})"
    r"|(?P<bare>0[1-9][0-9]{8,9}|1[3-9][0-9]{9}|[2-9][0-9]{2}[2-9][0-9]{6}|[6-9][0-9]{9})"
    r")(?![0-9])(?![-./][0-9])"
)
_COUNTED = frozenset({"plus", "zeros"})
_SPACED = frozenset({"nanp", "mobile"})
_EXTENSION = re.compile(
    r"[ ,;]{0,2}(?:ext(?:ension|n)?\b\.?|x|#|доб\.?|内線|poste|durchwahl|dw|anexo|ramal|int\.)"
    r"[ :]{0,2}[0-9]{1,6}(?![0-9a-z])"
)
STRONG_WORDS = frozenset(
    "phone phones telephone iphone smartphone telefon telefone teléfono telefono telefonnummer téléphone"
    " tel tél tlf telf cell cellular cellphone cel"
    " mob mobile mobil móvil movil celular portable landline fax whatsapp signal viber wechat handy"
    " handynummer rufnummer numéro cellulare"
    " gsm sms puhelin puh hotline dial matkapuhelin phonenumber telephonenumber mobilenumber phone_number"
    " mobiltelefon telefoon"
    " телефон телефона тел моб номер номеру फोन फ़ोन मोबाइल هاتف هاتفي جوال موبايل تلفن טלפון נייד τηλ"
    " τηλέφωνο κινητό thoại sđt โทร".split()
)
"""Words that announce a phone number in the next few words, as CALL_WORDS do in certain phrases."""
_STRONG_SIGNS = re.compile("電話|携帯|连络|电话|電话|手机|手機|联系|聯絡|전화|휴대폰|연락처|โทร|звон")
CALL_WORDS = frozenset(
    "call calls ring text phone reach message msg contact ruf rufe anrufen appelle appelez appeler llama"
    " llame llámame liga ligue chiama"
    " chiamami bel zadzwoń позвони позвоните number".split()
)
CUE_WORDS = STRONG_WORDS | CALL_WORDS
_CALLING = re.compile(
    r"\b(?:call|ring|text|phone|reach|message|msg|contact)(?:s|ed)?"
    r"(?: (?!and\b|the\b|it\b|these\b|this\b)\w+){0,2}(?: (?:at"
    r"|on|under|via|now|today|tonight|is))?[:,\s]{1,3}\Z"
    r"|\b(?:my|his|her|our|their|your|contact|home|work|office)(?: (?:new|cell|direct|personal|home|work))? (?:number"
    r"|no\.?|num|nr\.?)(?: is|:)?[:\s]{1,3}\Z"
    r"|\b(?:ruf|rufe|anrufen|appelle|appelez|appeler|llama|llame|llámame|liga|ligue|chiama|chiamami|bel"
    r"|zadzwoń|позвони\w*)(?: \w+){0,3}[:\s]{1,3}\Z"
)
_DATE = re.compile(
    r"(?:[0-9]{1,2}[-./ ][0-9]{1,2}[-./ ](?:19|20)[0-9]{2}"
    r"|(?:1[0-9]|20)[0-9]{2}[-./ ][0-9]{1,2}[-./ ][0-9]{1,2})(?![0-9])"
)


def find_phones(low: str, start: int, run: str, groups: list[str], called: bool) -> Iterator[Span]:
    """Spans in a run of digits and separators that starts at `start` of the view; `groups`: its groups of digits."""
    found = False
    for match in _PHONE.finditer(run):
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
    kind, number = match.lastgroup or "", match[0]
    begin, end = match.span()
    parts = GROUPS.findall(number)
    if kind == "trunk":
        kept = _trunk(parts)
        for _ in parts[len(kept) :]:
            number = number.rstrip("0123456789").rstrip("-./() \t\n")
        parts, end = kept, begin + len(number)
    if not _plausible(kind, number, parts):
        alone = not run[:begin].strip(" (\n") and not run[end:].strip()
        in_list = kind in _SPACED and alone and _is_no_list(number, parts)
        if not parts or not (in_list or (kind not in _COUNTED and _cued(low, start + begin))):
            return None
    if kind != "plus" and is_numbered(low, start + begin):
        return None
    if number[0] == "(" and number.count("(") > number.count(")"):
        begin += 1
    return start + begin, _with_extension(low, start + end), "PHONE"


def _plausible(kind: str, number: str, parts: list[str]) -> bool:
    """Whether the shape alone makes it a phone; where not, some are after a cue."""
    count = len("".join(parts))
    if kind in _COUNTED:
        listed = max(map(len, parts)) < 3 and is_progression(parts)
        return (8 if kind == "plus" else 10) <= count <= 17 and not listed and not set(number) <= set("01 .-/()")
    if not parts or is_progression(parts):
        return False
    if kind == "bare":
        return not (set(number) <= {"0", "1"} or (number[0] in "2345" and is_isbn(number)))
    if kind in _SPACED and not set(number) & set("-/()."):
        return False  # three numbers with spaces: of a list, unless they stand alone
    frequencies = kind == "mobile" and number.count("-") == 2 and parts == sorted(parts)  # 523-659-784
    return not frequencies


def _is_no_list(number: str, parts: list[str]) -> bool:
    if set(number) & set("-/().") or is_progression(parts):
        return False
    return any(int(part) % 10 for part in parts) and number.lstrip("1 ")[0] not in "01"


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


def _cued(low: str, start: int) -> bool:
    """Whether a word for telephones stands close before."""
    before = low[max(0, start - 48) : start]
    words = LETTERS.findall(before)
    near = before[-28:]
    if not (CALL_WORDS.isdisjoint(words) and STRONG_WORDS.isdisjoint(words)) or not near.isascii():
        strong = not STRONG_WORDS.isdisjoint(LETTERS.findall(near)) or bool(_STRONG_SIGNS.search(near))
        return (strong or bool(_CALLING.search(before))) and not is_numbered(low, start)
    return False


def _with_extension(low: str, end: int) -> int:
    match = _EXTENSION.match(low, end)
    return match.end() if match else end
