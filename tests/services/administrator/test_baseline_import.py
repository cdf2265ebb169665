"""A baseline is seen before it is frozen: what it holds and decides, and why it is smaller than the one before."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from kpi import tables
from kpi.baseline.panel import read_panel
from kpi.baseline.recipe import CellRepair, PanelRecipe
from kpi.errors import InvalidFile, UserError
from kpi.services.administrator.baseline_import import (
    freeze_baseline,
    preview_baseline,
    recipe_of,
    recipes_known,
    refuse_words,
)
from kpi.services.administrator.baseline_proposals import propose_baseline
from kpi.services.administrator.baselines import baseline_overview
from kpi.services.freeze import import_baseline
from kpi.services.operation.demonstration import ensure_demonstration, is_demonstration
from kpi.services.operation.verification import verify_store
from kpi.services.preparation import IncomingBaseline, Stage, prepare_baseline
from kpi.services.tasks import TaskRunner
from kpi.store.store import Store
from kpi.tables.baselines import observation_table
from tests.benchmark.panels import credit_code
from tests.services.sample_store import ADMINISTRATOR, AT
from tests.services.submitting import YEAR
from tests.shipped import SHIPPED

pytestmark = pytest.mark.slow

PANELS = Path(__file__).resolve().parents[2] / "intake" / "panels"
ROWS = SHIPPED.read_text("utf-8-sig").splitlines()


def panel(name: str = "trial", every: int = 1, source: str = "演示（虚构）") -> IncomingBaseline:
    head, *rows = ROWS
    codes = list(dict.fromkeys(row.split(",")[0] for row in rows))[::every]
    text = "\n".join([head, *(row for row in rows if row.split(",")[0] in set(codes))])
    return IncomingBaseline("p.csv", text.encode(), name, YEAR, "上海市", "illustrative", source)


def names(store: Store) -> list[str]:
    with store.cursor() as cursor:
        return [baseline.name for baseline in tables.baselines.baselines(cursor)]


def test_a_preview_writes_nothing_and_says_what_freezing_makes_of_the_panel(store: Store) -> None:
    before = sorted(path.name for path in store.folder.root.rglob("*") if path.is_file())
    preview = preview_baseline(store, ADMINISTRATOR, panel()).panel
    assert sorted(path.name for path in store.folder.root.rglob("*") if path.is_file()) == before
    assert names(store) == ["illustrative-2025"]
    frozen = freeze_baseline(store, ADMINISTRATOR, panel(), at=AT)
    assert frozen.sha256 == preview.sha256
    with store.cursor() as cursor:
        cells = {
            (baseline.industry, baseline.kpi): baseline
            for baseline in tables.baselines.cells(cursor, "trial")
            if baseline.basis != "points"
        }
        published = {
            (row.table.industry, row.table.kpi): row.table for row in tables.baselines.published_rows(cursor, "trial")
        }
    for cell in preview.cells:
        known = cells[cell.industry, cell.kpi]
        assert (cell.records, cell.groups) == (known.records, known.groups)
        assert cell.withheld == published[cell.industry, cell.kpi].withheld
    assert sum(cell.records for cell in preview.cells) + preview.other_basis == preview.values
    assert verify_store(store).sound


def test_missing_values_and_values_far_out_are_counted(store: Store) -> None:
    frame = pd.read_csv(io.StringIO("\n".join(ROWS)), dtype=str, keep_default_na=False)
    column = next(name for name in frame.columns if name.startswith("K08"))
    industry = frame["industry"] == "高端装备"
    frame.loc[frame[industry].index[0], column] = "9000"
    frame.loc[frame[industry].index[1:4], column] = ""
    sent = IncomingBaseline("p.csv", frame.to_csv(index=False).encode(), "x", YEAR, "上海市", "illustrative", "演示")
    preview = preview_baseline(store, ADMINISTRATOR, sent).panel
    [cell] = [item for item in preview.cells if (item.industry, item.kpi) == ("高端装备", "K08")]
    assert (cell.highest, cell.far_out >= 1, preview.missing["K08"]) == (9000.0, True, 3)


def test_a_preview_and_the_overview_name_the_baselines_of_the_same_content(store: Store) -> None:
    assert preview_baseline(store, ADMINISTRATOR, panel("first")).same_as == ("illustrative-2025",)
    freeze_baseline(store, ADMINISTRATOR, panel("first"), at=AT)
    freeze_baseline(store, ADMINISTRATOR, panel("other"), at=AT + timedelta(hours=1))
    assert preview_baseline(store, ADMINISTRATOR, panel("first")).same_as == ("other", "illustrative-2025")
    found = {overview.baseline.name: overview.same_as for overview in baseline_overview(store, ADMINISTRATOR)}
    assert found["illustrative-2025"] == ("other", "first")


@pytest.mark.campaign
def test_a_panel_much_smaller_than_the_one_before_needs_a_reason_which_is_kept(store: Store) -> None:
    freeze_baseline(store, ADMINISTRATOR, panel("first"), at=AT)
    small = panel("small", every=2)
    earlier = preview_baseline(store, ADMINISTRATOR, small).earlier
    assert earlier is not None
    assert (earlier.name, earlier.enterprises, earlier.much_smaller) == ("first", 366, True)
    with pytest.raises(UserError, match="panel_much_smaller"):
        freeze_baseline(store, ADMINISTRATOR, small, at=AT)
    freeze_baseline(store, ADMINISTRATOR, small, smaller_because="只调查了一半行业", at=AT + timedelta(hours=1))
    with store.cursor() as cursor:
        [act] = [audit_entry for audit_entry in tables.audit.audit_entries(cursor) if audit_entry.subject == "small"]
    assert "只调查了一半行业" in str(act.after)


def saved_again(frame: pd.DataFrame, form: str) -> bytes:
    """As other programs write it."""
    out = io.BytesIO()
    if form == "xlsx":
        frame.to_excel(out, index=False, startrow=2)
    elif form == "parquet":
        frame.to_parquet(out, index=False)
    else:
        out.write(frame.to_csv(index=False, sep=";").encode("utf-16"))
    return out.getvalue()


@pytest.mark.parametrize("form", ["xlsx", "parquet", "csv"])
def test_the_panel_that_ships_is_never_official_however_it_is_saved(store: Store, form: str) -> None:
    frame = pd.read_csv(io.StringIO("\n".join(ROWS)), keep_default_na=True).sample(frac=0.4, random_state=2)
    frame["K08"] += 1
    sent = IncomingBaseline("p", saved_again(frame, form), "trial", YEAR, "上海市", "official", "某单位")
    for refused in (preview_baseline, propose_baseline):
        with pytest.raises(UserError, match="panel_invented") as found:
            refused(store, ADMINISTRATOR, sent)
        assert found.value.params == {"count": len(frame), "enterprise": min(frame["credit_code"])}
    assert names(store) == ["illustrative-2025"]


def test_no_official_baseline_comes_into_a_demonstration(store: Store) -> None:
    """Its accounts stand on its sign-in page."""
    with store.transaction() as cursor:
        tables.lists.set_mark(cursor, tables.lists.DEMONSTRATION, "true")
    frame = pd.read_csv(io.StringIO("\n".join(ROWS)))
    frame["credit_code"] = [credit_code(number) for number in range(len(frame))]
    sent = IncomingBaseline("p", saved_again(frame, "csv"), "own", YEAR, "上海市", "official", "某单位")
    for refused in (preview_baseline, freeze_baseline, propose_baseline):
        with pytest.raises(UserError, match="official_in_demonstration"):
            refused(store, ADMINISTRATOR, sent)
    assert names(store) == ["illustrative-2025"]
    assert freeze_baseline(store, ADMINISTRATOR, replace(sent, provenance="illustrative")).name == "own"


def test_a_store_with_an_official_baseline_becomes_no_demonstration(tmp_path: Path) -> None:
    """Its figures would be read by whoever reads the passwords on the sign-in page."""
    frame = pd.read_csv(io.StringIO("\n".join(ROWS)))
    frame["credit_code"] = [credit_code(number) for number in range(len(frame))]
    sent = IncomingBaseline("p", saved_again(frame, "csv"), "own", YEAR, "上海市", "official", "某单位")
    with Store.open(tmp_path / "own") as own:
        import_baseline(own, sent, at=AT)
        with pytest.raises(UserError, match="demonstration_of_official"):
            ensure_demonstration(own, AT)
        assert not is_demonstration(own)
        assert names(own) == ["own"]


def test_a_few_enterprises_of_the_panel_that_ships_are_found_among_others(store: Store) -> None:
    """Other fictitious enterprises may have a code of it: what is said of them is their own."""
    shipped = pd.read_csv(io.StringIO("\n".join(ROWS)))
    others = shipped.copy()
    others["credit_code"] = [credit_code(number) for number in range(len(others))]
    one, alike = shipped.head(1), shipped.tail(1).copy()
    values = [f"K{number:02}" for number in range(1, 22)]
    alike[values] = alike[values] / 2
    alike[["K05", "K21"]] = 1
    beside = pd.concat([others, alike])
    sent = IncomingBaseline("p.csv", beside.to_csv(index=False).encode(), "own", YEAR, "上海市", "official", "某单位")
    assert import_baseline(store, sent).provenance == "official"
    among = replace(sent, data=pd.concat([beside, one]).to_csv(index=False).encode(), name="mixed")
    with pytest.raises(UserError, match="panel_invented") as found:
        preview_baseline(store, ADMINISTRATOR, among)
    assert found.value.params == {"count": 1, "enterprise": one["credit_code"].iloc[0]}


@pytest.mark.parametrize("words", ["演示数据 · 不得用于申报或评审", "ILLUSTRATIVE data"])
def test_a_panel_that_says_that_it_is_illustrative_is_never_official(store: Store, words: str) -> None:
    frame = pd.read_csv(io.StringIO("\n".join(ROWS)))
    frame["credit_code"] = [credit_code(number) for number in range(len(frame))]
    titled = f"{words}\n".encode() + frame.to_csv(index=False).encode()
    book = io.BytesIO()
    frame.to_excel(book, index=False, sheet_name=words[:31])
    for data in (titled, book.getvalue()):
        sent = IncomingBaseline("p", data, "trial", YEAR, "上海市", "official", "某单位")
        with pytest.raises(UserError, match="panel_says_illustrative") as found:
            preview_baseline(store, ADMINISTRATOR, sent)
        assert found.value.params == {"words": words}
        preview_baseline(store, ADMINISTRATOR, replace(sent, provenance="illustrative"))


def test_a_name_that_is_taken_is_refused_before_anything_is_computed(store: Store) -> None:
    """Computing takes minutes where the panel is large."""
    freeze_baseline(store, ADMINISTRATOR, panel("first"), at=AT)
    seen: list[Stage] = []
    runner = TaskRunner(lambda stage, _: seen.append(stage))
    for other, stages in ((replace(panel("first"), year=YEAR - 1), []), (panel("first", every=2), ["reading"])):
        seen.clear()
        with pytest.raises(UserError, match="baseline_exists"):
            freeze_baseline(store, ADMINISTRATOR, other, smaller_because="a part", runner=runner)
        assert seen == stages
    with pytest.raises(UserError, match="baseline_exists"):
        refuse_words(store, ADMINISTRATOR, " first ", "x", "another")
    seen.clear()
    before = sorted(path.name for path in store.folder.root.rglob("*") if path.is_file())
    again = panel("first")
    same = freeze_baseline(store, ADMINISTRATOR, replace(again, data=again.data + b"\n"), runner=runner)
    assert (same.imported_at, seen) == (AT, ["reading"]), "the same content again changes nothing"
    assert sorted(path.name for path in store.folder.root.rglob("*") if path.is_file()) == before
    refuse_words(store, ADMINISTRATOR, "first", "x", same.sha256)
    for words in (("", "x"), ("x", " ")):
        with pytest.raises(UserError, match="baseline_needs_words"):
            refuse_words(store, ADMINISTRATOR, *words, same.sha256)


def test_a_panel_much_smaller_is_refused_before_anything_is_computed(store: Store) -> None:
    freeze_baseline(store, ADMINISTRATOR, panel("first"), at=AT)
    seen: list[Stage] = []
    with pytest.raises(UserError, match="panel_much_smaller"):
        freeze_baseline(
            store, ADMINISTRATOR, panel("small", every=2), runner=TaskRunner(lambda stage, _: seen.append(stage))
        )
    assert seen == ["reading"]


def test_a_panel_frozen_while_a_much_smaller_one_is_computed_is_compared_with_it(store: Store) -> None:
    def colleague(stage: Stage, _: float) -> None:
        if stage == "publishing" and "first" not in names(store):
            freeze_baseline(store, ADMINISTRATOR, panel("first"), at=AT)

    with pytest.raises(UserError, match="panel_much_smaller"):
        freeze_baseline(store, ADMINISTRATOR, panel("small", every=2), runner=TaskRunner(colleague))
    assert "small" not in names(store)


@pytest.mark.parametrize(("name", "source"), [(" ", "来源"), ("名称", "\u200b")])
def test_a_baseline_has_a_name_and_a_source(store: Store, name: str, source: str) -> None:
    with pytest.raises(UserError, match="baseline_needs_words"):
        freeze_baseline(store, ADMINISTRATOR, panel(name, source=source), at=AT)
    assert names(store) == ["illustrative-2025"]


def test_a_faulty_panel_is_refused_with_all_its_faults_and_leaves_nothing(store: Store) -> None:
    head, *rows = ROWS
    text = "\n".join([head, rows[0].replace(rows[0].split(",")[0], "12345"), rows[1] + ",zuviel"])
    sent = IncomingBaseline("p.csv", text.encode(), "x", YEAR, "上海市", "illustrative", "演示")
    for act in (preview_baseline, freeze_baseline):
        with pytest.raises(InvalidFile) as refused:
            act(store, ADMINISTRATOR, sent)
        assert {problem.code for problem in refused.value.problems} == {
            "panel_invalid_credit_code",
            "panel_extra_cells",
        }


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "big5", "utf-8-sig"])
def test_a_panel_may_be_in_any_encoding_that_an_application_may_be(encoding: str) -> None:
    code = ROWS[1].split(",")[0]
    text = f"credit_code,group,industry,kpi,value,basis\n{code},演示集團,Automotive,K08,45,\n"
    [record] = read_panel("p.csv", text.encode(encoding), "江苏省").records.to_dict("records")
    assert (record["group"], record["industry"], record["value"]) == ("演示集團", "汽车", 45)


@pytest.mark.parametrize("form", ["xls", "ods"])
def test_a_panel_may_be_a_workbook_of_any_kind(form: str) -> None:
    """The same twelve fictitious enterprises as text and as LibreOffice saves them."""
    read = [read_panel(name, (PANELS / name).read_bytes(), "上海市") for name in ("panel.csv", f"panel.{form}")]
    assert [reading.problems for reading in read] == [(), ()]
    assert read[0].records.equals(read[1].records)


def test_a_recipe_is_kept_with_its_baseline_and_offered_without_its_repairs(store: Store) -> None:
    sent = panel("kept")
    group = ROWS[1].split(",")[1]
    repair = CellRepair(row=2, column="B", was=group, becomes="演示集团（虚构）", because="核实")
    recipe = PanelRecipe(
        name="某年", merge=True, repairs_of=hashlib.sha256(sent.data).hexdigest(), cells=(repair,), blanks=("/",)
    )
    frozen = freeze_baseline(store, ADMINISTRATOR, replace(sent, recipe=recipe), at=AT)
    recipe = recipe.made_for(frozen.original_sha256)
    assert recipe_of(store, ADMINISTRATOR, "kept") == recipe
    assert recipe_of(store, ADMINISTRATOR, "illustrative-2025") is None
    assert recipes_known(store, ADMINISTRATOR) == [recipe.without_repairs()]
    again = preview_baseline(store, ADMINISTRATOR, replace(sent, recipe=recipe_of(store, ADMINISTRATOR, "kept")))
    assert again.panel.sha256 == frozen.sha256
    assert preview_baseline(store, ADMINISTRATOR, sent).panel.sha256 != frozen.sha256
    with store.cursor() as cursor:
        [act] = [audit_entry for audit_entry in tables.audit.audit_entries(cursor) if audit_entry.subject == "kept"]
    assert "某年" in str(act.after)
    assert verify_store(store).sound


def test_sub_industries_are_frozen_and_verified(store: Store) -> None:
    head, *rows = ROWS
    text = "\n".join([f"{head},国民经济行业代码", *(f"{row},C3610" for row in rows)])
    sent = IncomingBaseline("p.csv", text.encode(), "parts", YEAR, "上海市", "illustrative", "演示（虚构）")
    assert dict(preview_baseline(store, ADMINISTRATOR, sent).panel.sub_industries) == {"C3610": 366}
    freeze_baseline(store, ADMINISTRATOR, sent, at=AT)
    assert verify_store(store).sound
    with store.transaction() as cursor:
        cursor.execute("update sub_industry set code = 'C37'")
    assert [finding.code for finding in verify_store(store).findings] == ["baseline_changed"]


def test_a_word_of_a_panel_in_memory_is_held_once_however_many_records_have_it() -> None:
    """Words in every record took ten times the memory of all else that is held of a large panel."""
    incoming = panel()
    observed = prepare_baseline(incoming).content.observations
    texts = [name for name in observed.columns if name != "value"]
    assert {str(observed[name].dtype) for name in texts} == {"category"}
    assert len(observed["credit_code"].cat.categories) == observed["credit_code"].nunique() < len(observed) / 5
    # What the database is handed are the same words.
    table = observation_table(observed).to_pylist()
    read = read_panel("p.csv", incoming.data, incoming.region).records
    assert [(row["credit_code"], row["kpi"], row["body"], row["told_group"]) for row in table] == [
        (row.credit_code, row.kpi, row.body, row.group) for row in read.itertuples()
    ]
