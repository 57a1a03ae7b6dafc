"""What a cue does: says, asks, denies, ...; so that speech and stance can be told apart."""

import re
from functools import cache
from itertools import pairwise
from typing import get_args

from schemas.extracted import Act
from tasks.language import lexicon

WORD = re.compile(r"[a-z]+")


def act(cue: str) -> Act | None:
    """The act of a cue's words, by the first that the table has; None where it has none. A mark (`Lund: ...`) says.

    >>> act("has called on"), act("called"), act("according to"), act(":"), act("of")
    ('urges', 'judges', 'says', 'says', None)
    """
    words = WORD.findall(cue.lower())
    if not words:
        return "says"
    pairs = [*pairwise(words), *((word, "") for word in words[-1:])]
    known = (_acts().get(f"{first} {second}") or _acts().get(first) for first, second in pairs)
    return next((a for a in known if a), None)


@cache
def _acts() -> dict[str, Act]:
    """The acts by every form of their words."""
    table = lexicon.table("acts")
    acts: dict[str, Act] = {}
    for name in get_args(Act):
        for word in table["words"].get(name, []):
            acts[word] = name
        for verb in table["verbs"].get(name, []):
            plain, _, particle = verb.partition(" ")
            for form in _forms(plain, table["forms"].get(plain, [])):
                acts[f"{form} {particle}".strip()] = name
    return acts


def _forms(verb: str, irregular: list[str]) -> set[str]:
    """A verb's present, past and participles: denies, denied, denying."""
    stem = verb.removesuffix("e")
    ending = verb[:-1] + "i" if re.search("[^aeiou]y$", verb) else verb
    third = ending + ("es" if re.search("(?:s|sh|ch|x|z|i|o)$", ending) else "s")
    past = verb + "d" if verb.endswith("e") else ending + "ed"
    return {verb, third, past, stem + "ing", *irregular}
