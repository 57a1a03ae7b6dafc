"""From the tagger's attributions to statements: each said once, whole, with its marks, and inside the body."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from schemas.base import Span
from schemas.extracted import QuoteKind
from schemas.tagged import Attribution
from tasks.marks import Region
from tasks.quotes.edges import finished, merged, pieces, snapped
from tasks.quotes.page import Page, Stretch

SIGNED = re.compile(r"\s*(?P<mark>[–—―-]{1,2})\s*(?P<name>[^\W\d_a-zß-ÿ][^\n,;(“\"]{2,60}?)(?=[,;(]|\.?\s*$)")
LABELLED = re.compile(r"(?P<name>[^\W\d_a-zß-ÿ][^\n,;:(“\"]{0,60}?)\s*(?P<mark>:)\s*")


@dataclass(frozen=True)
class Statement:
    """One act of speech before its speaker is known; `free` when neither cue nor source stands by it."""

    spans: tuple[Stretch, ...]
    cue: Stretch | None
    source: Stretch | None
    score: float

    @property
    def free(self) -> bool:
        """Whether nothing in the text attributes it."""
        return self.cue is None and self.source is None

    @property
    def start(self) -> int:
        """Where the content starts."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Where the content ends."""
        return self.spans[-1].end

    @property
    def reach(self) -> int:
        """Where content, cue and source have all ended."""
        return max(s.end for s in (*self.spans, self.cue, self.source) if s)

    def covers(self, start: int, end: int) -> bool:
        """Whether a span of the content shares a character with `[start, end)`."""
        return any(s.start < end and start < s.end for s in self.spans)


def statements(attributions: Iterable[Attribution], page: Page) -> list[Statement]:
    """The story's statements in order of their start: cut to the body, snapped to quotation marks, joined, and freed of what is none."""
    found = [_at_hand(s, page) for s in _by_cue(s for a in attributions for s in _in_body(a, page))]
    found = sorted((_in_full(replace(s, spans=_tidy(s, page)), page) for s in found), key=_place)
    found = _join_free([_signed(s, page) for s in found], page)
    unclaimed = _unclaimed(found, page)
    found = [_continued(s, unclaimed, page) for s in found]
    found += _free_paragraphs(found, page)
    return _distinct(s for s in found if not s.free or page.is_full_sentence(s.spans))


def kind_of(statement: Statement, page: Page) -> QuoteKind:
    """Direct when all words lie in quotation marks, mixed when some do, indirect when none does."""
    quoted = page.marked(statement.spans)
    return "mixed" if len(quoted) == 2 else "direct" if True in quoted else "indirect"


def _place(statement: Statement) -> tuple[int, int]:
    return statement.start, -statement.end


def _in_body(attribution: Attribution, page: Page) -> list[Statement]:
    """The attribution with every span cut to the paragraphs it lies in.

    A span ends with its paragraph, unless that ends inside an open quotation; what it covered of the next is a statement by
    itself if it is a quotation, else nothing. So is a quotation that another paragraph signs. Nothing is left of an attribution
    without a word in the body.
    """
    cue, source = (next(iter(pieces(s, page)), None) if s else None for s in (attribution.cue, attribution.source))
    source = source and finished(source, page)
    home = page.paragraph_at(cue.start) if cue else None
    own: list[Stretch] = []
    beyond: list[Stretch] = []
    for span in attribution.content:
        parts = [_unsigned(piece, page) for piece in pieces(span, page) if page.words_in(piece.start, piece.end)]
        for before, piece in zip([None, *parts], parts, strict=False):
            away = home is not None and page.paragraph_at(piece.start) != home
            if away and _is_title(piece, page):
                continue
            elsewhere = away and _signature(piece.end, page) is not None
            (own if (before is None or _is_open(before.end, page)) and not elsewhere else beyond).append(piece)
    free = [Statement((piece,), None, None, attribution.score) for piece in beyond]
    return [Statement(tuple(own), cue, source, attribution.score), *free] if own else free


def _by_cue(found: Iterable[Statement]) -> list[Statement]:
    """The statements, those with the same cue made one: a tagger that reads in windows gives what follows a cut apart."""
    one: dict[object, Statement] = {}
    for number, statement in enumerate(found):
        key = statement.cue or number
        before = one.get(key)
        if before:
            spans = tuple(sorted({*before.spans, *statement.spans}))
            statement = replace(before, spans=spans, score=min(before.score, statement.score))
        one[key] = statement
    return list(one.values())


def _at_hand(statement: Statement, page: Page) -> Statement:
    """The statement without words outside quotation marks that stand too far from its cue.

    A writer who gives the words themselves and a summary beside them gives both in one sentence: of the 202 contents in PolNeAR
    train that have both, 146 do, and the other 56 are quotations that the corpus cut at full stops. A summary alone stays in its
    cue's paragraph: of some 20,000 spans 100 do not.
    """
    cue = statement.cue
    if cue is None or len(statement.spans) < 2:
        return statement
    quoted = [True in page.marked([s]) for s in statement.spans]
    place = page.sentence_at if any(quoted) else page.paragraph_at
    near = tuple(s for s, q in zip(statement.spans, quoted, strict=True) if q or place(s.start) == place(cue.start))
    return replace(statement, spans=near) if near else statement


