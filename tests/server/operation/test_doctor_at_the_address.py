"""What `kpi doctor --url` finds at an address: behind a proxy as it must be nothing, and each slip in it by name."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli.command_line import process
from tests.conftest import _free_port
from tests.programs import needed
from tests.server.serving import serving

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.campaign]

RIGHT = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen {port} ssl;
    ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;
    location / {{
      proxy_pass http://127.0.0.1:{app};
      proxy_http_version 1.1;
      proxy_set_header Host localhost:{app};
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"""
SLIPS = {
    "": set[str](),
    r" *proxy_set_header Upgrade.*\n": {"websocket.stopped"},
    r" *proxy_set_header X-Forwarded-Proto.*\n": {"headers.not_strict"},
    r" *proxy_set_header X-Forwarded-For.*\n": {"caller.hidden"},
}


@contextmanager
def proxied(folder: Path, text: str) -> Iterator[None]:
    (folder / "nginx.conf").write_text(text)
    running = subprocess.Popen([needed("nginx"), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
    try:
        time.sleep(1)
        yield
    finally:
        running.terminate()
        running.wait(30)


def certify(folder: Path, days: int) -> None:
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", str(days), "-subj", "/CN=localhost"]
    words += ["-addext", f"subjectAltName=IP:{outward_address()}", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run([needed("openssl"), *words], check=True, capture_output=True, cwd=folder)


def outward_address() -> str:
    """This machine's own address that is no loopback: by it the doctor sees whether a proxy names the caller."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, suppress(OSError):
        asking.connect(("192.0.2.1", 9))  # sends nothing
        return str(asking.getsockname()[0])
    pytest.skip("this machine has no address but its loopback")


def found(root: Path, url: str) -> set[str]:
    call = process("doctor", "--store", root, "--url", url, "--json")
    return {f"{item['check']}.{item['said']}" for item in call.json["found"] if item["level"] != "well"}


def test_each_slip_is_found(copy_of_store: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, app, port, host = copy_of_store(), _free_port(), _free_port(), outward_address()
    certify(tmp_path, 90)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    monkeypatch.setenv("KPI_TEST_AHEAD", "0")  # a certificate is made and believed by the machine's clock
    text = RIGHT.format(folder=tmp_path, port=port, app=app)
    with serving(root, app):
        here = found(root, f"http://127.0.0.1:{app}")
        for slip, expected in SLIPS.items():
            with proxied(tmp_path, re.sub(slip, "", text) if slip else text):
                assert found(root, f"https://{host}:{port}") - here == expected, slip
        certify(tmp_path, 3)
        with proxied(tmp_path, text):
            assert found(root, f"https://{host}:{port}") - here == {"certificate.ends"}
    # The process that serves looks: it has its own view of whom to trust.
    monkeypatch.delenv("SSL_CERT_FILE")
    with serving(root, app), proxied(tmp_path, text):
        assert "certificate.untrusted" in found(root, f"https://{host}:{port}")
    assert "address.silent" in found(root, f"https://{host}:{port}")
