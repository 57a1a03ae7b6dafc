"""Sources that are nouns: `the president`, `his lawyer`, `the company`, `the Azerbaijani Foreign Ministry`.

A noun is followed to a chain that fits it. An institution that the story names only by such words is its own speaker; a
person whom the story does not name stays unresolved, the source kept.
"""

import re

from schemas.extracted import Entity
from tasks.language import countries, lexicon, titles
from tasks.language.page import Stretch
from tasks.quotes.speakers.cast import Chain
from tasks.quotes.speakers.heads import Head
from tasks.quotes.speakers.names import is_turn
from tasks.quotes.speakers.phrase import words_of
from tasks.quotes.speakers.question import Ask, Speaker

WORD = re.compile(r"[\w’'-]+")
SPEAKS = re.compile(r"(?:, (?:aged? )?\d{1,3},)? (?:said|says|told|testified|recalled|explained|wrote)\b")
"""What a name is followed by where its bearer speaks."""
BIOGRAPHICAL = re.compile(r"\b\d{1,3}-year-old\b|\w-born\b")
"""Words of somebody's life, by which a story goes on to speak of whom it has named: `the Peruvian-born sailor`."""


def nominal(ask: Ask) -> Speaker | None:
    """A noun for the chain that it describes, or for the institution that it names."""
    head = ask.head
    if head is None:
        return None
    if head.kind == "name":
        return _interviewee(ask) if is_turn(head) and head.core[0].text == "A" else None
    if head.kind != "noun":
        return None
    match head.category:
        case "person" | None:
            return _person(ask, head)
        case "organization":
            return _organization(ask, head)
        case "place":
            return _place(ask, head)
    return None


def _person(ask: Ask, head: Head) -> Speaker | None:
    beside = _apposed(ask, head)
    if beside is not None:
        return Speaker.of(ask.cast.chain_of(beside))
    if head.determiner in lexicon.listed("nouns", "indefinite"):
        return _named_next(ask, head)
    holders = [c for c in ask.cast.labelled("PERSON") if fits(head, c)]
    holders = holders or _named_after(ask, head) or _of_that_people(ask, head) or _of_that_age(ask, head)
    if holders:
        return Speaker.of(_nearest(ask, holders))
    return _only_person(ask, head) or (_named_next(ask, head) if head.category else None)


def fits(head: Head, chain: Chain) -> bool:
    """Whether the chain's role is what the noun says, as far as both say it: same office, same country, former or not."""
    role = chain.role
    return role is not None and _same_office(head, role) and _same_realm(head, role) and _as_qualified(head, role)


def _named_after(ask: Ask, head: Head) -> list[Chain]:
    """The people whom the story names later by the office alone: `the minister, Ada Lund,` for `the finance minister`."""
    office = re.compile(rf"\b[Tt]he {re.escape(head.word)},? $")
    later = ((c, m) for c in ask.cast.labelled("PERSON") for m in c.mentions if m.start > ask.at)
    return [c for c, m in later if office.search(ask.page.text[max(0, m.start - len(head.word) - 8) : m.start])]


def _named_next(ask: Ask, head: Head) -> Speaker | None:
    """Who speaks in the next paragraph and is named there first, for whom the first one tells of: `A broker said ...` `..., Moe said.`"""
    following = ask.next_paragraph
    if following is None:
        return None
    named = [m for m in ask.cast.within(following.start, following.end) if m.label == "PERSON" and not ask.page.quoted(m.start)]
    chains = {m.chain_id: ask.cast.chain_of(m) for m in named}
    [chain] = chains.values() if len(chains) == 1 else [None]
    if chain is None or chain.mentions[0] != named[0] or (chain.role is not None and not fits(head, chain)):
        return None
    return Speaker.of(chain) if SPEAKS.match(ask.page.text, named[0].end) else None


def _of_that_people(ask: Ask, head: Head) -> list[Chain]:
    """The people of that nationality: `the Dane` for `Danish qualifier Ada Lund`, `Ada Lund of Denmark`, `Ada Lund, the Danish captain`."""
    entity, code = head.core[-1].entity, _country(head.core[-1].text)
    if entity is None or entity.label != "NATIONALITY" or code is None:
        return []
    return [c for c in ask.cast.labelled("PERSON") if code in _countries_in(c.role or "") or any(code in _home(ask, m) for m in c.mentions)]


def _home(ask: Ask, mention: Entity) -> set[str | None]:
    """The countries named between the last mark and a name, and right behind it after `of`: none of another name's."""
    text = ask.page.text
    before = re.split(r"[^\w\s’'-]", text[max(0, mention.start - 60) : mention.start])[-1]
    since = max((m.end for m in ask.cast.within(mention.start - 60, mention.start) if m.label not in {"NATIONALITY", "PLACE"}), default=0)
    behind = next(
        (m.text for m in ask.cast.within(mention.end + 4, mention.end + 9) if text[mention.end : m.start] in {" of ", " of the "}), ""
    )
    return _countries_in(f"{before[max(0, since - mention.start + len(before)) :]} {behind}")


