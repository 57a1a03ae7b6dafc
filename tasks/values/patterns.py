"""The grammar of dates, times, sums, percentages and quantities: word classes from `language/en/values.toml`, put together here."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from tasks import shipped
from tasks.language import marks
from tasks.language.calendar import english_months, english_weekdays

Rules = tuple[tuple[str, str], ...]
"""Labels with regular expressions over the word classes below; context stands in look-arounds, the rest is the mention.

Of two rules that match at the same place the one higher up wins, so each label runs from long to short.
"""

# Mentions that open with a figure or a currency sign.
FIGURES: Rules = (
    # 10 a.m. EST · 9:30 p.m. · 14:30 GMT · 1430 GMT · at 14:30 · 5 o'clock
    ("TIME", r"{hour}(?:[:.][0-5]\d)?\s?{meridiem}(?:,?\s{zone})?(?!\w)"),
    ("TIME", r"{hour}(?::?[0-5]\d)?\s?(?:hours?\s)?{zone}(?!\w)"),
    ("TIME", r"(?={hour}:){before_time}{hour}:[0-5]\d(?!\w|[:.]\d)"),
    ("TIME", r"{hour}\so{apostrophe}clock(?:\sin\sthe\s{day_part}|\sat\snight)?"),
    # $5 million · €3bn · 220 million USD
    ("MONEY", r"{sign}\s?{figure}(?:[-–]{figure}(?={scale}))?(?:{scale}|{scale_letter})?(?:\s{noun}(?!\w))?"),
    ("MONEY", r"{figure}{scale}?\s?{code}(?!\w)"),
    # 5.4% · the 5 of "5 to 15 percent", as MUC-7 has it
    ("PERCENT", r"{figure}\s?%(?!\w)"),
    ("PERCENT", r"{figure}(?!-\d/)(?=(?:\s(?:to|and|or)\s|\s?[-–]\s?){figure}(?:\s?%|[\s-]{percent_word}(?!\w)))"),
    # 3 May 2020 · 2020-05-03 · 3/5/2020
    ("DATE", r"{day}{ordinal}?(?:\sof)?\s{any_month}(?:,?\s{year})?(?!\w)"),
    ("DATE", r"(?:1\d|20)\d\d[-/](?:0?[1-9]|1[0-2])[-/](?:0?[1-9]|[12]\d|3[01])(?![\w/-])"),
    ("DATE", r"(?:0?[1-9]|[12]\d|3[01])[./](?:0?[1-9]|[12]\d|3[01])[./](?:(?:19|20)\d\d|\d\d)(?![\w/-])"),
    # 1999 fiscal year · 1990s · '90s · 19th-century · 2000 B.C.
    ("DATE", r"{year}\sfiscal\syear(?!\w)"),
    ("DATE", r"(?:(?:1\d|20)\d0{apostrophe}?s|(?<=the )[2-9]0{apostrophe}?s|{elision}[2-9]0s)(?!\w)"),
    ("DATE", r"\d{{1,2}}{ordinal}[\s-][Cc]entury(?:\s{era})?(?!\w|\s[A-Z])"),
    ("DATE", r"(?:\d{{1,3}}(?:,\d{{3}})+|\d+)\s{era}(?!\w)"),
    # since 1991 · (1998) · in 1848
    ("DATE", r"(?=1|20){before_date}{not_numbered}{year}(?:/\d\d)?(?![\w,.:/$]*\d)(?!\w|-[A-Z]|[\s-]{counted}(?!\w))"),
    ("DATE", r"(?:(?<!-)|(?<=\d\d\d\d-)){not_numbered}(?:19[1-9]\d|20[0-4]\d)(?:/\d\d)?(?![\w,.:/$]*\d)(?!\w|-[A-Z]|[\s-]{counted}(?!\w))"),
    # the 98 of 1997-98
    ("DATE", r"(?<=\b19\d\d[-–])\d\d(?![\w,.:/%-]*\d)(?!\w|-[A-Z]|[\s-]{counted}(?!\w))"),
    ("DATE", r"(?<=\b20\d\d[-–])\d\d(?![\w,.:/%-]*\d)(?!\w|-[A-Z]|[\s-]{counted}(?!\w))"),
    ("QUANTITY", r"{figure}\s?{unit_abbreviation}(?!\w)"),
)

# What may follow an amount in figures or words: the mention is both.
AMOUNTS: Rules = (
    # 3 billion euros · half a million ringgit · 50,000 pounds
    ("MONEY", r"[\s-](?:{currency_adjective}\s)?{noun}(?![\w-])"),
    ("MONEY", r"{behind_big_amount}[\s-](?:(?:{currency_adjective}\s)?{noun_that_is_word}|{pounds})(?![\w-])"),
    # 12 percent · 3 basis points
    ("PERCENT", r"[\s-]{percent_word}(?!\w)"),
    # 113 kilometers · 20-year · 250,000-square-foot
    ("QUANTITY", r"[\s-]{unit}(?:-old)?(?!\w)"),
)

# Mentions that open with a capital letter.
NAMES: Rules = (
    # May 3, 2020 · May 3 · Sept. 1, 1987 · May 2020
    ("DATE", r"(?:{weekday},?\s)?{any_month}\s{day}{ordinal}?(?:,?\s{year})?(?!\w|[,.:]\d)"),
    ("DATE", r"{weekday},?\s(?:the\s)?{day}{ordinal}?(?:\sof)?\s{any_month}(?:,?\s{year})?(?!\w)"),
    ("DATE", r"{any_month}(?:,|\sof)?\s{year}(?!\w)"),
    ("DATE", r"Q[1-4](?:\s{year})?(?![\w-])"),
    ("DATE", r"(?:AD|A\.D\.)\s\d+(?!\w)"),
    ("DATE", r"{holiday}(?:,?\s{year})?(?!\w)"),
    # Saturday · Thursdays · Thurs.
    ("DATE", r"{not_title}{weekday}s?(?!\w|(?:{apostrophe}s)?\s{title_after})"),
    ("DATE", r"{weekday_abbreviation}\."),
    # May alone, after a preposition; October alone, unless it begins a name
    ("DATE", r"(?={month}){before_date}{month}(?!\w|\s{title_after})"),
    ("DATE", r"{plain_month}(?!\w|\s[A-Z][a-z])"),
)

# Mentions that open with a word.
WORDS: Rules = (
    # US$5m · dlrs 220 million · RM50,000 · EUR 3 bn
    ("MONEY", r"{code_before}\s?{figure}(?:{scale}|{scale_letter})?(?![\w-])"),
    ("TIME", r"{number_word}\so{apostrophe}clock(?:\sin\sthe\s{day_part}|\sat\snight)?"),
    ("TIME", r"{clock_word}(?:\s{zone})?(?!\w|-)"),
    # millions of dollars · one-hundredth of a percentage point
    ("MONEY", r"{heap}\s(?:{currency_adjective}\s)?{noun}(?!\w)"),
    ("PERCENT", r"{fraction}\sof(?:\sa|\sone)?\s{percent_word}(?!\w)"),
    # the fall of 2020 · spring 1998 · second quarter of 1999 · fiscal 1999 · the first half of 2021
    ("DATE", r"{season}(?:\sof)?\s{year}(?!\w)"),
    ("DATE", r"{ordinal_word}[\s-]quarter(?:(?:\sof)?\s{year})?(?!\w)"),
    ("DATE", r"{ordinal_word}\shalf\sof\s{year}(?!\w)"),
    ("DATE", r"[Ff]iscal(?:\syear)?\s{year}(?!\w)"),
    # mid-1990s · the twentieth century
    ("DATE", r"(?:[Mm]id|[Ee]arly|[Ll]ate)-{elision}?(?:1\d|20)?\d0{apostrophe}?s(?!\w)"),
    ("DATE", r"{century_word}[\s-][Cc]entury(?:\s{era})?(?!\w|\s[A-Z])"),
    ("DATE", r"(?={season}){before_season}{season}(?!\w)"),
)


@cache
def grammar() -> re.Pattern[str]:
    """All rules as one pattern; the group that took part is named for the mention's label and the rule."""
    classes = _word_classes(words())

    def any_of(rules: Rules, key: str) -> str:
        return "|".join(f"(?P<{label}_{key}{number}>{pattern.format_map(classes)})" for number, (label, pattern) in enumerate(rules))

    amount_in_figures = f"{classes['amount_in_figures']}(?:{any_of(AMOUNTS, 'figures')})"
    amount_in_words = f"{classes['amount_in_words']}(?:{any_of(AMOUNTS, 'words')})"
    # The tests of the first character only save time.
    return re.compile(
        rf"(?<![\w$£€¥])(?<!\d[.,/])(?:(?=\W)(?:{any_of(FIGURES, 'sign')})|(?=\d)(?:{any_of(FIGURES, 'figure')}|{amount_in_figures})"
        rf"|(?=[A-Z])(?:{any_of(NAMES, 'name')})|(?=[A-Za-z])(?:{any_of(WORDS, 'word')}|{amount_in_words}))"
    )


