"""``kpi recommend``: which candidates a recommending body puts forward, in which order, and why."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import click

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.cli.call import CallSession, read_file, shared_options, write_output
from kpi.errors import UserError
from kpi.i18n.words import WORTH_DIGITS
from kpi.recommendation.choice import Wish, Wishes, WorthShare, read_weights
from kpi.reports.forms import annex5, is_annex5_name
from kpi.services.leader.recommendation import RankedCandidate, Recommendation, body_recommendation


@click.command()
@click.argument("body")
@click.option(
    "--year",
    type=click.IntRange(2000, 2100),
    help="By default the year at work: last year until its list is sent, then this.",
)
@click.option("--weights", "weights_file", metavar="FILE", help="Weights quality, industry, scenario (JSON or TOML).")
@click.option("--must", multiple=True, metavar="CODE", help="A credit code that must be in the list.")
@click.option("--must-not", multiple=True, metavar="CODE", help="A credit code that must not be in the list.")
@click.option("--each-industry", is_flag=True, help="At least one of each industry that has an eligible candidate.")
@click.option("--most-places", type=click.IntRange(0), metavar="N", help="Propose at most N candidates.")
@click.option("--most-of-industry", type=click.IntRange(0), metavar="N", help="At most N of any one industry.")
@click.option("--annex5", "out", metavar="OUT", help="Write the proposal in the form of annex 5 (.xlsx or .docx).")
@shared_options
@click.pass_obj
def recommend(
    session: CallSession,
    body: str,
    year: int | None,
    weights_file: str | None,
    must: tuple[str, ...],
    must_not: tuple[str, ...],
    each_industry: bool,
    most_places: int | None,
    most_of_industry: int | None,
    out: str | None,
) -> None:
    """Propose the candidates of BODY, in the order of priority. Nothing is put forward."""
    if out and not is_annex5_name(out):
        raise UserError("unknown_annex5", name=out)
    weights = read_weights(read_file(session, weights_file)) if weights_file else None
    wishes = Wishes(must, must_not, each_industry, most_places, most_of_industry)
    with session.reading() as store:
        found = body_recommendation(store, session.viewer, _exact_name(body, session), wishes, weights, year)
    if out:
        warning = i18n.text("report.illustrative.short", "zh") if found.illustrative else ""
        write_output(session, out, annex5(out, found.body, found.year, found.chosen(), warning))
    if session.as_json:
        session.say_json(_json(found, session))
    elif out:
        session.say(session.words("report_written", name=out))
    else:
        _say(found, session)


def _exact_name(body: str, session: CallSession) -> str:
    """The body's Chinese name, by which it is known in the store; the English one is what other commands print."""
    bodies = [item.name for item in catalogue().bodies]
    found = next((item.zh for item in bodies if body in (item.zh, item.en)), None)
    if found is None:
        names = i18n.text("number.list", session.lang).join(item.in_(session.lang) for item in bodies)
        raise UserError("unknown_recommending_body", name=body, names=names)
    return found


def _json(found: Recommendation, session: CallSession) -> dict[str, Any]:
    proposal, quota = found.proposal, found.quota
    rule = i18n.text(f"recommend.rule.{quota.rule.code}", session.lang, **quota.rule.params)
    return {
        "body": found.body,
        "year": found.year,
        "quota": {
            "awarded": quota.awarded,
            "allowed": quota.allowed,
            "used": quota.used,
            "left": quota.left,
            "rule": rule,
        },
        "weights": {
            "quality": float(found.weights.quality),
            "industry": float(found.weights.industry),
            "scenario": float(found.weights.scenario),
        },
        "wishes": {
            "must": list(found.wishes.must),
            "must_not": list(found.wishes.must_not),
            "each_industry": found.wishes.each_industry,
            "most_places": found.wishes.most_places,
            "most_of_industry": found.wishes.most_of_industry,
        },
        "candidates": [_candidate(candidate, session) for candidate in found.candidates],
        "proposal": [option.credit_code for option in proposal.order],
        "objective": _number(proposal.objective),
        "bound": _number(proposal.bound),
        "status": proposal.status,
        "conflict": [str(wish) for wish in proposal.conflict],
        "price": [
            {"wish": str(price.wish), "objective_without": _number(price.objective_without)}
            for price in proposal.prices
        ],
        "alternatives": [
            {"credit_codes": [option.credit_code for option in other.chosen], "objective": float(other.objective)}
            for other in proposal.alternatives
        ],
        "left_out": [
            {"credit_code": code, "why": i18n.left_out_text(reason, session.lang)} for code, reason in found.left_out
        ],
        "nominated": [candidate.credit_code for candidate in found.nominated],
        "shares": [_share(share) for share in found.shares()],
    }


