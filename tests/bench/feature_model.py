"""A feature model in the shape of a real PC shop: 364 features, mostly alternatives of alternatives."""

from random import Random

CATEGORIES = 14
FEATURES = 364
CONSTRAINTS = 12


def text(seed: int = 1) -> str:
    """The model as UVL."""
    random = Random(f"feature model {seed}")
    lines = ["features", "\tShop {abstract}", "\t\tmandatory"]
    left = FEATURES - 1
    makers: list[list[str]] = []  # the features below each category
    for category in range(CATEGORIES):
        share = left // (CATEGORIES - category)
        if category == CATEGORIES // 2:
            lines.append("\t\toptional")
        written, features = _category(random, f"Part{category}", share)
        lines += written
        makers.append(features)
        left -= len(features) + 1
    lines.append("constraints")
    for _ in range(CONSTRAINTS):
        first, second = random.sample(makers, 2)
        one = " | ".join(random.sample(first, random.randint(1, 5)))
        if random.random() < 0.7:
            other = " | ".join(random.sample(second, len(second) * 2 // 3))
        else:
            other = " & ".join(f"!{name}" for name in random.sample(second, 3))
        lines.append(f"\t{one} => {other}")
    return "\n".join(lines) + "\n"


def _category(random: Random, name: str, share: int) -> tuple[list[str], list[str]]:
    """A part with its makers and their products: `share` features with the part itself."""
    lines = [f"\t\t\t{name} {{abstract}}", "\t\t\t\talternative"]
    names: list[str] = []
    left = share - 1
    maker = 0
    while left > 0:
        products = min(left - 1, random.randint(2, 7))
        if left - 1 - products < 3:
            products = left - 1
        names.append(f"{name}M{maker}")
        lines.append(f"\t\t\t\t\t{names[-1]}")
        if products:
            lines.append("\t\t\t\t\t\talternative")
        for number in range(products):
            names.append(f"{name}M{maker}P{number}")
            lines.append(f"\t\t\t\t\t\t\t{names[-1]}")
        left -= products + 1
        maker += 1
    return lines, names
