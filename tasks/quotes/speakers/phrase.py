"""Reads the words of a source: which nouns and names in it speak, and which only describe a speaker.

"a spokesman for Blinken" is about a spokesman, "his father, Mohamed Haddad" and "campaign manager Robby Mook" about the
one who is named, "the Xinhua news agency" about Xinhua.
"""

import re
from itertools import pairwise

from schemas.extracted import Entity
from tasks.language import lexicon
from tasks.language.page import Page, Stretch
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.heads import TURNS, Head, Kind, Phrase, Token

TOKEN = re.compile(r"[’'](?:s\b)?|(?:[OD][’'](?=[A-Z]))?\w+(?:[-/&.]\w+)*|[^\w\s]")
BRACKETED = re.compile(r"\([^)]*\)?")
SEPARATORS = {",", ";", "and", "or", "(", ")", "—", "–", "-", ":", "["}
ARTICLES = {"the", "a", "an"}
AND, COMMA_AND = "and", ", and"
ANDS = {AND, COMMA_AND}


def read_phrase(span: Stretch, page: Page, cast: Cast) -> Phrase | None:
    """The phrase under a span; None when it has no noun, name or pronoun for a head."""
    heads = [h for separator, tokens in _items(_main_clause(_tokens(span, page, cast))) if (h := _head(tokens, separator))]
    return Phrase(span, tuple(_speaking(heads))) if heads else None


def words_of(head: Head, page: Page) -> str:
    """The phrase without its article, with what follows `of`: a name for whoever has no other."""
    start = head.core[1].start if head.determiner in ARTICLES and len(head.core) > 1 else head.start
    end = head.tail[-1].end if head.tail and head.tail[0].low == "of" else head.end
    return page.text[start:end]


def _tokens(span: Stretch, page: Page, cast: Cast) -> list[Token]:
    """The mentions, words and marks under a span, without what stands in brackets after a word: `Ada Lund (D-Ohio)`."""
    capitals = page.in_capitals(span.start)
    mentions = [m for m in cast.within(span.start, span.end) if m.end <= span.end or "\n" in m.text]  # a name may go on in the next line
    between = zip([span.start, *(m.end for m in mentions)], [*(m.start for m in mentions), span.end], strict=True)
    tokens = [Token(m.start, m.end, m.text, m, capitals) for m in mentions]
    tokens += [Token(w.start(), w.end(), w.group(), None, capitals) for gap in between for w in TOKEN.finditer(page.text, *gap)]
    brackets = [b.span() for b in BRACKETED.finditer(page.text, span.start + 1, span.end)]
    return sorted((t for t in tokens if not any(start <= t.start < end for start, end in brackets)), key=lambda t: t.start)


def _main_clause(tokens: list[Token]) -> list[Token]:
    """The tokens up to a relative clause: `who` introduces no other speaker."""
    end = next((i for i, t in enumerate(tokens) if i and t.is_relative and t.low != "that"), len(tokens))
    return tokens[:end]


def _items(tokens: list[Token]) -> list[tuple[str, list[Token]]]:
    """The tokens cut at commas and conjunctions, each run with the separator before it; other marks are dropped."""
    items: list[tuple[str, list[Token]]] = [("", [])]
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        separator = AND if token.text == "&" else token.low
        hyphen = token.text == "-" and before is not None and before.end == token.start
        parts = separator in SEPARATORS and not hyphen and not (separator == AND and _governs(items[-1][1], after))
        if token.entity is None and parts:
            if items[-1][1]:
                items.append((separator, []))
            elif separator == AND:
                items[-1] = (COMMA_AND if items[-1][0] == "," else AND, [])
        elif token.entity is not None or token.text[0].isalnum() or token.possessive:
            items[-1][1].append(token)
    return [(separator, run) for separator, run in items if run]


def _governs(run: list[Token], after: Token | None) -> bool:
    """Whether the preposition of a run governs the name behind `and` too: the ministries of A and B."""
    one, other = run[-1].entity if run else None, after.entity if after else None
    return one is not None and other is not None and one.label == other.label and any(t.is_in("after_head") for t in run)


def _head(tokens: list[Token], separator: str) -> Head | None:
    """The head of one noun phrase; None where it has none: `’s`, `of the harbour`."""
    adjectives = [after for before, after in pairwise(tokens) if before.low in ARTICLES]
    cut = next((i for i, t in enumerate(tokens) if t.is_in("after_head") and t not in adjectives), len(tokens))
    if cut == 0:
        return Head("pronoun", tuple(tokens), (), separator) if len(tokens) == 1 and tokens[0].is_relative else None
    core, tail = tokens[:cut], tokens[cut:]
    while len(core) > 1 and (core[-1].possessive or core[-1].is_in("trailing")):
        core.pop()
    if core[-1].possessive:
        return None
    title = core[-1].entity is None and lexicon.category(core[-1].low) == "person" and not core[0].is_in("determiners")
    if title and len(tail) > 2 and tail[-1].entity and tail[-1].entity.label == "PERSON":  # Ambassador to the United States Ada Lund
        return Head("name", (tail[-1],), (), separator, tail[-1].entity)
    kind, entity = _kind(core)
    return Head(kind, tuple(core), tuple(tail), separator, entity)


