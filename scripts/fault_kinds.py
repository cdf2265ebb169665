"""The kinds of faults that ``planted_faults.py`` plants: for each, where in a module it can be planted, and as what."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

LIFECYCLE = Path(__file__).resolve().parents[1] / "kpi" / "model" / "lifecycle.py"
TURNED: dict[type[ast.cmpop], tuple[str, str, str]] = {  # as written, at the border, turned
    ast.Lt: ("<", "<=", ">"),
    ast.LtE: ("<=", "<", ">="),
    ast.Gt: (">", ">=", "<"),
    ast.GtE: (">=", ">", "<="),
}
FACTORS = (24, 60, 100, 1000, 1024, 3600, 1_000_000)
UNIT_WORDS = ("percent", "points", "fraction", "relative", "个", "家", "%")
OTHER_UNIT = {
    "hours": "minutes",
    "minutes": "seconds",
    "days": "hours",
    "seconds": "minutes",
    "microseconds": "seconds",
}
DECIDING = ("benchmark", "eligibility", "recommendation", "scoring", "screening", "stats")
MEASURED = re.compile(r"value|share|power|score|weight|distance|spread|alpha|bound|median|total|change|tail|best|worst")
EVERYBODYS = "keep_own_account"
REMEMBERED = ("cached", "cached_each", "cached_read", "once")
OF_SQL = re.compile(r"(?:not )?list_contains\(\$(?:own|bodies|industries|barred), [^()]+\)")
ROLES = "__import__('kpi.access.roles', fromlist=['*'])"

Edit: TypeAlias = tuple[int, int, str]
"""From where to where in the text, and what is there instead."""
Placed: TypeAlias = ast.expr | ast.stmt | ast.keyword
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class Source:
    """A module: its text, its syntax tree, and where in the text each node is."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[tuple[ast.AST, tuple[ast.AST, ...]]]:
        """Each node with what it lies in. What is inside an f-string has no place of its own before Python 3.12."""
        found: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(self.tree, ())]
        for node, above in found:  # grows meanwhile
            if not isinstance(node, ast.JoinedStr):
                found += [(child, (*above, node)) for child in ast.iter_child_nodes(node)]
        return found

    @cached_property
    def lines(self) -> list[str]:
        return [f"{line}\n" for line in self.text.split("\n")]

    def offset(self, line: int, column: int) -> int:
        """Columns of syntax trees count bytes."""
        return sum(map(len, self.lines[: line - 1])) + len(self.lines[line - 1].encode()[:column].decode())

    def start(self, node: Placed) -> int:
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: Placed) -> int:
        return self.offset(node.end_lineno or 0, node.end_col_offset or 0)

    def of(self, node: Placed) -> str:
        return self.text[self.start(node) : self.end(node)]

    def instead(self, node: Placed, new: str) -> Edit:
        return self.start(node), self.end(node), new

    def operator(self, left: ast.expr, right: ast.expr, written: str, new: str) -> Edit:
        """What stands between two operands: the tree does not say where."""
        at = self.text.index(written, self.end(left), self.start(right))
        return at, at + len(written), new

    def without(self, elements: Sequence[ast.expr], place: int) -> Edit:
        """An element of a call or a tuple dropped, with the comma behind it; what is left of two is still a tuple."""
        if len(elements) == 2:
            return self.start(elements[0]), self.end(elements[1]), f"{self.of(elements[1 - place])},"
        if place + 1 < len(elements):
            return self.start(elements[place]), self.start(elements[place + 1]), ""
        return self.instead(elements[place], "")


Finder: TypeAlias = Callable[[Source], Iterator[Edit]]


def name_of(node: ast.AST | None) -> str:
    """The last word of a name, an attribute or a call."""
    if isinstance(node, ast.Call):
        return name_of(node.func)
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def constant(node: ast.AST) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def comparisons(code: Source) -> Iterator[Edit]:
    """Turned round, or off at the border."""
    for node, _ in code.nodes:
        if isinstance(node, ast.Compare):
            for left, sign, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
                written, *turned = TURNED.get(type(sign), ("",))
                yield from (code.operator(left, right, written, new) for new in turned)


