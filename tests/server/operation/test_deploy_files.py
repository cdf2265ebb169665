"""What ``deploy`` ships is taken by the programs that it is for, and names what there is."""

from __future__ import annotations

import re
import shlex
import shutil
import ssl
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from kpi.cli.serve import serve
from kpi.services.operation.settings import settings_from
from kpi.store.version import program_version
from pages.server.asgi import FINISH_SECONDS
from pages.session.streamlit_internals import page_template
from tests.conftest import ROOT, _free_port
from tests.programs import needed
from tests.server.http_client import ask
from tests.server.replicas import MARK, PATIENCE, SHIPPED, proxy
from tests.server.serving import serving

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

MEASURED_VISITORS = 50
"""Of one process, by docs/benchmarks.md; two of them run behind the proxy."""
OFFICE, CONNECTIONS = 20, 6
"""People behind one address; connections of one browser."""
FILES, OTHERS = 96, 13
"""Of the page that asks for most, the candidates of a reviewer, in Chromium."""
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
DOCKERFILE = (DEPLOY / "duibiao.Dockerfile").read_text("utf-8")
PROCESSES = [item for item in COMPOSE["services"].values() if "command" in item]


def options_of(words: list[str]) -> dict[str, Any]:
    """What the command line understands of a call of ours; nothing is done."""
    assert words[0] == "serve"
    return serve.make_context(words[0], words[1:]).params


def refuse_unknown_settings(environment: dict[str, str]) -> None:
    settings_from(environment)
    known = {"KPI_STORE", "KPI_STORE_FILES", "KPI_BACKUP_HOURS", "MALLOC_ARENA_MAX"}
    assert environment.keys() <= known


