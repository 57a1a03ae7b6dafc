"""The words of a source taken apart: who or what stands at the head, and what only describes it.

"a spokesman for Blinken" is about a spokesman, "his father, Mohamed Haddad" and "campaign manager Robby Mook" about the
one who is named, "the Xinhua news agency" about Xinhua.
"""

import re
from dataclasses import replace

from schemas.extracted import Entity
from tasks.language import lexicon
from tasks.language.page import Page, Stretch
from tasks.language.titles import honorifics
from tasks.quotes.speakers.cast import Cast
from tasks.quotes.speakers.heads import TURNS, Head, Kind, Phrase, Token

TOKEN = re.compile(r"[’'](?:s\b)?|(?:[OD][’'](?=[A-Z]))?\w+(?:[-/&.]\w+)*|[^\w\s]")
SEPARATORS = {",", ";", "and", "&", "or", "(", ")", "—", "–", "-", ":", "["}
AND, COMMA_AND = "and", ", and"
ANDS = {AND, COMMA_AND}
FIRM = {"co", "company", "sons", "bros", "brothers", "partners", "associates", "cie"}
"""What ends a firm's name after `and`."""
OPENERS = {"but", "and", "yet", "so", "then", "while", "even", "also", "only", "by", "from"}


def read_phrase(span: Stretch, page: Page, cast: Cast) -> Phrase | None:
    """The phrase under a span; None when it has no noun, name or pronoun for a head."""
    heads = [h for separator, tokens in _items(_main_clause(_tokens(span, page, cast))) if (h := _head(tokens, separator))]
    return Phrase(span, tuple(_speaking(heads))) if heads else None


def words_of(head: Head, page: Page) -> str:
    """The phrase without its article, with what follows `of`: a name for whoever has no other."""
    start = head.core[1].start if head.determiner in {"the", "a", "an"} and len(head.core) > 1 else head.start
    end = head.tail[-1].end if head.tail and head.tail[0].low == "of" else head.end
    return page.text[start:end]


def _tokens(span: Stretch, page: Page, cast: Cast) -> list[Token]:
    mentions = [m for m in cast.within(span.start, span.end) if m.end <= span.end]
    capitals = page.in_capitals(span.start)

    def between(start: int, end: int) -> list[Token]:
        return [Token(m.start(), m.end(), m.group(), None, capitals) for m in TOKEN.finditer(page.text, start, end)]

    tokens: list[Token] = []
    at = span.start
    for mention in mentions:
        tokens += [*between(at, mention.start), Token(mention.start, mention.end, mention.text, mention, capitals)]
        at = mention.end
    return tokens + between(at, span.end)


def _main_clause(tokens: list[Token]) -> list[Token]:
    """The tokens without what joins them to the words before, up to a relative clause: what `who` brings in names no speaker."""
    while len(tokens) > 1 and tokens[0].entity is None and tokens[0].low in OPENERS:
        tokens = tokens[1:]
    if len(tokens) > 2 and tokens[0].entity is None and tokens[0].low.endswith("ly") and tokens[1].text == ",":
        tokens = tokens[2:]
    relative = lexicon.listed("pronouns", "relative")
    end = next((i for i, t in enumerate(tokens) if i and t.entity is None and t.low in relative and t.low != "that"), len(tokens))
    return tokens[:end]


def _items(tokens: list[Token]) -> list[tuple[str, list[Token]]]:
    """The tokens cut at commas and conjunctions, each run with what stands before it; full stops are dropped."""
    items: list[tuple[str, list[Token]]] = [("", [])]
    tokens = _unbracketed(tokens)
    for before, token in zip([None, *tokens], tokens, strict=False):
        hyphen = token.text == "-" and before is not None and before.end == token.start
        if token.entity is None and token.low in SEPARATORS and not hyphen:
            if items[-1][1]:
                items.append((token.low, []))
            elif token.low in {"and", "&"}:
                items[-1] = (COMMA_AND if items[-1][0] == "," else "and", [])
        elif token.entity is not None or token.text[0].isalnum() or token.possessive:
            items[-1][1].append(token)
    return [("and" if separator == "&" else separator, run) for separator, run in items if run]


def _unbracketed(tokens: list[Token]) -> list[Token]:
    """The tokens without what stands in brackets after a name: `CEI (Italian Bishops), Ada Lund`, `Ada Lund (D-Ohio)`."""
    kept, depth = list[Token](), 0
    for token in tokens:
        depth += token.text == "(" and bool(kept or depth)
        if not depth:
            kept.append(token)
        depth -= token.text == ")" and depth > 0
    return kept


