"""Words whose effect on a claim is known: those that forms and senses name, function words, the talk of teachers.

An objection is made only where all the words around it are among them; a word that is not may say anything at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_GRAMMAR: Final = """the a an this that these those its it it's their they they're them there there's here here's you
you'll you'd you've you're your yours we we'll we'd we've we're our us i i'd i'll i'm i've my me he she his her let's
who whose which what what's where where's when how why that's that'd one ones two three four five six seven eight nine
ten eleven twelve both all any each every some such none another other others same only just even still yet already
once again also too so then thus hence therefore as if and or nor of in on at by for with within inside to from into
onto upon up down out off over under between among above below beneath underneath before after through across around
along about without plus than like per via not no isn't aren't doesn't don't wouldn't is are was were be been being am
will would can could should must might do does did s → because since  = because""".split()
_BEING: Final = """has have had having got get gets getting gotten contains contain containing contained consists
consist consisting comprises comprise comprising includes include including included holds hold holding uses use using
used takes take taking taken took features feature carries carry carrying bears bear needs need needing requires
require requiring shows show shown keeps keep keeping owns boasts sports equals equal means mean meaning makes make
making made forms form forming formed spells spell spelled spelt spelling gives give giving given yields yield yielding
produces produce creates create builds build building built constructed assembled composed constructs becomes become
turns turn turned ends end ending comes come coming goes go going went reads read reading written write writes writing
wrote notated notate named name names called call calls calling known labelled labeled label labels termed counts count
counted counting works work functions function acts act serves serve stands stand standing sits sit sitting lies lie
lying lives live living found find finds finding appears appear appearing occurs occur falls fall falling lands land
landing starts start starting started begins begin beginning begun runs run running ranges spans span covers cover
covering measures measure reaches reach reaching arrives arrive leaves leave leaving left stays stay remains remain
results result lurks hides hide hiding belongs belong belonging shares share sharing shared matches match points
corresponds amounts translates represents denotes indicates indicate signals says say said saying tells tell reveals
play plays played playing plays sound sounds sounding sounded hear hears heard hearing sing sings sung think thinking
see sees seen seeing look looks looking know knows remember remembers forget recall notice noticed observe note notes
guess bet try want wants add adds adding added put puts putting grab grabs press place placed places lay arrange
arranged stack stacks stacked stacking layer layers meet meets spot answer answers ask asks asked believe move moves
moving resolves resolve resolving resolved lead leads leading pulls pull pulling walk walks step steps rises rise
rising drops drop ascending ascends descends descending descend ascend flip flipped inverts invert inverting inverted
raise raises raising raised lower lowers lowering lowered sharpen sharpens sharpening sharpened flatten flattens
flattening flattened flatted alter altered sharp flat natural change changes replace replaces swaps swap borrowed
borrows divides divide splits split alternates separates separate differs differ differ distinguishes sets set apart
extend extends complete completes outline outlines outlining outlined arpeggiate arpeggiating arpeggiated harmonise
harmonize harmonizes transposed transpose transposing approaches approach target targets lasts last hold sustains
improvise improvising comp voice voiced voicing voices drops works marks mark realised meant bring brings aimed relies
tonicizes pushes wants hit hits follow follows following followed ordered order pair pairs paired built derived derive
derives taken drawn relate related sits closes close finishes cadences rests rest pauses omit goes""".split()
_TALK: Final = """now well okay ok oh ah hey yes yeah yep right sure quick fun fact tip hint reminder recap check quiz
time today lesson rule rules recipe formula theory definition answer question example instance case place way kind
sort thing things bit lot words word letters letter sign signs symbol symbols figure figured figures page sheet cheat
chart staff stave score book piano keyboard guitar bass string fret frets organ fingers finger hand hands thumb
players player pianist pianists guitarists musicians students student pupils pupil teacher teachers beginners beginner
folks guys friends friend people someone everyone jazz pop rock blues folk classical gospel latin spanish soul bossa
baroque music musical song songs tune tunes ballad piece ear ears voice alto soprano tenor satb choir
simple plain basic easy full complete whole entire good nice great lovely pretty scary happy sad bright dark warm dreamy
dense rich sweet tense stable famous favourite favorite common usual typical standard classic proper correct exact
early new old fine special favourite different distinct middle open closed empty single bare pure humble ordinary trusty
familiar popular important useful big small long short high low upper outer inner top bottom lowest highest first second
third fourth fifth sixth seventh last next final upward upwards downward downwards clockwise anticlockwise
counterclockwise together apart away back round home always never often sometimes usually normally typically simply
exactly merely mostly nothing everything something anything much many more less most least fewer rather quite really
very please per course matter way nashville evans bill hendrix pachelbel's andalusian bride board chart gonna wanna
minded memory mind voilà namely ie eg aka instead type flavour flavor colour colours color character quality mood sound
feel feeling loop loops ground beginning end start goal reason difference secret trick magic ingredient ingredients
recipe neighbour neighbor neighbours friend twin cousin sibling relative relatives distance size gap width position
piano's chord's key's scale's newcomer half hidden famous flavoured system lowest widely regularly record continuo
temperament equal exercise exercises solution homework assignment candidates candidate hard difficult tricky phrase
unfinished paper cheatsheet roman numerals sneak sneaks happen happens head headed launch launches love loves adore fit
fits toward towards destination hum hums strum strums pluck pop's boiled boils fancier fancy doubling stops stop
concerned far tops smaller larger bigger wider narrower higher closest nearest smallest largest structures whichever
whatever whenever wherever however anyway indeed besides overall course literally obviously altogether entirely
beautifully shown listed given supposed required involved available possible certain true correct official lone unique
distinctive various several couple trio pack bunch group family collection stack tower total sum set section verse
chorus bridge intro ending opener hymn folk film movie soundtrack horn trumpet sax violin viola cello flute singer
singers band orchestra ensemble composer composers bach mozart beethoven chopin debussy davis coltrane beatles
improviser improvisers soloist drummer bassist organist keyboardist theorist theorists textbook textbooks book books
diagram chart charts exam exams test tests class classes course courses grade beginner's morning today's week
remember careful check checking double-check yourself himself themselves everybody nobody anybody anyone
old-school traditional modern western medieval renaissance romantic church nineteenth century mnemonic
piano-friendly natural-sounding looks appears seems seem considered regarded described describe describes defined
define defines identified identify recognise recognize recognised labelled tagged dubbed nicknamed referred refers
said brighter darker sadder happier stronger weaker richer heart core essence backbone skeleton framework foundation
clear obvious familiar comfortable strong weak sharp-sounding restful tender haunting exotic mellow lush airy crisp
crunchy spicy smoky jazzy bluesy funky mysterious dreamy floating hopeful restless unstable dissonant consonant
dissonance consonance everywhere doo wop sequence sequences measured throughout rearranged reordered pinky swapping
lists list listing listed singing humming strumming plucking tapping stacked-up spread bare-bones hello welcome imagine
kids kid child children daily tonight tomorrow yesterday weekly month year years minute minutes second-nature rule-of
practise practice practising practicing rehearse rehearsal lessons jam session gig stage recording backing track
tracks accompaniment accompany accompanies accompanying arpeggio arpeggios broken blocked block cluster clusters line
lines passage passages excerpt measure measures riff riffs lick licks hook groove vamp vamps beginning finished
whichever's technically officially essentially spelled-out enough almost-always hence namely respectable such-as
third-based tertian triadic seven-note five-note eight-note six-note four-note three-note""".split()
_THEORY: Final = """note notes tone tones pitch pitches chord chords triad triads seventh sevenths key keys scale scales
mode modes degree degrees member members interval intervals semitone semitones half whole step steps thirds fourths
fifths sixths octave octaves root third major minor diminished augmented dominant suspended diatonic chromatic
enharmonic enharmonically fully leading tonic numeral number numbers signature signatures sharps flats accidental
accidentals black white circle cycle order inversion inversions position voicing voicings shell shells guide rootless
quartal cadence cadences progression primary bar bars beat beats blues chain function predominant pattern extension
extensions tension tensions scale-degree parent collection members spelling harmony melody bottom inside major's
minor's plagal authentic rhythm sol shape grip bass tenor stepwise v i ii iii iv vi vii e b 3rd 5th 7th""".split()
_KNOWN: Final = frozenset((*_GRAMMAR, *_BEING, *_TALK, *_THEORY))
_SIGNS: Final = re.compile(r"@[A-Za-z]\d+|\d+(?:st|nd|rd|th)?|[():,=→?;-]")
_ADVERB: Final = re.compile(r"[a-z]{2,}ly")
_WORD: Final = re.compile(r"@[A-Za-z]\d+|[a-z]+(?:'[a-z]+)?")


def are_known(words: Iterable[str]) -> bool:
    """Whether each word (small letters, marks for the named things) leaves a claim what its named things say."""
    return all(word in _KNOWN or _SIGNS.fullmatch(word) or _ADVERB.fullmatch(word) for word in words)


def is_known(marked: str) -> bool:
    """The same of a whole sentence."""
    return are_known(_WORD.findall(marked))
