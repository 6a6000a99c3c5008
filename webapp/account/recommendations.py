"""How we recommend: the page about data and methods, written from the figures that the arithmetic takes."""

from datetime import timedelta

from babel.numbers import format_decimal
from flask import render_template
from flask_babel import get_locale

from webapp import settings
from webapp.account import bp, profile_words
from webapp.account.privacy import in_words
from webapp.customers import asked_question, consent, touchpoint
from webapp.customers import inference_figures as figures
from webapp.customers.consent import Purpose
from webapp.customers.touchpoint import Kind


@bp.app_template_filter("decimal")
def decimal(number: float) -> str:
    """A number as the reader writes it."""
    return str(format_decimal(number, locale=get_locale()))


@bp.get("/recommendations")
def recommendations() -> str:
    """Public, as article 10.2-2 of 149-FZ and articles 13 to 15 of the GDPR ask."""
    return render_template(
        "account/recommendations.html",
        figures=figures,
        weights=[(profile_words.act_title(kind), weight) for kind, weight in figures.WEIGHTS.items()],
        uncounted=[profile_words.act_title(kind) for kind in Kind if kind not in figures.WEIGHTS],
        periods=[
            ([profile_words.act_title(kind) for kind in kinds], in_words(period))
            for period, kinds in touchpoint.KEPT_FOR
        ],
        rest=asked_question.REST // timedelta(days=1),
        percent=lambda share: f"{round(share * 100)}\N{NO-BREAK SPACE}%",
        wording=consent.wording(Purpose.PERSONALISATION),
        shop=settings.current(),
    )
