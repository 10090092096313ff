"""How often the kinds are read right: `cross` by leaving out one writer after the other, `held_out` and `hard` on what is never tuned on.

Prints figures and confusion tables only, never a message.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from corpus import LANGUAGES, MINE, Message, messages, older
from train import Trained, kept, matrix, read, train

from atoz_cli.kinds.guess import KINDS

BINS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


@dataclass(frozen=True)
class Answer:
    """A message, and how likely each of KINDS was said to be."""

    message: Message
    shares: np.ndarray

    def kind(self, least: float) -> str:
        """The kind that is said, `other` below `least`."""
        return KINDS[int(self.shares.argmax())] if self.shares.max() >= least else "other"


def crossed() -> list[Answer]:
    """Each message of the training part, judged by what was learned from the other writers."""
    texts = [*messages("training"), *older()]
    found = read(texts)
    answers = []
    for writer in sorted({message.writer for message in texts} - {MINE, "0"}):
        inside = [at for at, message in enumerate(texts) if message.writer != writer]
        outside = [at for at, message in enumerate(texts) if message.writer == writer]
        trained, step = kept(train([found[at] for at in inside], [texts[at] for at in inside]))
        scores = scored(trained, step, [found[at] for at in outside])
        answers += [Answer(texts[at], row) for at, row in zip(outside, scores, strict=True)]
    return answers


def scored(trained: Trained, step: float, found: Sequence[tuple[Counter[str], int]]) -> np.ndarray:
    """Scores before they are likelihoods, a row a message."""
    number = {feature: at for at, feature in enumerate(trained.features)}
    return matrix(found, number, np.ones(len(number))) @ (trained.weights * step) + trained.start


def shares(scores: np.ndarray, sharp: float) -> np.ndarray:
    """Scores as likelihoods."""
    whole = np.exp(sharp * (scores - scores.max()))
    return whole / whole.sum()


def untouched(part: str) -> list[Answer]:
    """Messages that nothing was learned from, judged by the shipped file and the program itself."""
    from atoz_cli.kinds.learned import learned, likely
    from atoz_cli.kinds.reading import evidence

    answers = []
    for message in messages(part):
        found = evidence(message.text, learned().book)
        answers.append(Answer(message, np.array(likely(found.total, found.length))))
    return answers


def report(answers: Sequence[Answer], least: float) -> None:
    """Accuracy by language and writer, the confusion table, and how true the confidence is."""
    right = [answer.kind(least) == answer.message.kind for answer in answers]
    for title, key in (("language", "language"), ("writer", "writer")):
        groups = dict.fromkeys(getattr(answer.message, key) for answer in answers)
        shown = {
            group: f"{np.mean([ok for ok, one in zip(right, answers, strict=True) if getattr(one.message, key) == group]):.1%}"
            for group in sorted(groups, key=lambda one: (LANGUAGES.index(one) if one in LANGUAGES else 0, one))
        }
        print(f"by {title}:", shown)
    print(f"all: {np.mean(right):.1%} of {len(answers)}")
    table = Counter((answer.message.kind, answer.kind(least)) for answer in answers)
    print(f"{'labelled / read':24s}" + "".join(f"{kind[:9]:>10s}" for kind in KINDS))
    for kind in KINDS:
        print(f"{kind:24s}" + "".join(f"{table[kind, said]:10d}" for said in KINDS))
    for low, high in pairwise(BINS):
        inside = [answer for answer in answers if low <= answer.shares.max() < high]
        if inside:
            good = np.mean([KINDS[int(one.shares.argmax())] == one.message.kind for one in inside])
            said = np.mean([one.shares.max() for one in inside])
            print(
                f"confidence {low:.1f} to {min(high, 1):.1f}: {len(inside):5d} messages, said {said:.3f}, right {good:.3f}"
            )


def main(part: str) -> None:
    """Print the report."""
    from train import LEAST, SHARP

    if part in ("held_out", "hard"):
        report(untouched(part), LEAST)
        return
    answers = crossed()
    kinds = [KINDS.index(answer.message.kind) for answer in answers]
    tried = {}
    for sharp in np.arange(3.0, 8.01, 0.5):
        rows = [shares(answer.shares, sharp) for answer in answers]
        tried[round(float(sharp), 1)] = -np.mean([np.log(row[kind]) for row, kind in zip(rows, kinds, strict=True)])
    print("sharpness → loss:", {sharp: round(float(loss), 4) for sharp, loss in tried.items()})
    true = [Answer(answer.message, shares(answer.shares, SHARP)) for answer in answers]
    for least in (0.0, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6):
        said = [one for one in true if one.kind(least) != "other"]
        good = np.mean([one.kind(least) == one.message.kind for one in true])
        wrong = sum(one.kind(least) != one.message.kind for one in said)
        print(f"least {least}: right {good:.1%}, a kind said {len(said)}, of them wrong {wrong}")
    report(true, LEAST)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "cross")
