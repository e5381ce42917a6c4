"""Dates of birth: a date beside a word such as "born on". Knows dates and cues; a date alone, or history, is none.

Composers are born too: years before 1900, a date followed by that of a death, and sentences about known musicians
are history, not personal data. Each cue is read once, with patterns of bounded length beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from partimento.pipeline.patterns.view import Span

CUE_WORDS = frozenset(
    "born birth dob birthday birthdate birthdates birthdays dateofbirth date-of-birth birth-date b-day bday"
    " geboren geb geburtsdatum geburtstag geburtsdaten gebdat né née ne naissance anniversaire nacido nacida nací nacio"
    " nació nacimiento cumpleaños cumple nato nata nascita compleanno nascido nascida nasci nasceu nascimento"
    " aniversário"
    " geboortedatum verjaardag född fødselsdato fødselsdag født födelsedatum födelsedag syntynyt syntymäaika"
    " syntymäpäivä syntymäpäiväni urodzony urodzona urodziłem urodziłam urodził urodziła urodzenia urodziny ur narozen"
    " narozena narození narozeniny született születési születésnapom născut născută nașterii naşterii"
    " doğum doğdum lahir"
    " rođen rođena rođendan sinh doğumlu doğumluyum родился родилась рождения рождение народився народилась"
    " народження γεννήθηκα γεννήθηκε"
    " γέννησης γενέθλια γενέθλιά".split()
)
"""Words, one of which a text must hold to be read for dates of birth (other cues have signs of their own)."""
_WEAK_CUES = frozenset({"geb", "nata", "nato", "né", "née", "ne", "birth", "sinh", "lahir", "ur", "doğum"})
"""Words with other senses: the date must follow with its year."""
SIGNS = re.compile(
    "生年月日|誕生日|出生日期|出生年月日|生于|生於|出生于|出生於|生日|생년월일|생일|تاريخ الميلاد"
    "|تاريخ ميلادي|مواليد|عيد ميلادي|ولدت"
    "|תאריך לידה|יום הולדת|נולדתי|נולד|जन्म|วันเกิด|เกิดวันที่"
)
_INITIALS = re.compile("d\\. ?o\\. ?b\\b\\.?|д\\. ?р\\b\\.?")
SIGNS_AFTER = re.compile("生まれ|生れ|うまれ|出生|誕生(?!日)|생")
_WORDS_AFTER = frozenset("birthday birth birthdate bday b-day dob doğumlu doğumluyum doğdum".split())
_AFTER = re.compile(
    r",?\s(?:is|was)\s(?:my|his|her|their|our|your|[\w']{2,30})\s(?:date\sof\s)?\Z|\s?\((?:my\s)?(?:date\sof\s)?\Z"
)
_AFTER_TURKISH = re.compile(r"\s(?:tarihinde\s)?\Z")

_MONTHS = frozenset(
    "jan ene gen feb fév fev mar mär mrt apr avr abr kwi may mai maj mag mei jun jui giu jul lug aug"
    " aoû aou ago sep set okt oct ott"
    " out nov dec dez déc dic des янв фев мар апр мая май июн июл авг сен окт ноя дек січ лют бер кві"
    " тра чер лип сер вер жов лис"
    " гру sty lut cze lip sie wrz paź lis gru oca şub nis haz tem ağu eyl eki kas ara led úno bře dub"
    " kvě čer srp zář říj pro tam"
    " hel maa huh tou kes kesä hei elo syy lok mar jou ιαν φεβ μαρ απρ μαΐ ιουν ιού ιου αυγ σεπ οκτ"
    " νοε δεκ जन फर मार अप् मई जून"
    " जुल अगस सित अक् नव दिस ينا فبر مار أبر ماي يون يول أغس سبت أكت نوف ديس ינו פבר מרץ אפר מאי יונ"
    " יול אוג ספט אוק נוב דצמ".split()
)
"""The first three letters of a month (two, where its name is that short)."""
_ORDINAL = (
    r"(?:(?:twenty|thirty)[- ])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
)
_DAY = rf"(?:[0-9]{{1,2}}(?:\s?(?:st|nd|rd|th|er|ème|ste|º|ª|°|-?го|\.))?|{_ORDINAL})"
_YEAR = r"(?:[0-9]{4}(?![0-9])|'?[0-9]{2}(?![0-9]))"
_OF = r"(?:[-/.,]?\s{1,2}(?:(?:of|de|del|do|den|d')\s?)?|[-/.])"
_WORD = r"(?:[^\W\d_]|[\u0900-\u097f]){2,14}\.?"
_DATE = (
    r"(?:(?:(?:明治|大正|昭和|平成|令和|[mtshr])?\s?(?:[0-9]{1,4}|元)\s?[年년]\s?)?[0-9]{1,2}\s?[月월]\s?[0-9]{1,2}\s?[日일号號]?"
    r"|[0-9]{1,4}\s?[-./]\s?[0-9]{1,2}\s?[-./]\s?[0-9]{1,4}(?![0-9])"
    r"|[0-9]{4}\s[0-9]{1,2}\s[0-9]{1,2}(?![0-9])|[0-9]{1,2}\s[0-9]{1,2}\s[0-9]{4}(?![0-9])"
    rf"|{_DAY}{_OF}(?P<month1>{_WORD})(?:{_OF}{_YEAR})?"
    rf"|(?P<month2>{_WORD}){_OF}(?:the\s)?(?:{_DAY}(?:,?\s?(?:of\s)?{_YEAR})?(?![0-9])|[0-9]{{4}})"
    rf"|[0-9]{{4}}{_OF}(?:[a-z]{{1,4}}\s)?(?P<month3>{_WORD})[-.\s]{{0,2}}{_DAY}"
    r"|[0-9]{8}(?![0-9])|[0-9]{6}(?![0-9])|[0-9]{1,2}[/.-][0-9]{1,2}(?![0-9]))"
)
_AT_DATE = re.compile(_DATE)
_FULL_YEAR = re.compile("(?<![0-9])[0-9]{4}(?![0-9])")
_TO_DATE = re.compile(r"\s?[-–—]\s?(?:[0-9]{4}(?![0-9])|" + _DATE + ")")
_LINK = re.compile(
    r"(?:['’]s(?=\s))?(?:[\s:=>\"'“„«,~_.-]|\([a-z()/.\s-]{1,14}\)|\()*+"
    r"(?:(?:in|at|en|à|zu|a|em)\s[^\d\n.;:]{2,40}?\s(?:on|am|le|el|il|em|the)\s(?:the\s)?"
    r"|(?:(?:(?:is|was|on|the|of|falls|date|day|ist|war|am|den|dem|der|le|est|el|es|il|è|em|dia|día|er"
    r"|op|w|dne|v|in|at|and|a|an|année"
    r"|fue|foi|é|tarihi|tarihim|dátum|dátuma|m|هو|في|है|तिथि|दिन|की|तारीख|को|hari|tanggal|ngày|pada|yang)"
    r"(?=[\W\d])|は|が|是|于|於|为|為|在|은|는|を)[\s:,=\"'_(-]*){0,4})"
    r"(?:[^\W\d]{2,10}(?:day|tag|woch|dag|di),?\s(?:the\s|dem\s|den\s)?)?"
)
_LINK_LIMIT = 90

_DEATH = re.compile(
    r"[^.;\n]{0,40}?(?:\b(?:died|dies|d\.|death|passed away|gestorben|gest\.|mort[ea]?|décédée?|muri[óo]|fallecid[oa]"
    r"|morto|morta|zmarł[ay]?|умер|скончал)|†|没|死去)"
)
_ASIDE = re.compile(
    r"(?:'s)?(?:[\s,(\"]|\b(?:was|is|were|who|the|a|an|great|late|legendary|composer|pianist|organist"
    r"|singer|guitarist|musician"
    r"|saxophonist|trumpeter|bassist|drummer|bandleader|jazz|gospel|german|austrian|french|american|russian"
    r"|english|italian"
    r"|polish|jr\.?|sr\.?|ii|iii|johann|sebastian|wolfgang|amadeus|ludwig|van|wurde|est|è|ist|es|war)\b)*\Z"
)
_MUSICIANS = frozenset(
    "bach händel handel haydn mozart beethoven schubert schumann brahms chopin liszt wagner verdi puccini"
    " debussy ravel satie"
    " fauré faure bartók bartok stravinsky prokofiev shostakovich rachmaninoff rachmaninov scriabin tchaikovsky mahler"
    " bruckner strauss mendelssohn dvořák dvorak grieg sibelius vivaldi scarlatti corelli purcell couperin"
    " rameau telemann"
    " buxtehude pachelbel monteverdi palestrina clementi czerny hindemith schoenberg schönberg webern"
    " berg messiaen boulez"
    " stockhausen ligeti penderecki pärt glass reich copland bernstein gershwin barber ives cage joplin"
    " ellington strayhorn"
    " basie armstrong morton waller tatum wilson monk parker gillespie powell davis coltrane rollins mingus evans tyner"
    " hancock corea jarrett shorter zawinul peterson garner silver blakey brubeck desmond getz baker mulligan konitz"
    " tristano jobim gilberto bonfá piazzolla metheny mehldau glasper barron hersch jamal flanagan hawes timmons dolphy"
    " adderley montgomery burrell benson scofield frisell pastorius dejohnette motian holiday fitzgerald vaughan simone"
    " sinatra crosby cole franklin dorsey cleveland crouch hawkins caesar hathaway wonder gaye withers"
    " badu porter rodgers"
    " kern arlen berlin carmichael mercer lennon mccartney harrison elgar holst britten walton delius"
    " bizet gounod berlioz"
    " franck massenet offenbach rossini bellini donizetti paganini mussorgsky borodin glinka balakirev smetana janáček"
    " janacek albéniz albeniz granados falla rodrigo turina lobos ginastera takemitsu sakamoto hisaishi einaudi"
    " durante porpora paisiello cimarosa pergolesi fenaroli zingarelli saëns korsakov".split()
)
_DIGIT = re.compile("[0-9]")
_NAME_WORD = re.compile(r"[^\W\d_]+")


def find_birthdates(low: str, cue_words: frozenset[str]) -> Iterator[Span]:
    """Spans of dates of birth (the date, not its cue) in the view. `cue_words`: those of CUE_WORDS that occur."""
    for word in cue_words:
        start = low.find(word)
        while start >= 0:
            end = start + len(word)
            if not (low[start - 1 : start] or " ").isalpha() and not low[end : end + 1].isalpha():
                yield from _date_after(low, start, end, word in _WEAK_CUES)
                if word in _WORDS_AFTER:
                    yield from _date_before(low, start, _AFTER_TURKISH if word[0] == "d" and word != "dob" else _AFTER)
            start = low.find(word, end)


def find_signed(low: str) -> Iterator[Span]:
    """The same for cues in scripts without spaces, before or after the date."""
    for sign in SIGNS.finditer(low):
        yield from _date_after(low, sign.start(), sign.end(), weak=False)
    for sign in SIGNS_AFTER.finditer(low):
        yield from _date_before(low, sign.start(), None)


def find_initialled(low: str) -> Iterator[Span]:
    """The same for D.O.B., which is not one word."""
    for sign in _INITIALS.finditer(low):
        yield from _date_after(low, sign.start(), sign.end(), weak=False)


def _date_after(low: str, cue: int, end: int, weak: bool) -> Iterator[Span]:
    link = _LINK.match(low, end, end + _LINK_LIMIT)
    for start in dict.fromkeys((link.end() if link else end, end)):
        date = _AT_DATE.match(low, start)
        if date and _sound(date, weak):
            if not _historical(low, cue, date.end(), date[0]):
                yield start, start + len(date[0].rstrip(" ,")), "BIRTHDATE"
            return


def _date_before(low: str, cue: int, between: re.Pattern[str] | None) -> Iterator[Span]:
    floor = max(0, cue - 70)
    before = low[floor:cue]
    if between:
        joint = between.search(before)
        if not joint:
            return
        before = before[: joint.start()]
    elif before[-1:] == "년":
        return  # a year alone is no date
    before = before.rstrip(" に、,")
    if not _DIGIT.search(before):
        return
    for start in range(max(0, len(before) - 30), len(before)):
        if before[start].isspace() or (start and before[start - 1].isascii() and before[start - 1].isalnum()):
            continue
        date = _AT_DATE.fullmatch(before, start)
        if date and _sound(date, weak=False):
            if not _historical(low, floor + start, cue, date[0]):
                yield floor + start, floor + len(before), "BIRTHDATE"
            return


def _sound(date: re.Match[str], weak: bool) -> bool:
    """Whether what stands for the month is one, and after a weak cue whether the date has its year."""
    month = date["month1"] or date["month2"] or date["month3"]
    if month and month[:3] not in _MONTHS and month[:2] not in _MONTHS:
        return False
    return not weak or re.search("[0-9]{4}|[0-9][^0-9]+[0-9]+[^0-9]+[0-9]{2}$", date[0]) is not None


def _historical(low: str, start: int, end: int, date: str) -> bool:
    """Whether this is history rather than somebody's data. `start`: of the cue or date, `end`: of what was read."""
    year = _FULL_YEAR.search(date)
    if year and 1000 < int(year[0]) < 1900:
        return True
    if _DEATH.match(low, end, end + 80) or _TO_DATE.match(low, end, end + 40):
        return True
    before = low[max(0, start - 50) : start]
    if _MUSICIANS.isdisjoint(_NAME_WORD.findall(before)):
        return False
    return any(
        word[0] in _MUSICIANS and _ASIDE.match(before, word.end()) is not None for word in _NAME_WORD.finditer(before)
    )
