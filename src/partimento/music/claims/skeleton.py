"""A sentence as its bones: named things as marks, the rest in few canonical words; one pattern reads many wordings.

"The V7 of Bb, of course, is called F7." becomes "@r0 of @n1 be @c2". Fillers go; verbs of being, having, consisting
and forming become one word each; everything else stays and keeps a pattern from reading across it.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from partimento.music.claims.entity import Entity
from partimento.music.claims.tagging import tagged

_DROPPED: Final = frozenset(
    """the a an this that these those just simply always actually basically really so then well now note notes
    tone tones pitch
    pitches chord chords triad triads remember notice know see exactly usually normally typically generally both all
    together your our my you we us will would can could should must may i'll you'll called named known referred course
    essentially literally therefore thus hence because since following diatonic namely respectively there's i'd
    you'd we'd
    get key keys scale scales mode modes degree degrees step steps bare naturally obviously clearly here's look looks
    of-course quite indeed again too also only very own musical theory think ok okay hey folks guys right yes yep
    yeah ah say says said written write standard plain simple basic good old famous particular  he she let's
    lets example hint fact tip recap reminder memorise memorize learn find found which tells whose piano guitar keyboard
    perfectly precisely strictly playing hearing hear sounding there commonly often frequently most typical
    classic regular ordinary usual come comes
    naming name names answer however but i have-a there some each stack stacked stacking thirds let do
    does did when where whenever if you're we're i'm already still even once first-of-all next last lastly finally
    complete full whole entire pure traditional traditionally jazz pop gospel blues classical players musicians pianists
    hear theorists speaking terms order ascending up-from-root root-up top simply-put alphabetically enharmonically
    same-old plus-or-minus student students teacher teachers world music western harmony context sense language lead
    sheet sheets
    has-to ends if""".split()
)  # fmt: skip
_KEPT_FOR_FORMS: Final = frozenset({"and", "but", "up"})
_WORDS: Final = {
    "is": "be", "are": "be", "be": "be", "was": "be", "were": "be", "equals": "be", "equal": "be", "means": "be",
    "mean": "be",
    "'s": "be", "it's": "be", "that's": "be", "being": "be", "becomes": "become", "stands": "be", "lies": "be",
    "sits": "be", "represents": "be",
    "denotes": "be",
    "functions": "be", "acts": "be", "serves": "be", "works": "be", "remains": "be", "translates": "be",
    "corresponds": "be",
    "makes": "form", "make": "form", "forms": "form", "form": "form", "spell": "form", "spells": "form",
    "gives": "form",
    "give": "form", "yields": "form", "yield": "form", "produces": "form", "produce": "form", "creates": "form",
    "create": "form", "build": "form",
    "builds": "form", "outline": "form", "outlines": "form", "giving": "form", "making": "form", "forming": "form",
    "has": "has", "have": "has", "contain": "has", "contains": "has", "includes": "has", "include": "has",
    "holds": "has",
    "uses": "has", "use": "has", "carries": "has", "features": "has", "containing": "has", "got": "has",
    "having": "has",
    "using": "has", "needs": "has", "requires": "has", "take": "has", "takes": "has", "shows": "has", "hold": "has",
    "consists": "made", "consist": "made", "comprises": "made", "comprise": "made", "consisting": "made",
    "runs": "made", "run": "made",
    "goes": "go", "go": "go", "going": "go", "moves": "go", "moving": "go", "move": "go", "leads": "go",
    "leading": "go",
    "resolves": "resolve", "resolve": "resolve", "resolving": "resolve", "resolution": "resolve",
    "wants": "resolve", "pulls": "resolve",
    "spelled": "made", "spelt": "made", "adding": "add", "adds": "add", "shares": "share", "share": "share",
    "sharing": "share",
    "inside": "in", "within": "in", "for": "of", "on": "on", "into": "to", "from": "from", "without": "not",
    "isn't": "not", "aren't": "not", "doesn't": "not", "don't": "not", "never": "not", "no": "not", "nor": "not",
    "cannot": "not",
    "can't": "not", "wasn't": "not", "won't": "not", "avoid": "not", "avoids": "not", "lacks": "not", "lack": "not",
    "hardly": "not",
    "between": "between", "over": "over", "against": "over", "belongs": "belong", "belong": "belong",
    "belonging": "belong",
}  # fmt: skip
_PHRASES: Final = (
    (r"'s (?=(?:the|an?|just|really|always|called|actually) )", "be "),
    (
        r"shares? (?:all |each |exactly )?(?:of )?(?:its|their|the same|every|all the) "
        r"(?:notes?|tones|pitches)", "share same"),
    (r"bring(?:s|ing)? in|introduces|leaves you with", "be"),
    (r"(?:think|thinking|conceive) of|regard|consider|treat(?:ed)?|view(?:ed)?|interpret(?:ed)?", ""),
    (
        r"(?:end|wind|ends|ending) up (?:with|on|at|having)|come out with|land on|arrive at"
        r"|(?:get|gets) (?:you )?to", "be"),
    (r"flipped(?: over)?|flip(?: over)?|turned (?:over|upside down)|upside down", "invert"),
    (r"(?:notes|tones|pitches|members|letters) (?:of|in|for|from|inside)(?: the| an?)?(?: chord| scale)?(?= @)", ""),
    (r"of course|in other words|for instance|for example|by the way|in fact|as you know|as we "
        r"know|that is to say|as always|no matter what"
     r"|keep in mind|bear in mind|don't forget|do not forget|never forget|no doubt|no wonder|without (?:a "
         r")?doubt|believe it or not"
     r"|in short|to sum up|so to speak|if (?:you're|we're|you are|we are) (?:playing )?(?=in )|of all|from "
         r"(?:bottom|low|lowest) to (?:top|high|highest)"
     r"|from the (?:bottom|root) up|going up|on the way up|in that order|in order|on (?:the|a|your) "
         r"(?:piano|guitar|keyboard)", ""),
    (r"(?:is|are|'s|being|be) (?:always |usually |simply |just |basically |really )?(?:made|built|composed|formed"
        r"|constructed|spelled|spelt|comprised|put together|assembled|stacked)"
     r"(?: up)?(?: (?:out of|of|from|with|by|as|using|on))?", "made"),
    (r"(?:made|built|composed|formed|constructed|spelled|spelt|comprised|assembled)(?: up)?(?: "
        r"(?:of|from|with|by|out of|as))", "made"),
    (r"consists? (?:only |simply )?(?:out )?(?:of|in|from)|consisting of|comprises|(?:is|are) (?:the )?sum "
        r"of|(?:goes(?! (?:from|to|up|down|back|by|well)\b)|reads|runs) like this"
            r"|goes(?! (?:from|to|up|down|back|by|well)\b)|reads", "made"),
    (r"(?:has|have|contains|uses|includes) (?:exactly |only |just )?(?:the )?(?:following |these "
        r"|four |three |five |six |seven |eight )*(?:notes|tones|pitches)", "has"),
    (r"(?:make|makes|making) up|put together|adds? up to|add up to|gives? (?:you|us)|get (?:you|yourself)|got "
        r"yourself|have yourself", "form"),
    (r"functions? as|acts? as|serves? as|works? as|stands? for|known as|referred to as|goes by "
        r"the name of|comes? out (?:to be|as)"
     r"|turns? out to be|happens to be|works out (?:to be|as|to)|ends up (?:being|as|on)|has to "
         r"be|have to be|corresponds? to|translates? (?:to|into|as)"
     r"|plays? the role of|takes? the role of|falls? on|lands? on|is found on|is at|amounts to|comes to|the same "
         r"thing as|(?:is|are) considered"
     r"|is nothing (?:else )?(?:but|than)|counts as|can be analy[sz]ed as|is labell?ed|is numbered", "be"),
    (r"belongs? (?:to|in)|(?:is|are) (?:native|diatonic) to|occurs? (?:naturally )?in|is found "
        r"in|(?:is|are) part of|is a member of|fits? (?:in|into)"
     r"|lives? in|appears? in|shows? up in|comes? from", "belong"),
    (r"in common|tones? in common|notes? in common", "common"), (r"common[ -](?:tones?|notes?)", "common"),
    (r"guide[ -]tones?", "guide"), (r"shell(?:s|[ -]voicings?)?", "shell"), (r"rootless(?:[ -]voicings?)?", "rootless"),
    (r"in the bass|at the bottom|on the bottom|as (?:the|its) (?:lowest|bass)(?: note)?|lowest|bass(?: note)?", "bass"),
    (r"circle of (?:fifths|5ths)", "circle"), (r"enharmonic(?:ally)?(?: equivalent)?(?: equal)?", "enharmonic"),
    (r"same (?:piano )?(?:notes|pitches|tones|collection)|same (?:set of )?(?:notes|pitches)", "same"),
    (r"same (?:key signature|signature|number of (?:sharps|flats|accidentals))", "samesig"),
    (r"key signature|signature", "signature"), (r"higher than|up from", "above"), (r"lower than|down from", "below"),
    (r"parent (?:major )?(?:scale|key)|parent", "parent"), (r"spans|measures|covers|is worth", "be"),
    (r"inverts? to|turns into|inverted becomes|when inverted|inverted", "invert"), (r"inversion of", "invertof"),
    (r"transposed? (?:up |down )?(?:in)?to|moved (?:up |down )?to|shifted (?:up |down )?to", "transpose"),
)  # fmt: skip
_PHRASE_FORM: Final = re.compile(
    "|".join(rf"(?P<p{at}>(?<!\w)(?:{words})(?![\w']))" for at, (words, _) in enumerate(_PHRASES))
)
_TOKEN: Final = re.compile(r"@[A-Za-z]\d+|[a-z]+(?:'[a-z]+)?|'s|\d+|[():,=→?-]")
_SIGN_WORDS: Final = {":": "be", "=": "be", "→": "go", "-": "be", "?": "be"}


class Skeleton(Struct, frozen=True):
    """The bones of a sentence, and the named things its marks point to."""

    text: str
    entities: tuple[Entity, ...]
    marked: str = ""  # the sentence as it stands, in small letters, with the marks


def skeleton(sentence: str) -> Skeleton:
    """A sentence in plain signs as its bones."""
    entities = tuple(tagged(sentence))
    marked, at = [], 0
    for number, entity in enumerate(entities):
        marked += [sentence[at : entity.start].lower(), f" @{entity.letter}{number} "]
        at = entity.end
    marked.append(sentence[at:].lower())
    joined = re.sub(r"(?<=\w)-(?=\w)", " ", "".join(marked))
    text = _PHRASE_FORM.sub(_phrase, joined)
    return Skeleton(_bones(text), entities, joined)


def _phrase(found: re.Match[str]) -> str:
    return f" {_PHRASES[int((found.lastgroup or 'p0')[1:])][1]} "


def _bones(text: str) -> str:
    words: list[str] = []
    for part in _TOKEN.findall(text):
        if part == "'s":
            word = "'s"
        elif part in _SIGN_WORDS:
            word = _SIGN_WORDS[part]
        else:
            word = _WORDS.get(part, "" if part in _DROPPED else part)
        if not word or (word == "be" and words and words[-1] in ("be", "made", "has")):
            continue
        if words and words[-1] == "be" and word in ("made", "has", "form", "not"):
            words.pop()
        if word == "," and (not words or words[-1] == ","):
            continue
        words.append(word)
    line = " ".join(words)
    line = re.sub(r"(@[nmaksc]\d+) 's (@[rfoeviq]\d+|guide|shell|signature)(?= |$)", r"\2 of \1", line)
    line = re.sub(r"(?<![^ ])(?<!\d )and |\band (?!@)", "", line)
    return re.sub(r"(?:^|(?<= ))(?:to|as|be it|it) be(?= )", "be", line)
