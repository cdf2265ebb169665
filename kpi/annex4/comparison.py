"""The report held against the application: its cover, its company, the KPIs' figures, the scenarios.

Only what is certain is compared: a cell beside a label, a row that begins with a KPI's name, a name and its number in
one clause (``data/annex4/words.toml``). A number agrees that is the application's rounded to the digits it shows, half
a digit either way, in whichever unit of the same quantity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kpi.annex4.marks import plain_text, read_lines
from kpi.annex4.outline import Outline, OutlineLine, new_finding, places_of_lines, printable_line
from kpi.catalogue.catalogue import catalogue, kept_per_notice, report_form
from kpi.catalogue.forms import report_words
from kpi.catalogue.names import match_fact, normalise_credit_code, normalise_name
from kpi.catalogue.schema import Fact, Kpi
from kpi.model.application import Application, ReportedValue
from kpi.model.problem import ApplicationPlace, DocumentFinding, listed

_ALSO_ON_COVERS = ("credit_code", "body", "year")
_LONGEST_LABEL = 30
_LOOKED_BACK = 300
_FIRST_CELLS = 3
"""A row begins with its KPI's name though a number or a group stands before it."""


@dataclass(frozen=True, slots=True)
class _Cell:
    column: int
    lines: tuple[OutlineLine, ...]
    text: str


_Table = Mapping[int, Sequence[_Cell]]
"""Its rows by number, each with the cells that are not blank."""


def cover_findings(layout: Outline) -> Iterator[DocumentFinding]:
    """Fields of the form's cover whose value nobody filled in."""
    first = list(read_lines(layout.of_part(0)))
    wanted = {field.fact: field.name for field in report_form().cover.field}
    blank = [wanted[fact.code] for fact, value, _ in _labelled(first) if not value and fact.code in wanted]
    if blank:
        yield new_finding("cover_fields_blank", params={"names": listed(dict.fromkeys(blank))})


def comparison_findings(layout: Outline, application: Application) -> Iterator[DocumentFinding]:
    """Each difference once, with all places of the report that say the same."""
    yield from _cover(layout, application)
    lines = [line for line in read_lines(layout.lines) if line.kind not in ("contents", "report", "cover")]
    yield from _company([line for line in lines if line.part == 1], application)
    yield from _figures(lines, application)
    yield from _scenarios(lines, application)


def _tables(lines: Sequence[OutlineLine]) -> list[_Table]:
    cells: dict[tuple[int, int, int], list[OutlineLine]] = {}
    for line in lines:
        if line.paragraph.cell:
            cells.setdefault(line.paragraph.cell, []).append(line)
    tables: dict[int, dict[int, list[_Cell]]] = {}
    for (table, row, column), held in cells.items():
        text = plain_text("".join(line.text for line in held))
        tables.setdefault(table, {}).setdefault(row, []).append(_Cell(column, tuple(held), text))
    return list(tables.values())


# The cover: a cell beside or below its label, or what follows the label and a colon.


def _labelled(lines: Sequence[OutlineLine]) -> Iterator[tuple[Fact, str, Sequence[OutlineLine]]]:
    """A fact, its value as it stands, "" where there is none, and its place."""
    for table in _tables(lines):
        for number, row in table.items():
            labels = [_label(cell.text) for cell in row]
            below = {cell.column: cell for cell in table.get(number + 1, ())}
            for at, (cell, fact) in enumerate(zip(row, labels, strict=True)):
                if fact is None:
                    continue
                value = row[at + 1] if at + 1 < len(row) else None
                if all(labels) and len(row) > 1:
                    value = below.get(cell.column)
                if value is None or _label(value.text):
                    yield fact, "", cell.lines
                else:
                    yield fact, _written(value.lines), value.lines
    for line in lines:
        if not line.paragraph.cell:
            yield from ((fact, value, [line]) for fact, value in _after_labels(line.text))


def _written(lines: Sequence[OutlineLine]) -> str:
    return printable_line(" ".join(line.text.strip(" _") for line in lines))


def _after_labels(text: str) -> Iterator[tuple[Fact, str]]:
    fact: Fact | None = None
    value = ""
    for piece in re.split(r"\s{2,}|[\t\n\u3000]", text[: report_words().longest_paragraph]):
        label, colon, rest = piece.replace(":", "：").partition("：")
        if colon and (known := _label(label)):
            if fact:
                yield fact, value
            fact, value = known, rest.strip(" _")
        elif fact and not value:
            value = piece.strip(" _")
    if fact:
        yield fact, printable_line(value)