def _share(share: WorthShare) -> dict[str, Any]:
    parts = {"quality": share.quality, "industry": share.industry, "scenario": share.scenario}
    return {"credit_code": share.option.credit_code, **{name: float(part) for name, part in parts.items()}}


def _candidate(one: RankedCandidate, session: CallSession) -> dict[str, Any]:
    return {
        "credit_code": one.credit_code,
        "factory": one.factory,
        "industry": one.industry,
        "scenarios": list(one.scenarios),
        "quality": float(one.quality.value),
        "eligible": one.eligible,
        "as_first_locked": one.as_first_locked,
        "why": [
            {"rule": rule.rule, "state": rule.state, "text": i18n.reason_text(rule.why, session.lang)}
            for rule in (*one.failed, *one.open_points)
        ],
        "quality_parts": [
            {"code": part.code, "points": part.points, "share": float(part.share)} for part in one.quality.parts
        ],
    }


def _say(found: Recommendation, session: CallSession) -> None:
    proposal, quota = found.proposal, found.quota
    names = {candidate.credit_code: candidate.factory for candidate in found.candidates}
    body = catalogue().body(found.body).name.in_(session.lang)
    status = i18n.text(f"recommend.status.{proposal.status}", session.lang)
    rule = i18n.text(f"recommend.rule.{quota.rule.code}", session.lang, **quota.rule.params)
    session.say(session.words("recommend.what", body=body, year=found.year, status=status))
    session.say(session.words("recommend.quota", allowed=quota.allowed, rule=rule, used=quota.used, left=quota.left))
    if proposal.conflict:
        wishes = i18n.text("number.list", session.lang).join(_wish(wish, names, session) for wish in proposal.conflict)
        session.say(session.words("recommend.conflict", wishes=wishes))
    elif not proposal.order:
        session.say(session.words("recommend.none"))
    else:
        _say_list(found, session, names)
    if earlier := [candidate.factory for candidate in found.candidates if candidate.as_first_locked]:
        listed = i18n.text("number.list", session.lang).join(earlier)
        session.say(session.words("recommend.as_first_locked", factories=listed))
    if found.left_out:
        session.say(session.words("recommend.left_out"))
    for code, reason in found.left_out:
        why = i18n.left_out_text(reason, session.lang)
        session.say("  " + session.words("recommend.left_out_one", factory=names[code], code=code, why=why))


def _say_list(found: Recommendation, session: CallSession, names: dict[str, str]) -> None:
    proposal = found.proposal
    session.say(
        session.words("recommend.objective", objective=_shown(proposal.objective), bound=_shown(proposal.bound))
    )
    shares = {share.option.credit_code: share for share in found.shares()}
    if found.nominated:
        before = sum((shares[candidate.credit_code].total for candidate in found.nominated), Fraction(0))
        session.say(session.words("recommend.nominated", count=len(found.nominated), worth=_shown(before)))
    for place, option in enumerate(proposal.order, start=1):
        share = shares[option.credit_code]
        words = session.words(
            "recommend.place",
            place=place,
            factory=names[option.credit_code],
            code=option.credit_code,
            industry=i18n.catalogue_name(option.industry, session.lang),
            quality=_shown(option.quality),
            share=_shown(share.total),
            of_quality=_shown(share.quality),
            of_industry=_shown(share.industry),
            of_scenario=_shown(share.scenario),
        )
        session.say(f"  {words}")
    for price in proposal.prices:
        unproven = session.words("recommend.unproven")
        worth = unproven if price.objective_without is None else _shown(price.objective_without)
        session.say(session.words("recommend.price", wish=_wish(price.wish, names, session), objective=worth))
    for other in proposal.alternatives:
        factories = i18n.text("number.list", session.lang).join(names[item.credit_code] for item in other.chosen)
        session.say(session.words("recommend.alternative", objective=_shown(other.objective), factories=factories))


def _wish(wish: Wish, names: dict[str, str], session: CallSession) -> str:
    return i18n.wish_text(wish.kind, names.get(wish.credit_code, wish.credit_code), wish.most, session.lang)


def _shown(worth: Fraction | None) -> str:
    return i18n.NO_NUMBER if worth is None else f"{float(worth):.{WORTH_DIGITS}f}"


def _number(worth: Fraction | None) -> float | None:
    return None if worth is None else float(worth)
