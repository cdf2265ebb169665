"""Baselines come in, are frozen, listed, shown and decided with - or are refused with every fault at once."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from kpi.baseline.recipe import OMIT, MappedColumn, PanelRecipe, recipe_bytes
from kpi.i18n import text
from kpi.policy.load import policies
from tests import either_store
from tests.benchmark.panels import credit_code
from tests.cli.command_line import WORKBOOK, Call, content, here
from tests.cli.panels import CODES, SAMPLE_INDUSTRY, long, wide, write

pytestmark = pytest.mark.slow

SIZE = 500
WORDS = ["--year", "2025", "--region", "上海市", "--provenance", "illustrative", "--source", "虚构的试验数据"]


def bring(store: Path, file: Path, name: str, *more: object) -> Call:
    return here("baseline", "import", file, "--name", name, *WORDS, *more, "--json", "--lang", "en", "--store", store)


def names(store: Path) -> list[str]:
    return [item["name"] for item in here("baseline", "list", "--json", "--store", store).json["baselines"]]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the same forty enterprises in six forms, and once more with the size of their industry."""
    folder = tmp_path_factory.mktemp("baselines")
    store = folder / "store"
    for shape, panel in (("wide", wide()), ("long", long(wide()))):
        for ending in (".csv", ".parquet", ".xlsx"):
            name = shape + ending
            call = bring(store, write(panel, folder / name), name)
            assert (call.code, call.err) == (0, ""), call
            assert call.json["baseline"]["name"] == name
    sizes = pd.DataFrame({"region": ["上海市"], "industry": [SAMPLE_INDUSTRY], "size": [SIZE]})
    call = bring(store, folder / "wide.csv", "sized", "--industry-size", write(sizes, folder / "sizes.csv"))
    assert (call.code, call.err) == (0, "")
    return store


def test_a_writing_command_on_a_new_path_makes_the_store_with_the_illustrative_panel(filled: Path) -> None:
    assert names(filled)[-1] == "illustrative-2025"
    assert (filled / "duibiao.duckdb").exists() is not either_store.SHARED


def test_an_original_and_its_recipe_have_the_hash_of_the_plain_panel_and_the_recipe_comes_back(tmp_path: Path) -> None:
    store, plain = tmp_path / "store", write(wide(), tmp_path / "plain.csv")
    panel = wide().rename(columns={"K08": "效率提升幅度"})
    panel["K03"] = panel["K03"].astype(object).where(panel["K03"].notna(), "-")
    text = "样本（虚构）\n" + panel.assign(备注="x").to_csv(index=False)
    (tmp_path / "odd.csv").write_bytes(text.encode("gb18030"))
    columns = (MappedColumn(header="效率提升幅度", holds="K08"), MappedColumn(header="备注", holds=OMIT))
    recipe = PanelRecipe(name="某市样本", header_row=2, columns=columns, blanks=("-",))
    (tmp_path / "recipe.json").write_bytes(recipe_bytes(recipe))
    assert bring(store, tmp_path / "odd.csv", "odd").code == 1, "without a recipe it is asked what the columns are"
    odd = bring(store, tmp_path / "odd.csv", "odd", "--recipe", tmp_path / "recipe.json")
    assert (odd.code, odd.err) == (0, "")
    assert odd.json["baseline"]["sha256"] == bring(store, plain, "plain").json["baseline"]["sha256"]
    assert here("baseline", "show", "odd", "--recipe", tmp_path / "again.json", "--store", store).code == 0
    lost = here("baseline", "show", "odd", "--recipe", tmp_path / "none" / "a.json", "--json", "--store", store)
    assert (lost.code, lost.faults) == (2, ["cannot_write"])
    again = bring(store, tmp_path / "odd.csv", "again", "--recipe", tmp_path / "again.json")
    assert again.json["baseline"]["sha256"] == odd.json["baseline"]["sha256"]
    (tmp_path / "bad.json").write_text('{"form": "another"}', "utf-8")
    refused = bring(store, tmp_path / "odd.csv", "bad", "--recipe", tmp_path / "bad.json")
    assert (refused.code, {item["code"] for item in refused.json["problems"]}) == (1, {"recipe_unfit"})
    assert here("baseline", "show", "plain", "--recipe", tmp_path / "none.json", "--store", store).code == 2


def test_every_form_holds_the_same_content(filled: Path) -> None:
    listed = here("baseline", "list", "--json", "--store", filled).json["baselines"]
    hashes = {item["name"]: item["sha256"] for item in listed}
    forms = {hashes[shape + ending] for shape in ("wide", "long") for ending in (".csv", ".parquet", ".xlsx")}
    assert len(forms) == 1
    assert len({*forms, hashes["sized"], hashes["illustrative-2025"]}) == 3
    assert len({item["original_sha256"] for item in listed}) == 7


