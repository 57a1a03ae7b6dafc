"""Training of the ranker: what is asked of it, what is right, and that it learns."""

from typing import Any

import pytest

pytest.importorskip("torch")

from tasks.quotes.speakers.learned.evidence import Evidence
from tasks.train.rank import NEWS, Marked, Question, Recipe, fit, questions
from tests.programs.pronouns import judged
from tests.tasks.building import tagged

QUICK = Recipe(networks=2, units=4, epochs=30, batch=8)


def marked(story: str, mentions: str, **more: Any) -> Marked:
    """A story with the mentions that `words=cluster` pairs name, each word at its first place behind the one before it."""
    given = tagged(story)
    found, at = [], 0
    for pair in mentions.split("; "):
        words, cluster = pair.split("=")
        at = given.text.index(words, at)
        kind = "pronoun" if words.lower() in {"he", "she"} else "name" if words.istitle() else "nominal"
        found.append({"start": at, "end": at + len(words), "kind": kind, "cluster": cluster})
        at += len(words)
    return Marked.of({"id": "r", "text": given.text, "mentions": found} | more, given)


TWO = "[PERSON Ada Lund] met [PERSON Per Moe]. She left."


@pytest.mark.parametrize(
    ("story", "mentions", "more", "right"),
    [
        (TWO, "Ada Lund=a; Per Moe=p; She=a", {}, [["Ada Lund"]]),
        (TWO, "Ada Lund=a; Per Moe=p; She=x", {}, [["nobody"]]),
        (TWO, "Ada Lund=a; Per Moe=p", {}, []),
        ("[PERSON Ada Lund] rose. A broker rang. He left.", "Ada Lund=a; broker=b; He=b", {}, [["nobody"]]),
        ("[PERSON Ada Lund] met Per Moe. He left.", "Ada Lund=a; Per Moe=p; He=p", {}, []),
        (TWO, "Ada Lund=a; Per Moe=p; She=x", {"meta": {"partial": "two names"}}, []),
        (TWO, "Ada Lund=a; Per Moe=p; She=a", {"meta": {"partial": "two names"}}, [["Ada Lund"]]),
        (TWO, "Ada Lund=a; Per Moe=p; She=x", {"annotated": [[0, 20]]}, []),
    ],
    ids=[
        "a name", "nobody named", "no pronoun is marked", "a nominal names nobody", "a name that the tagger missed",
        "where not all is marked nobody is unknown", "where not all is marked a name is known", "nor in a sentence that is not marked",
    ],
)  # fmt: skip
def test_right_candidates(story: str, mentions: str, more: dict[str, Any], right: list[list[str]]) -> None:
    given = marked(story, mentions, **more)
    asked = [*questions(given, None)]
    order = [c.name for c in sorted(given.cast.chains.values(), key=lambda c: -c.mentions[0].start)]
    assert [[n for n, is_right in zip([*order, "nobody"], q.right, strict=True) if is_right] for q in asked] == right


def test_a_pronoun_of_news_weighs_more() -> None:
    mentions = "Ada Lund=a; Per Moe=p; She=a"
    (news,), (other,) = (questions(marked(TWO, mentions, meta={"genre": genre}), None) for genre in ("news", "fiction"))
    assert (news.weight, other.weight) == (NEWS, 1)


def test_a_ranker_learns_what_it_is_asked() -> None:
    story, mentions = "[PERSON Ada Lund] rose. [PERSON Per Moe] sat. She left. He spoke.", "Ada Lund=a; Per Moe=p; She=a; He=p"
    asked: list[Question] = [*questions(marked(story, mentions), None)] * 8
    ranker = fit(asked, QUICK, "test")
    assert ranker.evidence == list(Evidence._fields)
    assert len(ranker.hidden) == QUICK.networks * QUICK.units
    for question in asked[:2]:
        chances = ranker(question.evidence.tolist())
        assert question.right[chances.index(max(chances))]


@pytest.mark.parametrize(("cluster", "expected"), [("a", [(True, True)]), ("p", [(False, True)]), ("x", [(False, False)])])
def test_the_program_judges_with_the_mentions_given(cluster: str, expected: list[tuple[bool, bool]]) -> None:
    given = marked("[PERSON Ingrid Lund] met [PERSON Thomas Moe]. She left.", f"Ingrid Lund=a; Thomas Moe=p; She={cluster}")
    assert [*judged(given.document, tagged("[PERSON Ingrid Lund] met [PERSON Thomas Moe]. She left."))] == expected
