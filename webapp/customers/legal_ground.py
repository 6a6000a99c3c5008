"""Why the law lets a shop keep something."""

from typing import NamedTuple

from webapp.customers.retention import Words


class Ground(NamedTuple):
    """One ground, as the law of the shop's country and that of its Russian readers name it."""

    code: str
    words: Words


CONTRACT = Ground(
    "contract",
    {
        "en": "you asked for it, or the contract needs it (article 6 (1) b GDPR)",
        "ru": "вы об этом попросили или это нужно для договора (ст. 6 п. 1 b GDPR; п. 5 ч. 1 ст. 6 закона 152-ФЗ)",
    },
)
CONSENT = Ground(
    "consent",
    {
        "en": "your consent (article 6 (1) a GDPR)",
        "ru": "ваше согласие (ст. 6 п. 1 a GDPR; п. 1 ч. 1 ст. 6 закона 152-ФЗ)",
    },
)
LAW = Ground(
    "law",
    {
        "en": "the law on accounts asks for it (article 6 (1) c GDPR; § 257 HGB, § 147 AO, § 14b UStG)",
        "ru": "этого требует закон о бухгалтерском учёте (ст. 6 п. 1 c GDPR; § 257 HGB, § 147 AO, § 14b UStG; "
        "ст. 29 закона 402-ФЗ)",
    },
)
INTEREST = Ground(
    "interest",
    {
        "en": "a legitimate interest, which is said beside it (article 6 (1) f GDPR); you may object",
        "ru": "законный интерес, он назван рядом (ст. 6 п. 1 f GDPR; п. 7 ч. 1 ст. 6 закона 152-ФЗ); вы можете "
        "возразить",
    },
)
PROOF = Ground(
    "proof",
    {
        "en": "we must be able to prove that we kept to the law (articles 5 (2), 7 (1) and 17 (3) e GDPR; § 195 BGB)",
        "ru": "мы обязаны подтвердить, что соблюдали закон (ст. 5 п. 2, ст. 7 п. 1, ст. 17 п. 3 e GDPR; § 195 BGB; "
        "ч. 3 ст. 9 закона 152-ФЗ)",
    },
)
