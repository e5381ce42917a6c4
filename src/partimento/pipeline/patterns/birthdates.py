"""Dates of birth: a date beside a word such as "born on". Knows dates and cues; a date alone, or history, is none.

Composers are born too: years before 1900, a date followed by that of a death, and sentences about known musicians
are history, not personal data. Each cue is read once, with patterns of bounded length beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from partimento.pipeline.patterns.view import Span

_MONTH = (
    r"(?:jan|ene|gen|feb|fév|fev|mar|mär|mrt|apr|avr|abr|kwi|may|mai|maj|mag|mei|jun|jui|giu|jul|lug|aug|aoû|aou|ago|sep|set|okt|oct|ott|out"
    r"|nov|dec|dez|déc|dic|des|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|лис|гру"
    r"|sty|lut|mar|cze|lip|sie|wrz|paź|lis|gru|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|led|úno|bře|dub|kvě|čer|srp|zář|říj|pro"
    r"|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu|ιαν|φεβ|μαρ|απρ|μαΐ|ιουν|ιουλ|αυγ|σεπ|οκτ|νοε|δεκ"
    r"|जन|फर|मार्च|अप्रैल|मई|जून|जुला|अग|सित|अक्ट|नव|दिस|يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
    r"|ינואר|פברואר|מרץ|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר)[^\W\d_]{0,9}[\u0900-\u097f]{0,8}\.?"
)
_ORDINAL = (
    r"(?:(?:twenty|thirty)[- ])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth"
    r"|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)"
)
_DAY = rf"(?:[0-9]{{1,2}}(?:\s?(?:st|nd|rd|th|er|ème|e|de|ste|º|ª|°|-?го|\.))?|{_ORDINAL})"
_YEAR = r"(?:[0-9]{4}(?![0-9])|'?[0-9]{2}(?![0-9]))"
_OF = r"(?:\s{1,2}|[-/.,]\s?|\s?(?:of|de|del|d'|do|den)\s)"
_DATE = (
    r"(?:"
    r"(?:(?:明治|大正|昭和|平成|令和|[mtshr])?\s?(?:[0-9]{1,4}|元)\s?[年년]\s?)?[0-9]{1,2}\s?[月월]\s?[0-9]{1,2}\s?[日일号號]?"
    r"|[0-9]{1,4}\s?[-./]\s?[0-9]{1,2}\s?[-./]\s?[0-9]{1,4}(?![0-9])"
    r"|[0-9]{4}\s[0-9]{1,2}\s[0-9]{1,2}(?![0-9])|[0-9]{1,2}\s[0-9]{1,2}\s[0-9]{4}(?![0-9])"
    rf"|{_DAY}{_OF}{{1,2}}(?:{_MONTH}|[^\W\d_]{{3,12}}(?={_OF}{{1,2}}[0-9]{{4}}))(?:{_OF}{{0,2}}{_YEAR})?"
    rf"|{_MONTH}{_OF}{{1,2}}(?:the\s)?{_DAY}(?:,?\s?(?:of\s)?{_YEAR})?(?![0-9])|{_MONTH}{_OF}{{1,2}}[0-9]{{4}}"
    rf"|[0-9]{{4}}[-,.\s]{{1,2}}(?:[a-z]{{1,4}}\s)?{_MONTH}[-.\s]{{0,2}}{_DAY}"
    r"|[0-9]{8}(?![0-9])|[0-9]{6}(?![0-9])|[0-9]{1,2}[/.-][0-9]{1,2}(?![0-9])"
    r")"
)
_FULL_DATE = re.compile(_DATE)

_LINK = re.compile(
    r"(?:[\s:=>\"'“„«,~-]|\([dmyjatmgг/.\s-]{1,12}\)|\((?=[0-9]))*"
    r"(?:(?:is|was|on|the|of|falls|ist|war|am|den|dem|der|le|est|el|es|il|è|em|dia|día|den|er|op|w|dne|v|in|at|and|date|a|an|année|fue|foi|é|は|は、|が|是|于|於|为|為|:|은|는|هو|في|है|को|vào|ngày|yang|jatuh|pada|tanggal)"
    r"(?=[\s:,\d]|[^\x00-\x7f])[\s:,\"'-]*){0,4}"
    r"(?:(?:in|at|en|à|zu|a|em)\s[^\d\n.;:]{2,40}?\s(?:on|am|le|el|il|em|the)\s(?:the\s)?)?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s|(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag),?\s(?:dem|den)?\s?)?\(?"
)
_LINK_LIMIT = 90

_CUE = re.compile(
    r"(?<![a-z])(?:born|d\.?\s?o\.?\s?b\b\.?|(?:date|day|place and date)[\s_-]?of[\s_-]?birth|birth[\s_-]?da(?:te|y)|b-?day\b|birthdate|birth"
    r"|geboren|geb\.|geburtsdatum|geburtstag|geb\b|gebdat\w*|née?|naissance|né\(e\)|ne\(e\)|nacid[oa]|nací|nacio|nació|nacimiento|cumpleaños|cumple"
    r"|nat[oa]|nascita|compleanno|nascid[oa]|nasci|nasceu|nascimento|aniversário|geboortedatum|verjaardag|född|fødselsdato|fødselsdag|født|födelsedatum|födelsedag"
    r"|syntynyt|syntymäaika|syntymäpäivä\w*|urodzon[ya]|urodził[ao]?m?|urodzenia|urodziny|ur\.|narozena?|narození|narozeniny|született|születési\s\w+"
    r"|născută?|nașterii|naşterii|doğum(?:\s(?:tarihi|günüm?))?|doğdum|lahir|rođena?|rođendan|sinh|anniversaire"
    r"|родил(?:ся|ась)|рождени[яе]|народив(?:ся)?|народилась|народження|γεννήθηκ[αε]|γέννησης|γενέθλιά?)(?![a-z])"
    r"|生年月日|誕生日|出生日期|出生年月日|出生于|出生於|生日|생년월일|생일|تاريخ الميلاد|تاريخ ميلادي|مواليد|عيد ميلادي|ولدت|תאריך לידה|יום הולדת|נולדתי|נולד|जन्म(?:\s?तिथि|दिन|दिवस)?(?:\sकी तारीख)?|วันเกิด|เกิดวันที่"
)
_WEAK_CUES = frozenset({"geb", "nata", "nato", "né", "née", "birth", "sinh", "lahir", "ur."})
"""Words with other senses: the date must follow with its year."""
_CUE_AFTER = re.compile(
    r"生まれ|生れ|うまれ|出生|誕生(?!日)|(?<=[일日])생|년생"
    r"|,?\s(?:is|was)\s(?:my|his|her|their|our|your|[\w']{2,30})\s(?:birthday|birth\s?date|date of birth|bday)|\s?\((?:dob|date of birth|birthday|born)\)|\s(?:doğumlu\w*|tarihinde doğdum)"
)
_DATE_BEFORE = re.compile(rf"(?<![0-9]){_DATE}\s?\Z")

CUE_WORDS = frozenset(
    "born birth dob birthday birthdate bday geboren geb geburtsdatum geburtstag gebdat né née ne naissance anniversaire nacido nacida nací nacio nació nacimiento"
    " cumpleaños cumple nato nata nascita compleanno nascido nascida nasci nasceu nascimento aniversário geboortedatum verjaardag född fødselsdato"
    " fødselsdag født födelsedatum födelsedag syntynyt syntymäaika syntymäpäivä syntymäpäiväni urodzony urodzona urodziłem urodziłam urodził urodziła urodzenia urodziny ur"
    " narozen narozena narození narozeniny született születési născut născută nașterii naşterii doğum doğdum doğumlu doğumluyum lahir rođen rođena rođendan sinh"
    " родился родилась рождения рождение народився народилась народження γεννήθηκα γεννήθηκε γέννησης γενέθλια γενέθλιά"
    " dateofbirth birthdates birthdays geburtsdaten b-day birth-date date-of-birth placeofbirth".split()
)
"""Whole words, one of which a text must hold to be read for dates of birth (scripts without spaces aside)."""
CUE_SIGNS = re.compile("生|誕|出生|생|ميلاد|مواليد|ولدت|לידה|הולדת|נולד|जन्म|เกิด|d\\.o\\.b|d\\. o\\. b")

_DEATH = re.compile(
    r"[^.;\n]{0,40}?(?:\b(?:died|dies|d\.|death|passed away|gestorben|gest\.|mort[ea]?|décédée?|muri[óo]|fallecid[oa]|morto|morta|zmarł[ay]?|умер|скончал)|†|\bdied\b|没|死去)"
    rf"|\s?[-–—]\s?{_DATE}"
)
_ASIDE = re.compile(
    r"(?:'s)?(?:[\s,(\"]|\b(?:was|is|were|who|the|a|an|great|late|legendary|composer|pianist|organist|singer|saxophonist|trumpeter|bassist|drummer|guitarist|musician|bandleader"
    r"|jazz|gospel|german|austrian|french|american|russian|english|italian|polish|jr\.?|sr\.?|ii|iii|johann|sebastian|wolfgang|amadeus|ludwig|van|frédéric|claude|miles|john|duke|bill|herbie|oscar|thelonious|wurde|est|è|ist|es|war)\b)*\Z"
)
_MUSICIANS = re.compile(
    r"\b(?:bach|händel|handel|haydn|mozart|beethoven|schubert|schumann|brahms|chopin|liszt|wagner|verdi|puccini|debussy|ravel|satie|fauré|faure|bartók|bartok|stravinsky|prokofiev"
    r"|shostakovich|rachmaninoff|rachmaninov|scriabin|tchaikovsky|mahler|bruckner|strauss|mendelssohn|dvořák|dvorak|grieg|sibelius|vivaldi|scarlatti|corelli|purcell|couperin|rameau"
    r"|telemann|buxtehude|pachelbel|monteverdi|palestrina|clementi|czerny|hindemith|schoenberg|schönberg|webern|berg|messiaen|boulez|stockhausen|ligeti|penderecki|pärt|part|glass|reich"
    r"|copland|bernstein|gershwin|barber|ives|cage|joplin|ellington|strayhorn|basie|armstrong|morton|waller|tatum|wilson|monk|parker|gillespie|powell|davis|coltrane|rollins|mingus"
    r"|evans|tyner|hancock|corea|jarrett|shorter|zawinul|peterson|garner|silver|blakey|brubeck|desmond|getz|baker|mulligan|konitz|tristano|jobim|gilberto|bonfá|piazzolla|metheny|mehldau"
    r"|glasper|barron|hersch|jamal|kelly|flanagan|hawes|timmons|clark|nichols|hill|taylor|coleman|dolphy|adderley|montgomery|pass|hall|burrell|benson|scofield|frisell|pastorius|carter"
    r"|chambers|brown|roach|jones|williams|dejohnette|motian|holiday|fitzgerald|vaughan|simone|sinatra|crosby|cole|franklin|jackson|dorsey|cleveland|crouch|hawkins|caesar|walker|houghton"
    r"|wonder|prince|withers|gaye|hathaway|badu|d'angelo|scott|hill|porter|rodgers|kern|arlen|berlin|carmichael|mercer|lennon|mccartney|harrison|starr|elgar|holst|britten|walton|delius"
    r"|bizet|gounod|berlioz|franck|saint-saëns|massenet|offenbach|rossini|bellini|donizetti|paganini|mussorgsky|borodin|rimsky-korsakov|glinka|balakirev|smetana|janáček|janacek|albéniz|albeniz"
    r"|granados|falla|rodrigo|turina|villa-lobos|ginastera|takemitsu|sakamoto|hisaishi|einaudi|durante|porpora|paisiello|cimarosa|pergolesi|sala|fenaroli|zingarelli)(?=[\s,('])"
)


def find_birthdates(text: str, low: str) -> Iterator[Span]:
    """Spans of dates of birth (the date, not its cue) in the view."""
    for cue in _CUE.finditer(low):
        link = _LINK.match(low, cue.end(), cue.end() + _LINK_LIMIT)
        for start in dict.fromkeys((link.end() if link else cue.end(), cue.end())):
            date = _FULL_DATE.match(low, start)
            if date:
                weak = cue[0] in _WEAK_CUES and not re.search("[0-9]{4}|[0-9]{2}$", date[0])
                if not weak and not _historical(low, cue.start(), date.end(), date[0]):
                    yield start, start + len(date[0].rstrip(" ,")), "BIRTHDATE"
                break
    for cue in _CUE_AFTER.finditer(low):
        floor = max(0, cue.start() - 36)
        date = _DATE_BEFORE.search(low[floor : cue.start()])
        if date and not _historical(low, floor + date.start(), cue.end(), date[0]):
            yield floor + date.start(), floor + date.start() + len(date[0].rstrip()), "BIRTHDATE"


def _historical(low: str, start: int, end: int, date: str) -> bool:
    """Whether this is history rather than somebody's data. `start`: of the cue or date, `end`: of what was read."""
    year = re.search("(?<![0-9])[0-9]{4}(?![0-9])", date) or re.match("(?:1[0-9]|20)[0-9]{2}(?=[0-9]{4}$)", date)
    if year and 1000 < int(year[0]) < 1900:
        return True
    if _DEATH.match(low, end, end + 80):
        return True
    before = low[max(0, start - 70) : start]
    for musician in _MUSICIANS.finditer(before):
        if _ASIDE.match(before, musician.end()):
            return True
    return False
