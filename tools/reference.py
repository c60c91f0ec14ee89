"""Write the pages of docs/reference and docs/spec/request-forms.md from the source.

Run from the root of the repository: ``python -m tools.reference``; ``--check`` writes nothing and returns 1
where a page is out of date. Codes are read from the syntax tree, so that an error which no test raises is
listed too. A code that cannot be read there is a fault of this tool or of the source, and stops it.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from comity.cli.problems import UsageError
from comity.kernel.errors import FAMILIES, ComityError
from comity.requests.codes import SEVERITIES
from comity.requests.procedure import PROCEDURE_SEVERITIES
from comity.wording.catalogue import FALLBACK, catalogue
from tools import request_forms, request_rules, source, treaty_coverage
from tools.source import Parsed

ROOT = Path(__file__).resolve().parents[1]
ERRORS = ROOT / "docs" / "reference" / "errors.md"
FINDINGS = ROOT / "docs" / "reference" / "findings.md"
HOLE = "…"
BASE = {family.__name__: family for family in (*FAMILIES, UsageError)}
# Where a code is worked out at run time: the strings of that module with this beginning are the codes.
WORKED_OUT = {
    "cases/permitted.py": "permitted.",
    "cases/approvals.py": "approval.",
    "cases/decisions.py": "approval.",
    "cases/single.py": "approval.",
    "ledger/heads.py": "log.",
}
# Modules that work such a code out for another one.
WORKED_OUT_BY = {"cases/permitted.py": ("cases/beside.py", "cases/replying.py", "cases/teams.py")}
VARIES = "of the field or kind"


@dataclass(frozen=True)
class Raiser:
    """Something that makes an error when it is called: a class of a family, or a function around one."""

    family: type[ComityError]
    parameters: tuple[str, ...]
    code: str
    message: "ast.expr | None"
    hint: "ast.expr | None" = None


@dataclass
class Told:
    """What the source says under one code of one family."""

    messages: dict[str, None] = field(default_factory=dict)
    hints: dict[str, None] = field(default_factory=dict)


Errors = dict[tuple[type[ComityError], str], Told]


class Tree:
    """All modules of the source, with their module-level texts."""

    def __init__(self, modules: Mapping[str, Parsed] | None = None) -> None:
        self.texts: dict[str, str] = {}
        self.modules: dict[str, Parsed] = {}
        for name, module in (source.modules() if modules is None else modules).items():
            self.add(name, module)

    def add(self, name: str, module: Parsed) -> None:
        """Add one module."""
        self.modules[name] = module
        for node in module.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                for target in node.targets:
                    if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                        self.texts.setdefault(target.id, node.value.value)

    def texts_of(self, node: ast.expr | None, name: str) -> list[str]:
        """Return the texts an expression may have: a literal, a constant of a module, or a choice of them."""
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.Name(id=constant):
                own = [
                    item.value.value
                    for item in self.modules[name].tree.body
                    if isinstance(item, ast.Assign)
                    and isinstance(item.value, ast.Constant)
                    and isinstance(item.value.value, str)
                    and any(isinstance(t, ast.Name) and t.id == constant for t in item.targets)
                ]
                return own or ([self.texts[constant]] if constant in self.texts else [])
            case ast.IfExp(body=one, orelse=other):
                return self.texts_of(one, name) + self.texts_of(other, name)
            case _:
                return []


def sentence(node: ast.expr | None) -> list[str]:
    """Return a message as text with a hole for what is filled in; a choice gives several."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            return ["".join(str(v.value) if isinstance(v, ast.Constant) else HOLE for v in values)]
        case ast.IfExp(body=one, orelse=other):
            return sentence(one) + sentence(other)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            ends = sentence(right) or [HOLE]
            return [start + end for start in (sentence(left) or [HOLE]) for end in ends]
        case _:
            return []


def called(node: ast.Call) -> str:
    """Return the last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def given(call: ast.Call, parameters: tuple[str, ...], name: str) -> ast.expr | None:
    """Return what a call gives for a parameter."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    place = parameters.index(name) if name in parameters else -1
    return call.args[place] if 0 <= place < len(call.args) else None


def raisers(tree: Tree) -> dict[str, dict[str, Raiser]]:
    """Return what makes errors, for each module by name; under ``*`` what all modules share."""
    plain = ("code", "message", "hint", "where")
    found: dict[str, dict[str, Raiser]] = defaultdict(dict)
    for name, family in BASE.items():
        found["*"][name] = Raiser(family, plain, "code", None)
    for module in tree.modules.values():
        for node, _ in module.classes:
            if not any(_is_init(item) for item in node.body):
                for base in node.bases:
                    if isinstance(base, ast.Name) and base.id in found["*"] and node.name not in BASE:
                        found["*"][node.name] = Raiser(found["*"][base.id].family, plain, "code", None)
    while sum(_add_wrappers(tree, found, path) for path in tree.modules):
        pass  # until no function is new that hands a code on
    return found


