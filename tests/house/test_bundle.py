"""What ``scripts/bundle.py`` says of wheels; nothing is installed from a bundle that is not as it was written."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from scripts.bundle import completed, declared, digest, seal
from tests.conftest import ROOT


def wheel(folder: Path, name: str, about: str = "") -> Path:
    with ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as content:
        content.writestr(f"{name}-1.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\n{about}")
    return folder / f"{name}-1-py3-none-any.whl"


def inventory(*components: dict) -> dict:
    about = {"component": {"bom-ref": "root"}}
    return {"metadata": about, "components": list(components), "dependencies": [{"ref": "root"}]}


def test_each_component_has_its_wheels_digest_and_a_licence(tmp_path: Path) -> None:
    agreed, own = wheel(tmp_path, "Agreed_on"), wheel(tmp_path, "own", "License: As we like\n")
    bom = inventory(
        {"name": "agreed-on", "bom-ref": "agreed-on==1", "licenses": [{"license": {"id": "MIT"}}]},
        {"name": "Own", "bom-ref": "Own==1", "externalReferences": [{"type": "website"}]},
    )
    first, second = completed(bom, [own, agreed], {"own"})["components"]
    assert first["licenses"] == [{"license": {"id": "MIT"}}]
    assert first["externalReferences"][0]["hashes"] == [{"alg": "SHA-256", "content": digest(agreed)}]
    assert second["licenses"] == [{"license": {"name": "As we like"}}]
    assert [item.get("url") for item in second["externalReferences"]] == [None, f"wheels/{own.name}"]
    assert bom["dependencies"][0]["dependsOn"] == ["Own==1"]


def test_an_inventory_that_is_not_of_the_wheels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="other"):
        completed(inventory({"name": "other"}), [wheel(tmp_path, "own")], set())
    with pytest.raises(ValueError, match="names no licence"):
        completed(inventory({"name": "own"}), [wheel(tmp_path, "own")], set())


def test_what_the_project_asks_for_itself_is_of_the_files_that_are_served() -> None:
    assert {"streamlit", "psycopg", "weblate-fonts"} <= declared(ROOT)
    assert not declared(ROOT) & {"pytest", "requirements-txt"}


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "install_offline.sh", tmp_path / "scripts")
    (tmp_path / "scripts" / "environment.sh").write_text("echo installing $*\n")
    (tmp_path / "带 空格.py").write_text("fine")
    seal(tmp_path)
    return tmp_path


def installed(folder: Path) -> subprocess.CompletedProcess[str]:
    script = ["sh", str(folder / "scripts" / "install_offline.sh")]
    return subprocess.run(script, capture_output=True, text=True, check=False)


def test_a_bundle_that_is_whole_is_installed_again_where_it_has_run(sealed: Path) -> None:
    for left in (".venv", ".store", "kpi/__pycache__"):
        (sealed / left).mkdir(parents=True)
        (sealed / left / "left").write_text("by the app")
    done = installed(sealed)
    assert (done.returncode, done.stderr) == (0, "")
    assert digest(sealed / "SHA256SUMS") in done.stdout
    assert "installing requirements.txt requirements-postgresql.txt" in done.stdout
    assert (sealed / ".store" / "left").exists()
    assert not (sealed / "kpi" / "__pycache__").exists()


@pytest.mark.parametrize("fault", ["changed", "gone", "added"])
def test_nothing_is_installed_from_another_one(sealed: Path, fault: str) -> None:
    file = sealed / ("sitecustomize.py" if fault == "added" else "带 空格.py")
    file.unlink() if fault == "gone" else file.write_text("not fine")
    done = installed(sealed)
    assert done.returncode == 1
    assert file.name in done.stdout + done.stderr
    assert "installing" not in done.stdout


def test_a_clone_is_no_bundle(sealed: Path) -> None:
    (sealed / "SHA256SUMS").unlink()
    assert installed(sealed).returncode == 2
