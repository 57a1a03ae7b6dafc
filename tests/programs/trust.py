"""Fits how sure a speaker is: `python -m tests.programs.trust polnear.train.jsonl.gz --tags tests/evaluation/crossed.jsonl.gz
--news np4e.train.jsonl.gz meantime.train.jsonl.gz` writes `trust.json` of tasks/quotes/speakers/learned.

The source's curve is fitted on annotated quotes tagged by a model that has not seen them: a speaker is right when one of its mentions
stands in the gold source, wrong when the gold source names somebody else or stands elsewhere; where a pronoun or a noun is the gold
source, finding it is right, and a noun leads to the right speaker four times in five (50 of 63 in the coreference corpora). The
pronoun's curve is fitted on the news corpora, whose he and she are resolved as in `tests.programs.pronouns`.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from flows.extract import story_of
from schemas.extracted import Entity
from schemas.story import SourceRun
from tasks.clean import clean
from tasks.entities import entities
from tasks.evaluate import AnnotatedQuote, AnnotatedStory, read_annotations
from tasks.evaluate.tags import read_tags, tagged_again
from tasks.given import given
from tasks.language.page import Page, Stretch
from tasks.quotes import passes
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.learned.antecedents import Antecedents
from tasks.quotes.speakers.learned.trust import Grounds, Trust, odds
from tasks.quotes.speakers.question import Told
from tasks.quotes.speakers.sieves import Sieves
from tasks.quotes.statements.statement import kind_of
from tasks.split import split
from tasks.tag import load_tagger
from tasks.train.calibrate import logistic
from tasks.train.texts import all_body, load
from tests.programs.pronouns import cast

SHARED = 0.3
"""Least share of the characters of a content and a gold one that they have in common, to be the same quote."""

NOUN = 0.8
"""How often a noun that is the right source leads to the right speaker."""

RIDGE = 1.0
"""Some grounds are rare: of those all of whose speakers are right nothing certain follows."""

TRUST = Path("tasks/quotes/speakers/learned/trust.json")


def sources(gold: AnnotatedStory, line: dict[str, Any]) -> Iterator[tuple[Grounds, float]]:
    """The grounds of every speaker whose quote is a gold one, and whether it is right."""
    tagged = tagged_again(line, split(clean(story_of(gold.text or "", gold.id))))
    page = Page.of(tagged.split)
    people, runs = Cast.of(entities(tagged), page), tagged.split.clean.source_map
    contents = [(characters(q.content), q) for q in gold.quotes or [] if q.content]
    for told in Sieves(page, people).attribute(passes.statements(tagged.attributions, page, people)):
        ours = characters(extents(told.statement.spans, runs))
        shared, quote = max(((len(ours & c) / len(ours | c), n) for n, (c, _) in enumerate(contents)), default=(0.0, 0))
        if told.speaker and told.speaker.chain_id is not None and shared >= SHARED:
            right = rightness(told, contents[quote][1], people, runs)
            if right is not None:
                yield Grounds.of(told, kind_of(told.statement, page), page), right


def rightness(told: Told, gold: AnnotatedQuote, people: Cast, runs: Sequence[SourceRun]) -> float | None:
    """Whether the speaker is the gold source; None where the gold says nothing of it."""
    source = characters(gold.source)
    if not source or told.speaker is None or told.speaker.chain_id is None:
        return None
    named = [m for m in people.mentions if m.label in {"PERSON", "ORGANIZATION", "PLACE"} and source & characters(extents([m], runs))]
    if any(m.chain_id == told.speaker.chain_id for m in named):
        return 1.0
    found = told.statement.source and source & characters(extents([told.statement.source], runs))
    if found and not named:
        return NOUN if told.by == "nominal" else 1.0 if told.by in {"pronoun", "document"} else None
    return 0.0 if named or told.statement.source else None


def extents(spans: Iterable[Stretch | Entity], runs: Sequence[SourceRun]) -> list[tuple[int, int]]:
    """The spans in the offsets of the text as given."""
    return [place for span in spans if (place := given(span.start, span.end, runs))]


def characters(spans: Iterable[tuple[int, int]]) -> set[int]:
    """Every offset in the spans."""
    return {offset for start, end in spans for offset in range(start, end)}


def pronouns(corpora: list[Path]) -> Iterator[tuple[float, float]]:
    """The log odds of the ranker's chance for every marked he and she of corpora, and whether it is right."""
    tagger = load_tagger()
    for document in (d for corpus in corpora for d in load(corpus)):
        (tagged,) = tagger.tag([all_body(document["text"])])
        page = Page.of(tagged.split)
        chains, numbers = cast(document, tagged)
        antecedents = Antecedents(page, Cast.of(chains, page))
        genders = dict(antecedents.ahead)
        for mention in sorted(document["mentions"], key=lambda m: m["start"]):
            if mention["kind"] == "pronoun" and mention["start"] in genders:
                found = antecedents.of(mention["start"], genders[mention["start"]], ())
                yield odds(found.chance), float(found.chain == numbers.get(str(mention["cluster"])))


def main() -> None:
    """Fits both curves and writes them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--tags", type=Path, required=True)
    parser.add_argument("--news", type=Path, nargs="+", required=True)
    arguments = parser.parse_args()
    tags = read_tags(arguments.tags)
    rows = [row for gold in read_annotations(arguments.gold) if gold.id in tags for row in sources(gold, tags[gold.id])]
    grounds = np.array([[*g, 1.0] for g, _ in rows])
    *weights, intercept = logistic(grounds, np.array([r for _, r in rows]), np.zeros(grounds.shape[1]), RIDGE)
    chances = [*pronouns(arguments.news)]
    logs = np.array([[c, 1.0] for c, _ in chances])
    slope, its_intercept = logistic(logs, np.array([r for _, r in chances]), np.array([1.0, 0.0]), RIDGE)
    trust = Trust(
        grounds={name: round(float(w), 3) for name, w in zip(Grounds._fields, weights, strict=True)},
        intercept=round(float(intercept), 3),
        pronoun_slope=round(float(slope), 3),
        pronoun_intercept=round(float(its_intercept), 3),
    )
    TRUST.write_text(json.dumps(trust.model_dump(), indent=1) + "\n", "utf-8")
    print(f"{TRUST} is fitted on {len(rows):,} speakers and {len(chances):,} pronouns; now run: python -m tasks.shipped")


if __name__ == "__main__":
    main()
