"""Label sets differ from corpus to corpus: which labels count, and what ours are called there."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from typing import get_args

from schemas.extracted import Sense
from tasks import shipped


@dataclass(frozen=True)
class LabelScheme:
    """`translate` renames labels, of gold and predictions alike; only those in `labels` count, all where it is None.

    A key with a sense, `PLACE:team`, is for mentions that stand for it only.
    """

    translate: Mapping[str, str] = field(default_factory=dict)
    labels: Set[str] | None = None
    name: str | None = None

    def of(self, label: str, sense: str | None = None) -> str:
        """The label's name in this scheme; that of mentions that stand for `sense`, where the scheme has one for them.

        >>> scheme = LabelScheme({"PLACE": "LOC", "PLACE:team": "ORG"})
        >>> scheme.of("PLACE"), scheme.of("PLACE", "team"), scheme.of("PLACE", "government")
        ('LOC', 'ORG', 'LOC')
        """
        return self.translate.get(f"{label}:{sense}") or self.translate.get(label, label)

    def counts(self, label: str) -> bool:
        """Whether a translated label is scored."""
        return self.labels is None or label in self.labels


@cache
def presets() -> dict[str, LabelScheme]:
    """The known schemes by name."""
    data = shipped.toml("evaluate/presets.toml")
    return {name: LabelScheme(p["map"], frozenset(p["labels"]), name) for name, p in data.items()}


def parse_scheme(translate: str | None, labels: str | None, gold_labels: Mapping[str, int]) -> LabelScheme:
    """The scheme that the options `--map` and `--labels` ask for, guessed from the gold's labels (with counts) without them.

    `translate` is a preset's name, `OURS=THEIRS,...`, or both with the name first; pairs add to the preset, named or guessed, and
    the labels that they lead to count. OURS may have a sense: `PLACE:team`. `labels` is `A,B,...`. Raises ValueError for anything
    else.

    >>> scheme = parse_scheme("PLACE:team=ORG", None, {"PER": 5, "ORG": 2})
    >>> scheme.name, scheme.of("PLACE", "team"), sorted(scheme.labels)
    ('conll', 'ORG', ['ORG', 'PER'])
    """
    wanted = frozenset(filter(None, (labels or "").split(","))) or None
    first, *rest = (translate or "").split(",")
    scheme = presets()[first] if first in presets() else guess(gold_labels)
    added = _pairs(translate, rest if first in presets() else [first, *rest]) if translate else {}
    counted = scheme.labels and scheme.labels | set(added.values())
    return LabelScheme({**scheme.translate, **added}, wanted or counted, scheme.name)


def _pairs(translate: str, parts: Sequence[str]) -> dict[str, str]:
    """The pairs of `--map`. Raises ValueError."""
    pairs = [part.partition("=") for part in parts]
    for ours, _, theirs in pairs:
        if not (ours and theirs):
            raise ValueError(f"--map {translate}: give OURS=THEIRS,... or one of {', '.join(presets())}")
        if (sense := ours.partition(":")[2]) and sense not in get_args(Sense):
            raise ValueError(f"--map {translate}: {ours} has no sense of ours, which are {', '.join(get_args(Sense))}")
    return {ours: theirs for ours, _, theirs in pairs}


def guess(gold_labels: Mapping[str, int]) -> LabelScheme:
    """The preset that knows the most gold mentions, cut to the labels that the gold has; all labels as they are if none does.

    >>> guess({"PER": 5, "LOC": 2}).of("PLACE")
    'LOC'
    """
    known = Counter({name: sum(n for label, n in gold_labels.items() if scheme.counts(label)) for name, scheme in presets().items()})
    if not any(known.values()):
        return LabelScheme()
    name, _ = known.most_common(1)[0]
    scheme = presets()[name]
    return LabelScheme(scheme.translate, frozenset(gold_labels) & (scheme.labels or frozenset()), name)
