"""Questions by the thousand: which families come, what proves them, how long one takes. Writes nothing.

python benchmarks/questions.py [COUNT]
"""

from __future__ import annotations

import sys
from collections import Counter
from random import Random
from time import perf_counter

from partimento.core.errors import BadInput
from partimento.music.claims import check_claims
from partimento.music.key import Key
from partimento.music.questions.about import of_level
from partimento.music.questions.choosing import Wanted, choose
from partimento.music.questions.families import FAMILIES
from partimento.music.questions.meaning import meaning
from partimento.music.questions.proof import choice_flaw
from partimento.music.questions.question import Question
from partimento.music.quiz.answer import answer

GENRES = ("", "jazz", "gospel", "blues", "classical", "neosoul", "reggae", "latin", "rnb")
KEYS = "C G F Bb Eb Am Dm Ab E".split()
A_QUIZ = 20


def quizzes(count: int) -> tuple[list[list[Question]], float]:
    """Quizzes of twenty, over levels, genres and keys, and the seconds it took."""
    rng = Random(7)
    made: list[list[Question]] = []
    started = perf_counter()
    while len(made) * A_QUIZ < count:
        level, genre = rng.randint(1, 10), rng.choice(GENRES)
        key = Key.parse(rng.choice(KEYS)) if rng.random() < 0.5 else None
        wanted = Wanted(concepts=of_level(level, genre), count=A_QUIZ, level=level, key=key, genre=genre)
        made.append(list(choose(wanted, rng)))
    return made, perf_counter() - started


def main() -> None:
    made, seconds = quizzes(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    every = [question for one in made for question in one]
    choices = [question for question in every if question.kind == "choice"]
    read = agreed = flawed = alike = 0
    for question in choices:
        flawed += bool(choice_flaw(question.question, question.options, int(question.answer)))
        said = {found.sounding for text in question.options if (found := meaning(text, question.means, question.key))}
        alike += len(said) < len(question.options)
        try:
            found_by_quiz = answer(question.question, question.options)
        except BadInput:
            continue
        read += 1
        agreed += found_by_quiz.index == question.answer
    verdicts = Counter(finding.verdict for one in every for finding in check_claims(one.explanation))
    used = Counter(question.family for question in every)
    repeated = sum(len(one) - len({question.question for question in one}) for one in made)
    print(f"{len(every)} questions, {dict(Counter(question.kind for question in every))}")
    print(f"{len(used)} of {len(FAMILIES)} families; {len({question.concept for question in every})} concepts")
    print(f"choices: {len(choices)}, not proven {flawed}, with two options alike {alike}")
    print(f"read by music.quiz: {read} ({read / len(choices):.0%}), agreeing {agreed}")
    print(f"claims in explanations: {dict(verdicts)}")
    print(
        f"asked twice within a quiz: {repeated}; different over all: {len({question.question for question in every})}"
    )
    print(f"{1000 * seconds / len(every):.2f} ms a question")
    print("\n".join(f"{count:5d}  {name}" for name, count in used.most_common()))


if __name__ == "__main__":
    main()
