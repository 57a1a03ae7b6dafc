"""The people, organizations and places of a story, each mention tied to the chain of the one that it names."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from schemas.base import Span
from schemas.extracted import Entity
from schemas.tagged import EntityLabel, Mention, TaggedStory
from tasks.entities.agreement import VALUES, agreed_labels, repeated
from tasks.entities.bodies import join_bodies, join_by_name, join_named, stripped
from tasks.entities.bounds import mended
from tasks.entities.groups import shared_titles
from tasks.entities.labels import label_of
from tasks.entities.names import parse
from tasks.entities.people import PersonMention, join_people
from tasks.entities.roles import titles_around
from tasks.entities.teams import stand_for_teams
from tasks.entities.works import titled
from tasks.language.countries import country_of_people, country_of_place
from tasks.language.titles import table

__all__ = ["entities"]

_JOINS: dict[EntityLabel, Callable[[str, Sequence[Span]], list[str]]] = {"ORGANIZATION": join_bodies, "PLACE": join_named}


@dataclass(frozen=True, slots=True)
class _Linked:
    """A mention with all that its chain needs: its name without title, its key, what was said of it."""

    mention: Mention
    label: EntityLabel
    name: str
    key: object
    role: str | None = None


def entities(tagged: TaggedStory) -> list[Entity]:
    """One entity a mention, in text order, with chain, canonical name, role and country.

    A chain holds all mentions of one person, organization or place, whatever their form: full name, surname, title and name,
    acronym. Chains are numbered in the order of their first mention. The canonical name is the fullest mention without title,
    as printed; the role is the first that the story words, of people only; the country is of places and nationalities; a place
    of sports copy `stands_for` its team where it means that. What the tagger calls OTHER or PLACE is told apart first (`labels`),
    and wavering labels are settled (`agreement`).
    """
    linked = sorted(_linked(tagged), key=lambda x: (x.mention.span.start, x.mention.span.end))
    members: dict[object, list[_Linked]] = {}
    for item in linked:
        members.setdefault((item.label, item.key), []).append(item)
    chains = {named: chain for chain, named in enumerate(members)}
    names = [_canonical([m.name for m in items]) for items in members.values()]
    roles = [next((m.role for m in items if m.role), None) for items in members.values()]
    countries = _countries(linked)
    playing = stand_for_teams(tagged.text, [x.mention.span for x in linked if x.label == "PLACE"])
    starts = [section.start for section in tagged.split.sections]
    return [
        Entity(
            section_index=max(bisect_right(starts, item.mention.span.start) - 1, 0),
            start=item.mention.span.start,
            end=item.mention.span.end,
            text=item.mention.span.of(tagged.text),
            label=item.label,
            chain_id=(chain := chains[item.label, item.key]),
            name=names[chain],
            role=roles[chain],
            country=countries.get((item.label, item.name)),
            stands_for="team" if item.mention.span in playing else None,
            score=item.mention.score,
        )
        for item in linked
    ]


def _linked(tagged: TaggedStory) -> list[_Linked]:
    read = [p for section in tagged.split.sections if section.kind != "withheld" for p in section.paragraphs]
    ordered = repeated(tagged.text, read, titled(tagged.text, mended(tagged.text, tagged.mentions)))
    texts = [m.span.of(tagged.text) for m in ordered]
    own = [label_of(text, m.label) for text, m in zip(texts, ordered, strict=True)]
    labels = _filed(tagged, ordered, agreed_labels(texts, own, [m.score for m in ordered]))
    by_label: dict[EntityLabel, list[Mention]] = {}
    for mention, label in zip(ordered, labels, strict=True):
        by_label.setdefault(label, []).append(mention)
    linked: list[_Linked] = []
    for label, mentions in by_label.items():
        if label == "PERSON":
            linked += _people(tagged, mentions, ordered)
        else:
            join = _JOINS.get(label, join_by_name)
            keys = join(tagged.text, [m.span for m in mentions])
            linked += [_Linked(m, label, stripped(m.span.of(tagged.text)), key) for m, key in zip(mentions, keys, strict=True)]
    return linked


def _filed(tagged: TaggedStory, mentions: Sequence[Mention], labels: Sequence[EntityLabel]) -> list[EntityLabel]:
    """The labels, a dateline's as the split step has them: its agency is an organization in all of the story, its town a place there."""
    lines = [section.span for section in tagged.split.sections if section.kind == "dateline"]
    known = {m.span: m.label for m in mentions if _holding(lines, m.span) is not m.span}
    agencies = {stripped(span.of(tagged.text)) for span, label in known.items() if label == "ORGANIZATION"}
    return [
        known.get(m.span, "ORGANIZATION" if label not in VALUES and stripped(m.span.of(tagged.text)) in agencies else label)
        for m, label in zip(mentions, labels, strict=True)
    ]


def _people(tagged: TaggedStory, mentions: Sequence[Mention], among: Sequence[Mention]) -> list[_Linked]:
    """The mentions of people with their chains, and with the titles that their paragraphs give them."""
    text, paragraphs = tagged.text, [p for section in tagged.split.sections for p in section.paragraphs]
    names = sorted((m.span.start, m.span.end) for m in among if m.label not in {"DATE", "TIME"})
    people, roles = list[PersonMention](), list[str | None]()
    for paragraph, group in groupby((m.span for m in mentions), key=lambda span: _holding(paragraphs, span)):
        spans = list(group)
        shared = shared_titles(text, paragraph, spans, names)
        for span in spans:
            before, after = titles_around(text, paragraph, span, names)
            kin = next((head for head in (before.head, after.head) if head in table("heads", "kin")), None)
            people.append(PersonMention(span.start, parse(span.of(text)), before, kin))
            roles.append(shared.get(span) or before.role or after.role)
    return [
        _Linked(mention, "PERSON", person.name.text, number, role)
        for mention, person, role, number in zip(mentions, people, roles, join_people(people), strict=True)
    ]


def _holding(paragraphs: Sequence[Span], mention: Span) -> Span:
    """The paragraph that holds a mention; the mention itself where none does, as in a subhead."""
    at = bisect_right(paragraphs, mention.start, key=lambda p: p.start) - 1
    return paragraphs[at] if at >= 0 and paragraphs[at].holds(mention) else mention


def _canonical(names: Sequence[str]) -> str:
    """The fullest of the names: most words, then not in capitals, then longest, then first; its white space made single spaces."""
    return " ".join(max(names, key=lambda name: (len(name.split()), not name.isupper(), len(name))).split())


def _countries(linked: Sequence[_Linked]) -> dict[tuple[EntityLabel, str], str | None]:
    """The country of each place and nationality, by label and name; the others of the story settle what is ambiguous."""
    named = {(x.label, x.name) for x in linked if x.label in {"PLACE", "NATIONALITY", "FACILITY"}}
    context: list[str] = sorted(name for _, name in named)
    return {(label, name): country_of_people(name) if label == "NATIONALITY" else country_of_place(name, context) for label, name in named}
