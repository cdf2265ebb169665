"""No text says what one notice alone says: a text names it by a word of the notice, and the next notice fills it in."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from kpi.annex4.styles import chinese_numeral
from kpi.catalogue.catalogue import NOTICES, Catalogue, catalogue, load_catalogue, notice_in_hand
from kpi.errors import InvalidData
from kpi.i18n import text
from kpi.i18n.notice_words import NOTICE_WORDS
from kpi.i18n.texts import FOLDER, load_texts, placeholders
from kpi.model.language import Lang

EACH = pytest.mark.parametrize("lang", get_args(Lang))
CITED = "the place of a requirement that is no condition, so that no file of the notice has it"
OWN = {
    "page.region.shanghai": "where a figure is from that others published, whichever the notice",
    "trend.shanghai": "the same in a picture",
    "annex4.finding.picture_pixels.remedy": "a menu of Word",
    "annex4.finding.picture_bytes.remedy": "a menu of Word",
    "page.awards.by_body_how": CITED,
    "page.nomination.package_notice": CITED,
    "nomination.fault.no_report": CITED,
}
"""Texts with words that mean another thing than the notice's, or that no word of it says, each with its reason."""

IN_ENGLISH = {5: "five", 6: "six", 16: "sixteen", 19: "nineteen", 21: "twenty-one", 40: "forty"}
PARTS = 5
"""Of the application report."""


def _counted(known: Catalogue) -> Iterator[str]:
    """A number of the notice before what it counts, in digits and in words."""
    for number, chinese, english in (
        (len(known.kpis), "项(?:指标|关键|数值|位置|中)", "KPIs|values"),
        (len(known.scenarios), "个(?:典型|场景|中|。)", "scenarios"),
        (len(known.industries), "个行业", "industries"),
        (len(known.districts), "个区", "districts"),
        (len(known.bodies), "个(?:推荐)?单位", "(?:recommending )?bodies"),
        (len(known.groups), "类(?:指标|轮廓)", "groups"),
        (len(known.segments), "个环节", "segments"),
        (PARTS, "个部分", "parts"),
    ):
        yield rf"(?<!\d)(?:{number}|{chinese_numeral(number)}) ?(?:{chinese})"
        yield rf"\b(?:{number}|{IN_ENGLISH[number]}) (?:{english})\b"


def _named(known: Catalogue) -> Iterator[str]:
    """What this notice is called, and whom and what it names."""
    head = known.notice
    for named in (known.bodies, known.industries, known.tiers):
        yield from (item.name.zh for item in named)
    yield from (kpi.code for kpi in known.kpis)
    yield from (r"附件 ?[\d一二三四五]", r"\bannex(?:es)?[ -]?\d", r"第[一二三四五]部分", r"\bpart (?:five|5)\b")
    yield from (r"(?:正文|通知)[一二三]\.\d", r"\b(?:body|notice,|notice) \(?I+\.\d", r"\bI+\.\d of the notice")
    yield from (head.region.zh.removesuffix("市"), head.division.zh, r"(?<!\d)514(?!\d)")
    yield from (rf"\b{word}\b" for word in (head.region.en, known.tier(head.tier).name.en, head.division.en))


SAID = re.compile("|".join((*_counted(catalogue()), *_named(catalogue()))), re.IGNORECASE)


