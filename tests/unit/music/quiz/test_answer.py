from __future__ import annotations

import pytest

from partimento.core.errors import BadInput
from partimento.music.quiz.answer import answer

# question | options, the right one first
NUMERALS = """
In A major, which Roman numeral describes the chord Am7? | i7; iio; Imaj7; vii
In A major, which chord is i7? | Am7; A; Cm7; F#m7
In D minor, which chord is bVI? (counted from the parallel major scale) | Bb; B; Gm; Bbm
In D minor, which Roman numeral describes the chord C? (counted from the parallel major scale) | bVII; VII; bVI; v
In C# major, which chord is IV? | F#; G#; B; C#
What is the Roman numeral of Dm7 in C major? | ii7; iii7; IV7; vi7
What chord is V7 in the key of Eb? | Bb7; Ab7; Eb7; F7
Which chord is V7/ii in C major? | A7; D7; E7; G7
What is ii7 in Bb major? | Cm7; Dm7; Ebmaj7; Gm7
Which chords make a ii-V-I in F major? | Gm7 C7 Fmaj7; Dm7 G7 Cmaj7; Fmaj7 Bb7 Ebmaj7; Gm7 Fmaj7 C7
Which progression is I-IV-V in G major? | G C D; G D C; C F G; G Am D
"""
CHORDS = """
Which notes are in Cmaj7? | C E G B; C E G Bb; C Eb G Bb; C F G B
What notes make up an F# diminished seventh chord? | F# A C Eb; F# A C# E; F# A# C# E; F A C E
Which notes are in an Ebm chord? | Eb Gb Bb; Eb G Bb; Eb Gb Bbb; E G B
Which chord contains the notes F A C E? | Fmaj7; F7; Am; Dm
What chord do the notes B D F form? | Bdim; Bm; Bb; D
What is the third of Cm7? | Eb; E; G; Bb
What is the seventh of Abmaj7? | G; Gb; F; Ab
Which note is the fifth of Bdim? | F; F#; G; Fb
What are the guide tones of G7? | B and F; G and D; B and D; D and F
What type of chord is Bm7b5? | half-diminished; diminished seventh; minor seventh; augmented
What quality of chord is Faug? | augmented; major; diminished; minor
What quality is the ii chord in a major key? | minor; major; diminished; augmented
What quality is the vii chord in a major key? | diminished; minor; major; augmented
Which inversion is C/E? | first inversion; second inversion; root position; third inversion
G7/F is in which inversion? | third inversion; second inversion; first inversion; root position
Which note is in the bass of F major in second inversion? | C; A; F; G
Which chord is the tritone substitute of G7? | Db7; D7; Ab7; C7
What is the tritone substitution for A7? | Eb7; E7; D7; Bb7
Which chord is the secondary dominant of ii in C major? | A7; D7; E7; B7
What is the dominant of Dm? | A7; G7; E7; D7
Which chord does A7 usually resolve to? | Dm; Em; F; G
To which chord does Bdim7 resolve? | C; F; G; Am
Which of these chords is diatonic in G major? | Bm; B; Bbm; Gm
Which chord does not belong to C major? | D; Dm; Em; F
What is the function of F in C major? | subdominant; tonic; dominant
What is the function of Bdim in C major? | dominant; tonic; subdominant
In C major, what function does Am have? | tonic; subdominant; dominant
In C major, A7 before Dm is an example of which kind of chord? | a secondary dominant; a borrowed chord; a tonic
In C major, Db7 going to C is what? | a tritone substitute; a secondary dominant; a subdominant; a passing chord
In C major, Fm is an example of what? | modal interchange; secondary dominant; plagal cadence; dominant
From which key is Ab borrowed in C major? | C minor; A minor; G major; F major
"""
CADENCES = """
Which cadence is G7 C in C major? | authentic; plagal; half; deceptive
What kind of cadence is F to C in C major? | plagal; authentic; half; deceptive
Which type of cadence is V-vi? | deceptive; plagal; authentic; half
What cadence is IV-I? | plagal; authentic; deceptive; half
What cadence is ii-V-I? | authentic; plagal; deceptive; half
What cadence is Dm to G in C major? | half; authentic; plagal; deceptive
In A minor, which cadence is E7 F? | deceptive; plagal; half; authentic
What key are the chords Dm7 G7 Cmaj7 in? | C major; D minor; G major; F major
Gm7 C7 Fmaj7 is a ii-V-I in which key? | F; G; C; Bb
"""
SCALES = """
Which scale fits G7 resolving to Cm? | G Phrygian dominant; G Mixolydian; G Lydian; G Dorian
Which scale fits over Dm7 in C major? | D Dorian; D Phrygian; D Lydian; D harmonic minor
Which scale would you play over Bm7b5 in C? | B Locrian; B Dorian; B Lydian; B Mixolydian
Which scale works over Fmaj7 in C major? | F Lydian; F Dorian; F Mixolydian; F Phrygian
Which scale fits over Db7 going to Cmaj7? | Db Lydian dominant; Db Dorian; Db Lydian; Db Locrian
Which scale is played over C7? | Mixolydian; Dorian; Lydian; Phrygian
Which notes are in the D Dorian scale? | D E F G A B C; D E F# G A B C#; D Eb F G A Bb C; D E F G A Bb C
Which notes make up the A harmonic minor scale? | A B C D E F G# A; A B C D E F G A; A B C# D E F# G#; A B C D E F# G#
Which scale has the notes C D E F# G A B? | C Lydian; C Mixolydian; C Dorian; C major
What is the third note of the E major scale? | G#; G; F#; A
What is the fifth degree of Bb major? | F; Eb; G; F#
What is the second mode of C major? | D Dorian; D Phrygian; C Dorian; E Phrygian
Which mode is built on the fourth degree of the major scale? | Lydian; Dorian; Phrygian; Locrian
What is the fourth mode of the melodic minor scale? | Lydian dominant; altered; Dorian b2; Lydian augmented
D Dorian is a mode of which major scale? | C major; D major; G major; F major
What is the relative minor of C major? | A minor; C minor; E minor; D minor
What is the relative major of F# minor? | A major; F# major; D major; E major
What is the parallel minor of E major? | E minor; C# minor; A minor; G minor
Which minor key is relative to Ab major? | F minor; Ab minor; C minor; Bb minor
What is the relationship between C major and A minor? | relative; parallel; enharmonic; none
How many sharps are in D major? | 2; 1; 3; 4
How many flats does Ab major have? | four; three; five; two
How many sharps are in the key of F# minor? | 3; 2; 4; 6
Which major key has three flats? | Eb; Bb; Ab; F
Which minor key has one sharp? | E minor; A minor; B minor; G minor
What is the key signature of Bb major? | 2 flats; 2 sharps; 3 flats; 1 flat
What is the leading tone of E major? | D#; D; C#; F#
What is the subdominant of G? | C; D; A; E
What is the dominant seventh chord of Eb major? | Bb7; Ab7; Bbm7; F7
Which degree of C major is A? | submediant; mediant; supertonic; subtonic
In G minor, which degree is F? | subtonic; leading tone; tonic; mediant
"""
INTERVALS = """
What is the interval between C and A? | major sixth; minor sixth; perfect fifth; minor seventh
Which interval is between F and B? | augmented fourth; diminished fifth; perfect fourth; major third
What is the interval from Eb up to Bb? | perfect fifth; perfect fourth; minor sixth; tritone
What note is a perfect fifth above D? | A; G; B; A#
Which note is a minor third below C? | A; Ab; B; G
What is a major third above G#? | B#; C; B; C#
How many semitones are in a minor third? | 3; 4; 2; 5
How many half steps are in a perfect fifth? | seven; six; eight; five
How many semitones are there in an octave? | 12; 8; 7; 13
Which note is enharmonic to F#? | Gb; G; F; E#
Which note is the enharmonic equivalent of E-sharp? | F; E; Fb; G
"""
WORDINGS = """
What is the dominant seventh chord in the key of D major? | A7; D7; E7; G7
Which chord functions as the subdominant in G major? | C; D; G; Am
What are the notes of a D minor triad? | D F A; D F# A; D F Ab; D G A
Which of the following is the relative minor of G major? | E minor; G minor; B minor; D minor
What is the IV chord in the key of A major? | D; E; A; F#m
In the key of D major, what is the ii chord? | Em; F#m; G; A
Which triad is formed by the notes C, E, and G#? | C augmented; C major; C minor; C diminished
Which notes form a G7 chord? | G B D F; G B D F#; G Bb D F; G C D F
What is the enharmonic equivalent of C#? | Db; D; B#; Cb
What is the key signature of E major? | 4 sharps; 3 sharps; 4 flats; 5 sharps
Which key has no sharps or flats? | C major; G major; F major; D major
Which major key has 6 flats? | Gb major; Db major; Cb major; Ab major
What is the tritone substitute for D7? | Ab7; G7; A7; Eb7
Which interval is C to Eb? | minor third; major third; perfect fourth; major second
What interval is between C and G? | perfect fifth; perfect fourth; major sixth; tritone
What is the interval between G and F? | minor seventh; major seventh; major sixth; octave
Which note is a tritone above C? | F#; G; F; A
What note is a half step below F? | E; Eb; F#; G
What is the V7 chord in Bb major? | F7; Bb7; C7; Eb7
What chord is built on the sixth degree of C major? | Am; F; Em; A
What is the quality of the chord built on the second degree of a major scale? | minor; major; diminished; augmented
Which scale degree is the leading tone? | 7; 5; 4; 2
What is the ii-V-I progression in D major? | Em7 A7 Dmaj7; Dm7 G7 Cmaj7; Em7 Dmaj7 A7; Am7 D7 Gmaj7
Which chord progression is a ii-V-I in Bb major? | Cm7 F7 Bbmaj7; Dm7 G7 Cmaj7; Fm7 Bb7 Ebmaj7; Bbmaj7 Cm7 F7
Which cadence moves from V to I? | authentic; plagal; half; deceptive
A cadence that moves from IV to I is called what? | plagal; authentic; half; deceptive
What do we call a cadence that ends on V? | half; plagal; authentic; deceptive
What mode is D E F G A B C? | D Dorian; D Phrygian; C major; A minor
Which mode has the notes G A B C D E F? | G Mixolydian; G Lydian; G Dorian; C Lydian
How many notes are in a pentatonic scale? | 5; 6; 7; 8
What is the sixth of F major? | D; Db; E; C
Which chord is a diminished triad? | Bdim; Bm; B7; Baug
Which of these chords is a dominant seventh? | G7; Gm7; Gmaj7; Gdim7
In A minor, what is the V7 chord? | E7; Em7; A7; B7
In C major, what is the secondary dominant of V? | D7; G7; A7; E7
What is the secondary dominant of the ii chord in C major? | A7; D7; G7; E7
Which chord would most likely follow G7 in C major? | C; F#; Bb; E
In the key of C, what is the tritone substitute of G7? | Db7; D7; F7; Ab7
Which chord is borrowed from C minor in C major? | Fm; F; Am; Dm
Which scale would you use over G7alt? | G altered; G Mixolydian; G Dorian; G Lydian
What is the relative major of A minor? | C major; A major; G major; F major
What is the parallel major of C minor? | C major; Eb major; G major; A major
What is the root of Dm7/G? | D; G; F; A
What is the bass note of Dm7/G? | G; D; F; A
Which inversion is Am/C? | first inversion; second inversion; root position; third inversion
What function does G7 have in C major? | dominant; tonic; subdominant
Spell the Eb minor triad. | Eb Gb Bb; Eb G Bb; D# F# A#; Eb Gb Bbb
"""