def _in_full(statement: Statement, page: Page) -> Statement:
    """The statement without plain words when its cue's sentence quotes a whole one: `“It is late,” he said of the ferry.`

    Of the 2,249 contents in PolNeAR train that quote a whole sentence, 74 have plain words beside it.
    """
    spans, cue = statement.spans, statement.cue
    quoted = tuple(s for s in spans if True in page.marked([s]))
    if cue is None or len(quoted) == len(spans):
        return statement
    here = page.sentence_at(cue.start)
    beside = [s for s in quoted if here in (page.sentence_at(s.start), page.sentence_at(s.end - 1))]
    whole = any(page.is_full_sentence([s]) or _opens_sentence(s, page) for s in beside)
    return replace(statement, spans=quoted) if whole else statement


def _opens_sentence(quotation: Stretch, page: Page) -> bool:
    """Whether a quotation is all that its sentence says before the comma that parts it from its cue."""
    opens = page.sentences[page.sentence_at(quotation.start)].start == quotation.start and page.quoted(quotation.start)
    return opens and "," in page.text[quotation.end - 2 : quotation.end + 1]


def _is_title(piece: Stretch, page: Page) -> bool:
    """Whether the piece is a paragraph of three words or more that all begin with capitals: a subhead in quotation marks."""
    paragraph = page.paragraphs[page.paragraph_at(piece.start) or 0]
    words = [w for w in page.text[piece.start : piece.end].strip("\"'“”‘’«».!?").split() if len(w) > 3 or w[0].isupper()]
    return (piece.start, piece.end) == (paragraph.start, paragraph.end) and len(words) > 2 and all(w[0].isupper() for w in words)


def _signature(end: int, page: Page) -> re.Match[str] | None:
    """The dash and name that sign the quotation which ends at `end`."""
    paragraph = page.paragraphs[page.paragraph_at(end - 1) or 0]
    return SIGNED.match(page.text, end, paragraph.end) if page.quoted(end - 1) else None


def _unsigned(piece: Stretch, page: Page) -> Stretch:
    """The piece without the dash and name that sign it."""
    region = page.last_region(piece.start, piece.end)
    signature = region and _signature(region.outer_end, page)
    return (
        Stretch(piece.start, region.outer_end) if region and signature and signature.end("name") >= piece.end > region.outer_end else piece
    )


def _is_open(end: int, page: Page) -> bool:
    """Whether a paragraph ends at `end` inside a quotation that it does not close."""
    region = page.region_at(end - 1)
    return region is not None and not region.closed


def _tidy(statement: Statement, page: Page) -> tuple[Stretch, ...]:
    """The content's spans snapped to quotation marks."""
    keep_out = [s for s in (statement.cue, statement.source) if s]
    return merged([snapped(span, keep_out, page) for span in statement.spans], page)


def _signed(statement: Statement, page: Page) -> Statement:
    """A quotation with the name that signs it (“...” — Ada Lund, Oslo) or, when nothing else does, labels its paragraph (LUND: “...”)."""
    paragraph = page.paragraphs[page.paragraph_at(statement.start) or 0]
    dashed = statement.cue is not None and not statement.cue.of(page.text).strip("–—―-")
    if not (statement.free or dashed) or not page.is_full_sentence(statement.spans):
        return statement
    labelled = LABELLED.fullmatch(page.text, paragraph.start, statement.start) if statement.free else None
    if match := _signature(statement.end, page) or labelled:
        source, mark = (Stretch(start=match.start(part), end=match.end(part)) for part in ("name", "mark"))
        return replace(statement, source=source, cue=mark)
    return statement


def _join_free(found: list[Statement], page: Page) -> list[Statement]:
    """Statements that nothing attributes, joined to the one they go on from or lead up to."""
    joined: list[Statement] = []
    for statement in found:
        before = joined[-1] if joined else None
        if before and statement.free and _takes_up(before, statement, page):
            joined[-1] = replace(before, spans=merged((*before.spans, *statement.spans), page))
        elif before and before.free and not statement.free and _reopens(before, statement.start, page):
            joined[-1] = replace(statement, spans=merged((*before.spans, *statement.spans), page))
        else:
            joined.append(statement)
    return joined


def _takes_up(before: Statement, statement: Statement, page: Page) -> bool:
    """Whether a statement that nothing attributes goes on from the one before: as quoted sentences, or from an open mark."""
    if _reopens(before, statement.start, page):
        return True
    return page.is_full_sentence(statement.spans) and goes_on(before, statement.start, page)