def leaves(table: dict[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", str(value)


def saying(folder: Path) -> list[str]:
    """File, key and words of each text that says what the notice says."""
    return [
        f"{file.name}: {key}: {found[0]}"
        for file in sorted(folder.glob("*.toml"))
        for key, sentence in leaves(tomllib.loads(file.read_text("utf-8")))
        if key not in OWN and (found := SAID.search(sentence))
    ]


@EACH
def test_no_text_says_what_only_one_notice_says(lang: Lang) -> None:
    assert saying(FOLDER / lang) == []


def test_an_excuse_that_nothing_needs_goes() -> None:
    assert [key for key in OWN if not any(SAID.search(load_texts(lang)[key]) for lang in get_args(Lang))] == []


@pytest.mark.parametrize(
    "said",
    [
        "上传 21 项指标",
        "二十一项指标",
        "已选 3 个，共 40 个。",
        "不是六个行业之一",
        "16 个区之一",
        "五类指标",
        "分五个部分",
        "K01 至 K21",
        "上海的企业",
        "沪经信制〔2025〕514 号",
        "先进级及以上",
        "浦东新区",
        "智能制造推进处",
        "附件 3 有 2 项未填",
        "附件4",
        "第五部分不计",
        "不再重复申报（正文一.1）",
        "see annex 4",
        "annexes 3, 4 and 5",
        "part five",
        "may not apply again (body I.1)",
        "The notice (II.1)",
        "all 21 KPIs",
        "The forty scenarios",
        "the six industries",
        "Five groups",
        "in Shanghai",
        "the advanced tier",
        "notice No. 514",
    ],
)
def test_what_a_notice_says_would_be_seen_with_file_and_key(said: str, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(f'[x]\ny = "{said}"', "utf-8")
    assert [place.rpartition(": ")[0] for place in saying(tmp_path)] == ["a.toml: x.y"]


@pytest.mark.parametrize("said", ["2 至 40 个小写字母", "{notice.kpis} 项指标", "5 factories", "本市", "advances"])
def test_other_numbers_and_words_may_stand(said: str, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(f'[x]\ny = "{said}"', "utf-8")
    assert saying(tmp_path) == []


# The next notice.


OF_THE_FIRST = re.compile(r"\b(?:21|40|514|K21)\b|上海|Shanghai|先进级|advanced|(?:附件|annex) \d\b", re.IGNORECASE)


def _next(folder: Path) -> Catalogue:
    """A copy of what ships with a KPI, a scenario, an industry and a body more, and other words of its own."""
    copied = Path(shutil.copytree(NOTICES / catalogue().notice.id, folder / "elsewhere-2026-7"))
    for name, table, renamed in (
        ("kpis", "kpi", {'"K21"': '"K22"'}),
        ("scenarios", "scenario", {"number = 40": "number = 41"}),
        ("industries", "industry", {'"consumer"': '"energy"', "时尚消费品": "新能源"}),
        ("bodies", "body", {'code = "': 'code = "new_', "column = ": "column = 9", 'zh = "': 'zh = "新'}),
    ):
        content = (copied / f"{name}.toml").read_text("utf-8")
        _, mark, last = content.rpartition(f"[[{table}]]")
        for old, new in renamed.items():
            assert old in last, (name, old)
            last = last.replace(old, new)
        (copied / f"{name}.toml").write_text(f"{content}\n{mark}{last}", "utf-8")
    head = (copied / "notice.toml").read_text("utf-8")
    for old, new in (
        (catalogue().notice.id, copied.name),
        ('region = { zh = "上海市", en = "Shanghai" }', 'region = { zh = "某省", en = "Elsewhere" }'),
        ('zh = "沪经信制〔2025〕514 号", en = "Notice No. 514 (2025)"', 'zh = "某发{2026}7 号", en = "Notice {No.} 7"'),
        ("上海市经济和信息化委员会", "某省工业和信息化厅"),
        ('office = { zh = "某省工业和信息化厅", en = "Shanghai ', 'office = { zh = "某省工业和信息化厅", en = "'),
        ('tier = "advanced"', 'tier = "excellent"'),
    ):
        assert old in head, old
        head = head.replace(old, new)
    (copied / "notice.toml").write_text(head, "utf-8")
    forms = re.sub(r"(附件|annex) (\d)\"", r'\1 1\2"', (copied / "forms.toml").read_text("utf-8"))
    (copied / "forms.toml").write_text(forms, "utf-8")
    return load_catalogue(copied)


@EACH
def test_another_notice_stands_in_the_same_sentences(lang: Lang, tmp_path: Path) -> None:
    with notice_in_hand(_next(tmp_path)):
        _stands_in_the_same_sentences(lang)


def _stands_in_the_same_sentences(lang: Lang) -> None:
    texts = load_texts(lang)
    whole = [key for key, sentence in texts.items() if "{notice." in sentence and not placeholders(sentence)]
    assert len(whole) > 20
    assert [said for key in whole if OF_THE_FIRST.search(said := text(key, lang))] == []
    assert {"zh": "附件 13 申报", "en": "Annex 13: "}[lang] in text("page.annex3.title", lang)
    assert "22" in text("page.try_role.enterprise", lang)
    assert "41" in text("page.coverage.scenarios", lang)
    assert "K22" in text("problem.policy_no_kpi.remedy", lang)
    assert "新能源" in text("problem.panel_unknown_industry.remedy", lang)
    assert {"zh": "某省卓越级智能工厂", "en": "Excellent smart factories of Elsewhere"}[lang] in text(
        "public_list.final", lang, year=2026
    )


@EACH
def test_each_word_of_the_notice_is_used(lang: Lang) -> None:
    used = {name for sentence in load_texts(lang).values() for name in re.findall(r"\{notice\.(\w+)", sentence)}
    assert used == NOTICE_WORDS


@pytest.mark.parametrize("word", ["{notice.kpi}", "{notice.kpis.real}", "{notice.kpis!r}"])
def test_a_word_that_is_none_of_the_notice_names_file_and_key(tmp_path: Path, word: str) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "a.toml").write_text(f'[x]\ny = "{word} KPIs"', "utf-8")
    with pytest.raises(InvalidData, match=r"a\.toml: x\.y: no word of the notice: \{notice"):
        load_texts("en", tmp_path)


def test_what_the_notice_fills_in_agrees_and_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"x": "{notice.tier:begun}: {notice.kpis} {notice.kpis:KPI|KPIs}, {count:pct}", "number.list": ", "}
    monkeypatch.setattr("kpi.i18n.texts.load_texts", lambda _lang: table)
    assert text("x", "en", count=0.5) == "Advanced: 21 KPIs, 50 %"
