"""What the columns of the published table mean, for machines and in both languages: CSV on the Web (W3C)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.i18n import catalogue_name, published_at, text
from kpi.model.application import Basis
from kpi.model.language import Lang
from kpi.model.publication import PublishedTable
from kpi.reports.files import FIGURES, how_published, published_fields

Json = dict[str, Any]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)


def published_description(table: PublishedTable, addresses: Mapping[Lang, str]) -> Json:
    """``addresses``: of the CSV in each language. The units of a figure are its row's: each KPI says its own."""
    fields = {lang: published_fields(table, lang) for lang in LANGUAGES}
    at = published_at(table.cells)
    columns = [
        {
            "name": name,
            "titles": {lang: fields[lang][name] for lang in LANGUAGES},
            "datatype": "number" if name in FIGURES else "string",
            "required": name == "kpi",
            "dc:description": _both(lambda lang, name=name: text(f"open_data.field.{name}", lang, **at)),
        }
        for name in fields["zh"]
    ]
    title = {lang: f"{catalogue_name(table.industry, lang)} {table.baseline.year}" for lang in LANGUAGES}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "dc:title": _both(lambda lang: f"{text('open_data.title', lang)} · {title[lang]}"),
        "dc:description": _both(lambda lang: how_published(table.cells, table.leading_quantile, lang)),
        "dc:source": table.baseline.name,
        "dc:type": _both(lambda lang: text(f"page.provenance.{table.baseline.provenance}", lang)),
        "dialect": {"commentPrefix": "#", "skipBlankRows": True, "header": True, "encoding": "utf-8"},
        "tableSchema": {"columns": columns, "primaryKey": "kpi"},
        "tables": [{"url": addresses[lang], "dc:language": lang} for lang in LANGUAGES],
        "schema:variableMeasured": [
            _variable(catalogue().kpi(cell.kpi), table.bases.get(cell.kpi)) for cell in table.cells
        ],
    }


def _variable(kpi: Kpi, basis: Basis | None) -> Json:
    return {
        "schema:identifier": kpi.code,
        "schema:name": _both(kpi.name.in_),
        "schema:unitText": _both(lambda lang: text("number.points", lang) if basis == "points" else kpi.unit.in_(lang)),
        "schema:description": _both(kpi.formula.in_),
    }


def _both(said: Any) -> list[Json]:
    return [{"@value": said(lang), "@language": lang} for lang in LANGUAGES]
