"""Labels: what a page prints beside speech to say whose it is, in front of it, behind it, or on a line over or under it."""

import re

from tasks.language.marks import ANY, APOSTROPHE, DOUBLE

TIME = r"[\[(]?\d{1,2}[:.]\d\d(?:[:.]\d\d)?[\])]?"
LEAD = re.compile(rf"(?:(?:[-–—*•·]{{1,2}}|\d{{1,2}}[.)]|{TIME}) +)?")
"""What may stand before a label: a bullet, a number, the time."""
DESCRIBED = rf"(?: \([^()\n]{{1,60}}\)|, [^,:;(){DOUBLE}\n]{{2,80}}?| {TIME})"
"""What may stand behind its name: an office, a town, the time."""
LABEL = re.compile(
    rf"{LEAD.pattern}[{ANY}<\[*_]{{0,2}}(?P<name>[QA]|[A-Z][A-Z.{APOSTROPHE} -]*[A-Z]"
    rf"|[A-Z][^\W\d]+\.?(?: [A-Z][\w.{APOSTROPHE}-]*){{0,3}}){DESCRIBED}{{0,2}}[>\]*_]{{0,2}}\s*"
    rf"(?P<mark>[:.|]|(?<= )[–—-]{{1,2}})[*_]{{0,2}}\s+(?=\S)"
)
"""A label in front of what somebody says, with its mark."""
LINE = re.compile(
    rf"\s*(?P<mark>[–—―-]{{1,2}}|)[(/|]?\s?(?P<name>(?P<bearer>[^\W\d_a-zß-ÿ][^\n,:;(){DOUBLE}]{{1,60}}?)"
    rf"(?:, (?:the|an?|his|her|their) [^\n,;(){DOUBLE}]{{2,60}}?)?){DESCRIBED}{{0,2}}?:?[.)]{{0,2}}\s*"
)
"""A label behind a quotation, or on a line over or under it; an apposition belongs to the name."""
SPEECH = re.compile(r"\b[a-zß-ÿ]{2}|\w [a-zß-ÿ]\b|[a-zß-ÿ][.?!]$")
"""What is said has a word in small letters: `Lund: 1,769` is a count."""
UNDER = re.compile(rf"[{ANY}]*[^\W\d_a-zß-ÿ].*[.?!…][{ANY}]*", re.DOTALL)
"""What is said under a name begins and ends as a sentence does: a name that a table's line breaks off has the next line under it."""
