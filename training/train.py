"""The training messages and the words with their meaning → src/atoz_cli/kinds/learned.txt.

For each kind a straight line (a linear support vector machine) over all that `reading` finds in a message; the sums are then
made likelihoods by one factor, `SHARP`. Run again with the same libraries it writes the same bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from corpus import Message, digest, messages, older, stems
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from atoz_cli.kinds import learned
from atoz_cli.kinds.guess import KINDS
from atoz_cli.kinds.reading import Book, evidence

OUT = Path(learned.__file__).with_name("learned.txt")
THINGS = OUT.with_name("things.txt")
ROOT = 0.4  # a long text says more than a short one, but not as many times more as it is longer
STRENGTH = 0.015  # of the pull towards what the messages say (C of scikit-learn)
TRUST = {"piece": 1.5, "word": 4.2, "two": 3.0, "said": 2.4, "denied": 2.7, "before": 2.1, "after": 2.1, "pairs": 2.1}
"""How far each sort of feature may go: the larger, the less it is held back. All settings are by cross-validation."""
WRITERS = 2  # what only one writer ever wrote is that writer's manner
FEATURES = 46_000  # kept of each training, the weightiest
MOST = 46  # steps of a weight to either side that one letter can say
SHARP = 5.0  # what the sums are sharpened by to be true likelihoods, by measure.py
LEAST = 0.4  # as likely as this the best kind must be, by measure.py


class Names(dict[str, tuple[str, ...]]):
    """Values that are the names of what was looked for."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def get(self, key: str, default: object = None) -> tuple[str, ...]:  # type: ignore[override]
        """The name itself."""
        return (self.prefix + key,)


class Pairs(dict[str, Names]):
    """A thing → names of it with what follows."""

    def get(self, key: str, default: object = None) -> Names:  # type: ignore[override]
        """The names."""
        return Names(f"pairs {key}>")


def names() -> Book:
    """A book that notes what is looked for, as "single word", "pairs not>arrive" and so on."""
    groups = {group: Names(f"{group} ") for group in ("single", "said", "denied", "before", "after")}
    return Book(stems=stems(), pairs=Pairs(), zero=(), nothing=Names(""), **groups)


def sort(feature: str) -> str:
    """Of which sort in TRUST a feature is."""
    group, _, key = feature.partition(" ")
    if group != "single":
        return group
    if " " in key:
        return "two"
    return "word" if key[0] == "^" and key[-1] == "$" else "piece"


@dataclass
class Trained:
    """The features, their weight for each kind, and what each kind starts with."""

    features: list[str]
    weights: np.ndarray
    start: np.ndarray


def read(texts: Sequence[Message]) -> list[tuple[Counter[str], int]]:
    """What is found in each message, and its length."""
    book = names()
    found = [evidence(message.text, book) for message in texts]
    return [(Counter(one.total), one.length) for one in found]


def matrix(found: Sequence[tuple[Counter[str], int]], number: dict[str, int], trust: np.ndarray) -> csr_matrix:
    """A row a message, a column a known feature."""
    data, columns, ends = [], [], [0]
    for counts, length in found:
        for feature, count in counts.items():
            column = number.get(feature)
            if column is not None:
                columns.append(column)
                data.append(count * trust[column] / length**ROOT)
        ends.append(len(columns))
    return csr_matrix((data, columns, ends), shape=(len(found), len(number)))


def train(found: Sequence[tuple[Counter[str], int]], texts: Sequence[Message]) -> Trained:
    """The lines. The weights are those of one mention of the feature in a text of one word."""
    writers: dict[str, set[str]] = {}
    for (counts, _), message in zip(found, texts, strict=True):
        for feature in counts:
            writers.setdefault(feature, set()).add(message.writer)
    features = sorted(feature for feature, who in writers.items() if len(who) >= WRITERS)
    trust = np.array([TRUST[sort(feature)] for feature in features])
    rows = matrix(found, {feature: at for at, feature in enumerate(features)}, trust)
    fit = LinearSVC(C=STRENGTH, tol=1e-5, max_iter=20_000, random_state=0).fit(
        rows, [message.kind for message in texts]
    )
    order = [list(fit.classes_).index(kind) for kind in KINDS]
    return Trained(features, fit.coef_[order].T * trust[:, None], fit.intercept_[order])


def kept(trained: Trained) -> tuple[Trained, float]:
    """Only the weightiest features, their weights in whole steps, and how large a step is."""
    heaviest = np.abs(trained.weights).max(axis=1)
    chosen = np.sort(np.argsort(-heaviest, kind="stable")[:FEATURES])
    step = float(np.quantile(heaviest[chosen], 0.999)) / MOST
    steps = np.clip(np.rint(trained.weights[chosen] / step), -MOST, MOST)
    told = np.abs(steps).max(axis=1) > 0
    return Trained(
        [trained.features[at] for at, ok in zip(chosen, told, strict=True) if ok], steps[told], trained.start
    ), step


def written(trained: Trained, step: float) -> str:
    """The file, as `learned` reads it."""
    sharp = float(f"{step * SHARP:.6g}")
    start = [float(f"{SHARP * one:.4g}") for one in trained.start]
    settings = {"start": start, "sharp": sharp, "root": ROOT, "least": LEAST, "made_of": digest()}
    groups: dict[str, tuple[list[str], list[str]]] = {name: ([], []) for name in learned.GROUPS}
    for feature, weights in zip(trained.features, trained.weights, strict=True):
        group, _, key = feature.partition(" ")
        features, letters = groups[group]
        features.append(key)
        letters.append("".join(chr(learned.MIDDLE + int(weight)) for weight in weights))
    return "\n\n".join([json.dumps(settings), *("\n".join(part) for both in groups.values() for part in both)])


def meanings() -> str:
    """The other file: what words mean, whatever their weight."""
    known = stems()
    return "\n\n".join(["\n".join(known), "\n".join(" ".join(things) for things in known.values())])


def main() -> None:
    """Train on everything that is not held out, and write the file."""
    texts = [*messages("training"), *older()]
    trained, step = kept(train(read(texts), texts))
    OUT.write_text(written(trained, step), encoding="utf-8", newline="\n")
    THINGS.write_text(meanings(), encoding="utf-8", newline="\n")
    print(f"{len(texts)} messages, {len(trained.features)} features, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