def test_show_tells_provenance_and_what_each_cell_can_decide(filled: Path) -> None:
    shown = here("baseline", "show", "wide.csv", "--json", "--store", filled).json
    reported = shown["baseline"]
    assert [reported[name] for name in ("name", "region", "year", "provenance")] == [
        "wide.csv",
        "上海市",
        2025,
        "illustrative",
    ]
    assert reported["source"] == "虚构的试验数据"
    panel = wide()
    cells = {(cell["kpi"], cell["basis"]): cell for cell in shown["cells"]}
    for code in CODES:
        bases = {None: panel[code]}
        if f"{code}_basis" in panel:
            bases = {basis: panel[code][panel[f"{code}_basis"] == basis] for basis in ("relative", "points")}
        for basis, values in bases.items():
            cell, values = cells[code, basis], values.dropna()
            assert cell["n"] == len(values)
            assert cell["mean"] == pytest.approx(values.mean(), abs=1e-12)
            assert cell["median"] == pytest.approx(values.median(), abs=1e-12)
            assert cell["can_decide"] == (
                cell["groups"] >= 14 and basis in (None, policies().of_year(2025).basis(code))
            )
    for lang, word in (("zh", "演示数据（虚构）"), ("en", "illustrative (fictitious)")):
        said = here("baseline", "list", "--lang", lang, "--store", filled).out
        assert (len(said.splitlines()), said.count(word)) == (8, 8)


def test_the_latest_import_is_in_force_and_a_named_one_may_be_asked_for(filled: Path) -> None:
    answered = here("benchmark", WORKBOOK, "--json", "--store", filled).json
    assert answered["baseline"]["name"] == "sized"
    named = here("benchmark", WORKBOOK, "--baseline", "illustrative-2025", "--json", "--store", filled).json
    assert named["baseline"]["provenance"] == "illustrative"
    assert named["kpis"][0]["peers"]["n"] > answered["kpis"][0]["peers"]["n"]


@pytest.mark.campaign
def test_where_the_industry_is_counted_the_test_is_hypergeometric(filled: Path) -> None:
    """N is the register without the candidate, whose group has nobody in the panel."""
    panel, others = wide(), SIZE - 1
    among = here("benchmark", WORKBOOK, "--baseline", "sized", "--json", "--store", filled).json["kpis"]
    alone = here("benchmark", WORKBOOK, "--baseline", "wide.csv", "--json", "--store", filled).json["kpis"]
    assert panel["group"].fillna(panel["credit_code"]).nunique() * 1.25 >= len(panel)
    placed = 0
    for kpi, unsized in zip(among, alone, strict=True):
        assert kpi["peers"]["industry_size"] == others
        assert unsized["peers"]["industry_size"] is None
        if kpi["state"] != "reported":
            continue
        placed += 1
        values = panel[kpi["code"]]
        if kpi["basis"]:
            values = values[panel[f"{kpi['code']}_basis"] == kpi["basis"]]
        k, e, n = (values < kpi["value"]).sum(), (values == kpi["value"]).sum(), values.notna().sum()
        assert (kpi["worse"], kpi["tied"], kpi["peers"]["n"]) == (k, e, n)
        line = ceil(0.8 * others)
        assert kpi["p_value"] == pytest.approx(stats.hypergeom.sf(k - 1, others, line - 1, n), rel=1e-9)
        assert kpi["p_value_not"] == pytest.approx(stats.hypergeom.cdf(k + e, others, line, n), rel=1e-9)
        assert unsized["p_value"] == pytest.approx(stats.binom.sf(k - 1, n, 0.8), rel=1e-9)
        assert kpi["percentile"]["lower"] >= unsized["percentile"]["lower"]
        kept = [m for m in range(others + 1) if stats.hypergeom.sf(k - 1, others, m, n) > 0.05]
        assert kpi["percentile"]["lower"] == pytest.approx(kept[0] / others, abs=1e-12)
    assert placed == 19


