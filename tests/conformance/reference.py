"""A second reading of UVL, written apart from the engine's: line by line, straight to gates."""

import re
from collections.abc import Iterator

from tests.conformance.gates import Gates

TOKEN = re.compile(r'\s*("[^"]*"|<=>|=>|[&|!()]|[^\s&|!()=<>"]+)')
FEATURE = re.compile(r'(?:Boolean\s+)?("[^"]*"|[^\s{]+)\s*(\{.*\})?\s*$')
KINDS = ("mandatory", "optional", "or", "alternative")
BINDING = {"<=>": 1, "=>": 2, "|": 3, "&": 4}


class Reference:
    """A feature model as named demands, each a literal that is true exactly where the demand is met."""

    def __init__(self, text: str) -> None:
        self.gates = Gates()
        self.feature: dict[str, int] = {}
        self.demands: dict[str, int] = {}
        self.is_tree = True
        self.groups: list[tuple[str, int, int, list[str]]] = []
        head, _, constraints = re.sub(r"//[^\n]*", "", text).replace("\t", " " * 8).partition("\nconstraints")
        self.root = self._tree(head.split("\nfeatures" if "\nfeatures" in head else "features", 1)[1])
        for number, line in enumerate(filter(str.strip, constraints.split("\n")), start=1):
            self.is_tree = False
            self.demands[f"constraint {number}"] = self._constraint(TOKEN.findall(line))

    def _tree(self, text: str) -> str:
        above: list[tuple[int, str]] = []
        children: dict[int, list[str]] = {}
        kind_of: dict[int, tuple[str, str]] = {}
        root = ""
        for number, line in enumerate(text.split("\n")):
            word = line.strip()
            if not word:
                continue
            indent = len(line) - len(line.lstrip())
            while above and above[-1][0] >= indent:
                above.pop()
            if word in KINDS or word.startswith("["):
                kind_of[number] = (above[-1][1], word)
                children[number] = []
                above.append((indent, str(number)))
                continue
            found = FEATURE.match(word)
            assert found, f"cannot read {word}"
            name = found[1].strip('"')
            self.feature[name] = self.gates.variable()
            if above:
                children[int(above[-1][1])].append(name)
            else:
                root = name
            above.append((indent, name))
        self.demands[f"root {root}"] = self.feature[root]
        for number, (parent, kind) in kind_of.items():
            self._group(parent, kind, children[number])
        return root

    def _group(self, parent: str, kind: str, children: list[str]) -> None:
        up, down = self.feature[parent], [self.feature[child] for child in children]
        for child, literal in zip(children, down, strict=True):
            self.demands[f"{child} under {parent}"] = self.gates.some([-literal, up])
            if kind == "mandatory":
                self.demands[f"{child} of {parent}"] = self.gates.some([-up, literal])
        if kind in ("mandatory", "optional"):
            for child in children:
                self.groups.append((parent, int(kind == "mandatory"), 1, [child]))
            return
        bounds = {"or": "1..*", "alternative": "1..1"}.get(kind, kind.strip("[] ").replace(" ", ""))
        low, _, high = bounds.partition("..")
        most = len(children) if high == "*" else int(high or low)
        self.groups.append((parent, int(low), most, children))
        counted = self.gates.between(int(low), most, down)
        self.demands[f"{kind} under {parent}: {', '.join(children)}"] = self.gates.some([-up, counted])

    def _constraint(self, tokens: list[str]) -> int:
        rest = iter([*tokens, ""])
        self._ahead = next(rest)
        literal = self._operation(rest, 0)
        assert not self._ahead, f"cannot read {self._ahead}"
        return literal

    def _operation(self, rest: Iterator[str], binding: int) -> int:
        left = self._operand(rest)
        while BINDING.get(self._ahead, 0) > binding:
            operator, self._ahead = self._ahead, next(rest)
            right = self._operation(rest, BINDING[operator])
            match operator:
                case "&":
                    left = self.gates.all([left, right])
                case "|":
                    left = self.gates.some([left, right])
                case "=>":
                    left = self.gates.some([-left, right])
                case _:
                    left = self.gates.same(left, right)
        return left

    def _operand(self, rest: Iterator[str]) -> int:
        token, self._ahead = self._ahead, next(rest)
        if token == "!":
            return -self._operand(rest)
        if token == "(":
            literal = self._operation(rest, 0)
            assert self._ahead == ")", "a parenthesis is not closed"
            self._ahead = next(rest)
            return literal
        return self.feature[token.strip('"')]

    def count_of_tree(self) -> int:
        """How many solutions the tree alone has."""
        below: dict[str, list[tuple[int, int, list[str]]]] = {}
        for parent, low, high, children in self.groups:
            below.setdefault(parent, []).append((low, high, children))

        def ways(feature: str) -> int:
            product = 1
            for low, high, children in below.get(feature, ()):
                taking = [1] + [0] * len(children)
                for child in children:
                    number = ways(child)
                    taking = [
                        taken + (taking[place - 1] * number if place else 0)
                        for place, taken in enumerate(taking)
                    ]
                product *= sum(taking[low : high + 1])
            return product

        return ways(self.root)
