"""Whom a pronoun or a nominal stands for: the words before it as right answers, wrong ones, and words that are neither."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tasks.tag.words import Pieces, words_in

PRONOUNS = frozenset(
    {"he", "him", "his", "himself", "she", "her", "hers", "herself", "it", "its", "itself", "they", "them", "their", "theirs", "themselves"}
)
"""Pronouns that stand for somebody named elsewhere; who speaks and who is spoken to is another question."""

DEFINITE = frozenset({"the", "this", "that", "these", "those", "his", "her", "its", "their", "my", "our", "your"})
"""First words of a nominal that stands for somebody whom the reader knows."""

RELATIVE = frozenset({"who", "whom", "whose", "which", "that", "where", "when"})
PREPOSITIONS = frozenset({"of", "in", "on", "at", "for", "from", "to", "with", "by", "about", "against"})
JOINTS = frozenset("-'’.&")
"""Marks inside a name: Al-Masri, O'Brien, J. Smith, Marks & Spencer."""

WRONG, RIGHT, NEITHER = 0, 1, -1


class Mention(NamedTuple):
    """A mention in words, `[start, end)`. Its `head` is the word that asks whom it stands for, or that answers for a name."""

    start: int
    end: int
    head: int
    chain: str
    named: bool
    referring: bool


class References(NamedTuple):
    """A story's mentions; `chosen` (GAP): nothing but one pronoun and two names is annotated.

    `names` says of each word whether it may be a wrong answer: somebody read it, and it has a capital as names have. A mention is asked
    to choose among those, as in decoding among names; that it stands for no comma would be learned first, and outweigh the rest.
    All words before `begun` were read.
    """

    mentions: list[Mention]
    chosen: bool
    names: list[bool]
    begun: int


def references(document: dict[str, Any], words: Pieces) -> References | None:
    """The mentions of a document in the form of its `mentions` (`start`, `end`, `kind`, `cluster`, and `head` where there is one).

    None where nobody annotated them. `annotated` are the spans that somebody read, all when it is absent; `meta.partial` says that no
    more than the mentions given was marked.
    """
    if document.get("mentions") is None:
        return None
    text = [document["text"][a:b] for a, b in zip(words.starts, words.ends, strict=True)]
    spans = document.get("annotated")
    read = range(len(text)) if spans is None else {w for a, b in spans for w in words_in(words, a, b)}
    found = [mention(m, words, text) for m in document["mentions"] if words_in(words, m["start"], m["end"])]
    names = [w in read and any(c.isupper() for c in word) for w, word in enumerate(text)]
    begun = next((w for w in range(len(text)) if w not in read), len(text))
    return References(found, bool(document.get("meta", {}).get("partial")), names, begun)


def mention(given: dict[str, Any], words: Pieces, text: Sequence[str]) -> Mention:
    """A mention with its head, in words; `text` are the story's words."""
    inside, kind = words_in(words, given["start"], given["end"]), given["kind"]
    marked = words_in(words, *given["head"]) if given.get("head") else None
    if kind == "pronoun":
        head = next((w for w in inside if text[w].lower() in PRONOUNS), inside[-1])
    elif kind == "name":
        head = last_of_name(range(marked[0], inside.stop) if marked else kernel(inside, text, RELATIVE), text, given_head=bool(marked))
    else:
        head = marked[-1] if marked else noun(kernel(inside, text, RELATIVE | PREPOSITIONS), text)
    first = {text[w].lower() for w in (inside[0], max(0, inside[0] - 1))}
    definite = bool(first & DEFINITE) or any(text[w] in "'’" for w in range(inside[0], head))
    referring = text[head].lower() in PRONOUNS if kind == "pronoun" else kind == "nominal" and definite
    return Mention(inside[0], inside[-1] + 1, head, given["cluster"], kind == "name", referring)


def kernel(inside: range, text: Sequence[str], ends: frozenset[str]) -> range:
    """The words of a mention before a relative clause, an apposition or whatever else `ends` it, its first word always among them."""
    stop = next((w for w in inside[1:] if text[w].lower() in ends or text[w] in ",;:()[]"), inside.stop)
    return range(inside.start, stop)


def last_of_name(inside: range, text: Sequence[str], *, given_head: bool) -> int:
    """The last word with a capital: of the run that a given head opens, else of all."""
    last = inside[0] if given_head else None
    for w in inside:
        if text[w][0].isupper():
            last = w
        elif given_head and w > inside[0] and text[w] not in JOINTS:
            break
    return inside[-1] if last is None else last


def noun(inside: range, text: Sequence[str]) -> int:
    """The last word of letters, without a possessive s."""
    last = next((w for w in reversed(inside) if text[w][0].isalnum()), inside[-1])
    return last - 2 if last - 2 >= inside[0] and text[last] == "s" and text[last - 1] in "'’" else last


def asked_in(known: References, window: range) -> Iterator[tuple[Mention, list[int]]]:
    """The referring mentions of a window of words of which something is known, with their `answers`."""
    for m in known.mentions:
        if m.referring and m.start in window and m.head in window and (found := answers(known, m, window)):
            yield m, found


def answers(known: References, asking: Mention, window: range) -> list[int] | None:
    """What each word of a window is as an answer to whom `asking` stands for, that nobody is named first; None: nothing is known.

    Right are the heads of the names of its chain before it, wrong other words with capitals but for those of its chain's mentions. Where no
    name of the chain stands before it in the story, nobody is right; where one stands before the window, nothing is known.
    """
    kin = [m for m in known.mentions if m.chain == asking.chain and m.start < asking.start]
    named = {m.head: m.chain for m in known.mentions if m.named}
    if known.chosen:
        out = [NEITHER] + [NEITHER if w not in named else RIGHT if named[w] == asking.chain else WRONG for w in window]
        return out if RIGHT in out and WRONG in out else None
    out = [WRONG] + [WRONG if w < asking.start and known.names[w] else NEITHER for w in window]
    for m in kin:
        for w in range(max(m.start, window.start), min(m.end, window.stop)):
            if named.get(w, asking.chain) == asking.chain:
                out[w - window.start + 1] = NEITHER
    before = [m.head for m in kin if m.named and m.head < asking.start]
    for w in before:
        if w >= window.start:
            out[w - window.start + 1] = RIGHT
    if RIGHT not in out:
        out[0] = RIGHT
    unknown = out[0] == RIGHT and (before or asking.start > known.begun)
    return None if unknown else out
