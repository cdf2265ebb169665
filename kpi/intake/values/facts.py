"""Annex 3's facts as stated: names brought to their exact Chinese form, everything that is not one of them reported."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import (
    NameKind,
    is_valid,
    match_body,
    match_industry,
    match_scenario,
    nearest_name,
    normalise_credit_code,
)
from kpi.catalogue.schema import Body, Fact, Industry, Scenario
from kpi.files.workbook import Sheet
from kpi.intake.cells import parse_number
from kpi.intake.form.answer_table import FormRow
from kpi.intake.problems import Fault, Reading, SourceCell, fault_at, fault_of_sheet, item_params
from kpi.intake.settings import comparable_word, vocabulary
from kpi.model.application import FactValue as Answer
from kpi.model.problem import Severity, listed

_KINDS: dict[str, NameKind] = {"industries": "industry", "bodies": "body", "districts": "district"}
_OUTSIDE = {"year": "invalid_year", "maturity_level": "invalid_maturity", "maturity_score": "invalid_maturity"}
_LIST_NUMBER = re.compile(r"(?:^|(?<=[\s；;、，,|]))\d{1,2}\s*[.．、]\s*")


def read_facts(rows: Mapping[str, FormRow], sheet: Sheet) -> Reading[dict[str, Answer]]:
    """The answered facts by code, in the catalogue's order. A fact that could not be read is left out."""
    facts: dict[str, Answer] = {}
    yield from check_absent([fact for fact in catalogue().facts if fact.code not in rows], sheet)
    for fact in catalogue().facts:
        row = rows.get(fact.code)
        if row is None:
            continue
        for spot in (row.basis, row.before, row.after):
            if not spot.blank:
                yield fault_at(spot, "ignored_cell", item_params(fact))
        answer = yield from read_fact(fact, row.value)
        if answer is not None:
            facts[fact.code] = answer
    return facts


def read_fact(fact: Fact, spot: SourceCell) -> Reading[Answer | None]:
    """One fact's cell; None where it is blank or cannot be read."""
    if spot.broken:
        return None
    if spot.blank:
        yield from _blank(fact, spot)
        return None
    read = _READERS.get(fact.code) or _BY_KIND[fact.kind]
    return (yield from read(fact, spot))


def check_absent(absent: Iterable[Fact], sheet: Sheet) -> Iterator[Fault]:
    """Facts for which a sheet has no cell: each that a benchmark needs by itself, the others in one problem."""
    optional: list[str] = []
    for fact in absent:
        if fact.required_to_benchmark:
            yield fault_of_sheet(sheet.name, "missing_fact", item_params(fact), severity="error")
        elif fact.code not in vocabulary().facts.may_be_blank:
            optional.append(fact.code)
    if optional:
        yield fault_of_sheet(sheet.name, "missing_facts", items=tuple(optional))


def _blank(fact: Fact, spot: SourceCell) -> Iterator[Fault]:
    if fact.code not in vocabulary().facts.may_be_blank:
        severity: Severity = "error" if fact.required_to_benchmark else "warning"
        yield fault_at(spot, "missing_fact", item_params(fact), severity=severity)


def _text(_fact: Fact, spot: SourceCell) -> Reading[Answer | None]:
    yield from ()  # any text will do
    return None if comparable_word(spot.text) in vocabulary().none else spot.text


def _number(fact: Fact, spot: SourceCell) -> Reading[Answer | None]:
    parsed = parse_number(spot.raw, percent_sign=False)
    if parsed is None:
        yield fault_at(spot, "not_a_number", item_params(fact))
    elif not fact.allows(parsed.value):
        yield _out_of_range(fact, spot)
    else:
        return parsed.value
    return None


def _integer(fact: Fact, spot: SourceCell) -> Reading[Answer | None]:
    return _integer_of(spot.text, fact, spot)


def _year(fact: Fact, spot: SourceCell) -> Reading[Answer | None]:
    return _integer_of(spot.text.removesuffix(vocabulary().year_suffix), fact, spot)