def _label(text: str) -> Fact | None:
    """One of the cover's facts, by its name on the form or in a file."""
    if len(text) > _LONGEST_LABEL:
        return None
    of = {plain_text(field.name): field.fact for field in report_form().cover.field}
    bare = plain_text(re.sub(report_words().company.hints, "", plain_text(text))).rstrip(":")
    if bare in of:
        return next(fact for fact in catalogue().facts if fact.code == of[bare])
    fact = match_fact(bare)
    return fact if fact and fact.code in (*of.values(), *_ALSO_ON_COVERS) else None


def _cover(layout: Outline, application: Application) -> Iterator[DocumentFinding]:
    for fact, value, lines in _labelled(list(read_lines(layout.of_part(0)))):
        reported = application.text(fact.code)
        if value and reported and not _is_same(fact, value, reported):
            against = ApplicationPlace(fact.code)
            yield new_finding("cover_differs", places_of_lines(lines), printable_line(value), reported, against=against)


def _is_same(fact: Fact, value: str, reported: str) -> bool:
    said = re.sub(report_words().company.hints, "", plain_text(value)).casefold()
    known = plain_text(reported).casefold()
    if fact.kind == "code":
        return normalise_credit_code(said) == normalise_credit_code(known)
    if fact.kind == "choice":
        return known in said or said in known
    return known in re.findall(r"\d+", said) if fact.kind == "integer" else said == known


# The company: part one names another one as that of the report, and its own nowhere.


def _company(lines: Sequence[OutlineLine], application: Application) -> Iterator[DocumentFinding]:
    own = plain_text(application.text("enterprise") or "")
    texts = [plain_text(line.text) for line in lines]
    bare = re.sub(r"(?:\([^()]*\))+$", "", own)
    if not own or any(bare in text for text in texts):
        return
    for line, text in zip(lines, texts, strict=True):
        found = _introduction().match(text)
        if found and not any(word in found["name"] for word in report_words().company.others):
            against = ApplicationPlace("enterprise")
            yield new_finding("company_differs", places_of_lines([line]), found["name"], own, against=against)
            return


@kept_per_notice()
def _introduction() -> re.Pattern[str]:
    words = report_words().company
    return re.compile(f"(?P<name>{words.name})(?:{words.introduces})")


# The figures of the KPIs.


@dataclass(frozen=True, slots=True)
class _Figure:
    """A KPI's figure in the report: ``text`` as it stands; ``number`` None where it is said not to apply."""

    kpi: Kpi
    text: str
    number: float | None
    decimals: int
    unit: str
    lines: tuple[OutlineLine, ...]


_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,6})?"
_YEAR = re.compile(r"(?<![较比与由从])(20\d\d)年")


def _figures(lines: Sequence[OutlineLine], application: Application) -> Iterator[DocumentFinding]:
    found = [*_in_tables(lines), *_in_sentences(lines, application)]
    for kpi in catalogue().kpis:
        reported = application.values.get(kpi.code)
        differing: dict[str, list[OutlineLine]] = {}
        for figure in found:
            if reported and figure.kpi is kpi and not _agrees(figure, reported):
                differing.setdefault(figure.text, []).extend(figure.lines)
        for text, at in differing.items():
            if reported:
                yield _difference(kpi, reported, text, sorted(at, key=lambda line: line.paragraph.number))


def _difference(kpi: Kpi, reported: ReportedValue, text: str, lines: Sequence[OutlineLine]) -> DocumentFinding:
    against = ApplicationPlace(kpi.code, reported.cell)
    if reported.state != "reported" or reported.value is None:
        params: dict[str, str | float] = {"state": reported.state}
        return new_finding("figure_not_reported", places_of_lines(lines), text, params=params, against=against)
    params = {"value": reported.value, "basis": reported.basis or ""}
    return new_finding("figure_differs", places_of_lines(lines), text, f"{reported.value:.12g}", params, against)


def _agrees(figure: _Figure, reported: ReportedValue) -> bool:
    if figure.number is None:
        return reported.state != "reported"
    if reported.state != "reported" or reported.value is None:
        return False
    if figure.unit in report_words().figures.points and reported.basis != "points":
        return False
    half = 0.5 * 10.0**-figure.decimals
    return any(
        abs(abs(figure.number) * factor - abs(reported.value)) <= half * factor + 1e-9 * max(1.0, abs(reported.value))
        for factor in _factors(figure.kpi, figure.unit)
    )


def _factors(kpi: Kpi, unit: str) -> Sequence[float]:
    """What a number in ``unit`` is multiplied by to be in the KPI's; none where it measures another quantity.

    Without a unit it is in the KPI's own, or a share of one.
    """
    own = kpi.unit.zh
    if not unit:
        return (1.0, 100.0) if own == "%" else (1.0,)
    if unit in report_words().figures.points and not kpi.of_share:
        return ()
    of = next((item.units for item in report_words().quantity if {unit, own} <= item.units.keys()), None)
    return (of[unit] / of[own],) if of else (1.0,) if unit == own else ()


