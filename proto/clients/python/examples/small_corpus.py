"""A corpus of four topics and a target on one of them, the same bytes in the examples of all languages."""

from pathlib import Path
from typing import Callable, List, Tuple

GLUE = "the a of and to in with for from that was is it on by this".split()
TOPICS = [
    "harbour sailor tide ship captain anchor wave storm island fish net rope mast lighthouse reef gull".split(),
    "flour butter oven sugar recipe bowl whisk dough salt onion garlic simmer bake plate spoon cream".split(),
    "court statute judge appeal clause contract tenant liability evidence hearing section party claim order".split(),
    "orbit planet telescope galaxy comet lunar eclipse gravity nebula asteroid cosmic spectrum stellar dust".split(),
]


def write_small_corpus(folder: Path) -> Tuple[Path, Path]:
    """Writes corpus.jsonl (480 documents) and target.jsonl (20 items) into a folder; returns their paths."""
    pick = picker(3)

    def sentence(topic: List[str]) -> str:
        count = 8 + pick(8)
        return " ".join(topic[pick(len(topic))] if i % 2 else GLUE[pick(len(GLUE))] for i in range(count)) + "."

    def paragraph(topic: List[str], sentences: int) -> str:
        return " ".join(sentence(topic) for _ in range(sentences))

    folder.mkdir(parents=True, exist_ok=True)
    corpus, target = folder / "corpus.jsonl", folder / "target.jsonl"
    corpus.write_text("".join(f'{{"id":"doc-{i}","text":"{paragraph(TOPICS[i % 4], 12)}"}}\n' for i in range(480)))
    target.write_text("".join(f'{{"text":"{paragraph(TOPICS[0], 5)}"}}\n' for _ in range(20)))
    return corpus, target


def picker(seed: int) -> Callable[[int], int]:
    """Whole numbers below a bound, by Park and Miller's generator."""
    state = seed

    def pick(below: int) -> int:
        nonlocal state
        state = state * 16807 % 2147483647
        return state % below

    return pick