def _head(tokens: list[Token], separator: str) -> Head | None:
    after = lexicon.listed("nouns", "after_head")
    cut = next((i for i, t in enumerate(tokens) if t.entity is None and t.low in after), len(tokens))
    if cut == 0:
        relative = tokens[0].low in lexicon.listed("pronouns", "relative")
        return Head("pronoun", tuple(tokens[:1]), tuple(tokens[1:]), separator) if relative and len(tokens) == 1 else None
    core, tail = tokens[:cut], tokens[cut:]
    while len(core) > 1 and (core[-1].possessive or (core[-1].entity is None and core[-1].low in lexicon.listed("nouns", "trailing"))):
        core.pop()
    if core[-1].possessive:
        return None
    if (named := _titled_name(core, tail)) is not None:
        return replace(named, separator=separator)
    kind, entity = _kind(core)
    return Head(kind, tuple(core), tuple(tail), separator, entity)


def _kind(core: list[Token]) -> tuple[Kind, Entity | None]:
    """What a noun phrase is, by its last word, and the mention that it names."""
    last, alone = core[-1], len(core) == 1
    if last.entity is not None:
        return ("noun" if _is_one_of_many(core) else "name"), last.entity
    if alone and last.text in TURNS:
        return "name", None
    if alone and last.is_pronoun:
        return "pronoun", None
    if (apposed := _apposed_name(core)) is not None:
        return "name", apposed
    category = lexicon.category(last.low)
    if category == "document" and last.text[0].isupper() and [t.low for t in core[:-1]] == ["the"]:
        return "name", None
    small = last.text.islower() or last.text[0].isdigit()
    return ("noun" if small or category or last.low in lexicon.listed("nouns", "determiners") else "name"), None


def _is_one_of_many(core: list[Token]) -> bool:
    """Whether a people's name stands for some member of it: `a Republican`, `one Dane`, `the Democrat`; not `the Dutch`."""
    entity, determiner = core[-1].entity, core[0].low
    if entity is None or entity.label != "NATIONALITY" or core[0].entity is not None:
        return False
    plural = entity.text.endswith(("s", "sh", "ch", "ese"))
    return determiner in lexicon.listed("nouns", "indefinite") or (determiner in lexicon.listed("nouns", "determiners") and not plural)


def _apposed_name(core: list[Token]) -> Entity | None:
    """The organization of `the Xinhua news agency`: its name, then small-letter nouns that say what kind it is."""
    if core[-1].low not in lexicon.listed("nouns", "apposed") or not core[-1].text.islower():
        return None
    rest = core[:-1]
    while rest and rest[-1].entity is None and rest[-1].text.islower():
        rest = rest[:-1]
    return rest[-1].entity if rest and rest[-1].entity and rest[-1].entity.label == "ORGANIZATION" and len(core) - len(rest) < 3 else None


def _titled_name(core: list[Token], tail: list[Token]) -> Head | None:
    """The person at the end of a title that has no article: `Ambassador to the United States Hamdullah Mohib`.

    A title without article needs a name, unless the person is what its preposition governs: `supporters of Trump`.
    """
    bare = (
        core[-1].entity is None and lexicon.category(core[-1].low) == "person" and core[0].low not in lexicon.listed("nouns", "determiners")
    )
    between = tail[1:-1]
    if not bare or not between:
        return None
    last = tail[-1]
    if last.entity is None and last.text[0].isupper() and between[-1].low in honorifics():
        return Head("name", (between[-1], last), (), "")
    if last.entity is not None and (person := _swallowed(last)):
        return Head("name", person, (), "")
    title_only = all(t.entity is None and lexicon.category(t.low) == "person" for t in between)
    if last.entity is None or last.entity.label != "PERSON" or title_only or between[-1].possessive:
        return None
    return Head("name", (last,), (), "", last.entity)


def _swallowed(body: Token) -> tuple[Token, ...]:
    """The person whom the name of a body took in, past the word that says what body it is or the plural that it is for.

    `Refugee Council | Ada Lund`, `Council on Coastal Fisheries | Ada Lund`.
    """
    if body.entity is None or body.entity.label != "ORGANIZATION":
        return ()
    parts = [Token(body.start + m.start(), body.start + m.end(), m.group()) for m in re.finditer(r"\S+", body.text)]
    kinds = [i for i, part in enumerate(parts) if lexicon.category(part.low) == "organization"]
    plural = len(parts) - 3
    if plural > max([0, *kinds]) and parts[plural].text.endswith("s"):
        kinds.append(plural)
    person = tuple(parts[kinds[-1] + 1 :]) if kinds else ()
    return person if len(person) > 1 and all(part.text.istitle() for part in person) else ()