def scopes(code: Source) -> Iterator[Edit]:
    """A scope of everything, or of what the caller says; a check of the scope, or of conflicts, left out."""
    for node, above in code.nodes:
        if isinstance(node, ast.Call) and name_of(node) == "scope_of":
            inside = [item for item in above if isinstance(item, FUNCTION)]
            if inside and any(arg.arg == "credit_code" for arg in inside[-1].args.args):
                yield code.instead(node, f"{ROLES}.Scope(own=(credit_code,), assigned=(credit_code,))")
            elif "/enterprise/" not in code.path:
                yield code.instead(node, f"{ROLES}.whole_programme({code.of(node.args[0])})")
        elif isinstance(node, ast.Attribute) and code.of(node) in ("viewer.barred", "self.viewer.barred"):
            yield code.instead(node, "()")
        elif isinstance(node, ast.Compare) and any(
            code.of(comparator) == "viewer.scope" for comparator in node.comparators
        ):
            yield code.instead(node, f"(False and {code.of(node)})")


def scopes_of_question(text: str) -> Iterator[Edit]:
    """Restrictions that let everything through. The parameter is still named: else the question could not be asked."""
    for match in OF_SQL.finditer(text):
        yield match.start(), match.end(), f"({match[0]} or true)"


def _requirements(code: Source) -> Iterator[tuple[str, Edit]]:
    """What the table of transitions requires, by code, each with the edit that drops it."""
    for node, above in code.nodes:
        listed = isinstance(node, ast.Call) and name_of(node) == "_looked"
        if above and isinstance(assigned := above[-1], ast.Assign):
            listed = name_of(assigned.targets[0]) in ("_WINDOW", "_LIST", "_OBJECTION")
        elements = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
        for place, element in enumerate(elements):
            required = isinstance(element, ast.Call) and name_of(element) == "Requirement"
            said = constant(element.args[0]) if isinstance(element, ast.Call) and required else constant(element)
            if isinstance(said, str) and (listed or required):
                yield said, code.without(elements, place)


def transitions(code: Source) -> Iterator[Edit]:
    """A requirement dropped from the table, or no longer looked for by those who look."""
    if code.path == "kpi/model/lifecycle.py":
        yield from (edit for _, edit in _requirements(code))
    if not code.path.startswith("kpi/services/"):
        return
    required = {said for said, _ in _requirements(Source("", LIFECYCLE.read_text("utf-8")))}

    def refuses(branch: Iterable[ast.AST]) -> bool:
        inside = [part for node in branch if not isinstance(node, ast.If) for part in ast.walk(node)]
        errors = [part for part in inside if isinstance(part, ast.Call) and name_of(part) == "UserError"]
        return any(constant(error.args[0]) in required for error in errors)

    for node, _ in code.nodes:
        if isinstance(node, ast.If | ast.IfExp):
            body = node.body if isinstance(node.body, list) else [node.body]
            if refuses(body):
                yield code.instead(node.test, f"False and ({code.of(node.test)})")
            elif isinstance(node, ast.IfExp) and refuses([node.orelse]):
                yield code.instead(node.test, f"True or ({code.of(node.test)})")


def audits(code: Source) -> Iterator[Edit]:
    """An entry left out, or what it tells."""
    for node, _ in code.nodes:
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(node, ast.Expr) and isinstance(call, ast.Call) and name_of(call) == "audit":
            yield code.instead(node, "pass")
            details = [word.value for word in call.keywords if word.arg in ("before", "after")]
            yield from (code.instead(value, "None") for value in details)


def units(code: Source) -> Iterator[Edit]:
    """A factor of a conversion lost, one unit taken for another."""
    for node, _ in code.nodes:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.FloorDiv):
            sides = [side for side in (node.left, node.right) if constant(side) in FACTORS]
            yield from (code.instead(side, "1.0" if isinstance(constant(side), float) else "1") for side in sides)
        elif isinstance(node, ast.Call) and name_of(node) == "timedelta":
            for word in node.keywords:
                if word.arg in OTHER_UNIT:
                    yield code.start(word), code.start(word) + len(word.arg), OTHER_UNIT[word.arg]
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            right = node.comparators[0]
            if constant(right) in UNIT_WORDS or name_of(right) == "PERCENT":
                signs = ("==", "!=") if isinstance(node.ops[0], ast.Eq) else ("!=", "==")
                yield code.operator(node.left, right, *signs)


def counts(code: Source) -> Iterator[Edit]:
    """Off by one: a one that is added or taken off is forgotten, a length is one less."""
    for node, above in code.nodes:
        sums = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
        if isinstance(node, ast.BinOp) and sums and constant(node.right) == 1:
            begin, *_ = code.operator(node.left, node.right, "+" if isinstance(node.op, ast.Add) else "-", "")
            yield begin, code.end(node.right), ""
        counted = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len"
        if isinstance(node, ast.Call) and counted and isinstance(above[-1], ast.BinOp | ast.Compare | ast.Call):
            yield code.instead(node, f"({code.of(node)} - 1)")