def _kind(core: list[Token]) -> tuple[Kind, Entity | None]:
    """What a noun phrase is, by its last word, and the mention that it names."""
    last, alone = core[-1], len(core) == 1
    if last.entity is not None:
        return ("noun" if _is_one_of_many(core) else "name"), last.entity
    if alone and last.text in TURNS:
        return "name", None
    if alone and lexicon.is_pronoun(last.text, in_capitals=last.in_capitals):
        return "pronoun", None
    if (apposed := _apposed_name(core)) is not None:
        return "name", apposed
    small = last.text.islower() or last.text[0].isdigit()
    return ("noun" if small or lexicon.category(last.low) or last.is_in("determiners") else "name"), None


def _is_one_of_many(core: list[Token]) -> bool:
    """Whether the name of a people stands for one or some of its members: `a Republican`, `the Democrat`; not `the Dutch`."""
    entity = core[-1].entity
    if entity is None or entity.label != "NATIONALITY":
        return False
    plural = entity.text.endswith(("s", "sh", "ch", "ese"))
    return core[0].is_in("indefinite") or (core[0].is_in("determiners") and not plural)


def _apposed_name(core: list[Token]) -> Entity | None:
    """The organization of `the Xinhua news agency`: its name, then one or two small-letter nouns that say what kind it is."""
    if not core[-1].is_in("apposed") or not core[-1].text.islower():
        return None
    names = [t for t in core[-3:-1] if t.entity or not t.text.islower()]
    return names[-1].entity if names and names[-1].entity and names[-1].entity.label == "ORGANIZATION" else None


def _speaking(heads: list[Head]) -> list[Head]:
    """The heads that speak: a group's members, or one, whose name may stand in apposition to its office."""
    if _only_title(heads):
        return heads[-1:]
    speaking = heads[:1]
    for before, head in pairwise(heads):
        listed = head.separator == "," and _alike(speaking[0], head)
        if listed or (head.separator in ANDS and _coordinate(speaking, before, head)):
            speaking.append(head)
    if not any(h.separator in ANDS for h in speaking[1:]):
        return [_apposition(heads[0], heads[1:])]
    names = [h for h in heads if h.kind == "name"]
    described = heads[0].is_plural and heads[1].separator == "," and len(names) > 1
    return names if described else speaking


def _only_title(heads: list[Head]) -> bool:
    """Whether the words in front belong to the title of the name at the end: `Industry and Trade Secretary Ada Lund`."""
    *front, last = heads
    titled = last.separator == AND and last.entity is not None and len(last.core) > 1 and not last.determiner
    bare = (h.kind != "pronoun" and not (h.entity or h.determiner or h.tail) and h.category in {"person", None} for h in front)
    return bool(front) and titled and all(bare)


def _coordinate(speaking: list[Head], before: Head, head: Head) -> bool:
    """Whether `and` ties a head to those that speak, not to what an apposition or a preposition says of them."""
    first = speaking[0]
    described = first.is_plural and _alike(before, head)  # `two officials, Ada Lund and Per Moe`
    if before not in speaking and head.separator == AND and not described:
        return False
    if before.tail and not first.kind == head.kind == "name":
        return False
    if head.kind == "noun":
        return before is first and head.determiner in lexicon.listed("nouns", "definite")
    return _alike(first, head) or {_label(h) for h in (first, head) if h.kind == "name"} <= {"PERSON", "ORGANIZATION"}


def _apposition(first: Head, others: list[Head]) -> Head:
    """The name that stands behind its office or its kind: after a comma or dash, or at the end of a title without article."""
    if first.kind != "noun" or first.category not in {"person", "organization", None} or not others:
        return first
    beside, last = others[0], others[-1]
    label = "ORGANIZATION" if first.category == "organization" else "PERSON"
    if beside.kind == "name" and beside.separator in {",", "—", "–"} and _label(beside) == label:
        return beside
    title = first.category == "person" and not first.determiner and first.tail
    return last if title and last.entity and last.entity.label == "PERSON" else first


def _alike(one: Head, other: Head) -> bool:
    """Whether both are names of the same kind of thing."""
    return one.kind == other.kind == "name" and _label(one) == _label(other)


def _label(head: Head) -> str:
    """The label of a name; one that no mention covers is taken for a person's."""
    return head.entity.label if head.entity else "PERSON"