@cache
def words() -> dict[str, Any]:
    """The word lists and scores of `language/en/values.toml`."""
    return shipped.toml("language/en/values.toml")


def _word_classes(lists: dict[str, Any]) -> dict[str, str]:
    """The word classes that the rules name, as groups of a regular expression."""
    calendar, context, clock = lists["calendar"], lists["context"], lists["clock"]
    numbers, money, quantity = lists["numbers"], lists["money"], lists["quantity"]
    months, abbreviations = _names(english_months()), _names(english_months("abbreviated"))
    units = [*(f"{unit}s" for unit in quantity["units"]), *quantity["units"], *quantity["irregular_plurals"]]
    nouns = [noun for noun in money["nouns"] if noun not in money["nouns_that_are_words"]]
    number_word = rf"(?:{_words(numbers['tens'])}(?:[\s-]{_words(numbers['ones'])})?|{_words(numbers['ones'] + numbers['teens'])})(?!\w)"
    scale = rf"(?:[\s-]{_words(numbers['scales'])})+(?!\w)"
    and_a_half = r"(?:[\s-]and[\s-]a[\s-](?:half|quarter))?"
    number_in_words = rf"{number_word}(?:{scale}(?:(?:\sand)?\s{number_word}(?:{scale})?)?)?{and_a_half}"
    figure = r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[\s-]\d{1,2}/\d{1,2}(?!\d)|[½¼¾])?|\d{1,3}/\d{1,3})"
    signs = _any(money["signs"])
    heaps = _words(numbers["heaps"])
    return {
        "apostrophe": f"[{marks.APOSTROPHE}]",
        "elision": f"[{marks.APOSTROPHE}‘]",
        "figure": figure,
        "scale": scale,
        "scale_letter": rf"\s?{_words(numbers['scale_letters'])}(?!\w)",
        "number_word": number_word,
        "amount_in_figures": rf"{figure}(?:{scale})?{and_a_half}",
        "amount_in_words": rf"(?:{_words(numbers['vague'])}{scale}|(?!{_words(numbers['not_amounts'])}(?!\w)){number_in_words})",
        "behind_big_amount": f"(?:{'|'.join(f'(?<={scale})' for scale in numbers['scales'])}|(?<=,000))",
        "heap": rf"(?:{heaps}|tens)\sof(?:\s{heaps}\sof|\s{_words(numbers['scales'])})?",
        "fraction": _words(numbers["fractions"]),
        "ordinal_word": _words(numbers["ordinals"]),
        "century_word": _words(numbers["centuries"]),
        "hour": r"(?:[01]?\d|2[0-3])",
        "meridiem": r"(?:[ap]\.m\.|[ap]m\b|[AP]\.M\.|[AP]M\b)",
        "zone": _names(clock["zones"]),
        "day_part": _words(clock["day_parts"]),
        "clock_word": _any(clock["words"]),
        "day": r"(?:3[01]|[12]\d|0?[1-9])(?!\d)",
        "ordinal": r"(?:st|nd|rd|th)",
        "year": r"(?:1\d\d\d|20\d\d)(?!\d)",
        "era": r"(?:BC|B\.C\.|BCE|B\.C\.E\.|AD|A\.D\.|CE)",
        "month": months,
        "any_month": rf"(?:{months}|{abbreviations}\.?)",
        "plain_month": _names(month for month in english_months() if month not in calendar["months_that_are_words"]),
        "weekday": _names(english_weekdays()),
        "weekday_abbreviation": _names(english_weekdays("abbreviated")),
        "season": _words(calendar["seasons"]),
        "holiday": _names(calendar["holidays"]),
        "before_date": _behind(context["before_dates"]),
        "before_season": _behind([*context["before_seasons"], *(f"{word} the" for word in context["before_seasons"])]),
        "before_time": _behind(context["before_times"]),
        "not_title": _not_behind(context["titles_before"]),
        "not_numbered": _not_behind(context["numbered"]),
        "title_after": rf"{_any(context['titles_after'])}\b",
        "sign": signs,
        "code_before": f"(?:{_names(money['codes'])}|{_any(money['sign_letters'])}{signs})",
        "code": _names(money["codes"]),
        "noun": _words(nouns),
        "noun_that_is_word": _words(money["nouns_that_are_words"]),
        "pounds": _words(money["pounds"]),
        "currency_adjective": _words(money["adjectives"]),
        "percent_word": _words(lists["percent"]["words"]),
        "unit": _words(units),
        "unit_abbreviation": _any(quantity["abbreviations"]),
        "counted": _words([*units, *nouns, *lists["percent"]["words"], *context["counted"]]),
    }


def _words(words: Iterable[str]) -> str:
    """A group that matches one of the words in small letters, capitalised or in capitals; much faster than ignoring case."""
    return _any(form for word in words for form in (word, word[0].upper() + word[1:], word.upper()))


def _any(alternatives: Iterable[str]) -> str:
    """A group that matches one of the words, the longest first; a space matches a hyphen too."""
    longest_first = sorted(set(alternatives), key=lambda word: (-len(word), word))
    escaped = (re.escape(word).replace(r"\ ", r"[\s-]") for word in longest_first)
    return f"(?:{'|'.join(escaped)})"


def _names(names: Iterable[str]) -> str:
    """A group that matches one of the names as written or in capitals."""
    return _any(form for name in names for form in (name, name.upper()))


def _not_behind(words: Iterable[str]) -> str:
    """A test that none of the words stands just before."""
    return "".join(rf"(?<!\b{re.escape(word)}\s)" for word in words)


def _behind(words: Iterable[str]) -> str:
    """A test that one of the words stands just before; a look-behind each, for these must be of fixed width."""
    tests = (rf"(?<=\b{word}[\s-])" for word in words)
    return f"(?i:{'|'.join(tests)})"
