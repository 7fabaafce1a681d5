"""Finds where a text is made of foreign words otherwise than by `readable`, by reading the source.

Foreign is what an `except` of somebody else's exceptions caught, a parameter that is annotated as one, and the headers and the body of an
answer; and what is taken from it or made of it. It may be compared, counted, asked for its codes, put into `Foreign` and given to a
function of ours that takes an exception. It may not become a text, be logged, be raised, or be the cause of what is raised.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

CODES = frozenset({
    "code", "retriable", "fatal", "txn_requires_abort", "errno", "verify_code", "http_status_code", "error_code", "status", "status_code",
    "certificate", "start", "end", "pos", "lineno", "colno", "line", "column",
    "startswith", "endswith", "isdecimal", "__cause__", "__context__",
    "__traceback__", "returncode", "with_traceback", "not_valid_before_utc", "not_valid_after_utc",
})
"""What may be asked of a foreign object, since a number, a flag or another foreign object comes back."""

SAFE = frozenset({
    "Foreign", "Foreign.of", "bool", "int", "float", "len", "isinstance", "type", "id", "hash", "callable", "range", "ord", "bare", "trace",
})
"""Functions whose result is no foreign text."""

TEXTS = frozenset({
    "str", "repr", "ascii", "format", "getattr", "vars", "sorted", "list", "tuple", "set", "dict", "next", "iter", "map", "filter", "join",
    "quote", "partial", "print",
})
"""Functions that pass on what they are given."""

ANSWERS = frozenset({"headers", "body", "reason", "raw", "text", "content"})
"""Attributes of answers that others wrote."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Foreign words that become a text.

    Attributes:
        line: where.
        how: what is done with them.
    """

    line: int
    how: str


@dataclass(slots=True)
class _Scope:
    """One function: what is foreign in it, and what was found."""

    is_ours: Callable[[str], bool]
    foreign: set[str] = field(default_factory=set)
    found: list[Unread] = field(default_factory=list)

    def is_foreign(self, node: ast.AST | None) -> bool:  # noqa: PLR0911 - a table
        """Whether what an expression gives is foreign, or holds something foreign."""
        match node:
            case None | ast.Constant() | ast.Compare() | ast.Lambda() | ast.BoolOp(op=ast.And()) | ast.UnaryOp(op=ast.Not()):
                return False
            case ast.Name():
                return node.id in self.foreign
            case ast.Attribute():
                return self._attribute_is_foreign(node)
            case ast.Subscript() | ast.Starred():
                return self.is_foreign(node.value)
            case ast.IfExp():
                return self.is_foreign(node.body) or self.is_foreign(node.orelse)
            case ast.Call():
                return self._call_is_foreign(node)
            case ast.GeneratorExp() | ast.ListComp() | ast.SetComp() | ast.DictComp():
                return self._comprehended_is_foreign(node)
        return any(self.is_foreign(child) for child in ast.iter_child_nodes(node))

    def _attribute_is_foreign(self, node: ast.Attribute) -> bool:
        if self.is_foreign(node.value):
            return node.attr not in CODES or node.attr.startswith("__")
        return node.attr in ANSWERS and _names_an_answer(node.value)

    def _comprehended_is_foreign(self, node: ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp) -> bool:
        for each in node.generators:
            self.bind([each.target], each.iter)
        given = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        return any(map(self.is_foreign, given))

    def _call_is_foreign(self, call: ast.Call) -> bool:
        name = _dotted(call.func)
        if name in SAFE:
            return False
        arguments = any(self.is_foreign(each) for each in (*call.args, *(keyword.value for keyword in call.keywords)))
        if name.rpartition(".")[2] in TEXTS:
            return arguments or self.is_foreign(call.func)
        # A method of something foreign gives something foreign; a function of ours that takes it is looked at itself.
        return self.is_foreign(call.func)

    def bind(self, targets: list[ast.expr], value: ast.AST | None) -> None:
        """Give names a value."""
        is_foreign = self.is_foreign(value)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "items":
            # Of a table from something of ours to something foreign the keys are ours.
            targets = [each.elts[-1] if isinstance(each, ast.Tuple) else each for each in targets]
        for name in (each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)):
            (self.foreign.add if is_foreign else self.foreign.discard)(name)

    def note(self, node: ast.expr | ast.stmt, how: str) -> None:
        """Keep a finding."""
        self.found.append(Unread(node.lineno, how))


def unread(source: str, is_ours: Callable[[str], bool]) -> list[Unread]:
    """Every place of a module; `is_ours` says of an exception's name whether this project raises it with words of its own."""
    found: list[Unread] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += _Reader(is_ours).read(node)
    return sorted(set(found), key=lambda each: each.line)


