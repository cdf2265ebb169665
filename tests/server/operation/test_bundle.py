"""What ``make bundle`` writes installs and serves where there is no network; faults of what is locked are named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts.bundle import LOCKS, MACHINES, RELEASE, platforms, write
from tests.conftest import ROOT
from tests.programs import needed

pytestmark = [pytest.mark.slow, pytest.mark.campaign, pytest.mark.folder_store("about what is installed")]
AS_ROOT = [] if os.geteuid() == 0 else ["--map-root-user"]
APART = [*AS_ROOT, "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
"""No interface but a loopback of its own, and all that was started ends with the first."""
SERVED = """
import sys, time, urllib.request
for left in range(240, -1, -1):
    try:
        pages = [urllib.request.urlopen(f"http://127.0.0.1:8501{path}") for path in ("/", "/home", "/readyz")]
        sys.exit({page.status for page in pages} != {200})
    except OSError:
        time.sleep(0.5)
sys.exit(2)
"""
ROOM = f"""
set -eu
ip link set lo up
[ "$(ip -o link | wc -l)" = 1 ]
make install-offline
make run PORT=8501 &
.venv/bin/python -c '{SERVED}'
.venv/bin/python -m kpi benchmark data/samples/example-application.xlsx --view enterprise --report "$HOME/report.pdf"
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder, and the digest of its sums."""
    folder = tmp_path_factory.mktemp("bundle") / "对标 0.1"
    try:
        return folder, write(folder)
    except subprocess.CalledProcessError as error:
        if not {"archive", "download"} & set(error.cmd):
            raise
        pytest.skip(f"no history, or no package index here: {' '.join(error.cmd[:4])}")


def test_it_installs_serves_and_prints_without_a_network(bundle: tuple[Path, str], tmp_path: Path) -> None:
    needed("ip")
    if subprocess.run(["unshare", *APART, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network of its own is allowed here (unshare)")
    python = f"{sys.base_prefix}/bin/python{RELEASE}"
    around = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHON": python, "KPI_STORE": str(tmp_path / "store")}
    room = ["unshare", *APART, "sh", "-c", ROOM]
    done = subprocess.run(room, cwd=bundle[0], env=around, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"SHA256SUMS fits, and is itself {bundle[1]}." in done.stdout
    printed = subprocess.run([needed("pdftotext"), str(tmp_path / "report.pdf"), "-"], capture_output=True, check=True)
    assert "对标" in printed.stdout.decode()


@pytest.mark.parametrize("machine", MACHINES)
def test_pip_finds_all_that_each_machine_needs(bundle: tuple[Path, str], tmp_path: Path, machine: str) -> None:
    taken = [word for platform in platforms(machine) for word in ("--platform", platform)]
    locks = [word for lock in LOCKS for word in ("-r", lock)]
    options = ["--dry-run", "--quiet", "--target", str(tmp_path), "--only-binary=:all:", "--require-hashes", *taken]
    command = [sys.executable, "-m", "pip", "--isolated", "install", "--no-index", "--find-links", "wheels"]
    done = subprocess.run([*command, *options, *locks], cwd=bundle[0], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_same_commit_gives_the_same_bundle_and_an_inventory_of_it(bundle: tuple[Path, str], tmp_path: Path) -> None:
    assert write(tmp_path / "again") == bundle[1]
    bom = json.loads((tmp_path / "again" / "sbom.json").read_text("utf-8"))
    named = {item["url"] for part in bom["components"] for item in part["externalReferences"] if "hashes" in item}
    assert named == {f"wheels/{file.name}" for file in (tmp_path / "again" / "wheels").glob("*.whl")}
    assert all(part["licenses"] for part in bom["components"])


@pytest.fixture
def faults() -> Iterator[Callable[[str], str]]:
    """A service of known faults at the address that is returned, which knows one of the package that is named."""
    known = ""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            hit = {"id": "PYSEC-2026-1", "summary": "x", "affected": [], "modified": "2026-01-01T00:00:00Z"}
            body = json.dumps({"vulns": [hit]} if asked["package"]["name"] == known else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def plant(name: str) -> str:
        nonlocal known
        known = name
        return f"http://127.0.0.1:{server.server_port}/"

    yield plant
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("name", "code"), [("", 0), ("psycopg", 2)])
def test_a_known_fault_of_what_is_locked_is_named(faults: Callable[[str], str], name: str, code: int) -> None:
    command = ["make", "-o", ".venv/.ready-to-test", "scan", f"SCAN=-s osv --osv-url {faults(name)}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert ("PYSEC-2026-1" in done.stdout) == bool(name)
