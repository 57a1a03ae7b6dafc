"""The builder of test stories must itself be right, or every case built with it proves nothing."""

import pytest

from tests.tasks.building import tagged


def test_marks_leave_no_trace_in_the_text_and_point_at_their_words():
    story = tagged(
        "<headline>Rail talks fail\n"
        "<dateline>OSTERVIK (NBN) - <lede>"
        "{content:1 “We tried [...],”} {source:1,2 [PERSON Ada Lund]} {cue:1 said}. {content:1 “It [sic] failed.”}\n"
        "She {cue:2 denied} {content:2 she had left {cue:3 saying} {content:3 nothing}}.\n"
        "<subhead>- ‘Next steps’\n"
        "More on [DATE Friday]."
    )
    text = story.text
    assert "[...]" in text
    assert "[sic]" in text
    assert not {"{", "}", "<", "PERSON"} & set(text.split())
    assert [(s.kind, s.heading) for s in story.split.sections] == [
        ("headline", None),
        ("dateline", None),
        ("lede", None),
        ("body", None),
        ("body", "- ‘Next steps’"),
    ]
    assert [(m.label, m.span.of(text)) for m in story.mentions] == [("PERSON", "Ada Lund"), ("DATE", "Friday")]
    first, second, third = story.attributions
    assert [s.of(text) for s in first.content] == ["“We tried [...],”", "“It [sic] failed.”"]
    assert first.source == second.source
    assert third.content[0].of(text) == "nothing"
    assert third.source is None


@pytest.mark.parametrize("markup", ["[PERSON Ada Lund", "{cue [PERSON said}]"])
def test_marks_that_do_not_close_are_refused(markup):
    with pytest.raises(ValueError, match=r"open|closed"):
        tagged(markup)