def _assigned(inside: ast.AST, word: str) -> Iterator[ast.expr]:
    for node in ast.walk(inside):
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(node, ast.Assign) and any(name_of(part) == word for part in ast.walk(target)):
                yield node.value


def cache_keys(code: Source) -> Iterator[Edit]:
    """An element dropped from a key: where the key is made, whether in the call, by a name or by another function."""
    makers = {node.name: node for node, _ in code.nodes if isinstance(node, ast.FunctionDef)}
    for node, above in code.nodes:
        if not (isinstance(node, ast.Call) and name_of(node.func) in REMEMBERED and node.args):
            continue
        begin: ast.AST = next((item for item in reversed(above) if isinstance(item, ast.FunctionDef)), code.tree)
        of_key = node.args[:2] if name_of(node.func) == "cached_read" else node.args[:1]
        left, seen = [(key, begin) for key in of_key], set[str]()
        while left:
            key, inside = left.pop()
            for part in ast.walk(key):
                if isinstance(part, ast.Tuple) and isinstance(part.ctx, ast.Load) and len(part.elts) > 1:
                    key_parts = [
                        place for place, elt in enumerate(part.elts) if not isinstance(elt, ast.Constant | ast.Lambda)
                    ]
                    yield from (code.without(part.elts, place) for place in key_parts)
                if (word := name_of(part)) and word not in seen:
                    seen.add(word)
                    left += [(value, inside) for value in _assigned(inside, word)]
                    maker = makers.get(word, code.tree)
                    given = [
                        item.value for item in ast.walk(maker) if isinstance(item, ast.Return) and maker is not inside
                    ]
                    left += [(value, maker) for value in given if value and word in makers]


def permissions(code: Source) -> Iterator[Edit]:
    """One that every role has, for a service or a page."""
    for node, _ in code.nodes:
        if isinstance(node, ast.Call) and name_of(node) in ("requires", "require_page", "PageSpec"):
            asked = node.args[3] if name_of(node) == "PageSpec" else node.args[0]
            if isinstance(constant(asked), str):
                yield code.instead(asked, f'"{EVERYBODYS}"')


def late_writes(code: Source) -> Iterator[Edit]:
    """A write of a unit of work is moved behind its block."""
    for node, _ in code.nodes:
        if not (isinstance(node, ast.With) and name_of(node.items[0].context_expr) == "unit_of_work"):
            continue
        change, last = name_of(node.items[0].optional_vars), node.end_lineno or 0
        for place, written in enumerate(node.body):
            if not (isinstance(written, ast.Expr) and isinstance(written.value, ast.Call) and len(node.body) > 1):
                continue
            leaves = any(isinstance(part, ast.Return) for rest in node.body[place:] for part in ast.walk(rest))
            given = {name_of(part) for argument in written.value.args for part in ast.walk(argument)}
            if change in given and not leaves and name_of(written.value) != "audit":
                end = written.end_lineno or 0
                behind = [line[4:] for line in code.lines[written.lineno - 1 : end]]
                moved = "".join([*code.lines[end:last], *behind])
                begin = code.offset(written.lineno, 0)
                yield begin, begin + len("".join(code.lines[written.lineno - 1 : last])), moved


def roundings(code: Source) -> Iterator[Edit]:
    """A rounding left out, or what is compared rounded to two decimals."""
    for node, _ in code.nodes:
        if isinstance(node, ast.Call) and name_of(node.func) == "round" and node.args:
            yield code.instead(node, f"({code.of(node.args[0])})")
        elif isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED and code.path.split("/")[1] in DECIDING:
            sides = [side for side in (node.left, node.comparators[0]) if MEASURED.search(name_of(side))]
            yield from (code.instead(side, f"round({code.of(side)}, 2)") for side in sides)


def not_numbers(code: Source) -> Iterator[Edit]:
    """What is not known counts as 0."""
    for node, _ in code.nodes:
        named = isinstance(node, ast.Name | ast.Attribute) and name_of(node) == "nan"
        made = (
            isinstance(node, ast.Call) and name_of(node) == "float" and [constant(arg) for arg in node.args] == ["nan"]
        )
        if isinstance(node, ast.expr) and (named or made):
            yield code.instead(node, "0.0")


KINDS: dict[str, tuple[int, Finder]] = {
    "comparison": (12, comparisons),
    "scope": (8, scopes),
    "transition": (8, transitions),
    "audit": (6, audits),
    "unit": (6, units),
    "count": (6, counts),
    "cache key": (4, cache_keys),
    "permission": (3, permissions),
    "late write": (3, late_writes),
    "rounding": (2, roundings),
    "nan": (2, not_numbers),
}
"""Of sixty, how many; and where in a module."""
