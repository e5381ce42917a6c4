"""Later wordings, written after the reading of the first was done: teachers, flash cards, homework, chats.

The slots are those of `frames`; the facts those of `facts`.
"""

from __future__ import annotations

from typing import Final

LATER: Final[dict[str, str]] = {
    "chord_notes": """
        Three or four fingers, {c}: {x}. That's all.
        Let's check the spelling of {c} together. We get {x}.
        Somebody asked me which notes belong to {c}, and the answer is {x}.
        My favourite grip for {c} is simply {x}, low to high.
        On the keyboard, {c} looks like this: {x}.
        If the symbol says {c}, then reach for {x}.
        Your homework was to spell {c}; the right answer is {x}.
        Any {w} can be spelled {x}.
        Arpeggiating {c}, you'd sing {x}.
        When we build {c} we end up using {x}.
        The recipe for {c} reads {x}.
        Flash card: {c} → {x}
        I hear {x} in the left hand, so this must be {c}.
        You'd write {c} as {x} on the staff.
    """,
    "chord_member": """
        Guess what the {o} of {c} is? It's {x}.
        Remember that {c} carries {x} for its {o}.
        We find {x} sitting on the {o} of {c}.
        Among the notes of {c}, the {o} is {x}.
        If I ask for the {n} in {c}, you should say {x}.
        The {o} in a {c} chord has to be {x}.
        {c} wouldn't be {c} without {x}, its {o}.
        Your pinky lands on {x}, which happens to be the {o} of {c}.
    """,
    "numeral": """
        Let's stay in {k} major for a minute: the {r} chord is {x}.
        When a chart in {k} says {r}, play {x}.
        Nashville folks call {x} the {d} chord when they're in {k}.
        In {k} you'd harmonise the {nth} degree with {x}.
        For a song in {k} major, the {r} chord would come out as {x}.
        {r} in the key of {k}? That'd be {x}.
        Count up to the {nth} note of {k} major, build a chord, and there's {x}.
        As far as {k} major goes, {x} is your {r}.
        In Roman numerals, {x} is {r} when the tonic is {k}.
        The chord on scale degree {d} of {k} major is {x}.
    """,
    "dominant": """
        To pull back to {k}, use its dominant seventh, {x}.
        {x} wants to go home to {k} since it's the V7 there.
        Every {k} major tune leans on {x}, its dominant seventh.
        The chord that resolves to {k} by falling a fifth is {x}.
        Before landing on {k}, jazz players sneak in its dominant, {x}.
    """,
    "secondary": """
        In {k}, if you want to tonicize {g}, use {x}, the V7 of {r}.
        Within {k} major, {x} serves as the secondary dominant of {g}.
        The V7/{r} chord in the key of {k} is {x}.
        In {k} major you can approach {g} through its own dominant, {x}.
    """,
    "tritone": """
        Where the chart has {c}, try its tritone substitute, {x}.
        A tritone away from {c} sits {x}, its usual substitute.
        Jazz players like swapping {c} for {x}, a tritone substitution.
        {x} shares its tritone with {c}, so one can sub for the other as a tritone substitution.
    """,
    "relative": """
        For every {k} major there's a relative minor: {x} minor.
        The relative minor key belonging to {k} major is {x} minor.
        {x} minor and {k} major are relatives: same key signature, different home.
        If you know {k} major, you know its relative, {x} minor.
        Looking for the relative major of {x} minor? It's {k} major.
        Count down three semitones from {k} and you get its relative minor, {x} minor.
    """,
    "scale_notes": """
        Sing up {s}: {x}.
        Step through {s} with me: {x}.
        These are the pitches of {s}: {x}.
        The {s} scale spelled out is {x}.
        Anyone can learn {s}; it's just {x}.
        If you improvise with {s}, your notes are {x}.
        My cheat sheet lists {s} as {x}.
        Up and down {s} we go: {x}.
    """,
    "scale_degree": """
        In {s} we call {x} the {o} degree.
        Walk up {s} and the {o} note you meet is {x}.
        What's the {n} of {s}? {x}.
        The {o} note in the {s} scale is {x}.
        Number {n} in {s}, that's {x}.
    """,
    "mode": """
        {m} has {x} major as its parent scale.
        Play {x} major but start on its {o} note: that's {m}.
        To find {m}, take the notes of {x} major.
        {m} and {x} major contain exactly the same notes.
        {m} is what happens when {x} major starts on its {o} degree.
        Think of {m} as {x} major with a different home note.
    """,
    "signature": """
        Writing in {k} major? You'll need {x} in the key signature.
        The signature for {k} major is {x}.
        A signature with {x} means {k} major or {m} minor.
        {k} major, with its {x}, sits nicely under the fingers.
        How many accidentals for {m} minor? {x}.
        Both {k} major and its relative, {m} minor, have {x}.
    """,
    "signature_notes": """
        In {k} major the accidentals are {x}.
        {k} major's key signature contains {x}.
        To write a piece in {k} major you put {x} in the signature.
        {k} has {g}; these are {x}.
    """,
    "interval": """
        Measure from {a} up to {b} and you find a {x}.
        {a} and the next {b} above it are a {x} apart.
        Singing {a} then {b} above gives you a {x}.
        The leap from {a} up to {b} is called a {x}.
        What do we call the interval {a}–{b}? A {x}.
        Put {b} above {a} and you have a {x}.
    """,
    "interval_note": """
        If you go a {i} up from {a} you arrive at {x}.
        Add a {i} to {a} and you reach {x}.
        {x} is what you find a {i} above {a}.
        Above {a}, a {i} away, sits {x}.
        From {a}, count up a {i}: {x}.
    """,
    "semitones": """
        In semitones, a {i} measures {x}.
        {x} half steps, that's the size of a {i}.
        Moving by {x} semitones gives a {i}.
        Frets between the two notes of a {i}: it is {x} semitones.
    """,
    "inverted": """
        Flip a {i} and out comes a {x}.
        The {x} is the inversion of the {i}.
        Move the bottom note of a {i} up an octave and it's a {x}.
        Inverting the {i} yields the {x}.
    """,
    "inversion": """
        Having {b} in the bass puts {c} in {x} inversion.
        With {b} on the bottom, {c} is in {x} inversion.
        Read {c}/{b} as {c} in {x} inversion.
        {c}/{b}: that's the {x} inversion.
        If {b} is lowest, then {c} stands in {x} inversion.
    """,
    "inversion_bass": """
        Turn {c} into its {p} inversion and the bass becomes {x}.
        Which note is at the bottom of {c} in {p} inversion? {x}.
        {c}, {p} inversion: {x} is in the bass.
        For the {p} inversion of {c}, start on {x}.
    """,
    "guide": """
        Over {c}, target the guide tones, {x}.
        To outline {c}, hit its third and seventh, {x}.
        The two notes that define {c} are its guide tones: {x}.
        Shell voicing time: {c} is {xs}.
    """,
    "rootless": """
        Leave out the root and {c} can be {x}.
        Bill Evans would voice {c} without the root as {x}.
        {x} makes a fine rootless {c}.
    """,
    "two_five": """
        A typical ii–V–I, in {k} major, runs {x}.
        In {k}, your two-five-one chords are {xl}.
        If {k} is home, ii–V–I means {x}.
        {x}: a textbook 2-5-1 in the key of {k}.
        Loop the ii-V-I of {k}: {x}.
    """,
    "row": """
        Strum {r} in {k} and you're playing {x}.
        The chords for {r} in the key of {k} are {xl}.
        {r} works out as {x} when you're in {k} major.
        A {d} progression in {k} gives us {xl}.
    """,
    "cadence": """
        When {a} moves to {b} in {k} major, the ear hears a {x} cadence.
        In {k}, going {a} to {b} forms a {x} cadence.
        {a}–{b} at the end of a phrase in {k} major: that's a {x} cadence.
    """,
    "common": """
        Both {a} and {b} contain {x}.
        The notes shared by {a} and {b} are {x}.
        You can hold {x} when moving from {a} to {b}.
    """,
    "enharmonic": """
        On the piano {a} and {x} are one and the same key.
        {a} can also be spelled {x}.
    """,
    "belongs": """
        {x} is one of the seven notes of {k} major.
        You won't find a better fit: {x} belongs to the {k} major scale.
    """,
    "value": """
        In common time a {v} lasts for {x} beats.
        Hold a {v} for {x} beats in 4/4.
    """,
}


def later() -> list[tuple[str, str]]:
    """Every later frame with the name of its fact."""
    return [(fact, line.strip()) for fact, lines in LATER.items() for line in lines.strip().splitlines()]
