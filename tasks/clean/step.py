"""The clean step: characters mended, markup dropped, lines unwrapped, language named."""

from schemas.story import CleanStory, RawStory, SourceRun
from tasks.clean.characters import CHARACTER_FIXES
from tasks.clean.language import language_of
from tasks.clean.lines import SPACES, WHITE_SPACE, Wrapping, relay, wrapping_of
from tasks.clean.mended import Mended

MAX_ROUNDS = 4
"""Repairs that repairs bring to light are followed this deep; real text needs one round."""


def clean(raw: RawStory) -> CleanStory:
    """Repairs a story's characters and lays it out as one paragraph a line.

    Quotation marks stay as they stand: which marks a writer used is evidence. Text of `markup` layout has one
    paragraph a line already and is never unwrapped. `repairs` says in plain words what was mended, after what the
    reader had to mend; white space that was only tidied is not mentioned.
    """
    mended, repairs = mend_characters(Mended.of(raw.text))
    wrapping = wrapping_of(mended.text) if raw.layout == "plain" else None
    mended = lay_out(mended, wrapping)
    for _ in range(MAX_ROUNDS):  # white space gone, a neighbour may show as mojibake only now
        again, more = mend_characters(mended)
        if again is mended:
            break
        mended, repairs = lay_out(again, None), repairs + [words for words in more if words not in repairs]
    if wrapping:
        repairs.append(f"joined lines that were wrapped at {wrapping.width} characters")
    runs = [SourceRun(text_start=at, source_start=source, length=length) for at, source, length in mended.runs]
    language = language_of(raw, mended.text)
    if language.instead_of:
        repairs.append(f"language declared as {language.instead_of}, found to be {language.tag}")
    headings = [span for span in map(mended.moved, raw.headings) if span]
    return CleanStory(
        raw=raw,
        text=mended.text,
        source_map=runs,
        headings=headings,
        repairs=[*raw.repairs, *repairs],
        language=language.tag,
    )


def clean_line(text: str) -> str:
    """A wire field such as a headline, repaired like a story's text and laid out as one line.

    >>> clean_line(" Ministers agree on  grain\\u00a0quota &amp; fees\\n")
    'Ministers agree on grain quota & fees'
    """
    return WHITE_SPACE.sub(" ", mend_characters(Mended.of(text))[0].text).strip()


def mend_characters(mended: Mended) -> tuple[Mended, list[str]]:
    """The text with its characters mended, and what was done."""
    repairs = []
    for words, fix in CHARACTER_FIXES:
        before, mended = mended, mended.edited(fix(mended.text))
        if words and mended is not before:
            repairs.append(words)
    return mended, repairs


def lay_out(mended: Mended, wrapping: Wrapping | None) -> Mended:
    """One paragraph a line, no blank lines, single spaces."""
    mended = mended.edited(relay(mended.text, wrapping))
    return mended.edited((m.start(), m.end(), " ") for m in SPACES.finditer(mended.text))