def _figure(kpi: Kpi, number: str, unit: str, lines: Sequence[OutlineLine]) -> Iterator[_Figure]:
    if _factors(kpi, unit):
        plain = number.replace(",", "")
        decimals = len(plain.partition(".")[2])
        yield _Figure(kpi, f"{number}{unit}", float(plain), decimals, unit, tuple(lines))


# In a table: the row that begins with the KPI's name, and in it the one cell that can be its value.


def _in_tables(lines: Sequence[OutlineLine]) -> Iterator[_Figure]:
    for table in _tables(lines):
        first = min(table)
        begins = next((cell for cell in table[first][:_FIRST_CELLS] if _kpi_of_cell(cell.text)), None)
        headers = {} if begins else {cell.column: cell.text for cell in table[first]}
        for row in table.values():
            yield from _in_row(row, headers)


def _in_row(row: Sequence[_Cell], headers: Mapping[int, str]) -> Iterator[_Figure]:
    named = [(at, kpi) for at, cell in enumerate(row) if (kpi := _kpi_of_cell(cell.text))]
    if not named or named[0][0] >= _FIRST_CELLS:
        return
    ends = [at for at, _ in named[1:]] + [len(row)]
    for (at, kpi), end in zip(named, ends, strict=True):
        cells = [cell for cell in row[at + 1 : end] if _cell_number().fullmatch(cell.text) or _is_none(cell.text)]
        if chosen := _value_cell(kpi, cells, headers):
            units = [headers.get(chosen.column, ""), row[at].text]
            units += [cell.text for cell in row if headers.get(cell.column) in report_words().figures.column_unit]
            yield from _of_cell(kpi, chosen, units)


def _is_none(text: str) -> bool:
    return text in report_words().figures.not_applicable


def _value_cell(kpi: Kpi, cells: Sequence[_Cell], headers: Mapping[int, str]) -> _Cell | None:
    words = report_words().figures
    own = words.columns_change if kpi.is_change else words.columns_after
    foreign = words.columns_after if kpi.is_change else words.columns_change

    def says(cell: _Cell, several: Sequence[str]) -> bool:
        return any(word in headers.get(cell.column, "") for word in several)

    chosen = [cell for cell in cells if says(cell, (*words.columns, *own))]
    if not chosen:
        chosen = [cell for cell in cells if not says(cell, (*words.columns_other, *foreign))]
    return chosen[0] if len(chosen) == 1 else None


def _of_cell(kpi: Kpi, cell: _Cell, beside: Sequence[str]) -> Iterator[_Figure]:
    """A unit in the cell, else in the bracket of its header or of the name, else in the row's column of units."""
    found = _cell_number().fullmatch(cell.text)
    if found is None:
        yield _Figure(kpi, cell.text, None, 0, "", cell.lines)
        return
    units = [match["unit"] for text in beside if (match := _unit_beside().search(text))]
    yield from _figure(kpi, found["number"], found["unit"] or next(iter(units), ""), cell.lines)


@kept_per_notice()
def _cell_number() -> re.Pattern[str]:
    return re.compile(rf"(?P<number>-?{_NUMBER})(?P<unit>{_units()})?")


@kept_per_notice()
def _unit_beside() -> re.Pattern[str]:
    return re.compile(rf"(?:^|\((?:单位:?)?)(?P<unit>{_units()})\)?$")


def _units() -> str:
    units = {unit for item in report_words().quantity for unit in item.units} | {
        plain_text(kpi.unit.zh) for kpi in catalogue().kpis
    }
    return "|".join(re.escape(unit) for unit in sorted(units, key=lambda item: (-len(item), item)))


def _kpi_of_cell(text: str) -> Kpi | None:
    return _kpis().get(normalise_name(text)) if len(text) <= 2 * _LONGEST_LABEL else None


@kept_per_notice()
def _kpis() -> dict[str, Kpi]:
    return {normalise_name(name): kpi for kpi in catalogue().kpis for name in _spellings(kpi)}


def _spellings(kpi: Kpi) -> tuple[str, ...]:
    return kpi.name.zh, kpi.short.zh, *kpi.aliases


# In a sentence: the KPI's name at the head of its clause, a verb, and the number with its unit.


def _in_sentences(lines: Sequence[OutlineLine], application: Application) -> Iterator[_Figure]:
    for line in lines:
        if line.kind in ("body", "box", "note"):
            for sentence in re.split(r"[。;!?]", plain_text(line.text)):
                yield from _in_sentence(sentence, line, application)