def _countries_in(words: str) -> set[str | None]:
    return {_country(re.sub(r"['’]s?$", "", word)) for word in WORD.findall(words)} | {_country(words.strip())}


def _of_that_age(ask: Ask, head: Head) -> list[Chain]:
    """The people of whom the story tells that age beside the name: `the 71-year-old` for `Per Moe, 71,`."""
    age = re.match(r"(\d+)-year-old", head.word)
    return [
        c
        for c in ask.cast.labelled("PERSON")
        if age and any(re.match(rf",\s+(?:aged?\s+)?{age[1]}\b", ask.page.text[m.end : m.end + 12]) for m in c.mentions)
    ]


def _office(head: Head) -> str:
    """The noun's title: its last two words where they are one (prime minister), else the noun, singular."""
    compound = " ".join(t.low for t in head.core[-2:])
    return compound if compound in lexicon.table("nouns")["wider"] else lexicon.singular(head.word)


def _same_office(head: Head, role: str) -> bool:
    titles = WORD.findall(role.lower())
    return any(title in titles or (" " in title and title in role.lower()) for title in lexicon.holders(_office(head)))


def _same_realm(head: Head, role: str) -> bool:
    """Whether the names in noun and role agree, where both have some: the Finnish president is not the Latvian president."""
    own = {code for t in (*head.modifiers, *head.tail) if (code := _country(t.text))}
    theirs = {code for word in WORD.findall(role) if (code := _country(word))}
    if own and theirs:
        return bool(own & theirs)
    named = {w.lower() for t in head.modifiers if t.entity for w in WORD.findall(t.text)}
    offices = titles.titles() | titles.table("modifiers", "words")
    bearing = {w.lower() for w in WORD.findall(role) if w[0].isupper() and not (lexicon.category(w.lower()) or w.lower() in offices)}
    return not named or not bearing or bool(named & bearing)


def _as_qualified(head: Head, role: str) -> bool:
    """Whether the role bears out the noun's adjectives, passing ones apart: no inspector general for a general."""
    titles, office = set(WORD.findall(role.lower())), _office(head)
    qualifiers = {t.low for t in head.modifiers if t.entity is None and len(t.low) > 2} - set(office.split())
    past = lexicon.listed("nouns", "past")
    if qualifiers & past and not titles & past:
        return False
    telling = qualifiers - past - lexicon.listed("nouns", "passing") - lexicon.listed("nouns", "determiners")
    vague = office in lexicon.table("nouns")["wider"] and office not in titles
    return not telling or vague or bool(telling & titles)


def _country(word: str) -> str | None:
    return countries.country(word) if word[:1].isupper() else None


def _nearest(ask: Ask, chains: list[Chain]) -> Chain:
    """The chain mentioned last before the source, else the one mentioned first after it."""

    def distance(chain: Chain) -> tuple[bool, int]:
        before = [m.start for m in chain.mentions if m.start < ask.at]
        return (not before, ask.at - before[-1] if before else chain.mentions[0].start)

    return min(chains, key=distance)


def _apposed(ask: Ask, head: Head) -> Entity | None:
    """The name that stands beside the noun, outside what was said: `the coach, Ali Reza,` or `Ali Reza, the coach,`."""
    text = ask.page.text
    source_end = ask.phrase.span.end if ask.phrase else head.end
    after = re.compile(r",?\s+").match(text, source_end)
    if after:
        for mention in ask.cast.within(after.end(), after.end() + 1):
            if mention.label == "PERSON" and not ask.in_content(mention.start):
                return mention
    before = [m for m in ask.cast.within(max(0, ask.at - 80), ask.at) if m.label == "PERSON"]
    if (
        before
        and re.fullmatch(r",\s+", text[before[-1].end : ask.at])
        and not any(t.statement.covers(before[-1].start, ask.at) for t in ask.told)
    ):
        return None if ask.in_content(before[-1].start) else before[-1]
    return None


def _only_person(ask: Ask, head: Head) -> Speaker | None:
    """The one person of these sentences, when no office is told of him and `the retired surgeon` can be no one else."""
    life = BIOGRAPHICAL.search(ask.page.text, head.start, head.end) is not None
    described = head.tail or (not life and any(t.entity for t in head.modifiers))
    if not (life or head.category == "person") or head.determiner not in {"the", "this", "that"} or described:
        return None
    near = list(ask.sentences_back(4))
    told_of = [people for s in near if (people := {m.chain_id for m in ask.mentions_in(s, "PERSON") if not life or _acts(ask, m)})]
    people = set().union(*(told_of[:1] if life else told_of))
    if len(people) != 1 or any(t.anonymous for s in near for t in ask.told_in(s)):
        return None
    chain = ask.cast.chains[people.pop()]
    known = not life and any(lexicon.category(w) == "person" for w in WORD.findall((chain.role or "").lower()))
    return None if known else Speaker.of(chain)