def _is_init(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "__init__"


def _add_wrappers(tree: Tree, found: dict[str, dict[str, Raiser]], path: str) -> bool:
    """Note the functions of a module that hand a parameter on as a code; tell whether there were new ones."""
    new = False
    for node, calls in tree.modules[path].functions:
        if node.name == "__init__":
            continue
        arguments = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        names = tuple(a for a in arguments if a not in {"self", "cls"})
        names += tuple(a.arg for a in node.args.kwonlyargs)
        for raiser, call in _calls(calls, found, path):
            code = given(call, raiser.parameters, raiser.code)
            if not isinstance(code, ast.Name) or code.id not in names or node.name in found[path]:
                continue
            message = raiser.message or given(call, raiser.parameters, "message")
            hint = raiser.hint or given(call, raiser.parameters, "hint")
            made = Raiser(raiser.family, names, code.id, message, hint)
            found[path][node.name] = made
            if not node.name.startswith("_"):
                found["*"].setdefault(node.name, made)
            new = True
    return new


def _calls(
    calls: list[ast.Call], found: dict[str, dict[str, Raiser]], path: str
) -> Iterator[tuple[Raiser, ast.Call]]:
    for item in calls:
        raiser = found[path].get(called(item)) or found["*"].get(called(item))
        if raiser is not None:
            yield raiser, item


@cache
def errors(tree: Tree) -> Errors:
    """Return every code that the source raises, with its family.

    Raises:
        SystemExit: a code that cannot be read from the source.
    """
    found = raisers(tree)
    told: Errors = defaultdict(Told)
    for path, module in tree.modules.items():
        for raiser, call in _calls(module.calls, found, path):
            _tell(tree, told, found, path, raiser=raiser, call=call)
        _tell_classes(told, found, module)
    return dict(told)


def _tell(
    tree: Tree,
    told: Errors,
    found: dict[str, dict[str, Raiser]],
    path: str,
    *,
    raiser: Raiser,
    call: ast.Call,
) -> None:
    given_code = given(call, raiser.parameters, raiser.code)
    codes = tree.texts_of(given_code, path)
    if not codes:
        if isinstance(given_code, ast.Name) and _hands_on(found, path, given_code.id):
            return
        if path not in WORKED_OUT:
            raise SystemExit(f"src/comity/{path}:{call.lineno}: the code of this error cannot be read")
        places = (path, *WORKED_OUT_BY.get(path, ()))
        texts = [text for place in places for text in _strings(tree.modules[place])]
        codes = [text for text in dict.fromkeys(texts) if text.startswith(WORKED_OUT[path])]
    message = raiser.message
    if message is None or isinstance(message, ast.Name):
        name = message.id if isinstance(message, ast.Name) else "message"
        message = given(call, raiser.parameters, name) or message
    hint = given(call, raiser.parameters, "hint") or raiser.hint
    for code in codes:
        one = told[raiser.family, code]
        one.messages |= dict.fromkeys(sentence(message) or tree.texts_of(message, path))
        one.hints |= dict.fromkeys(text for text in sentence(hint) or tree.texts_of(hint, path) if text)


def _hands_on(found: dict[str, dict[str, Raiser]], path: str, parameter: str) -> bool:
    return any(raiser.code == parameter for raiser in found[path].values())


def _strings(module: Parsed) -> list[str]:
    return sorted({text for text in module.texts if text.replace(".", "").replace("_", "").isalpha()})


def _tell_classes(told: Errors, found: dict[str, dict[str, Raiser]], module: Parsed) -> None:
    """Note classes of errors that choose their code themselves."""
    for node, calls in module.classes:
        if node.name in BASE:
            continue
        bases = [
            found["*"][b.id].family for b in node.bases if isinstance(b, ast.Name) and b.id in found["*"]
        ]
        for call in calls:
            if bases and called(call) == "__init__" and call.args and isinstance(call.args[0], ast.Constant):
                _ = told[bases[0], str(call.args[0].value)]


@dataclass
class Judged:
    """What the source says of one finding."""

    severities: set[str] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)


