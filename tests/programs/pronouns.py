"""Whether he and she lead to the right person, the mentions given: `python -m tests.programs.pronouns coref.jsonl.gz ...`.

The corpora's stories have `mentions` in clusters (the form of `wiredesk train --ranker`). The clusters with a name that is a person's
are the cast, and nobody stands for the others; every pronoun of the body is resolved in order, on what was decided before it.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas.extracted import Entity
from schemas.tagged import TaggedStory
from tasks.entities import entities
from tasks.language.page import Page
from tasks.quotes import passes
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.learned.antecedents import Antecedents
from tasks.quotes.speakers.sieves import Sieves
from tasks.tag import load_tagger
from tasks.train.texts import AT_ONCE, all_body, load

OTHERS = 100_000
"""Added to the chains of what is no person, so that they are apart from the clusters' numbers."""


def cast(document: dict[str, Any], tagged: TaggedStory) -> tuple[list[Entity], dict[str, int]]:
    """The entities, people by the clusters of their gold names, the rest as found; and the number of each such cluster."""
    found = entities(tagged)
    people = [e for e in found if e.label == "PERSON"]
    numbers: dict[str, int] = {}
    named: dict[str, list[Entity]] = {}
    for mention in (m for m in document["mentions"] if m["kind"] == "name"):
        inside = next((e for e in people if mention["start"] <= e.start < mention["end"]), None)
        if inside is None and mention.get("type") != "PERSON":
            continue
        number = numbers.setdefault(str(mention["cluster"]), len(numbers))
        start, end = (inside.start, inside.end) if inside else (mention["start"], mention["end"])
        text = tagged.text[start:end]
        facts = {"section_index": 0, "label": "PERSON", "name": text, "role": inside and inside.role, "score": 1.0}
        named.setdefault(str(mention["cluster"]), []).append(Entity(start=start, end=end, text=text, chain_id=number, **facts))
    chains = [e for mentions in named.values() for e in with_one_name(mentions)]
    others = [e.model_copy(update={"chain_id": e.chain_id + OTHERS}) for e in found if e.label != "PERSON"]
    return [*chains, *others], numbers


def with_one_name(mentions: list[Entity]) -> list[Entity]:
    """The mentions of a cluster, each once, by the longest of its names."""
    name = max((m.text for m in mentions), key=len)
    return [m.model_copy(update={"name": name}) for m in {(m.start, m.end): m for m in mentions}.values()]


def judged(document: dict[str, Any], tagged: TaggedStory) -> Iterator[tuple[bool, bool]]:
    """For every he and she whose cluster is marked: whether it is right, and whether the story names its person."""
    page = Page.of(tagged.split)
    chains, numbers = cast(document, tagged)
    people = Cast.of(chains, page)
    told = Sieves(page, people).attribute(passes.statements(tagged.attributions, page, people))
    contents = {t.statement.source.start: t.statement.spans for t in told if t.statement.source}
    antecedents = Antecedents(page, people)
    genders = dict(antecedents.ahead)
    for mention in sorted(document["mentions"], key=lambda m: m["start"]):
        at = mention["start"]
        if mention["kind"] == "pronoun" and at in genders:
            found = antecedents.of(at, genders[at], [t for t in told if t.at < at], contents.get(at, ()))
            expected = numbers.get(str(mention["cluster"]))
            yield found.chain == expected, expected is not None


def main() -> None:
    """Prints, for each corpus and for all, how many he and she lead to the right person, or to nobody."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="+")
    tagger, all_together = load_tagger(), Counter[str]()
    for corpus in parser.parse_args().corpora:
        documents, counts = load(corpus), Counter[str]()
        for at in range(0, len(documents), AT_ONCE):
            part = documents[at : at + AT_ONCE]
            for document, tagged in zip(part, tagger.tag([all_body(d["text"]) for d in part]), strict=True):
                for right, named in judged(document, tagged):
                    counts.update({"all": 1, "right": right, "named": named, "named right": right and named})
        all_together += counts
        show(corpus.name, counts)
    show("together", all_together)


def show(what: str, counts: Counter[str]) -> None:
    """Prints the figures of one corpus."""
    shares = [
        f"{counts[part + 'right'] / max(1, counts[whole]):.3f} of {counts[whole]}" for part, whole in (("", "all"), ("named ", "named"))
    ]
    print(f"{what}: right {shares[0]}; whose person is named {shares[1]}")


if __name__ == "__main__":
    main()