@pytest.fixture
def outside_memory() -> Iterator[Path]:
    """A folder that systemd would run something in: none below /dev, where the tests' own may lie."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_units_and_the_command_line_what_they_start(
    unit: Path, tmp_path: Path, outside_memory: Path
) -> None:
    text = unit.read_text("utf-8")
    settings = (re.findall(r"^Environment=(.*)", text, re.M) or [""])[0]
    environment = dict(part.split("=", 1) for part in settings.split())
    refuse_unknown_settings(environment)
    started = re.search(r"python -m kpi (serve [^\n]*)", text)
    if started:
        assert options_of(shlex.split(started[1].replace("%i", "8501")))["hosts"] == ("duibiao.example.org",)
        patience = int(re.findall(r"^TimeoutStopSec=(\d+)$", text, re.M)[0])
        assert patience > FINISH_SECONDS
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("no systemd-analyze: Debian's systemd has it")
    # Its programs are looked for: ours lie elsewhere here, perhaps under a name with blanks.
    installed = outside_memory / "installed"
    installed.symlink_to(ROOT)
    copied = tmp_path / unit.name.replace("@", "@8501")
    copied.write_text(text.replace("/opt/duibiao", str(installed)).replace("User=duibiao", "User=root"), "utf-8")
    said = subprocess.run([analyze, "verify", "--man=no", str(copied)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize("name", ["backup", "snapshot"])
def test_the_serving_process_may_write_where_the_commands_that_it_carries_out_do(name: str) -> None:
    """The process that has the store copies it, also where a unit of its own asks for that."""
    service, unit = ((DEPLOY / file).read_text("utf-8") for file in ("duibiao.service", f"duibiao-{name}.service"))
    (destination,) = re.findall(rf'kpi store {name} "?(/[\w/]+?)(?:/\$.*)?$', unit, re.M)
    writable = re.findall(r"^ReadWritePaths=(.*)$", service, re.M)[0].split()
    assert f"-{destination}" in writable, "and it starts where the folder is not there yet"


def test_the_nightly_backup_of_a_shared_store_may_write_where_its_processes_do(tmp_path: Path) -> None:
    process, unit = ((DEPLOY / name).read_text("utf-8") for name in ("duibiao@.service", "duibiao-backup.service"))
    more = (DEPLOY / "duibiao-backup-several.conf").read_text("utf-8")
    (files,) = re.findall(r"KPI_STORE_FILES=(\S+)", more)
    assert re.findall(r"^EnvironmentFile=.*|KPI_STORE_FILES=\S+", more, re.M) == re.findall(
        r"^EnvironmentFile=.*|KPI_STORE_FILES=\S+", process, re.M
    )
    assert "postgresql:" not in more, "everybody can read it"
    none, own = re.findall(r"^ReadWritePaths=(.*)$", more, re.M)
    (destination,) = re.findall(r'kpi store backup "(\S+)/\$', unit)
    assert (none, own.split()) == ("", [files, destination])
    assert re.findall(r"^Environment=(.*)$", more, re.M)[0] == "", "no store in a folder is named any more"
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("no systemd-analyze: Debian's systemd has it")
    copied = tmp_path / "duibiao-backup.service"
    copied.write_text(unit.replace("User=duibiao", "User=root"), "utf-8")
    beside = tmp_path / "duibiao-backup.service.d"
    beside.mkdir()
    (beside / "several.conf").write_text(more, "utf-8")
    said = subprocess.run([analyze, "verify", "--man=no", str(copied)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


def test_compose_names_what_there_is() -> None:
    assert len(PROCESSES) == 2
    ports = re.findall(r"server 127\.0\.0\.1:(\d+)", SHIPPED.read_text("utf-8"))
    assert [str(options_of(entry["command"])["port"]) for entry in PROCESSES] == ports
    for item in PROCESSES:
        refuse_unknown_settings(item["environment"])
        assert item["network_mode"] == "host", "nginx names them at 127.0.0.1"
        assert "--address" not in item["command"], "nobody reaches them past nginx"
        assert (DEPLOY / item["build"]["context"] / item["build"]["dockerfile"]).samefile(DEPLOY / "duibiao.Dockerfile")
        seconds = int(item["stop_grace_period"].removesuffix("s"))
        assert seconds > FINISH_SECONDS
        assert item["image"] == f"duibiao:{program_version()}"
    images = [entry["image"] for entry in COMPOSE["services"].values()] + re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    assert all(re.search(r":\d+\.\d+\.?\d*(-\w+)*$", image) for image in images), "versions are named"
    mounted = [part.split(":")[0] for entry in COMPOSE["services"].values() for part in entry.get("volumes", ())]
    assert all((DEPLOY / path).exists() for path in mounted if path.startswith("."))
    assert {path for path in mounted if path[0] not in "./"} == COMPOSE["volumes"].keys()


def test_each_container_is_started_again_without_the_others() -> None:
    # Who is on the network of a container that is started again has none at all from then on.
    modes = [item.get("network_mode", "") for item in COMPOSE["services"].values()]
    assert [mode for mode in modes if mode.startswith(("service:", "container:"))] == []
    assert COMPOSE["services"]["nginx"]["network_mode"] == "host", "the addresses of callers are their own"
    assert {item["restart"] for item in COMPOSE["services"].values()} == {"unless-stopped"}


def test_what_every_container_writes_down_is_bounded_and_nginx_writes_nothing_beside_it() -> None:
    for name, item in COMPOSE["services"].items():
        kept = item["logging"]
        assert kept["driver"] == "json-file", name
        assert re.fullmatch(r"\d+m", kept["options"]["max-size"]), name
        assert int(kept["options"]["max-file"]) > 1, name
    # The names that lead to the container's own output in nginx's image; any other one would grow within the container.
    logs = re.findall(r"^\s*(access|error)_log\s+(?!off;)(\S+)", SHIPPED.read_text("utf-8"), re.M)
    assert sorted(logs) == [("access", "/var/log/nginx/access.log"), ("error", "/var/log/nginx/error.log")]


def test_the_database_is_ready_for_the_processes_once_it_is_called_healthy() -> None:
    database = COMPOSE["services"]["database"]
    # On the socket a server answers already while the image makes the first database.
    assert "--host=127.0.0.1" in database["healthcheck"]["test"]
    assert database["healthcheck"]["start_period"] == "5m", "after a crash it may need longer than three tries"
    assert database["ports"] == ["127.0.0.1:5432:5432"], "other machines do not reach it"


def test_only_what_the_image_takes_goes_to_who_builds_it() -> None:
    ignored = (DEPLOY / "duibiao.Dockerfile.dockerignore").read_text("utf-8").splitlines()
    taken = [source for line in re.findall(r"^COPY (.*)", DOCKERFILE, re.M) for source in line.split()[:-1]]
    assert ignored[1] == "*", "all is left out but what follows"
    assert sorted(line[1:] for line in ignored if line.startswith("!")) == sorted(taken)


def test_what_the_image_takes_is_all_that_the_app_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "opt"
    for line in re.findall(r"^COPY (.*)", DOCKERFILE, re.M):
        *sources, target = line.split()
        (inside / target).mkdir(parents=True, exist_ok=True)
        for source in sources:
            if (ROOT / source).is_dir():
                skipped = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / source, inside / target, dirs_exist_ok=True, ignore=skipped)
            else:
                shutil.copy(ROOT / source, inside / target)
    locks = set(re.findall(r"-r (\S+)", DOCKERFILE))
    assert locks == {"requirements.txt", "requirements-postgresql.txt"}
    monkeypatch.setattr("tests.server.serving.ROOT", inside)
    port = _free_port()
    with serving(tmp_path / "store", port, ("-m", "kpi", "serve")):
        assert ask(f"http://127.0.0.1:{port}", "/readyz").status == 200


def test_over_tls_the_mark_is_for_tls_alone_and_plain_requests_are_sent_there(tmp_path: Path) -> None:
    openssl = needed("openssl")
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout tls.key -out tls.pem"
    subprocess.run([openssl, *words.split()], cwd=tmp_path, check=True, capture_output=True)
    # Nobody is behind it: what nginx itself says is enough.
    with proxy(tmp_path, [_free_port(), _free_port()], tls=True) as url:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "tls.pem"))
        trusting.check_hostname = False
        asked = HTTPSConnection(urlsplit(url).netloc, context=trusting, timeout=60)
        asked.request("GET", "/")
        answer = asked.getresponse()
        assert answer.status == 502
        assert re.fullmatch(
            rf"{MARK}=[0-9a-f]{{32}}; Path=/; HttpOnly; Secure; SameSite=Lax", answer.headers["Set-Cookie"]
        )
        asked.close()
        [plain] = re.findall(r"listen (127\S+);", (tmp_path / "duibiao-several.conf").read_text("utf-8"))
        moved = ask(f"http://{plain}", "/home", headers={"Host": "duibiao.example.org"})
        assert (moved.status, moved.headers["location"]) == (301, "https://duibiao.example.org/home")


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server that answers everything at once, in place of the app."""
    folder, port = tmp_path_factory.mktemp("answering"), _free_port()
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; events {{ worker_connections 2048; }} http {{ access_log off;"
        f" server {{ listen 127.0.0.1:{port}; location / {{ return 200 ok; }} }} }}"
    )
    command = [needed("nginx"), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command, cwd=folder)
    try:
        deadline = time.monotonic() + PATIENCE
        while not (folder / "nginx.pid").exists():
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def asked_at_once(url: str, shares: Sequence[Sequence[str]], method: str = "GET") -> Counter[int]:
    """How often each status came; each share is asked for one after the other on a connection of its own."""
    together = threading.Barrier(len(shares))

    def ask_for(share: Sequence[str]) -> list[int]:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        together.wait()
        found = []
        for path in share:
            connection.request(method, path)
            answer = connection.getresponse()
            answer.read()
            found.append(answer.status)
        connection.close()
        return found

    with ThreadPoolExecutor(len(shares)) as pool:
        return Counter(status for found in pool.map(ask_for, shares) for status in found)


def test_an_office_of_twenty_that_comes_in_the_same_second_is_not_refused(answering: int, tmp_path: Path) -> None:
    page = [f"/static/js/{at}.js" for at in range(FILES)] + [f"/{at}" for at in range(OTHERS)]
    browser = [page[at::CONNECTIONS] for at in range(CONNECTIONS)]
    with proxy(tmp_path, [answering], limited=True) as url:
        began = time.monotonic()
        found = asked_at_once(url, browser * OFFICE)
        lasted = time.monotonic() - began
        assert found == {200: OFFICE * len(page)}
        # Beside it, from the same address: the office signs in, then somebody guesses.
        began = time.monotonic()
        assert asked_at_once(url, [["/account/sign-in"]] * OFFICE, "POST") == {200: OFFICE}
        guessed = asked_at_once(url, [["/account/sign-in"] * 20] * OFFICE, "POST")
        most = 41 + 2 * (time.monotonic() - began) - OFFICE
        assert 0 < guessed[200] <= most, (guessed, lasted)
        assert guessed[503] == 20 * OFFICE - guessed[200]
        assert ask(url, "/home").status == 200, "who is signed in works on"


def test_the_limits_of_both_configurations_are_the_same() -> None:
    limits = [
        re.findall(r"limit_\w+ [^#;]*;", (DEPLOY / name).read_text("utf-8"))
        for name in ("README.md", "duibiao-several.conf")
    ]
    assert sorted(limits[0]) == sorted(limits[1])
    assert len(limits[0]) == 8


@pytest.mark.parametrize("source", ["README.md", "duibiao-several.conf"])
def test_the_files_of_a_first_page_are_pressed_and_nothing_else(source: str) -> None:
    text = (DEPLOY / source).read_text("utf-8")
    [files] = re.findall(r"    location /static/ \{(.*?)\n    \}", text, re.DOTALL)
    assert re.search(r"gzip on;\s+gzip_proxied any;", files)
    assert "gzip" not in text.replace(files, ""), "pages hold secrets beside what a visitor may choose"


def test_a_first_page_asks_for_no_more_than_it_is_measured_by() -> None:
    assert len(re.findall(r'"\./static/', page_template())) <= FILES
