"""Label sets differ from corpus to corpus: which labels count, and what ours are called there."""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import cache

from tasks import shipped


@dataclass(frozen=True)
class LabelScheme:
    """`translate` renames labels, of gold and predictions alike; only those in `labels` count, all where it is None."""

    translate: Mapping[str, str] = field(default_factory=dict)
    labels: Set[str] | None = None
    name: str | None = None

    def of(self, label: str) -> str:
        """The label's name in this scheme."""
        return self.translate.get(label, label)

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

    `translate` is a preset's name or `OURS=THEIRS,...`, `labels` is `A,B,...`. Raises ValueError for anything else.

    >>> parse_scheme("PERSON=PER,PLACE=LOC", "PER", {}).labels
    frozenset({'PER'})
    """
    wanted = frozenset(filter(None, (labels or "").split(","))) or None
    if translate is None:
        scheme = guess(gold_labels)
    elif translate in presets():
        scheme = presets()[translate]
    else:
        pairs = [pair.partition("=") for pair in translate.split(",")]
        if any(not (ours and theirs) for ours, _, theirs in pairs):
            raise ValueError(f"--map {translate}: give OURS=THEIRS,... or one of {', '.join(presets())}")
        scheme = LabelScheme({ours: theirs for ours, _, theirs in pairs})
    return LabelScheme(scheme.translate, wanted or scheme.labels, scheme.name)


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