def findings(tree: Tree) -> dict[str, Judged]:
    """Return every finding that the source can make."""
    judged: dict[str, Judged] = {
        code: Judged(severities={s.value}) for code, s in (SEVERITIES | PROCEDURE_SEVERITIES).items()
    }
    for path, module in tree.modules.items():
        makers = {node.name: _weights(node) for node, _ in module.functions if node.name == "_finding"}
        for call in module.calls:
            if called(call) not in {"found", *makers} or not call.args:
                continue
            for code in tree.texts_of(call.args[0], path):
                one = judged.setdefault(code, Judged())
                if called(call) in makers:
                    one.severities |= _weights(call) or makers[called(call)] or {"note", "decide"}
                one.bases |= _bases(tree, call, path)
    return judged


def _weights(node: ast.AST) -> set[str]:
    """Return the severities that are named in a piece of source."""
    return {
        item.attr.lower()
        for item in ast.walk(node)
        if isinstance(item, ast.Attribute)
        and isinstance(item.value, ast.Name)
        and item.value.id == "Severity"
    }


def _bases(tree: Tree, call: ast.Call, path: str) -> set[str]:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "basis"]
    if not named and len(call.args) > 2:
        named = [call.args[2]]
    if not named:
        named = [ast.Name(id="_BASIS")]
    found = [text for node in named for text in tree.texts_of(node, path)]
    return set(found) or {VARIES}


def errors_page(tree: Tree) -> str:
    """Return the page of errors."""
    told = errors(tree)
    lines = [
        "# Errors",
        "",
        "Made from the source by `python -m tools.reference`; do not edit. Codes are stable: scripts may",
        "depend on them. A problem is shown as `{code, message, hint, where}`; `…` stands for what is filled",
        "in. A judgement is never an error: see [findings.md](findings.md).",
        "",
        "Pages and commands tell an error in the reader's language, by its code, with these words beneath;",
        "`--json`, REST and the exchange carry these words alone.",
        "",
        "Without a family: `bug` (exit 1: a fault of this software; the message names no data of a case),",
        "`interrupted` (exit 130), `system.failed` (exit 8: the operating system refused a file). At the",
        "exchange's door `http.NNN` is an answer without a code of ours.",
    ]
    for name, family in BASE.items():
        if name == UsageError.__name__:
            doc = "The command line is not as it is meant to be."
        else:
            doc = (family.__doc__ or "").partition("\n")[0]
        status = "" if name == UsageError.__name__ else f", HTTP {family.status}"
        lines += ["", f"## {family.family}: exit {family.exit_code}{status}", "", doc, ""]
        lines += ["| code | what it says | what helps |", "|---|---|---|"]
        for code in sorted(code for of, code in told if of is family):
            lines.append(_error_row(code, told[family, code], family))
    return "\n".join(lines) + "\n"


def _error_row(code: str, one: Told, family: type[ComityError]) -> str:
    words = catalogue(FALLBACK)
    if family is UsageError:
        says, helps = words.get(f"problem.{code}", ""), words.get(f"hint.{code}", "")
    else:
        says, helps = "<br>".join(one.messages) or HOLE, "<br>".join(one.hints)
    return f"| `{code}` | {_cell(says)} | {_cell(helps)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


def findings_page(tree: Tree) -> str:
    """Return the page of findings."""
    words = catalogue(FALLBACK)
    lines = [
        "# Findings",
        "",
        "Made from the source and the English catalogue by `python -m tools.reference`; do not edit. A",
        "finding is a judgement, not an error: `blocks` stops the step, `decide` waits for a named officer,",
        "`note` is worth knowing. The paragraph is that of the Convention; *of the field or kind* means that",
        "it depends on which field or kind is judged ([requests.md](../spec/requests.md)).",
        "",
        "| code | severity | paragraph | English sentence |",
        "|---|---|---|---|",
    ]
    for code, one in sorted(findings(tree).items()):
        weights, bases = ", ".join(sorted(one.severities)), ", ".join(sorted(one.bases or {VARIES}))
        if code not in words:
            raise SystemExit(f"the finding {code} has no English sentence")
        lines.append(f"| `{code}` | {weights} | {bases} | {_cell(words[code])} |")
    return "\n".join(lines) + "\n"


@cache
def whole() -> Tree:
    """Return the whole source."""
    return Tree()


def pages() -> dict[Path, str]:
    """Return the text of every page by its path."""
    tree = whole()
    return {
        ERRORS: errors_page(tree),
        FINDINGS: findings_page(tree),
        request_forms.FORMS: request_forms.page(),
        request_rules.RULES: request_rules.page(),
        treaty_coverage.PAGE: treaty_coverage.page(),
    }


def main(arguments: list[str]) -> int:
    """Write the pages, or tell which are out of date."""
    made = pages()
    stale = [path for path, text in made.items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in stale:
        if "--check" in arguments:
            print(f"{path.relative_to(ROOT)} is out of date: python -m tools.reference", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path], "utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