def goes_on(statement: Statement, start: int, page: Page) -> bool:
    """Whether a quotation at `start` continues the statement: it reopens an unclosed mark, or is the next sentence of the paragraph."""
    if start < statement.end:
        return False
    if _reopens(statement, start, page):
        return True
    here = page.paragraph_at(start)
    last = page.paragraph_at(statement.reach - 1)
    next_sentence = page.sentence_at(start) == page.sentence_at(statement.reach - 1) + 1
    starts_it = page.sentences[page.sentence_at(start)].start == start
    quoted = True in page.marked(statement.spans)
    return here is not None and here == last and next_sentence and starts_it and quoted


def resumes(statement: Statement, start: int, page: Page) -> bool:
    """Whether a quotation at `start` takes up the sentence that the statement's cue broke: `“I went,” she said, “because I could.”`."""
    broken, cue = statement.spans[-1], statement.cue
    if cue is None or not broken.end <= cue.start < start or page.sentence_at(broken.end - 1) != page.sentence_at(start):
        return False
    first_letter = next((c for c in page.text[start:] if c.isalnum()), "")
    commas = page.text[start - 2 : start].strip() == "," and "," in page.text[broken.end - 2 : broken.end + 1]
    return page.quoted(broken.end - 1) and commas and first_letter.islower()


def _reopens(statement: Statement, start: int, page: Page) -> bool:
    """Whether `start` opens the paragraph after one that ends in the statement's unclosed quotation."""
    region, here = page.region_at(statement.end - 1), page.paragraph_at(start)
    if region is None or region.closed or here is None or here == 0:
        return False
    return page.paragraphs[here - 1].end == region.outer_end and page.paragraphs[here].start == start and page.quoted(start)


def _unclaimed(found: Sequence[Statement], page: Page) -> list[Region]:
    """Quotations that share no character with any content."""
    claimed = bytearray(len(page.text))
    for span in (span for s in found for span in s.spans):
        claimed[span.start : span.end] = b"\1" * (span.end - span.start)
    return [r for r in page.regions if not any(claimed[r.outer_start : r.outer_end])]


def _continued(statement: Statement, unclaimed: Sequence[Region], page: Page) -> Statement:
    """The statement with the unclaimed quotations that continue it."""
    for region in unclaimed[bisect_left(unclaimed, statement.end, key=lambda r: r.outer_start) :]:
        if (page.paragraph_at(region.outer_start) or 0) > (page.paragraph_at(statement.reach - 1) or 0) + 1:
            break
        span = Stretch(region.outer_start, region.outer_end)
        at_once = _reopens(statement, span.start, page) or resumes(statement, span.start, page)
        if at_once or (goes_on(statement, span.start, page) and page.is_full_sentence([span]) and _ends_sentence(span.end, page)):
            statement = replace(statement, spans=merged((*statement.spans, span), page))
    return statement


def _ends_sentence(end: int, page: Page) -> bool:
    """Whether a sentence or paragraph ends at `end`: no `he asked` follows."""
    sentence = page.sentences[page.sentence_at(end - 1)]
    return not page.text[end : sentence.end].strip()


def _free_paragraphs(found: Sequence[Statement], page: Page) -> list[Statement]:
    """Paragraphs wholly in quotation marks, unclaimed, right after a quoted statement: the same speaker goes on.

    Not after a question, which someone else may answer. They take the score of the statement that they continue.
    """
    last = {page.paragraph_at(s.reach - 1): s for s in sorted(found, key=lambda s: s.reach)}
    free: list[Statement] = []
    unclaimed = {r.outer_start for r in _unclaimed(found, page)}
    for index, paragraph in enumerate(page.paragraphs[1:], start=1):
        before = last.get(index - 1)
        if before is None or paragraph.start not in unclaimed or not page.quoted(before.end - 1):
            continue
        asked = page.text[before.start : before.end].rstrip("\"”’'»").endswith("?")
        if asked or page.words_in(before.reach, page.paragraphs[index - 1].end) or not _spoken(paragraph, page):
            continue
        last[index] = Statement((Stretch(paragraph.start, paragraph.end),), None, None, before.score)
        free.append(last[index])
    return free


def _spoken(paragraph: Span, page: Page) -> bool:
    """Whether a paragraph is a sentence in quotation marks, and no subhead: some word but the first is in small letters, five at least."""
    words = page.text[paragraph.start : paragraph.end].split()
    return len(words) > 4 and any(w[:1].islower() for w in words[1:]) and page.is_full_sentence([Stretch(paragraph.start, paragraph.end)])


def _distinct(found: Iterable[Statement]) -> list[Statement]:
    """One statement for the same words: two would be one row."""
    best: dict[tuple[tuple[int, int], ...], Statement] = {}
    for statement in sorted(found, key=lambda s: (_place(s), -s.score)):
        best.setdefault(tuple((s.start, s.end) for s in statement.spans), statement)
    return list(best.values())