@pytest.mark.campaign
def test_a_register_smaller_than_the_known_peers_is_an_error_of_the_input(tmp_path: Path) -> None:
    """One short of the panel is refused at import; one that holds the panel alone has no room for a newcomer."""
    panel = wide()[lambda rows: rows["industry"] == SAMPLE_INDUSTRY].head(20)
    write(panel, tmp_path / "panel.csv")
    sizes = pd.DataFrame({"region": ["上海市"], "industry": [SAMPLE_INDUSTRY], "size": [19]})
    call = bring(tmp_path / "store", tmp_path / "panel.csv", "x", "--industry-size", write(sizes, tmp_path / "n.csv"))
    assert (call.code, [item["code"] for item in call.json["problems"]]) == (1, ["panel_size_below_panel"])
    write(sizes.assign(size=20), tmp_path / "n.csv")
    call = bring(tmp_path / "store", tmp_path / "panel.csv", "x", "--industry-size", tmp_path / "n.csv")
    assert (call.code, call.err) == (0, "")
    call = here("benchmark", WORKBOOK, "--json", "--lang", "en", "--store", tmp_path / "store")
    assert (call.code, len(call.faults)) == (1, 1)
    assert "19 other enterprises" in call.err


def test_importing_the_same_again_changes_nothing(filled: Path, tmp_path: Path) -> None:
    before = here("baseline", "list", "--json", "--store", filled).out
    again = bring(filled, write(wide().iloc[::-1], tmp_path / "turned.csv"), "wide.csv")
    assert (again.code, again.err) == (0, "")
    assert here("baseline", "list", "--json", "--store", filled).out == before


@pytest.mark.campaign
def test_the_same_content_under_another_name_says_so(tmp_path: Path) -> None:
    store, file = tmp_path / "store", write(wide(), tmp_path / "wide.csv")
    assert bring(store, file, "first").json["same_content_as"] == []
    assert bring(store, file, "first").json["same_content_as"] == []
    assert bring(store, file, "twin").json["same_content_as"] == ["first"]
    said = here("baseline", "import", file, "--name", "third", *WORDS, "--lang", "en", "--store", store)
    assert "already under another name: twin, first" in said.out


def test_other_content_under_the_same_name_is_refused(filled: Path, tmp_path: Path) -> None:
    changed = wide()
    changed.loc[0, "K01"] += 1
    before = here("baseline", "list", "--json", "--store", filled).out
    call = bring(filled, write(changed, tmp_path / "changed.csv"), "wide.csv")
    assert (call.code, len(call.faults)) == (2, 1)
    assert "choose another name" in call.err
    call = here(
        "baseline", "import", tmp_path / "changed.csv", "--name", "illustrative-2025", *WORDS, "--store", filled
    )
    assert call.code == 2
    assert here("baseline", "list", "--json", "--store", filled).out == before


def test_a_faulty_panel_and_faulty_sizes_are_refused_with_every_fault(filled: Path, tmp_path: Path) -> None:
    broken = wide().astype(object)
    broken.loc[0, "credit_code"] = "91000000MA0000000X"
    broken.loc[1, "industry"] = "高端制造"
    broken.loc[2, "body"] = "浦东"
    broken.loc[3, "K01"] = 955
    broken.loc[4, "K05"] = 3.5
    broken.loc[5, "K08"] = "四十五"
    broken.loc[6, ["K09", "K09_basis"]] = [5, None]
    broken.loc[7, "credit_code"] = broken.loc[8, "credit_code"]
    sizes = pd.DataFrame({"region": ["上海市"], "industry": [SAMPLE_INDUSTRY], "size": [-3]})
    before, known = content(filled), names(filled)
    call = bring(
        filled, write(broken, tmp_path / "b.csv"), "broken", "--industry-size", write(sizes, tmp_path / "n.csv")
    )
    assert call.code == 1
    found = {(item["file"], item["row"]) for item in call.json["problems"] if item["severity"] == "error"}
    rows = {("b.csv", row) for row in (2, 3, 4, 5, 6, 7, 8)} | {("n.csv", 2)}
    assert rows < found
    assert len(found - rows) == 1, "the enterprise that stands twice is reported once"
    assert len(call.json["problems"]) == 9
    assert all(item["message"] and item["remedy"] for item in call.json["problems"])
    assert "9 problems" in call.err
    assert names(filled) == known
    assert content(filled) == before


