"""Patterns on strings that grow: the CPU time of each may grow with the string's length, and not with its square.

    python -m tests.programs.growth [--all]

Every pattern that the packages compile is met as they compile it: `re` is watched while all modules are imported, their cached functions
called, and invented stories taken through the steps. Each pattern is then tried, by the methods that the code calls on it, on strings
made of its own parts, which are what may drive it from branch to branch, and on a list of the usual ones.
"""

import ast
import importlib
import inspect
import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from time import thread_time
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent.parent
FLOORS = ("schemas", "tasks", "flows")

UNITS = [
    *(" ", "\t", "\n", "\r\n", " \n", "\n ", "…", "“", "”", '"', "'", "’", "-", "–", ".", ",", "(", "<", "&", "/", "_", ":"),
    *("a", "A", "1", "a ", "A ", "A-", ", ", "A. ", "“a” ", "a, ", "A-B-C ", "Aa ", "aA", "1.", "and ", "the ", "É", "\x00"),
]
"""What is repeated to try any pattern."""

COUNTS = (12, 17, 22, 27, 64, 256, 1024, 4096)
"""How often a unit is repeated: few, to meet what doubles with each, before many."""

FLOOR = 0.004
"""Seconds of CPU time under which a measure says nothing."""

ABOVE_LINEAR = 2.5
"""The growth of time over that of the count: 4 for what is quadratic, between counts one of which is four times the other."""

TAKE_PATTERN = frozenset({"compile", "search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split"})
"""What `re` does with a pattern."""

HANDED_ON = {"tasks/split/datelines.py: compiled": frozenset({"match"})}
"""Patterns that a function hands on, and what is called on them."""

MADE_OF_WORDS = {
    "flows/server.py: reason": "each of CAUSES, plain words",
    "schemas/reading.py: pattern": "the operator's own",
    "tasks/quotes/speakers/names.py: _only_begins_sentence": "a word of the story, escaped",
    "tasks/read/nitf.py: whole_line": "a title of the story, escaped, behind a run of white space",
    "tasks/workers/terms.py: _has_refused_rights": "the operator's own",
}
"""Patterns that are only known at work and that no story of ours meets, and of what they are made."""

BOUNDED = {
    "tasks/split/datelines.py: compiled": 270,
    "tasks/read/anpa.py: FILED": 200,
    "tasks/read/anpa.py: TRAILER": 200,
    "tasks/quotes/speakers/cast.py: WORD_BEFORE": 30,
    "tasks/quotes/statements/edges.py: UNFINISHED": 40,
}
"""The most characters that the code gives a pattern, where it says so at the call."""

SEARCHES = {"search": "search", "match": "match", "fullmatch": "fullmatch"}
"""The method of a pattern that is tried for each that is called; for others, all matches are looked for."""


class Met(NamedTuple):
    """A pattern as the code compiles it, and the methods that the code calls on it."""

    pattern: re.Pattern[Any]
    place: str
    methods: frozenset[str]


class Grown(NamedTuple):
    """A way to grow a string: `before`, then `unit` again and again, then `after`."""

    before: str
    unit: str
    after: str

    def of(self, count: int) -> str:
        return self.before + self.unit * count + self.after


# ------------------------------------------------------------------------------------------------ which patterns there are


