"""Changes the rooms' code in one place at a time and says which changes no test saw: `python -m tests.programs.mutants`.

The changes are Cosmic Ray's (`pip install cosmic-ray`), in a copy of the working tree; of all there are, a sample is drawn
with a seed. A mutant is killed when a test of its room fails or takes five times as long as without it. Each is run in a fork
of this process, which has loaded all that the tests import but the code of the copy. Two kinds of change are left out that no
result can show: numbers in decorators, which are the sizes of caches, and the bare `*` of a list of parameters, which is no product.
"""

import argparse
import difflib
import os
import random
import re
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from hypothesis import HealthCheck, Phase, settings
from parso.tree import NodeOrLeaf

from tests.copies import PARTS, copy_to

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

OPTIONS = ("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile=mutants")
"""For pytest: it prints and keeps nothing, and hypothesis looks for no smaller example."""

LONGEST = 600
"""Seconds that any tests may take, in case they wait for something that never comes."""


class Mutant(NamedTuple):
    """One change: the n-th place of a file at which an operator can act."""

    path: Path
    operator: str
    number: int

    @property
    def room(self) -> str:
        """The room of `tasks` that is changed."""
        return self.path.parts[1]


def mutants(paths: Iterable[Path]) -> Iterator[Mutant]:
    """Every change of files, in order."""
    operators = {name: get_operator(name)() for name in sorted(operator_names()) if OPERATORS.fullmatch(name)}
    for path in paths:
        nodes = [*ast_nodes(get_ast(path.read_text("utf-8")))]
        for name, operator in operators.items():
            places = (node for node in nodes for _ in operator.mutation_positions(node))
            yield from (Mutant(path, name, number) for number, node in enumerate(places) if _can_show(node))


def _can_show(node: NodeOrLeaf) -> bool:
    """Whether a change there can show in a result: no size of a cache, no bare `*` among parameters."""
    size = node.type == "number" and node.search_ancestor("decorator") is not None
    return not size and (node.type != "operator" or node.parent is None or node.parent.type != "parameters")


def sample(rooms: Iterable[str], count: int, seed: int) -> list[Mutant]:
    """`count` changes of rooms, drawn with a seed from all of them; in the order of the files."""
    every = [*mutants(sorted(path for room in rooms for path in Path("tasks", room).rglob("*.py")))]
    return sorted(random.Random(seed).sample(every, min(count, len(every))))


def tests(room: str) -> list[str]:
    """The tests that hold a room, the quickest first: most mutants die of them."""
    return [f"tasks/{room}", *(str(path) for name in ROOMS[room] for path in sorted(Path("tests").glob(f"*/{name}.py")))]


def load(rooms: Iterable[str]) -> None:
    """Imports pytest's plugins and what the tests of rooms import, and forgets the modules that are the copy's."""
    settings.register_profile(
        "mutants",
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        deadline=None,  # a busy machine kills no mutant
        suppress_health_check=[HealthCheck.too_slow],
    )
    pytest.main([*OPTIONS, "--collect-only", *(name for room in rooms for name in tests(room))])
    for name in [*sys.modules]:
        if name.partition(".")[0] in PARTS:
            del sys.modules[name]


def passes(room: str, seconds: int = LONGEST) -> bool:
    """Whether the tests of a room pass in so many seconds of processor time."""
    process = get_context("fork").Process(target=_run, args=(room, seconds))
    process.start()
    process.join(LONGEST)
    process.kill()
    return process.exitcode == 0


def _run(room: str, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    sys.exit(pytest.main([*OPTIONS, "-x", *tests(room)]))


def limits(rooms: Iterable[str]) -> dict[str, int]:
    """The seconds of processor time that the tests of each room may take. Exits where they fail without a change."""
    found = {}
    for room in rooms:
        before = _spent()
        if not passes(room):
            sys.exit(f"the tests of {room} fail without any change")
        found[room] = ceil(5 * (_spent() - before))
    return found


def _spent() -> float:
    """Seconds of processor time that the forks have taken so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def survivor(mutant: Mutant, seconds: int) -> str | None:
    """The lines that differ, where the tests of its room pass with the change; None for a mutant that is killed."""
    before = mutant.path.read_text("utf-8")
    after = mutate_code(before, get_operator(mutant.operator)(), mutant.number) or before
    mutant.path.write_text(after, "utf-8")
    lives = passes(mutant.room, seconds)
    mutant.path.write_text(before, "utf-8")
    return changed(before, after) if lives else None


def changed(before: str, after: str) -> str:
    """The lines that differ."""
    return "\n".join(
        line
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
        if not line.startswith(("---", "+++"))
    )


def main() -> int:
    """The command line of this program; returns how many mutants survived."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rooms", nargs="*", default=USUAL, choices=[*ROOMS, USUAL], metavar="ROOM", help=", ".join(ROOMS))
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    killed, lived = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(copy_to(Path(folder) / "wiredesk"))
        sys.path[0] = os.environ["PYTHONPATH"] = str(Path.cwd())
        chosen = sample(wanted.rooms, wanted.count, wanted.seed)
        rooms = sorted({mutant.room for mutant in chosen})
        load(rooms)
        allowed = limits(rooms)
        sys.dont_write_bytecode = True  # no mutant may be taken for the next one, of the same size and second
        for mutant in chosen:
            lines = survivor(mutant, allowed[mutant.room])
            (killed if lines is None else lived)[str(mutant.path)] += 1
            change = f"{mutant.path} {mutant.operator.removeprefix('core/')} {mutant.number}"
            print(f"killed   {change}" if lines is None else f"survived {change}\n{lines}", flush=True)
    for path in sorted(killed | lived):
        print(f"{killed[path]:4} killed, {lived[path]:4} survived  {path}")
    print(f"{killed.total():4} killed, {lived.total():4} survived of {len(chosen)}, seed {wanted.seed}")
    return lived.total()


if __name__ == "__main__":
    sys.exit(main())