def test_a_register_of_groups_outweighs_the_panel_and_its_faults_are_reported_with_the_others(tmp_path: Path) -> None:
    store, panel = tmp_path / "store", wide().assign(group=None)
    one, two = panel["credit_code"][:2]
    broken = pd.DataFrame({"credit_code": [one, one], "group": ["演示集团甲（虚构）", "演示集团乙（虚构）"]})
    write(panel.assign(K01=955), tmp_path / "bad.csv")
    call = bring(store, tmp_path / "bad.csv", "x", "--groups", write(broken, tmp_path / "g.csv"))
    assert call.code == 1
    assert {item["file"]: item["code"] for item in call.json["problems"]} == {
        "bad.csv": "panel_above_maximum",
        "g.csv": "panel_two_groups",
    }
    register = pd.DataFrame({"credit_code": [one, two], "group": "演示集团甲（虚构）"})
    write(panel, tmp_path / "panel.csv")
    call = bring(store, tmp_path / "panel.csv", "grouped", "--groups", write(register, tmp_path / "g.xlsx"))
    assert (call.code, call.err) == (0, "")
    assert len(call.json["baseline"]["groups_sha256"]) == 64
    alone = bring(store, tmp_path / "panel.csv", "alone")
    assert (alone.json["baseline"]["groups_sha256"], alone.json["baseline"]["original_sha256"]) == (
        None,
        call.json["baseline"]["original_sha256"],
    )
    assert alone.json["baseline"]["sha256"] != call.json["baseline"]["sha256"]
    cells = here("baseline", "show", "grouped", "--json", "--store", store).json["cells"]
    assert cells[0]["groups"] == cells[0]["n"] - 1
    assert here("store", "verify", "--store", store).code == 0


def test_a_file_that_is_no_panel_is_refused(filled: Path, tmp_path: Path) -> None:
    for name, data in (
        ("x.csv", b"a,b\n1,2\n"),
        ("x.parquet", b"PAR1 but no more"),
        ("x.xlsx", b"PK\x03\x04"),
        ("0", b""),
    ):
        (tmp_path / name).write_bytes(data)
        call = bring(filled, tmp_path / name, "x")
        assert call.code == 1
        assert call.json["problems"]
    assert "x" not in names(filled)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--as-of", "2024-12-31"], "No baseline is in force on 2024-12-31"),
        (["--as-of", "2024-12-31", "--baseline", "illustrative-2025"], "No policy is in force on 2024-12-31"),
        (["--baseline", "nobody"], '"nobody"'),
    ],
)
def test_without_a_baseline_or_a_policy_there_is_no_answer(store: Path, words: list[str], said: str) -> None:
    call = here("benchmark", WORKBOOK, *words, "--json", "--lang", "en", "--store", store)
    assert (call.code, len(call.faults)) == (2, 1)
    assert said in call.err


def test_a_later_day_is_decided_by_what_is_in_force_then(store: Path) -> None:
    today, later = (
        here("benchmark", WORKBOOK, *words, "--json", "--store", store).json
        for words in ([], ["--as-of", "2026-06-30"])
    )
    assert today == later


def test_two_baselines_are_compared_record_by_record(tmp_path: Path) -> None:
    """What was added, removed and changed is what was done to the file."""
    store, panel = tmp_path / "store", wide()
    other = panel.copy()
    other.loc[0, "K08"] += 5
    other.loc[1, "K08"] = float("nan")
    other.loc[2, "group"] = "演示集团（虚构）"
    other = other.drop(index=3)
    for name, frame in (("before", panel), ("after", other)):
        assert bring(store, write(frame, tmp_path / f"{name}.csv"), name).code == 0
    found = here("baseline", "compare", "before", "after", "--json", "--store", store).json
    cell = next(item for item in found["cells"] if item["kpi"] == "K08")
    changed = {name: cell[name] for name in ("added", "removed", "changed", "regrouped")}
    assert changed == {"added": 0, "removed": 2, "changed": 1, "regrouped": 1}
    assert (cell["before"]["n"], cell["after"]["n"]) == (len(panel["K08"].dropna()), len(other["K08"].dropna()))
    assert cell["after"]["mean"] == pytest.approx(other["K08"].mean(), abs=1e-12)
    assert (found["year"], found["verdicts"], found["changed"]) == (None, [], 0)
    same = here("baseline", "compare", "after", "after", "--store", store)
    assert "中有 0 个不同" in same.out
    assert here("baseline", "compare", "after", "none", "--store", store).code == 2


def test_official_figures_and_a_demonstration_never_meet(demonstration: Path, tmp_path: Path) -> None:
    """In neither order: its passwords stand on its sign-in page."""
    words = ["--name", "own", "--year", "2025", "--region", "上海市", "--provenance", "official", "--source", "某单位"]
    real = wide().assign(credit_code=[credit_code(number) for number in range(len(wide()))])
    file, on = write(real, tmp_path / "p.csv"), ("--lang", "zh", "--store")
    refused = here("baseline", "import", file, *words, *on, demonstration)
    assert (refused.code, text("error.official_in_demonstration.message", "zh") in refused.err) == (2, True)
    assert "own" not in names(demonstration)
    assert here("baseline", "import", file, *words, *on, tmp_path / "own").code == 0
    refused = here("serve", "--demo", *on, tmp_path / "own")
    assert text("error.demonstration_of_official.message", "zh", name="own") in refused.err
    assert refused.code == 2
