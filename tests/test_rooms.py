"""Who imports whom: the arrows of the map, read from the code."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# From left to right; a room imports what stands to its right, never to its left.
AUDIENCES = ("shop", "account", "staff", "webhooks")
BUSINESS = ("relations", "sales", "customers", "catalogues")
RIM = {
    "webapp",
    "application",
    "errors",
    "commands",
    "offer_commands",
    "staff_commands",
    "serve",
    "tables",
    "health",
    "monitoring",
    "worker",
    "seed",
    "migration",
}
FOR_BUSINESS = {
    "clock",
    "locks",
    "outbox",
    "naming",
    "prepared",
    "recall",
}  # the plumbing that knows nothing of the web
RIM |= {
    "labour",
    "publishing",
    "turnover",
    "payment_commands",
    "demand_worker",
    "demo_customers",
    "demo_levels",
    "demo_talk",
    "import_worker",
    "mail_worker",
    "forgetting",
    "preference_worker",
    "search_worker",
    "segment_worker",
    "sweeping",
}
OF_THOUGHT = {"pydantic", "lark", "pysat", "numpy", "catalog"} | sys.stdlib_module_names
OF_THE_WEB = {"flask", "flask_babel", "flask_login", "flask_wtf", "wtforms", "werkzeug", "jinja2"}


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def imports(module: Path) -> Iterator[str]:
    """The full names of everything that a module imports."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{name.name}" for name in node.names)


def rooms_of_webapp(module: Path) -> set[str]:
    """The rooms and plumbing of webapp that a module imports."""
    found = set()
    for name in imports(module):
        head, *rest = name.split(".")
        if head == "webapp":
            found.add(rest[0] if rest and _is_room(rest[0]) else "webapp")
    return found


def _is_room(name: str) -> bool:
    return (ROOT / "webapp" / name).is_dir() or (ROOT / "webapp" / f"{name}.py").is_file()


def name(module: Path) -> str:
    return str(module.relative_to(ROOT))


@pytest.mark.parametrize("module", modules("catalog"), ids=name)
def test_the_catalogue_is_pure_thought(module: Path) -> None:
    heads = {imported.split(".")[0] for imported in imports(module)}
    assert heads <= OF_THOUGHT
    assert not heads & {"time", "random", "sqlite3", "socket"}


@pytest.mark.parametrize("room", BUSINESS)
def test_a_business_room_knows_no_web_and_nothing_to_its_left(room: str) -> None:
    to_its_right = set(BUSINESS[BUSINESS.index(room) :])
    for module in modules(f"webapp/{room}"):
        heads = {imported.split(".")[0] for imported in imports(module)}
        assert not heads & OF_THE_WEB, name(module)
        assert rooms_of_webapp(module) <= to_its_right | FOR_BUSINESS, name(module)


@pytest.mark.parametrize("room", AUDIENCES)
def test_an_audience_knows_no_rim(room: str) -> None:
    for module in modules(f"webapp/{room}"):
        assert not rooms_of_webapp(module) & RIM, name(module)


@pytest.mark.parametrize("module", sorted((ROOT / "webapp").glob("*.py")), ids=name)
def test_plumbing_knows_no_room(module: Path) -> None:
    if module.stem not in RIM | {"__init__"}:
        assert not rooms_of_webapp(module) & {*AUDIENCES, *BUSINESS}


@pytest.mark.parametrize("module", modules("webapp"), ids=name)
def test_the_clock_is_asked_in_one_place(module: Path) -> None:
    if module.name == "clock.py":
        return
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            asked = ast.unparse(node.func)
            assert asked not in ("datetime.now", "datetime.utcnow", "date.today", "time.time"), name(module)


def test_every_table_is_declared_after_the_names_of_constraints_are_settled() -> None:
    """Whichever module is imported first: its room says so in `__init__`, or it does itself."""
    for module in modules("webapp"):
        if "table=True" in module.read_text():
            room = ROOT / Path(*module.relative_to(ROOT).parts[:2]) / "__init__.py"
            said = [module, room] if room.exists() else [module]
            assert any("webapp.naming" in imports(place) for place in said), name(module)


def test_files_hold_one_noun() -> None:
    long = [
        name(m)
        for room in ("catalog", "webapp")
        for m in modules(room)
        if len(m.read_text().splitlines()) > 300
    ]
    assert long == []