def met() -> tuple[list[Met], list[str]]:
    """Every pattern that the packages' modules compile, on import or at work; and the places of those that did not come up."""
    seen: dict[tuple[Any, int], tuple[re.Pattern[Any], set[tuple[Path, int, str]]]] = {}
    compile_pattern = re._compile  # type: ignore[attr-defined]

    def watched(pattern: Any, flags: Any) -> Any:
        compiled = compile_pattern(pattern, flags)
        function, caller = sys._getframe(1), sys._getframe(2)
        path = Path(caller.f_code.co_filename)
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in FLOORS and isinstance(compiled, re.Pattern):
            known = seen.setdefault((compiled.pattern, compiled.flags), (compiled, set()))
            known[1].add((path, caller.f_lineno, function.f_code.co_name))
        return compiled

    re._compile = watched  # type: ignore[attr-defined]
    try:
        at_work()
    finally:
        re._compile = compile_pattern  # type: ignore[attr-defined]
    uses = Uses([path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))])
    found = []
    for compiled, places in seen.values():
        names = sorted({f"{path.relative_to(ROOT)}: {uses.name_at(path, line)}" for path, line, _ in places})
        methods = frozenset().union(*({by} if by != "compile" else uses.methods_at(path, line) for path, line, by in places))
        found.append(Met(compiled, ", ".join(names), methods))
    reached = {(path, line) for _, places in seen.values() for path, line, _ in places}
    missed = []
    for path, call in uses.calls():
        if (path, call.lineno) not in reached and "train" not in path.parts and path.stem != "train":
            try:
                found.append(written(path, call, uses))
            except NameError:
                missed.append(f"{path.relative_to(ROOT)}: {uses.name_at(path, call.lineno)}")
    return found, missed


def written(path: Path, call: ast.Call, uses: "Uses") -> Met:
    """The pattern that a call writes out; raises NameError where it is made of a function's variables."""
    known = vars(importlib.import_module(module_of(path)))
    pattern = eval(compile(ast.Expression(call.args[0]), str(path), "eval"), known)
    flags = next((eval(ast.unparse(a), known) for a in call.args[1:] if ast.unparse(a).startswith("re.")), 0)
    method = ast.unparse(call.func).removeprefix("re.")
    methods = uses.methods_at(path, call.lineno) if method == "compile" else {method}
    return Met(re.compile(pattern, flags), f"{path.relative_to(ROOT)}: line {call.lineno}", frozenset(methods))


