"""The language of segments as it is today: the facts there are, and the rules that can be made of them."""

from decimal import Decimal
from functools import partial

from lark import Token
from sqlmodel import Session, select

from catalog.grammar import Vocabulary
from catalog.money import minor_digits
from catalog.rule_fault import RuleFault, Trouble
from catalog.spelling import did_you_mean, nearest
from webapp.catalogues import published
from webapp.customers import preference_reckoning
from webapp.customers.evidence import said_by
from webapp.customers.inference import FAMILY
from webapp.relations.levels import service_level
from webapp.relations.segments import (
    level_facts,
    order_facts,
    part_facts,
    person_facts,
    preference_facts,
    segment_grammar,
    topic_facts,
)
from webapp.relations.segments.condition import Atom, Condition, Shape
from webapp.relations.segments.fact import Fact, Lexicon
from webapp.sales.demand.part_set import DemandOption

# A further fact is one entry here. Of one that is not here nothing is offered, and a rule that asks for it is refused.
FACTS: tuple[Fact, ...] = (
    order_facts.ORDERS,
    order_facts.PAID,
    order_facts.LAST_ORDER,
    part_facts.BUILDS,
    person_facts.SINCE,
    person_facts.CONSENT,
    part_facts.BUILD,
    part_facts.ORDER,
    preference_facts.PREFERS,
    topic_facts.SUBSCRIBED,
    person_facts.LANGUAGE,
    order_facts.COUNTRY,
    level_facts.LEVEL,
)
BY_CODE = {fact.code: fact for fact in FACTS}

LONGEST = 2000  # characters of a rule
LARGEST = {Shape.COUNT: 10**6, Shape.AMOUNT: 10**9}
FARTHEST = {"day": 36_500, "week": 5_200, "month": 1_200, "year": 100}
USUAL_CURRENCY = "EUR"  # of a shop that sells nothing yet


def lexicon(session: Session, languages: tuple[str, ...]) -> Lexicon:
    """The words that rules may use today: options on sale, and those that anybody has from before."""
    on_sale = published.families(session.connection())
    sold = [each.family for each in on_sale]
    options: dict[str, dict[str, dict[str, None]]] = {}
    traits: dict[str, dict[str, None]] = {}
    for family in sold:
        for key, option in family.option_by_key.items():
            options.setdefault(family.code, {}).setdefault(key.group, {})[key.option] = None
            for trait, value in said_by(option):
                traits.setdefault(trait, {})[value] = None
        traits.setdefault(FAMILY, {})[family.code] = None
    for kept in session.exec(select(DemandOption)):
        options.setdefault(kept.family, {}).setdefault(kept.option_group, {})[kept.option] = None
    return Lexicon(
        {
            family: Vocabulary({group: tuple(codes) for group, codes in groups.items()}, ())
            for family, groups in options.items()
        },
        sold[0].currency if sold else USUAL_CURRENCY,
        languages,
        {trait: tuple(sorted(values)) for trait, values in sorted(traits.items())},
        preference_reckoning.seal(on_sale),
        tuple(each.code for each in service_level.ladder(session, with_closed=True)),
    )


def read(text: str, words: Lexicon) -> Condition:
    """What the rule of a segment says, in the words of today. Raises RuleFault."""
    if len(text) > LONGEST:
        raise RuleFault(
            "the rule is too long; make several segments of it", trouble=Trouble.MANY, found=str(LONGEST)
        )
    return segment_grammar.read(text, words.families, partial(_known, words))


def _known(words: Lexicon, atom: Atom, token: Token, word: Token) -> Atom:
    """The atom with its words as they are kept. Raises RuleFault for what there is not."""
    fact = BY_CODE.get(atom.fact)
    if fact is None:
        raise _fault(
            f'there is no fact "{atom.fact}"{did_you_mean(atom.fact, BY_CODE)}',
            token,
            Trouble.NO_FACT,
            found=atom.fact,
            near=nearest(atom.fact, BY_CODE),
        )
    is_number = fact.shape is Shape.AMOUNT and atom.shape is Shape.COUNT
    if (not is_number and atom.shape is not fact.shape) or _is_senseless(atom, words):
        raise _shaped(fact, token)
    if atom.number > (FARTHEST[atom.unit] if atom.unit else LARGEST.get(fact.shape, 0)):
        raise _fault(f"{atom.number} is too large a number", token, Trouble.FAR, found=str(atom.number))
    subject = _one_of(atom.subject, tuple(fact.subjects(words)), fact, word)
    value = _one_of(atom.value, tuple(fact.values(words, subject)), fact, word)
    return Atom(
        atom.fact,
        fact.shape,
        atom.operator,
        atom.number,
        atom.unit,
        subject,
        value,
        atom.family,
        atom.parts,
        atom.text,
    )


def _is_senseless(atom: Atom, words: Lexicon) -> bool:
    """Moments are never equal, pieces never halves, amounts never finer than the smallest coin."""
    if atom.shape is Shape.MOMENT:
        return atom.operator == "="
    fact = BY_CODE[atom.fact]
    if fact.shape is Shape.COUNT:
        return atom.number != atom.number.to_integral_value()
    if fact.shape is Shape.AMOUNT:
        minor = atom.number.scaleb(minor_digits(words.currency))
        return minor != minor.to_integral_value()
    return False


def _one_of(said: str, offered: tuple[str, ...], fact: Fact, token: Token) -> str:
    """A word as it is kept, however its letters were written; any word where none are kept."""
    if not offered:
        return said
    found = next((each for each in offered if each.lower() == said.lower()), None)
    if found is None and not said:
        raise _shaped(fact, token)
    if found is None:
        raise _fault(
            f'"{fact.code}" knows no "{said}"{did_you_mean(said, offered)}',
            token,
            Trouble.NO_VALUE,
            found=said,
            group=fact.code,
            near=nearest(said, offered),
            expected=offered[:12],
        )
    return found


def _shaped(fact: Fact, token: Token) -> RuleFault:
    return _fault(
        f'"{fact.code}" is said like this: {fact.example}',
        token,
        Trouble.SHAPE,
        found=fact.code,
        expected=(fact.example,),
    )


def _fault(message: str, token: Token, trouble: Trouble, **more: object) -> RuleFault:
    return RuleFault(message, token.line or 1, token.column or 1, trouble=trouble, **more)  # type: ignore[arg-type]


def minor(amount: Decimal, currency: str) -> int:
    """An amount of a rule in minor units."""
    return int(amount.scaleb(minor_digits(currency)))
