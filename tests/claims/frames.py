"""The wordings: sentence frames as textbooks, blogs, chats, videos and German teachers of English put things.

`{x}` is the slot that is told truly or with an error; the others are named by the facts in `facts`.
"""

from __future__ import annotations

from typing import Final

FRAMES: Final[dict[str, str]] = {
    "chord_notes": """
        {c} contains the notes {x}.
        A {w} is built from {x}.
        The notes of {c} are {x}.
        To play {c}, put your fingers on {x}.
        - {c}: {x}
        **{c}** = {x}
        If you stack thirds you get {c}, that is {x}.
        So what's in a {c}? It's {x}.
        The chord {c} consists out of the tones {x}.
        {x} together make a {c} chord.
        Spell {c} like this: {x}.
        When you see {c} on a lead sheet, you play {x}.
        Play {x} at the same time and you've got {c}.
        The {w} ({x}) is worth memorizing.
    """,
    "chord_member": """
        The {o} of {c} is {x}.
        In {c}, the {o} is {x}.
        {x} is the {o} of {c}.
        {c} has {x} as its {o}.
        Notice that the {n} of {c} is {x}, which your thumb plays.
        Its {o} is {x} when the chord is {c}.
        Take {c}: the {o} here would be {x}.
        In a {c} chord, {x} functions as the {o}.
        For {c}, the {n} happens to be {x}.
    """,
    "numeral": """
        In the key of {k}, the {r} chord is {x}.
        {x} is the {r} of {k} major.
        The {r} in {k} is {x}.
        In {k} major, {x} functions as the {r} chord.
        {k} major: {r} = {x}
        If you're in {k}, your {r} will be {x}.
        We call {x} the {r} chord in the key of {k}.
        The {nth} degree of {k} major carries the chord {x}.
        Okay folks, the {d} chord in {k} is {x}, right?!
        The {d} chord in {k} major is {x}.
        On the {nth} step of {k} major stands {x}.
        Let's find the {r} of {k} major. It is {x}.
        {x} ({r} in {k} major) sounds lovely here.
        In {k} major the {r} (that's {x}) comes next.
    """,
    "dominant": """
        The V7 of {k} is {x}.
        The dominant seventh of {k} is {x}.
        {x} is the V7 in {k} major.
        The dominant of {k} is {x}.
        {x} is the dominant seventh chord of {k} major.
        In {k} major the dominant seventh chord is called {x}.
        As every student knows, {x} acts as the dominant of {k}.
        {x} resolves down a fifth to {k}, because it's the dominant of {k}.
    """,
    "secondary": """
        In {k} major, V7/{r} is {x}.
        V7/{r} in {k} is {x}.
        The secondary dominant of {r} in {k} major is {x}.
        {x} is the V7 of {r} in the key of {k}.
        In {k}, the secondary dominant of {g} is {x}.
        {x} is the secondary dominant of {g}.
    """,
    "tritone": """
        The tritone sub of {c} is {x}.
        {x} is the tritone substitute for {c}.
        You can replace {c} with its tritone sub {x}.
        The tritone substitution for {c} would be {x}.
        Instead of thinking hard: {c}'s tritone sub is {x}.
    """,
    "relative": """
        The relative minor of {k} major is {x} minor.
        {x} minor is the relative minor of {k} major.
        {k} major and {x} minor share the same key signature.
        {k} major's relative minor is {x} minor.
        The relative major of {x} minor is {k} major.
        {k} major and {x} minor are relative keys.
        {x} minor has the same key signature as {k} major.
        The parallel key to {k} major with the same signature is its relative minor, {x} minor.
    """,
    "scale_notes": """
        The {s} scale is {x}.
        {s}: {x}
        The notes of the {s} scale are {x}.
        {s} consists of {x}.
        The {s} scale goes {x}.
        To play {s} you need {x}.
        - **{s} scale** – {x}
        {x} is the {s} scale.
        If we write out {s} we get {x}.
        The tones from the scale {s} are {x}.
        You spell the {s} scale {x}.
        Here's {s} for you: {x}!
    """,
    "scale_degree": """
        The {o} degree of {s} is {x}.
        The {n} note of the {s} scale is {x}.
        {x} is the {o} degree of the {s} scale.
        In {s}, the {o} is {x}.
        {s} has {x} as its {n} degree.
        The {o} step from {s} is the tone {x}.
        Count up {s} and you'll see that the {n} is {x}.
    """,
    "mode": """
        {m} is the {o} mode of {x} major.
        {m} has the same notes as {x} major.
        {m} comes from the {x} major scale.
        The parent scale of {m} is {x} major.
        {m} is just {x} major starting from its {o} note.
        {m} uses the same notes as the {x} major scale.
        The {o} mode of {x} major is {m}.
        {m} and {x} major share the same notes.
    """,
    "signature": """
        {k} major has {x}.
        The key of {k} major has {x}.
        There are {x} in {k} major.
        The key signature of {k} major contains {x}.
        {k} major is the key with {x}.
        {m} minor has {x}.
        A piece in {k} major has {x} in its key signature.
        {x}: that's {k} major.
        When you see {x}, you're in {k} major.
        The key signature of {m} minor shows {x}.
    """,
    "signature_notes": """
        {k} major has {g}: {x}.
        The key of {k} has {g} ({x}).
        In {k} major there are {g}, namely {x}.
        The sharps or flats of {k} major: {g} - {x}.
        {k} major has {g}, and these are {x}.
    """,
    "interval": """
        {a} to {b} is a {x}.
        The interval from {a} up to {b} is a {x}.
        From {a} to {b} is a {x}.
        The distance between {a} and the {b} above it is a {x}.
        {b} is a {x} above {a}.
        {a}–{b} is a {x}.
        Going from {a} up to {b} gives us a {x}.
        {b} lies a {x} above {a}.
        {a} is a {x} below {b}.
    """,
    "interval_note": """
        A {i} above {a} is {x}.
        A {i} up from {a} is {x}.
        Go up a {i} from {a} and you land on {x}.
        The note a {i} above {a} is {x}.
        If you start on {a} and go up a {i}, you get {x}.
        {a} plus a {i} gives {x}.
        {x} is the note a {i} above {a}.
        A {i} higher than {a} we find {x}.
    """,
    "semitones": """
        A {i} is {x} semitones.
        A {i} has {x} half steps.
        There are {x} semitones in a {i}.
        A {i} spans {x} half steps.
        {x} semitones make a {i}.
        The {i} = {x} semitones
        Count {x} half steps and you have a {i}.
    """,
    "inverted": """
        A {i} inverts to a {x}.
        The inversion of a {i} is a {x}.
        Invert a {i} and you get a {x}.
        When inverted, a {i} becomes a {x}.
        Turn a {i} upside down and it's a {x}.
    """,
    "inversion": """
        {c}/{b} is {c} in {x} inversion.
        {c}/{b} is a {x} inversion chord.
        {c} with {b} in the bass is in {x} inversion.
        {c}/{b} is the {x} inversion of {c}.
        The {x} inversion of {c} is written {c}/{b}.
        When {b} is the lowest note of {c}, the chord is in {x} inversion.
    """,
    "inversion_bass": """
        The {p} inversion of {c} has {x} in the bass.
        In {p} inversion, {c} has {x} at the bottom.
        {c} in {p} inversion puts {x} in the bass.
        The bass note of {c} in {p} inversion is {x}.
        In the {p} inversion of {c}, {x} is the lowest note.
    """,
    "guide": """
        The guide tones of {c} are {x}.
        {x} are the guide tones of {c}.
        The 3rd and 7th of {c} are {x}.
        A shell voicing for {c} is {xs}.
        {c} shell voicing: {xs}
        For {c}, the guide tones are {x}.
        The third and the seventh of {c} are {x}.
        Play {xs} as a shell for {c}.
        {c} boils down to its guide tones {x}.
    """,
    "rootless": """
        A rootless voicing for {c} is {x}.
        {x} is a rootless {c} voicing.
        Rootless {c}: {x}
        In the left hand, play {x} for a rootless {c}.
        A rootless voicing of {c} uses {x}.
    """,
    "two_five": """
        {x} is a ii–V–I in {k}.
        A ii-V-I in {k} is {x}.
        In {k} major, the 2-5-1 is {x}.
        The chords {xl} form a ii–V–I in {k} major.
        ii-V-I in {k} major: {x}
        The two-five-one in the key of {k} would be {xl}.
        In the key of {k}, {x} is the classic ii-V-I.
        {xl} make up a 2-5-1 in {k}.
    """,
    "row": """
        {x} is a {r} in {k}.
        In {k} major, {r} is {x}.
        The {r} progression in {k} is {xl}.
        A {d} in {k} is {xl}.
        In the key of {k}, the {d} progression is {x}.
        {r} in the key of {k} gives you {x}.
    """,
    "cadence": """
        In {k} major, {a} to {b} is a {x} cadence.
        {a}–{b} is a {x} cadence in {k}.
        Going from {a} to {b} in {k} major makes a {x} cadence.
        A {x} cadence in {k} major is {a} to {b}.
        {a} moving to {b} in the key of {k} is called a {x} cadence.
    """,
    "common": """
        {a} and {b} share {x}.
        {a} and {b} have {x} in common.
        The common tones between {a} and {b} are {x}.
        {x} are common to {a} and {b}.
    """,
    "moved": """
        A ii–V–I in C transposed to {k} is {x}.
        Dm7 G7 Cmaj7 in C becomes {x} in {k}.
        Transpose Dm7 G7 Cmaj7 from C to {k} and you get {x}.
    """,
    "value": """
        A {v} lasts {x} beats in 4/4.
        In 4/4, a {v} gets {x} beats.
        A {v} is worth {x} beats.
    """,
    "enharmonic": """
        {a} is enharmonically equivalent to {x}.
        {a} and {x} are the same note on the piano.
        The enharmonic equivalent of {a} is {x}.
        {a} sounds the same as {x}.
    """,
    "belongs": """
        {x} is in the {k} major scale.
        The {k} major scale contains {x}.
        The note {x} belongs to {k} major.
    """,
}


def frames() -> list[tuple[str, str]]:
    """Every frame with the name of its fact."""
    return [(fact, line.strip()) for fact, lines in FRAMES.items() for line in lines.strip().splitlines()]