def module_of(path: Path) -> str:
    """The dotted name of a module of the packages."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def at_work() -> None:
    """Imports every module, calls every cached function that needs no argument, and takes invented stories through all steps."""
    for path in sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py")):
        name = module_of(path)
        if name.split(".")[:2] in (["tasks", "train"], ["flows", "train"]) or name.endswith("__main__"):
            continue  # training needs PyTorch
        module = importlib.import_module(name)
        for value in list(vars(module).values()):
            if hasattr(value, "cache_info") and value.__module__ == name and "agger" not in value.__name__:
                wanted = [p for p in inspect.signature(value).parameters.values() if p.default is p.empty]
                if not wanted:
                    value()
    extract_text = importlib.import_module("flows.extract").extract_text  # not sooner: its patterns are to be seen
    for line in (ROOT / "tests" / "stories" / "wire.jsonl").read_text("utf-8").splitlines():
        extract_text("1", json.loads(line)["text"])


class Uses:
    """What the sources call on the patterns that they give a name."""

    def __init__(self, sources: Iterable[Path]) -> None:
        self.trees = {path: ast.parse(path.read_text("utf-8")) for path in sources}
        self.called: dict[tuple[Path, str], set[str]] = defaultdict(set)
        self.importing: dict[tuple[str, str], set[Path]] = defaultdict(set)
        for path, node in ((path, node) for path, tree in self.trees.items() for node in ast.walk(tree)):
            match node:
                case ast.ImportFrom(module=str(module), names=names):
                    for alias in names:
                        self.importing[module.rpartition(".")[2], alias.name].add(path)
                case ast.Attribute(value=ast.Name(id=name) | ast.Call(func=ast.Name(id=name)), attr=method):
                    self.called[path, name].add(method)
                case ast.Attribute(value=ast.Attribute(attr=name) | ast.Call(func=ast.Attribute(attr=name)), attr=method):
                    self.called[Path(), name].add(method)  # of a module by its name

    def calls(self) -> list[tuple[Path, ast.Call]]:
        """The calls of `re` with a pattern in the sources."""
        found = ((path, node) for path, tree in self.trees.items() for node in ast.walk(tree) if isinstance(node, ast.Call))
        return [(path, call) for path, call in found if ast.unparse(call.func) in {f"re.{name}" for name in TAKE_PATTERN}]

    def name_at(self, path: Path, line: int) -> str:
        """The name to which the statement at a line gives its pattern: of a variable, else of the function that returns it."""
        around = [n for n in ast.walk(self.trees[path]) if isinstance(n, ast.stmt) and n.lineno <= line <= (n.end_lineno or 0)]
        name = f"line {line}"
        for node in around:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.FunctionDef(name=name):
                    pass
        return name

    def methods_at(self, path: Path, line: int) -> set[str]:
        """The methods called on that name, or on the call itself; all, where the code hands the pattern on."""
        for node in ast.walk(self.trees[path]):
            match node:
                case ast.Attribute(value=ast.Call(func=compiler), attr=method) if node.lineno <= line <= (node.end_lineno or 0):
                    if ast.unparse(compiler) == "re.compile":
                        return {method}
        name = self.name_at(path, line)
        module = path.stem if path.stem != "__init__" else path.parent.name
        files = {path, *self.importing[module, name]}
        called = set().union(*(self.called[file, name] for file in files))
        if (path.parent.name, module) in self.importing:
            called |= self.called[Path(), name]
        return called & TAKE_PATTERN or {"search", "match", "fullmatch", "finditer"}


# ------------------------------------------------------------------------------------------------ strings that suit a pattern

CANDIDATES = "aA1 \n.,-“\"'…()<>[]/:;_é&\x00\x16"
"""Characters for classes that name only what they are not."""

CATEGORIES = {"DIGIT": "1", "NOT_DIGIT": "a", "SPACE": " ", "NOT_SPACE": "a", "WORD": "a", "NOT_WORD": "."}


def grown(pattern: re.Pattern[Any], choices: int) -> list[Grown]:
    """Ways to grow strings that try a pattern; `choices` is of how many branches and characters each part is made."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    parsed = parser.parse(source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    ways = dict.fromkeys(Grown("", unit, after) for unit in UNITS for after in ("", "\x00"))
    for choice in range(choices):
        for before, unit in repeats(parsed, "", choice):
            for way in (Grown(before, unit, "\x00"), Grown("", before + unit, "\x00"), Grown("", before, "\x00"), Grown("", unit, "!")):
                if way.unit and len(way.unit) < 200:
                    ways[way] = None
        opening = next((before for before, _ in repeats(parsed, "", choice) if before), "")
        ways |= dict.fromkeys(Grown(opening, unit, "\x00") for unit in UNITS[:: 1 if choices > 2 else 2])
    return list(ways)


def repeats(parsed: Any, before: str, choice: int) -> Iterator[tuple[str, str]]:
    """For each part that may be repeated often: a string for what stands before it, and one for the part itself."""
    for op, argument in parsed:
        inner: list[Any] = []
        match op:
            case codes.MAX_REPEAT | codes.MIN_REPEAT | codes.POSSESSIVE_REPEAT:
                _, most, body = argument
                if most is codes.MAXREPEAT or most > 8:
                    yield before, sample(body, choice)
                inner = [body]
            case codes.BRANCH:
                inner = argument[1]
            case codes.SUBPATTERN:
                inner = [argument[3]]
            case codes.ASSERT | codes.ASSERT_NOT:
                inner = [argument[1]]
            case codes.ATOMIC_GROUP:
                inner = [argument]
        for part in inner:
            yield from repeats(part, before, choice)
        before += sample([(op, argument)], choice)