class _Reader(ast.NodeVisitor):
    """Reads one function from top to bottom."""

    def __init__(self, is_ours: Callable[[str], bool]) -> None:
        self._scope = _Scope(is_ours)

    def read(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[Unread]:
        for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
            if any(not self._scope.is_ours(name) for name in _exceptions_in(argument.annotation)):
                self._scope.foreign.add(argument.arg)
        for statement in function.body:
            self.visit(statement)
        return self._scope.found

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """A function within: it sees the names around it."""
        for statement in node.body:
            self.visit(statement)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        names = list(_names(node.type))
        if node.name and any(not self._scope.is_ours(name) for name in names):
            self._scope.foreign.add(node.name)
        elif node.name:
            self._scope.foreign.discard(node.name)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._scope.bind(node.targets, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._scope.bind([node.target], node.value)
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._scope.bind([node.target], node.value)
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self._scope.bind([node.target], node.iter)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._scope.bind([node.target], node.iter)
        self.generic_visit(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._visit_comprehended(node)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._visit_comprehended(node)

    def _visit_comprehended(self, node: ast.GeneratorExp | ast.ListComp) -> None:
        for each in node.generators:
            self.visit(each)
        self.visit(node.elt)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        for each in node.values:
            if isinstance(each, ast.FormattedValue) and self._scope.is_foreign(each.value):
                self._scope.note(node, "formatted")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _dotted(node.func)
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name in {"str", "repr", "ascii", "format", "print"} and any(map(self._scope.is_foreign, arguments)):
            self._scope.note(node, name)
        elif name.endswith(".format") and any(map(self._scope.is_foreign, arguments)):
            self._scope.note(node, "formatted")
        elif name.endswith(".exception") or any(keyword.arg == "exc_info" for keyword in node.keywords):
            self._scope.note(node, "logged with its frames")
        elif name.rpartition(".")[0].endswith("log") and any(map(self._scope.is_foreign, arguments)):
            self._scope.note(node, "logged")
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Add | ast.Mod) and any(map(self._scope.is_foreign, (node.left, node.right))):
            self._scope.note(node, "put together")
        self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        name = _dotted(node.exc.func).rpartition(".")[2] if isinstance(node.exc, ast.Call) else ""
        # Exceptions of a library that are raised for the library itself stay foreign.
        if self._scope.is_foreign(node.cause) and (self._scope.is_ours(name) or not name[:1].isupper()):
            self._scope.note(node, "raised from")
        if isinstance(node.exc, ast.Call) and self._scope.is_ours(name) and any(map(self._scope.is_foreign, node.exc.args)):
            self._scope.note(node, "raised with")
        self.generic_visit(node)


def _names(node: ast.AST | None) -> Iterator[str]:
    """The names of the classes that an `except` names."""
    if isinstance(node, ast.Tuple):
        for each in node.elts:
            yield from _names(each)
    elif node is not None:
        yield _dotted(node)


def _exceptions_in(annotation: ast.AST | None) -> Iterator[str]:
    for node in ast.walk(annotation) if annotation is not None else ():
        name = _dotted(node) if isinstance(node, ast.Name | ast.Attribute) else ""
        if name.rpartition(".")[2].endswith(("Error", "Exception", "Certificate")) or name == "requests.Response":
            yield name


def _names_an_answer(node: ast.AST) -> bool:
    return _dotted(node).rpartition(".")[2] in {"answer", "response", "reply"}


def _dotted(node: ast.AST) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{_dotted(node.value)}.{node.attr}"
    return ""


def ours_in(sources: Iterable[str]) -> frozenset[str]:
    """The names of the classes that modules define, but for those that inherit from an exception of a library."""
    classes = [node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    return frozenset(each.name for each in classes if not any(_is_of_a_library(base) for base in each.bases))


def _is_of_a_library(base: ast.expr) -> bool:
    return "." in _dotted(base) and _dotted(base).endswith("Error")
