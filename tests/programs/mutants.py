"""Changes the rooms' code in one place at a time and says which changes no test saw: `python -m tests.programs.mutants`.

The changes are Cosmic Ray's (`pip install cosmic-ray`), in a copy of the working tree; of all there are, a sample is drawn
with a seed. A mutant is killed when a test of its room fails or takes five times as long as without it.
"""

import argparse
import difflib
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tests.copies import copy_to, python

ROOMS = {
    "quotes": ("test_quotes*", "test_stories"),
    "entities": ("test_entities*", "test_stories"),
    "split": ("test_split*", "test_versions"),
    "values": ("test_values*",),
    "clean": ("test_clean*",),
    "read": ("test_read*",),
    "tag": ("test_tagger", "test_chain", "test_attributions", "test_words"),
    "language": ("test_calendar", "test_marks", "test_sentences", "test_quotes*", "test_split*"),
}
"""The tests that hold a room, by the patterns of their names."""

USUAL = ("quotes", "entities", "split", "values", "clean")

OPERATORS = re.compile(
    r"core/(?:ReplaceComparisonOperator_(?:Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is)"
    r"|ReplaceBinaryOperator_(?:Add_Sub|Sub_Add|Mul_Div|Div_Mul)|ReplaceUnaryOperator_Delete_Not"
    r"|AddNot|ReplaceTrueWithFalse|ReplaceFalseWithTrue|ReplaceAndWithOr|ReplaceOrWithAnd|NumberReplacer|ZeroIterationForLoop)"
)
"""Those of Cosmic Ray's changes that leave a program that could have been meant; others (`|` for `+`, no `@cache`) show nothing."""


class Mutant(NamedTuple):
    """One change: the n-th place of a file at which an operator can act."""

    path: Path
    operator: str
    number: int

    @property
    def room(self) -> str:
        """The room of `tasks` that is changed."""
        return self.path.parts[1]


def mutants(copy: Path, paths: Iterable[Path]) -> Iterator[Mutant]:
    """Every change of a copy's files, in order."""
    operators = {name: get_operator(name)() for name in sorted(operator_names()) if OPERATORS.fullmatch(name)}
    for path in paths:
        nodes = [*ast_nodes(get_ast((copy / path).read_text("utf-8")))]
        for name, operator in operators.items():
            places = sum(1 for node in nodes for _ in operator.mutation_positions(node))
            yield from (Mutant(path, name, number) for number in range(places))


def code_of(copy: Path, mutant: Mutant) -> tuple[str, str]:
    """The code before and after the change."""
    before = (copy / mutant.path).read_text("utf-8")
    return before, mutate_code(before, get_operator(mutant.operator)(), mutant.number) or before


def tests(copy: Path, rooms: Iterable[str]) -> list[str]:
    """The test files of rooms."""
    names = {str(path.relative_to(copy)) for room in rooms for name in ROOMS[room] for path in copy.glob(f"tests/*/{name}.py")}
    return sorted(names)


def passes(copy: Path, room: str, timeout: float | None = None) -> bool:
    """Whether the tests of a room pass in a copy."""
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0", *tests(copy, [room]), f"tasks/{room}"]
    try:
        return python(copy, "-m", "pytest", *arguments, timeout=timeout).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def limits(copy: Path, rooms: Iterable[str]) -> dict[str, float]:
    """How long the tests of each room may take, in seconds. Exits where they fail without a change."""
    found = {}
    for room in rooms:
        began = time.monotonic()
        if not passes(copy, room):
            sys.exit(f"the tests of {room} fail without any change")
        found[room] = 5 * (time.monotonic() - began) + 30
    return found


def changed(before: str, after: str) -> str:
    """The lines that differ."""
    return "\n".join(
        line
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
        if not line.startswith(("---", "+++"))
    )


def sample(copy: Path, rooms: Iterable[str], count: int, seed: int) -> list[Mutant]:
    """`count` changes of rooms, drawn with a seed from all of them; in the order of the files."""
    paths = sorted(path.relative_to(copy) for room in rooms for path in (copy / "tasks" / room).rglob("*.py"))
    every = [*mutants(copy, paths)]
    return sorted(random.Random(seed).sample(every, min(count, len(every))))


def main() -> int:
    """The command line of this program; returns how many mutants survived."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rooms", nargs="*", default=USUAL, choices=[*ROOMS, USUAL], metavar="ROOM", help=", ".join(ROOMS))
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    killed, lived = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_to(Path(folder) / "wiredesk")
        chosen = sample(copy, wanted.rooms, wanted.count, wanted.seed)
        allowed = limits(copy, sorted({mutant.room for mutant in chosen}))
        for mutant in chosen:
            before, after = code_of(copy, mutant)
            (copy / mutant.path).write_text(after, "utf-8")
            dead = not passes(copy, mutant.room, allowed[mutant.room])
            (copy / mutant.path).write_text(before, "utf-8")
            (killed if dead else lived)[str(mutant.path)] += 1
            print("killed  " if dead else "survived", mutant.path, mutant.operator.removeprefix("core/"), mutant.number, flush=True)
            if not dead:
                print(changed(before, after), flush=True)
    for path in sorted(killed | lived):
        print(f"{killed[path]:4} killed, {lived[path]:4} survived  {path}")
    print(f"{killed.total():4} killed, {lived.total():4} survived of {len(chosen)}, seed {wanted.seed}")
    return lived.total()


if __name__ == "__main__":
    sys.exit(main())