def _in_sentence(sentence: str, line: OutlineLine, application: Application) -> Iterator[_Figure]:
    known = _stems()
    for name in _named().finditer(sentence):
        kpi, verbs = known[name[0].casefold()]
        found = _number_after(verbs).match(sentence, name.end())
        before = sentence[max(0, name.start() - _LOOKED_BACK) : name.start()]
        if found and _is_own(before, found[0], application, kpi):
            yield from _figure(kpi, found["number"], found["unit"], [line])


def _is_own(before: str, after: str, application: Application, kpi: Kpi) -> bool:
    """Whether the number is the factory's own, and of the year that the application is about."""
    words = report_words().figures
    clause = re.split(r"[,:]", before)[-1]
    begins = _beginning().fullmatch(clause)
    others = any(word in before or word in after for word in words.others)
    reported = application.values.get(kpi.code)
    years = (reported.year,) if reported and reported.year else (application.year, application.year - 1)
    of_year = all(int(year) in years for year in _YEAR.findall(before + after))
    return bool(begins) and not others and of_year and not any(word in before for word in words.other_times)


@cache
def _beginning() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(report_words().figures.before)})*+")


@kept_per_notice()
def _stems() -> dict[str, tuple[Kpi, tuple[str, ...]]]:
    """Each spelling with its KPI; of a change the name without its verb, and the verbs that may stand for it."""
    words = report_words().figures
    found: dict[str, tuple[Kpi, tuple[str, ...]]] = {}
    for kpi in catalogue().kpis:
        for spelling in map(plain_text, _spellings(kpi)):
            verbs = next((several for several in (words.rises, words.falls) if spelling.endswith(several)), ())
            verb = next((word for word in verbs if spelling.endswith(word)), "")
            found[spelling.removesuffix(verb).casefold()] = kpi, verbs
    return found


@kept_per_notice()
def _named() -> re.Pattern[str]:
    names = sorted(_stems(), key=lambda item: (-len(item), item))
    return re.compile("|".join(map(re.escape, names)), re.IGNORECASE)


@kept_per_notice()
def _number_after(verbs: tuple[str, ...]) -> re.Pattern[str]:
    words = report_words().figures
    filler = rf"(?:\([^()]{{0,40}}\))?(?:{words.within}|20\d\d年){{0,3}}"
    if verbs:
        verb = rf"(?:{words.against})?(?:{words.within}){{0,2}}(?:{'|'.join(verbs)})(?:率|幅度)?(?:{words.changes})?"
    else:
        verb = rf"(?:[由从](?:20\d\d年的?)?{_NUMBER}(?:{_units()})?)?(?:{words.reaches})?(?:20\d\d年的)?"
    number = rf"(?P<number>(?>{_NUMBER}))(?P<unit>(?>{_units()}))"
    return re.compile(rf"{filler}{verb}{number}(?!{words.not_followed_by})")


# The scenarios: those claimed and mentioned nowhere; those that the part of the results describes and nobody claimed.


def _scenarios(lines: Sequence[OutlineLine], application: Application) -> Iterator[DocumentFinding]:
    against = ApplicationPlace("scenarios")
    whole = "\n".join(plain_text(line.text) for line in lines)
    missing = [name for name in application.scenarios if plain_text(name) not in whole]
    if missing and any(line.part for line in lines):
        params: dict[str, str | float] = {"names": listed(missing), "count": len(missing)}
        yield new_finding("scenarios_not_described", wanted=" ".join(missing), params=params, against=against)
    results = [line for line in lines if line.part == report_form().part_with("answers")]
    described_by = [(_described().match(plain_text(line.text)), line) for line in results]
    stated = [(_scenario_names()[found["name"]], line) for found, line in described_by if found]
    found = [(name, line) for name, line in stated if name not in application.scenarios]
    if found:
        described = list(dict.fromkeys(name for name, _ in found))
        params = {"names": listed(described), "count": len(described)}
        where = places_of_lines([line for _, line in found])
        yield new_finding("scenarios_not_claimed", where, " ".join(described), params=params, against=against)


@kept_per_notice()
def _scenario_names() -> dict[str, str]:
    return {plain_text(scenario.name.zh): scenario.name.zh for scenario in catalogue().scenarios}


@kept_per_notice()
def _described() -> re.Pattern[str]:
    """A title, an item of a list or a cell that begins with a scenario's name; a sentence on it is none."""
    names = "|".join(sorted(map(re.escape, _scenario_names()), key=len, reverse=True))
    number = r"(?:场景)?\(?[0-9一二三四五六七八九十]{1,3}[)、.:]*|[①-⑳]"
    return re.compile(rf"(?:{number})*+(?P<name>{names})(?:场景|$|[(:—])")