def _acts(ask: Ask, mention: Entity) -> bool:
    """Whether the story tells of somebody more than once, or what they said: no photographer whom only a credit names."""
    chain = ask.cast.chain_of(mention)
    return len(chain.mentions) > 1 or any(t.speaker and t.speaker.chain_id == chain.id for t in ask.told)


def _organization(ask: Ask, head: Head) -> Speaker | None:
    if head.determiner in lexicon.listed("nouns", "indefinite"):
        return None
    if called := _called_so(ask, head):
        return Speaker.of(_nearest(ask, called))
    bearing = [c for c in ask.cast.labelled("ORGANIZATION") if head.word in WORD.findall(c.name.lower())]
    own = [t.low for t in head.modifiers if t.entity is None and not t.possessive and t.low not in lexicon.listed("nouns", "passing")]
    bearing = [c for c in bearing if all(w in c.name.lower() for w in own)]
    if bearing and not any(t.entity for t in head.modifiers):
        return Speaker.of(_nearest(ask, bearing))
    if is_specific(head):
        return Speaker(words_of(head, ask.page), "ORGANIZATION")
    if head.word in lexicon.listed("nouns", "general_organization") and head.determiner in {"the", "this", "that", ""} and not own:
        return _recent_organization(ask, head)
    return None


def _called_so(ask: Ask, head: Head) -> list[Chain]:
    """The chains, of people too, that the noun stands right before: `the group`, of `animal rights group Mare Libero`."""
    if head.determiner not in {"the", "this"} or head.modifiers or not head.core[-1].text.islower():
        return []
    noun = re.compile(rf"\b{re.escape(head.word)}\s+$")
    labels = ask.cast.labelled("ORGANIZATION", "PERSON", "OTHER")
    before = ((c, ask.page.text[max(0, m.start - len(head.word) - 3) : m.start]) for c in labels for m in c.mentions if m.start < ask.at)
    return [chain for chain, text in before if noun.search(text)]


def is_specific(head: Head) -> bool:
    """Whether the words say which institution: they hold a name or a capital, or there is only one (police)."""
    if head.word in lexicon.listed("nouns", "named_by_words"):
        return not head.determiner or head.determiner == "the"
    of = head.tail[1:] if head.tail and head.tail[0].low == "of" else ()
    if head.category == "organizations" and not of and head.determiner != "the":
        return False
    naming = [t for t in (*head.modifiers, *of) if t.entity is not None or (t.text[0].isupper() and t is not head.core[0])]
    return bool(naming) or (head.core[-1].text[0].isupper() and bool(head.modifiers))


def _recent_organization(ask: Ask, head: Head) -> Speaker | None:
    public = lexicon.listed("nouns", "public_body")
    for sentence in ask.sentences_back():
        for told in ask.told_in(sentence):
            if told.speaker and told.speaker.label == "ORGANIZATION" and told.by in {"named", "alias", "nominal", "pronoun"}:
                return told.speaker
        for mention in ask.mentions_in(sentence, "ORGANIZATION"):
            chain = ask.cast.chain_of(mention)
            if not public & set(WORD.findall(chain.name.lower())):
                return Speaker.of(chain)
    return None


def _place(ask: Ask, head: Head) -> Speaker | None:
    if head.determiner not in {"the", "this", ""}:
        return None
    if len(head.tail) > 1 and head.tail[0].low == "of" and (named := head.tail[1].entity) and named.label == "PLACE":
        return Speaker.of(ask.cast.chain_of(named))
    country = head.word in {"country", "nation", "kingdom", "republic"}
    for sentence in ask.sentences_back():
        for mention in ask.mentions_in(sentence, "PLACE"):
            chain = ask.cast.chain_of(mention)
            inside = any(
                m.label == "PLACE"
                for m in ask.cast.within(mention.start - 40, mention.start)
                if ask.page.text[m.end : mention.start] == ", "
            )
            if country == any(m.country for m in chain.mentions) and not inside:
                return Speaker.of(chain)
    return None


def _interviewee(ask: Ask) -> Speaker | None:
    """Who answers in a transcript: whoever did before, else the one person told of right before the first question, else the one
    whom the story has named most until there."""
    turns = [t for t in ask.told if t.phrase and is_turn(t.phrase.head)]
    if answered := [t.speaker for t in turns if t.speaker]:
        return answered[-1]
    first = ask.page.paragraph_at(turns[0].at if turns else ask.at) or 0
    before = ask.page.paragraphs[first - 1] if first else None
    beside = {m.chain_id: m for m in ask.mentions_in(Stretch(before.start, before.end), "PERSON")} if before else {}
    if len(beside) == 1:
        return Speaker.of(ask.cast.chains[next(iter(beside))])
    people = [c for c in ask.cast.labelled("PERSON") if c.mentions[0].start < ask.at]
    return Speaker.of(max(people, key=lambda c: (len(c.mentions), -c.mentions[0].start))) if people else None
