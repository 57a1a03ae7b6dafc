"""Quotes: what the tagger saw, joined into whole quotes, each with its kind and its speaker.

    attributions ──► statements ──────────────────► speakers ──► quotes
                     (passes)                       (speakers: the sieves, in their order)
                     those of a headline, apart ──►

A speaker is someone or some body that the story names. A person whom the story does not name ("a spokesman", "officials")
stays unresolved: `none`, with the source kept. An institution that only words name ("the Azerbaijani Foreign Ministry") is
called by those words; a capital, country or seat by the body it stands for, with the chain of the place.
"""

from collections.abc import Set

from schemas.base import Span
from schemas.extracted import Entity, ExtractedStory, Marking, Quote, QuoteKind
from schemas.tagged import TaggedStory
from tasks.language.acts import act
from tasks.language.page import Page, Stretch
from tasks.quotes import passes
from tasks.quotes.governments import with_governments
from tasks.quotes.headline import headlines, told_in_headline
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.learned.trust import speaker_score
from tasks.quotes.speakers.question import Told
from tasks.quotes.speakers.sieves import SIEVES, Sieves
from tasks.quotes.statements.reported import is_reported
from tasks.quotes.statements.statement import kind_of


def quotes(tagged: TaggedStory, entities: list[Entity], without: Set[str] = frozenset()) -> list[Quote]:
    """The story's quotes in order of their start, each with its speaker where the story tells.

    `without` leaves out what it names, to see what that is worth: passes, sieves, `headlines` and `reported`.
    """
    page = Page.of(tagged.split)
    cast = Cast.of(entities, page)
    sieves = Sieves(page, cast, without)
    told = sieves.attribute(passes.statements(tagged.attributions, page, cast, without))
    marked = ((t, kind_of(t.statement, page)) for t in told)
    own = [_quote(t, page, marking) for t, marking in marked if "reported" in without or is_reported(t, marking, page)]
    if "headlines" not in without:
        above = ((p, t) for p in headlines(tagged.split) for t in told_in_headline(tagged.attributions, p, cast, without))
        own += [_quote(t, p, kind_of(t.statement, p), "headline") for p, t in above]
    return sorted(own, key=lambda q: (q.start, -q.end))


NAMES = (*(step.name for step in passes.PASSES), *(sieve.__name__ for sieve in SIEVES), "headlines", "reported")
"""What `quotes` can go without."""


def finish(tagged: TaggedStory, entities: list[Entity]) -> ExtractedStory:
    """The step: the finished story, with its quotes, and with its entities, of which a place that speaks stands for its government.

    A story that no model read has neither entities nor quotes: what rules alone would find of them is not what was promised.
    """
    if tagged.model_version is None:
        return ExtractedStory(split=tagged.split, entities=[], quotes=[], model_version=None)
    said = quotes(tagged, entities)
    return ExtractedStory(split=tagged.split, entities=with_governments(entities, said), quotes=said, model_version=tagged.model_version)


def _quote(told: Told, page: Page, marking: Marking, kind: QuoteKind | None = None) -> Quote:
    statement, speaker = told.statement, told.speaker
    return Quote(
        section_index=page.section_at(statement.start),
        spans=[Span(start=s.start, end=s.end) for s in statement.spans],
        text=" ".join(s.of(page.text) for s in statement.spans),
        kind=kind or marking,
        **_words("cue", statement.cue, page),
        **_words("source", statement.source, page),
        speaker=speaker and speaker.name,
        speaker_chain_id=speaker and speaker.chain_id,
        speaker_label=speaker and speaker.label,
        speaker_role=speaker and speaker.role,
        speaker_score=speaker_score(told, marking, page),
        resolved_by=told.by,
        act=act(statement.cue.of(page.text)) if statement.cue else None,
        score=statement.score,
        passes=list(statement.passes),
    )


def _words(name: str, span: Stretch | None, page: Page) -> dict[str, str | int]:
    return {name: span.of(page.text), f"{name}_start": span.start, f"{name}_end": span.end} if span else {}
