"""What a mention of a person says of the name: where it begins, given names, surname; and whether two names can be one person's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from nicknames import NickNamer

from tasks import shipped
from tasks.language.countries import fold, is_demonym
from tasks.language.marks import APOSTROPHE
from tasks.language.titles import bare, given_names_too, is_first_name, table, titles

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xvi", "xxiii"})
_POSSESSIVE = re.compile(rf"(?<=[\w.])[{APOSTROPHE}][sS]$|(?<=[sS])[{APOSTROPHE}]$")
_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]?\.?|[A-Z]")

_PINYIN = re.compile(
    r"(?:(?:[bpmfdtnlgkhjqxzcsryw]|[zcs]h)?"
    r"(?:a(?:i|o|ng?)?|ei|eng?|ou?|ong|i(?:a(?:o|ng?)?|e|u|ng?|ong)?|u(?:a(?:i|ng?)?|e|i|n)?)){2}"
)
"""A Chinese given name of two syllables in one word: Jiwei."""

SAME, SURNAME, WHOLE, GIVEN, PET, INNER = 6, 5, 4, 3, 2, 1
"""How a shorter name is part of a longer one, from the surest way to the weakest."""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as printed, without title and possessive, and its parts in folded letters for comparison."""

    text: str
    offset: int
    """Where `text` starts in the mention: past the titles inside it."""
    parts: tuple[str, ...]
    suffix: str | None


@lru_cache(maxsize=4096)
def parse(mention: str) -> PersonName:
    """Takes a person's mention apart.

    >>> name = parse("Prime Minister Jean-Luc P. Ahlgren Jr.’s")
    >>> name.text, name.offset, name.parts, name.suffix
    ('Jean-Luc P. Ahlgren Jr.', 15, ('jean', 'luc', 'p', 'ahlgren'), 'jr')
    """
    mention = without_possessive(mention)
    words = [(m.group(), m.start()) for m in re.finditer(r"\S+", mention)]
    titled = 0
    for length in range(1, len(words)):
        if not _is_title(words[length - 1][0], [word for word, _ in words[length:]]):
            break
        titled = length
    name = words[titled:]
    parts = [part for word, _ in name for part in _parts(word)]
    suffix = parts.pop() if len(parts) > 1 and parts[-1] in _SUFFIXES else None
    offset = name[0][1] if name else 0
    return PersonName(mention[offset:], offset, tuple(parts), suffix)


def _is_title(word: str, rest: Sequence[str]) -> bool:
    """Whether a word in a mention is a title of whom the rest names: any before a first name and a surname, else none that is a name too.

    >>> _is_title("Dean", ["Lund"]), _is_title("Dean", ["Ada", "Lund"]), _is_title("Hairdresser", ["Ada", "Lund"])
    (False, True, True)
    """
    title, full = bare(word), len(rest) > 1 and is_first_name(rest[0]) and rest[1][0].isupper()
    if title in given_names_too() | table("heads", "surnames_too"):
        return full
    return title in titles() or (full and not is_first_name(word) and is_demonym(word))


def without_possessive(mention: str) -> str:
    """A mention without its possessive ending.

    >>> without_possessive("Lund’s"), without_possessive("Ros'"), without_possessive("U.S.'s")
    ('Lund', 'Ros', 'U.S.')
    """
    return _POSSESSIVE.sub("", mention)


@lru_cache(maxsize=65536)
def relation(short: PersonName, full: PersonName) -> int:
    """How `short` names the person that `full` names: SAME, SURNAME, WHOLE, GIVEN, PET or INNER; 0 where it does not.

    A pet name may do so: in PolNeAR train 5 of 5 pairs of full names are one person's, and 3 of 4 pet names alone. A given name alone
    never names who goes by its pet name: John is not Jack Hale.

    >>> [relation(parse(s), parse("Hillary Rodham Clinton")) for s in ("Clinton", "Hillary Clinton", "Hillary", "Rodham", "Bill Clinton")]
    [5, 4, 3, 1, 0]
    """
    a, b = short.parts, full.parts
    monarch = short.suffix is not None and len(a) == 1
    if short.suffix != full.suffix and (monarch or (short.suffix and full.suffix)):
        return 0
    if a == b:
        return SAME
    if not a or len(a) > len(b):
        return 0
    if b[-len(a) :] == a:
        return SURNAME
    if len(a) > 1 and a[-1] == b[-1]:
        rest = iter(b[1:-1])
        return WHOLE if _same_given(a[0], b[0]) and all(any(_same_given(m, other) for other in rest) for m in a[1:-1]) else 0
    if b[: len(a)] == a:
        return GIVEN if len(a) == 1 else WHOLE
    if len(a) == 1 and a[0] in _nicknamer().nicknames_of(b[0]):
        return PET
    return INNER if any(b[i : i + len(a)] == a for i in range(1, len(b) - len(a))) else 0


def surname_first(name: PersonName) -> bool:
    """Whether a title may stand before the first word of a name, which is a surname or is used as one: Xi Jinping, Mobutu Sese Seko.

    Not before what English knows as a given name, save the Kims and Lees of three words or with a Chinese given name. In PolNeAR
    train and CoNLL-2003 train, 12 of 12 such titles mean the one person of the story whose name begins so.

    >>> [surname_first(parse(n)) for n in ("Xi Jinping", "Kim Jong Un", "Lou Jiwei", "Kim Hale", "James Hale")]
    [True, True, True, False, False]
    """
    if not name.parts or name.parts[0] in _listed("surnames"):
        return False
    if name.parts[0] in _listed("surnames_first"):
        return len(name.parts) > 2 or _PINYIN.fullmatch(name.parts[-1]) is not None
    return len(alike(name.parts[0])) == 1


def _same_given(a: str, b: str) -> bool:
    """Whether two given names may be one: equal, an initial, or a pet name (Bill, William)."""
    if len(a) == 1 or len(b) == 1:
        return a[:1] == b[:1]
    return b in alike(a)


@lru_cache(maxsize=8192)
def alike(name: str) -> frozenset[str]:
    """A given name, those that it is short for, and those that are short for it: Bill, William."""
    known = _nicknamer()
    return frozenset({name} | known.canonicals_of(name) | known.nicknames_of(name))


@cache
def _listed(table: str) -> frozenset[str]:
    return frozenset(shipped.toml("language/en/given_names.toml")[table])


@cache
def _nicknamer() -> NickNamer:
    return NickNamer()


def _parts(word: str) -> list[str]:
    """The parts of a printed word: letters of initials (H.W.), halves of a double name (el-Sayed)."""
    if _INITIALS.fullmatch(word):
        return list(word.replace(".", "").casefold())
    return re.findall(r"\w+", fold(word))