def sample(parsed: Any, choice: int) -> str:
    """A short string that a part of a pattern may match: of its branches and characters the `choice`-th."""
    found = ""
    for op, argument in parsed:
        match op:
            case codes.LITERAL:
                found += chr(argument)
            case codes.NOT_LITERAL:
                found += "b" if argument == ord("a") else "a"
            case codes.ANY:
                found += "a"
            case codes.IN:
                found += of_class(argument, choice)
            case codes.BRANCH:
                found += sample(argument[1][choice % len(argument[1])], choice)
            case codes.SUBPATTERN:
                found += sample(argument[3], choice)
            case codes.ATOMIC_GROUP:
                found += sample(argument, choice)
            case codes.MAX_REPEAT | codes.MIN_REPEAT | codes.POSSESSIVE_REPEAT:
                found += sample(argument[2], choice) * max(argument[0], choice % 2 and min(argument[1], 1))
    return found


def of_class(parts: Any, choice: int) -> str:
    """A character of a class."""
    named = []
    for op, argument in parts:
        match op:
            case codes.LITERAL:
                named.append(chr(argument))
            case codes.RANGE:
                named += [chr(argument[0]), chr(argument[1])]
            case codes.CATEGORY:
                named.append(CATEGORIES[str(argument).removeprefix("CATEGORY_").removeprefix("UNI_")])
    if parts[0][0] is codes.NEGATE:
        named = [c for c in CANDIDATES if c not in named] or ["~"]
    return named[choice % len(named)]


# ------------------------------------------------------------------------------------------------ how time grows


def seconds(work: Callable[[Any], object], on: Any, tries: int = 1) -> float:
    """The least CPU time of some tries."""
    best = float("inf")
    for _ in range(tries):
        start = thread_time()
        work(on)
        best = min(best, thread_time() - start)
    return best


def too_fast(work: Callable[[Any], object], grow: Callable[[int], Any], counts: tuple[int, ...] = COUNTS) -> int | None:
    """The count from which the time of `work` grows clearly faster than the count; None where it does not."""
    before = (counts[0], seconds(work, grow(counts[0])))
    for count in counts[1:]:
        if count > 256 and before[1] * (counts[-1] / before[0]) ** 2 < FLOOR:
            return None
        now = (count, seconds(work, grow(count)))
        if now[1] > FLOOR and now[1] / max(before[1], 1e-7) > ABOVE_LINEAR * count / before[0]:
            tries = 5 if now[1] < 0.1 else 2
            again = seconds(work, grow(count), tries) / max(seconds(work, grow(before[0]), tries), 1e-7)
            if again > ABOVE_LINEAR * count / before[0]:
                return count
        before = now
    return None


def tries(pattern: re.Pattern[Any], methods: Iterable[str]) -> list[tuple[str, Callable[[Any], object]]]:
    """What to call for the methods that the code calls."""
    found: dict[str, Callable[[Any], object]] = {}
    for method in methods:
        name = SEARCHES.get(method, "finditer")
        found[name] = getattr(pattern, name) if name != "finditer" else (lambda on: sum(1 for _ in pattern.finditer(on)))
    return sorted(found.items())


def violations(patterns: Iterable[Met], choices: int) -> Iterator[str]:
    """A line for each pattern whose time grows faster than the string that it is tried on."""
    for met in patterns:
        if found := next(too_fast_on(met, choices), None):
            yield f"{met.place}: {found} of {met.pattern.pattern!r:.150}"


def too_fast_on(met: Met, choices: int) -> Iterator[str]:
    """The method and the string with which a pattern's time grows too fast, each time that it does."""
    pattern, limit = met.pattern, BOUNDED.get(met.place)

    def grow(way: Grown, count: int) -> str | bytes:
        text = way.of(count)[:limit]
        return text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")

    for name, method in tries(pattern, HANDED_ON.get(met.place, met.methods)):
        for way in grown(pattern, choices):
            if count := too_fast(method, partial(grow, way)):
                yield f"from {count} times {way.unit!r} on, {name} (before it {way.before!r:.40}, after it {way.after!r})"


def main() -> None:
    patterns, missed = met()
    found = [f"{place}: not met" for place in missed if place not in MADE_OF_WORDS]
    for line in violations(patterns, 4 if "--all" in sys.argv else 2):
        found.append(line)
        print(line, flush=True)
    print(f"{len(patterns)} patterns, {len(found)} violations")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
