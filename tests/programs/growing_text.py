"""Stories that grow by one thing said again and again, and the steps on them."""

import re
from collections.abc import Callable, Iterator

from flows.extract import story_of
from schemas.base import Span
from schemas.tagged import Attribution, Mention, TaggedStory
from tasks.clean import clean
from tasks.entities import entities
from tasks.quotes import finish
from tasks.split import split
from tasks.values import values

REPEATED = {
    "one long line": "the ferry sails on ",
    "one word": "aaaaaaaaaa",
    "short lines": "The ferry sails.\n",
    "wrapped lines": "the ferry sails on and the ferry sails on and the ferry\n",
    "hyphens at line ends": "ferry-\n",
    "paragraphs": "The ferry sails, Ada Lund said.\n\n",
    "quotation marks": "“a” ",
    "quotations": "“We sail,” Ada Lund said. ",
    "quotations, a line each": "“We sail,” Ada Lund said.\n\n",
    "quotations of a pronoun": "“We sail,” she said. ",
    "quotations of a place": "“We sail,” Oslo said. ",
    "quotations of a document": "“We sail,” the statement said. ",
    "one speech": "“We sail on and on.” ",
    "a speech in paragraphs": "“We sail on and on.\n\n",
    "quotations in quotations": "“Yes,” he 'said so' ",
    "signed quotations": "“We sail on and on.” — Ada Lund, Oslo\n\n",
    "turns": "ADA LUND: We sail.\n\nBO DAHL: We do not.\n\n",
    "titles of works": "She sang “Songs of Oslo” and ",
    "dots": "…",
    "full stops": "....",
    "straight marks": '"',
    "apostrophes": "'",
    "open marks": "“",
    "brackets": "((",
    "spaces": "      ",
    "tabs": "a\t\tb ",
    "line ends": "\n\n\n",
    "columns": "a   b\n",
    "rules": "_____",
    "dashes": "- ",
    "bullets": "- Hard questions\n",
    "capitals": "A-B-C ",
    "capital letters": "AB ",
    "initials": "A. ",
    "abbreviations": "U.S.",
    "datelines": "OSLO, March 5 (AP) - The ferry sails.\n\n",
    "datelines in a line": "OSLO, March 5 (AP) - ",
    "bylines": "By Ada Lund\n\n",
    "bylines in a line": "By Ada Lund and ",
    "notes": "Eds: adds.\n",
    "corrections": "(Corrects ",
    "embargoes": "embargo not for release until March 5 ",
    "one name": "Ada Lund spoke. ",
    "places": "Oslo, ",
    "results": "Oslo 2 Lund 1 league match season coach, ",
    "bodies": "The UN Inc Corp met. ",
    "pronouns": "He said so. She told them. ",
    "relative clauses": "the man, who ",
    "sums": "$1 ",
    "dates": "March 5 ",
    "digits": "1111",
    "numbers": "1,000 million and ",
    "entities": "&amp;",
    "ampersands": "&amp",
    "tags": "<p>a ",
    "opening brackets": "<<<",
    "mojibake": "Ã© ",
    "accents": "éé",
    "hard spaces": "\u00a0\u00a0",
}
"""What a story says again and again."""

NAMED = {
    "people of one first name": "Ada Lund{} spoke. ",
    "people of one surname": "{} Lund spoke. ",
    "surnames alone": "Lundber{} AB spoke. ",
    "acronyms": "The AB{} met. ",
}
"""What a story says again and again, each time with another name in it."""


def growing() -> Iterator[tuple[str, Callable[[int], str]]]:
    """Each kind of story, and the story in which something is said so many times."""
    for name, unit in REPEATED.items():
        yield name, lambda count, unit=unit: unit * count  # type: ignore[misc]
    for name, unit in NAMED.items():
        yield name, lambda count, unit=unit: "".join(unit.format(nth(n)) for n in range(count))  # type: ignore[misc]


def nth(number: int) -> str:
    """A name of three letters, another for each number below 17,576."""
    return "".join(chr(65 + number // 26**place % 26) for place in range(3)).capitalize()


def steps(text: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """The steps of a story, each to be done before the next is asked for; mentions and attributions are made without a model."""
    done: list[object] = []

    def do(work: Callable[..., object], *taken: object) -> Callable[[], object]:
        return lambda: done.append(work(*taken))

    yield "clean", do(clean, story_of(text, "1"))
    cleaned = done[-1]
    yield "split", do(split, cleaned)
    story = done[-1]
    paragraphs = [p for section in story.sections for p in section.paragraphs]  # type: ignore[attr-defined]
    yield "values", do(values, story.text, paragraphs)  # type: ignore[attr-defined]
    tagged = TaggedStory(split=story, mentions=mentions(story.text), attributions=attributions(story.text), model_version="none")  # type: ignore
    yield "entities", do(entities, tagged)
    yield "quotes", do(finish, tagged, done[-1])


def mentions(text: str) -> list[Mention]:
    """Two capitalized words are a person, capitals an organization, Oslo a place."""
    found = re.finditer(r"\b(?:(?P<PERSON>[A-Z][a-z]++ [A-Z]\w++)|(?P<ORGANIZATION>[A-Z]{2,}+)|(?P<PLACE>Oslo))\b", text)
    return [Mention(span=Span(start=m.start(), end=m.end()), label=m.lastgroup, score=0.9) for m in found]  # type: ignore[arg-type]


def attributions(text: str) -> list[Attribution]:
    """What stands in quotation marks, with the words before `said` for its source where they follow."""
    found = re.finditer(r"(?P<content>[“\"][^“”\"\n]{1,80}+[”\"])(?: (?P<source>\w+(?: \w+)?) (?P<cue>said))?", text)
    return [
        Attribution(content=[span(m, "content")], cue=span(m, "cue"), source=span(m, "source"), score=0.9)  # type: ignore[list-item]
        for m in found
    ]


def span(match: re.Match[str], group: str) -> Span | None:
    return Span(start=match.start(group), end=match.end(group)) if match[group] else None