def _speaking(heads: list[Head]) -> list[Head]:
    """The heads that speak: a group's members, or one, whose name may stand in apposition to its office."""
    if _only_describe(heads) or _only_title(heads):
        return heads[-1:]
    speaking, before = [heads[0]], heads[0]
    for head in heads[1:]:
        if head.separator == AND and _governs(before, head):
            whole = replace(before, tail=(*before.tail, *head.core, *head.tail))
            speaking = [whole if h is before else h for h in speaking]
            before = whole
            continue
        if head.separator in ANDS:
            if _in_line(speaking, before, head) and _coordinate(speaking[0], before, head):
                speaking.append(head)
        elif head.separator == "," and _alike(speaking[0], head):
            speaking.append(head)
        before = head
    if len(speaking) > 1 and any(h.separator in ANDS for h in speaking):
        return _members(speaking, heads)
    return [_apposition(speaking[0], heads[1:])]


def _in_line(speaking: list[Head], before: Head, head: Head) -> bool:
    """Whether `and` may reach past the head before it: it speaks, a comma parts them, or both are the first: `officials, A and B`."""
    several = speaking[0].kind == "noun" and speaking[0].category in {"people", "organizations"}
    return before in speaking or head.separator == COMMA_AND or (several and _alike(before, head))


def _only_describe(heads: list[Head]) -> bool:
    """Whether the names in front describe the noun at the end as the one beside it does: `U.S. and Soviet officials`."""
    *names, last = heads
    beside = last.core[0].entity
    if not names or last.separator not in ANDS or last.kind != "noun" or beside is None or beside.label not in {"PLACE", "NATIONALITY"}:
        return False
    return all(
        h.kind == "name" and h.entity and h.separator in {"", ","} and (h.entity.label == beside.label or h.entity.text.isupper())
        for h in names
    )


def _only_title(heads: list[Head]) -> bool:
    """Whether the words in front belong to the title of the name at the end: `Industry and Trade Secretary Ada Lund`."""
    *front, last = heads
    if not front or last.separator != AND or last.entity is None or len(last.core) < 2 or last.determiner:
        return False
    return last.core[0].low in FIRM or all(_may_be_office(h) for h in front)


def _may_be_office(head: Head) -> bool:
    """Whether words name no one and no body: `Industry`, `former team-mate`."""
    bare = head.entity is None and not head.determiner and not head.tail
    return bare and head.kind != "pronoun" and head.category not in {"organization", "organizations", "people"}


def _members(group: list[Head], heads: list[Head]) -> list[Head]:
    """The group without a first noun that only describes it: `top officials, A and B`, `governor and candidate A`."""
    first, names = group[0], [h for h in heads if h.kind == "name"]
    if first.kind == "noun" and first.category in {"people", "organizations"} and heads[1].separator == "," and len(names) > 1:
        return names
    if first.kind == "noun" and first.category == "person" and not first.determiner and group[1].kind == "name":
        return group[1:]
    return group


def _governs(before: Head, head: Head) -> bool:
    """Whether the preposition that governs the last name before `and` governs the one after it too: the ministries of A and B."""
    if len(head.core) == 1 and head.core[0].low in FIRM:
        return True
    governed = before.tail[-1].entity if before.tail else None
    return governed is not None and head.entity is not None and governed.label == head.entity.label


def _apposition(first: Head, others: list[Head]) -> Head:
    """The name that stands after its office: after a comma, or at the end of a title without article."""
    if first.kind != "noun" or first.category not in {"person", "organization", None} or not others:
        return first
    if first.category == "organization":
        body = others[0].separator == "," and others[0].entity and others[0].entity.label == "ORGANIZATION" and first.determiner
        return others[0] if body else first
    if others[0].separator in {",", "—", "–"} and others[0].kind == "name" and _label(others[0]) == "PERSON":
        return others[0]
    last = others[-1]
    title = first.category == "person" and not first.determiner and first.tail
    return last if title and last.entity and last.entity.label == "PERSON" else first


def _label(head: Head) -> str:
    """The label of a name; one that no mention covers is taken for a person's."""
    return head.entity.label if head.entity else "PERSON"


def _alike(one: Head, other: Head) -> bool:
    """Whether both are names of the same kind of thing."""
    return one.kind == other.kind == "name" and _label(one) == _label(other)


def _coordinate(first: Head, before: Head, head: Head) -> bool:
    """Whether `and` ties `head` to the first head, not to what an apposition or a preposition says of it."""
    direct = before is first
    if before.tail and (head.kind != "name" or first.kind != "name"):
        return False
    if head.kind == "noun":
        definite = head.determiner in lexicon.listed("nouns", "definite")
        if first.kind == "noun":
            return (
                direct and bool(first.determiner) == bool(head.determiner) and (bool(first.determiner) or first.category == head.category)
            )
        return direct and definite
    if head.entity is None and not direct:
        return False
    labels = {_label(h) for h in (first, head) if h.kind == "name"}
    return _alike(first, head) or labels <= {"PERSON", "ORGANIZATION"}