def _maturity_level(fact: Fact, spot: SourceCell) -> Reading[Answer | None]:
    words = vocabulary().facts
    text = comparable_word(spot.text).removeprefix(words.maturity_prefix).removesuffix(words.maturity_suffix)
    if len(text) == 1 and text in words.maturity_numerals:
        text = str(words.maturity_numerals.index(text) + 1)
    return _integer_of(text, fact, spot)


def _integer_of(text: str, fact: Fact, spot: SourceCell) -> Reading[int | None]:
    """A whole number within the fact's bounds, or one fault."""
    parsed = parse_number(text, percent_sign=False)
    if parsed is None or not parsed.value.is_integer() or not fact.allows(parsed.value):
        yield _out_of_range(fact, spot)
        return None
    return int(parsed.value)


def _out_of_range(fact: Fact, spot: SourceCell) -> Fault:
    return fault_at(spot, _OUTSIDE.get(fact.code, "fact_out_of_range"), item_params(fact), range=_range(fact))


def _credit_code(fact: Fact, spot: SourceCell) -> Reading[Answer | None]:
    code = normalise_credit_code(spot.text)
    if not is_valid(code):
        yield fault_at(spot, "invalid_credit_code", item_params(fact), length=len(code))
        return None
    return code


def _phone(fact: Fact, spot: SourceCell) -> Reading[Answer | None]:
    text = re.sub(r"[\s()\-]", "", unicodedata.normalize("NFKC", spot.text))
    if not re.fullmatch(vocabulary().facts.phone, text):
        yield fault_at(spot, "invalid_phone", item_params(fact))
    return text


def _choice(fact: Fact, spot: SourceCell) -> Reading[Answer | None]:
    kind = _KINDS[fact.choices or "industries"]
    found = match_industry(spot.text) if kind == "industry" else match_body(spot.text)
    names = fact_choices(fact)
    if found is not None and found.name.zh in names:
        return found.name.zh
    suggestion = nearest_name(spot.text, kind) or listed(names)
    yield fault_at(spot, f"unknown_{kind}", item_params(fact), suggestion=suggestion)
    return None


def _list(fact: Fact, spot: SourceCell) -> Reading[Answer | None]:
    """Names parted by any usual separator; a number before a name is dropped, an unknown name is a fault."""
    found: dict[str, None] = {}
    for part in listed_names(spot.text):
        scenario = match_scenario(part)
        if scenario is None:
            nearest = nearest_name(part, "scenario") or ""
            yield fault_at(spot.holding(part), "unknown_scenario", item_params(fact), suggestion=nearest)
        else:
            found[scenario.name.zh] = None
    return tuple(found) or None


def listed_names(text: str) -> list[str]:
    """The names of a list in one text, as they stand; a number before a name is dropped."""
    text = _LIST_NUMBER.sub("", unicodedata.normalize("NFKC", text))
    for separator in unicodedata.normalize("NFKC", vocabulary().list_separators):
        text = text.replace(separator, "\n")
    return [name for piece in text.split("\n") if (name := piece.strip())]


def fact_choices(fact: Fact) -> tuple[str, ...]:
    """The exact Chinese names that a fact may hold, in the notice's order; empty where anything may stand."""
    return tuple(item.name.zh for item in choice_items(fact))


def choice_items(fact: Fact) -> tuple[Industry | Body | Scenario, ...]:
    """What a fact chooses from, in the notice's order; empty where anything may stand."""
    whole = catalogue()
    listed: dict[str | None, tuple[Industry | Body | Scenario, ...]] = {
        "industries": whole.industries,
        "districts": whole.districts,
        "bodies": whole.bodies,
        "scenarios": whole.scenarios,
    }
    return listed.get(fact.choices, ())


def _range(fact: Fact) -> str:
    low = "" if fact.minimum is None else f"{fact.minimum:g}"
    high = "" if fact.maximum is None else f"{fact.maximum:g}"
    return f"{low}–{high}"


_READERS: dict[str, Callable[[Fact, SourceCell], Reading[Answer | None]]] = {
    "year": _year,
    "maturity_level": _maturity_level,
}
_BY_KIND: dict[str, Callable[[Fact, SourceCell], Reading[Answer | None]]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "choice": _choice,
    "code": _credit_code,
    "phone": _phone,
    "list": _list,
}
