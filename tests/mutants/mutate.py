"""Mutants of a module: each differs from it in one place where its behaviour is decided."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
}


class Mutant(NamedTuple):
    """A module with one change.

    Attributes:
        line: The line that is changed.
        where: The function, with its class.
        what: The change, for a person.
        tree: The changed module.
    """

    line: int
    where: str
    what: str
    tree: ast.Module


def mutants(source: str, functions: frozenset[str] = frozenset()) -> Iterator[Mutant]:
    """Yield the mutants of a module.

    Args:
        source: Its source.
        functions: Where to change it; everywhere if omitted.
    """
    tree = ast.parse(source)
    for path, where, node in _nodes(tree, functions):
        for what, change in _changes(node):
            fresh = copy.deepcopy(tree)
            target = _at(fresh, path)
            if change(target, fresh, path):
                ast.fix_missing_locations(fresh)
                yield Mutant(getattr(node, "lineno", 0), where, what, fresh)


Path = tuple[tuple[str, int | None], ...]


def _nodes(tree: ast.Module, functions: frozenset[str]) -> Iterator[tuple[Path, str, ast.AST]]:
    stack: list[tuple[Path, str, ast.AST, bool, bool]] = [((), "", tree, not functions, False)]
    while stack:
        path, where, node, inside, in_function = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inside = inside or node.name in functions
            where = f"{where}.{node.name}".removeprefix(".")
        in_function = in_function or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if inside and in_function:
            yield path, where, node
        if isinstance(node, (ast.Raise, ast.JoinedStr, ast.AnnAssign, ast.arguments, ast.Import)):
            continue  # messages and types decide nothing
        for name, value in ast.iter_fields(node):
            if name in {"decorator_list", "returns", "annotation"}:
                continue
            if isinstance(value, ast.AST):
                stack.append(((*path, (name, None)), where, value, inside, in_function))
            elif isinstance(value, list):
                stack += [
                    ((*path, (name, index)), where, item, inside, in_function)
                    for index, item in enumerate(value)
                    if isinstance(item, ast.AST)
                ]


def _at(tree: ast.AST, path: Path) -> ast.AST:
    node = tree
    for name, index in path:
        value = getattr(node, name)
        node = value if index is None else value[index]
    return node


def _put(tree: ast.AST, path: Path, fresh: ast.AST) -> bool:
    name, index = path[-1]
    parent = _at(tree, path[:-1])
    if index is None:
        setattr(parent, name, fresh)
    else:
        getattr(parent, name)[index] = fresh
    return True


def _changes(node: ast.AST) -> Iterator[tuple[str, Any]]:
    text = ast.unparse(node)[:60].replace("\n", " ")
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARED:
        other = _COMPARED[type(node.ops[0])]

        def invert(target: ast.Compare, _tree: ast.AST, _path: Path) -> bool:
            target.ops[0] = other()
            return True

        yield f"invert {text}", invert
    if isinstance(node, ast.BoolOp):

        def swap(target: ast.BoolOp, _tree: ast.AST, _path: Path) -> bool:
            target.op = ast.Or() if isinstance(target.op, ast.And) else ast.And()
            return True

        yield f"and/or in {text}", swap
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"drop not in {text}", lambda target, tree, path: _put(tree, path, target.operand)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):

        def flip(target: ast.Constant, _tree: ast.AST, _path: Path) -> bool:
            target.value = not target.value
            return True

        yield f"flip {text}", flip
    if isinstance(node, ast.Constant) and type(node.value) is int:

        def more(target: ast.Constant, _tree: ast.AST, _path: Path) -> bool:
            target.value = int(target.value) + 1  # type: ignore[arg-type]
            return True

        yield f"{text} plus one", more
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield f"drop {text}", lambda _t, tree, path: _put(tree, path, ast.Pass())
    if isinstance(node, ast.Raise):
        yield f"drop {text}", lambda _t, tree, path: _put(tree, path, ast.Pass())
    if isinstance(node, ast.Return) and node.value is not None and not _trivial(node.value):
        none = ast.Constant(None)
        yield f"{text} gives None", lambda _t, tree, path: _put(tree, path, ast.Return(none))
    stored = isinstance(node, (ast.Assign, ast.AugAssign)) and any(
        isinstance(target, (ast.Attribute, ast.Subscript))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    )
    if stored:
        yield f"drop {text}", lambda _t, tree, path: _put(tree, path, ast.Pass())
    if isinstance(node, ast.Call):
        for index, keyword in enumerate(node.keywords):
            if keyword.arg is None:
                continue

            def drop(target: ast.Call, _tree: ast.AST, _path: Path, at: int = index) -> bool:
                del target.keywords[at]
                return True

            yield f"without {keyword.arg}= in {text}", drop


def _trivial(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