def cases(table: str) -> list[tuple[str, list[str]]]:
    rows = [line.split(" | ") for line in table.splitlines() if line]
    return [(question, options.split("; ")) for question, options in rows]


@pytest.mark.parametrize(("question", "options"), cases(NUMERALS + CHORDS + CADENCES + SCALES + INTERVALS + WORDINGS))
def test_a_quiz_question_is_answered(question: str, options: list[str]) -> None:
    for turn in range(len(options)):
        turned = options[turn:] + options[:turn]
        assert turned[answer(question, turned).index] == options[0]


def test_the_reason_says_what_the_engine_found() -> None:
    assert answer("In C major, which chord is ii7?", ["Dm7", "D7"]).reason == "ii7 in C major is Dm7."
    assert "G Phrygian dominant" in answer("Which scale fits G7 resolving to Cm?", ["G altered", "G Dorian"]).reason


@pytest.mark.parametrize(
    ("question", "options"),
    [
        ("Who wrote the Goldberg Variations?", ["Bach", "Handel"]),
        ("In C major, which chord is ii7?", ["G7", "Am7"]),
        ("In C major, which chord is V?", ["G", "G"]),
        ("In H major, which chord is V?", ["G", "A"]),
        ("In C major, which chord is V?", []),
        ("Which key has many sharps?", ["F", "G"]),
        ("Which inversion is C/D?", ["first inversion", "root position"]),
        ("What is the seventh of C major?", ["Bb", "A"]),
    ],
)
def test_what_has_no_certain_answer_is_refused(question: str, options: list[str]) -> None:
    with pytest.raises(BadInput):
        answer(question, options)
