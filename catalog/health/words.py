"""Findings in plain English, for commands; pages have words of their own, in each language."""

from collections.abc import Callable, Mapping, Sequence

from catalog.health.finding import Finding, Kind

LISTED = 12


def listed(things: Sequence[object]) -> str:
    """Things by name, not more than anybody reads."""
    names = [str(thing) for thing in things[:LISTED]]
    if len(things) > LISTED:
        names.append(f"{len(things) - LISTED} more")
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def in_words(finding: Finding) -> str:
    """A finding as a sentence without a full stop."""
    return SAID[finding.kind](finding)


def _place(finding: Finding) -> str:
    return f"{'.'.join(map(str, finding.path))}: {finding.message}"


def _because(finding: Finding) -> str:
    return f" because of {listed(finding.culprits)}" if finding.culprits else ""


def _too_wide(finding: Finding) -> str:
    blame = f', most of them for "{finding.culprits[0]}"' if finding.culprits else ""
    return (
        f"the rules tie too many groups together: {finding.amount:,} table cells{blame}; "
        f"{finding.beside:,} fit"
    )


def _case(finding: Finding) -> str:
    what = f'the test case "{finding.code}"'
    if finding.beside is not None:
        return f"{what} comes to {finding.amount} and must come to {finding.beside}"
    if finding.against:
        return f"{what} is impossible: {listed(finding.against)}{_because(finding)}"
    return f"{what} is possible and must not be"


SAID: Mapping[Kind, Callable[[Finding], str]] = {
    Kind.FAULT: _place,
    Kind.NOTHING: lambda f: f"nothing can be configured: no choice keeps {listed(f.culprits)}",
    Kind.CONTRADICTORY: lambda f: f"these contradict each other: {listed(f.culprits)}",
    Kind.MINIMUM: lambda f: f'"{f.group}" can never hold {f.amount}{_because(f)}',
    Kind.TOO_WIDE: _too_wide,
    Kind.UNPROVEN: lambda f: f'"{f.code}" could not be told with any reasonable effort',
    Kind.DEAD: lambda f: f"{f.option} can never be chosen{_because(f)}",
    Kind.ALWAYS: lambda f: f"{f.option} cannot be left out{_because(f)}",
    Kind.NEVER_FIRES: lambda f: f'"{f.code}" never applies{_because(f)}',
    Kind.REDUNDANT: lambda f: f'"{f.code}" says nothing beyond {listed(f.culprits) or "what is true anyway"}',
    Kind.NEVER_EXCEEDED: lambda f: f'"{f.code}" can never be exceeded{_because(f)}',
    Kind.READY_MADE: lambda f: (
        f'the ready-made build "{f.code}" is impossible: {listed(f.against)}{_because(f)}'
    ),
    Kind.CASE: _case,
    Kind.BELOW_NOTHING: lambda f: f"a complete build comes to {f.amount}, less than nothing",
    Kind.FOR_NOTHING: lambda f: "a complete build costs nothing",
    Kind.NEGATIVE: lambda f: f"{f.option} costs less than nothing: {f.amount}",
    Kind.ABSURD: lambda f: f"{f.option} costs {f.amount} where its neighbours cost about {f.beside}",
    Kind.DEARER_TOGETHER: lambda f: f'the bundle "{f.code}" costs {f.amount}, its options {f.beside}',
    Kind.MORE_THAN_ALL: lambda f: f'"{f.code}" takes off more than there is',
    Kind.NO_PRICE: lambda f: f"{f.option} has no price",
    Kind.NO_PICTURE: lambda f: f"{f.option} has no picture",
    Kind.NO_TEXT: lambda f: f"{f.option} has no full text in {listed(f.languages)}",
}
