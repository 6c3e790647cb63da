"""The guide of the lab's server is true: its files for systemd and nginx are tried as they are.

Ports, paths and certificates are replaced; everything else is what a reader copies.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.waiting import HANG_SECONDS, wait_until

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs/server.md").read_text(encoding="utf-8")
NAME = "lab.example.org"
TOKEN = "a-token-of-thirty-two-characters"
MOST_EXPOSED = 20  # of systemd's scale of 100; a service without any hardening has 96


def block(kind):
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.M | re.S)
    return found


def systemd_analyze(*arguments):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not on this machine: the unit cannot be checked")
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def unit(tmp_path):
    """The unit, with a program that is here."""
    file = tmp_path / "genie3.service"
    text = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", block("ini"), flags=re.M)
    file.write_text(text, encoding="utf-8")
    return file


def test_unit__is_understood_by_systemd(unit):
    code, output = systemd_analyze("verify", "--man=no", "--recursive-errors=no", str(unit))
    own = [line for line in output.splitlines() if unit.name in line]
    assert (code, own) == (0, []), output


def test_unit__is_closed(unit):
    code, output = systemd_analyze(
        "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", str(unit)
    )
    assert code == 0, output


def test_unit__starts_the_page_as_the_command_line_does():
    from genie3_engine.commands.parser import build_parser

    command = re.search(r"^ExecStart=\S+/genie3 (.+)$", block("ini"), re.M)[1]
    options = build_parser().parse_args(command.split())
    assert str(options.home) == "/var/lib/genie3"
    assert options.login is not None


def nginx():
    """Return nginx's program; `make test` unpacks one."""
    candidates = ["nginx", "/usr/sbin/nginx", str(ROOT / ".venv/nginx/usr/sbin/nginx")]
    found = next(filter(None, map(shutil.which, candidates)), None)
    if found is None:
        pytest.skip("there is no nginx here, and `make test` could not fetch one")
    return found


def free_ports(number):
    probes = [socket.socket() for _ in range(number)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def certificate(folder):
    """Write a key and a certificate of its own for the lab's name; return their paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "key.pem", folder / "certificate.pem"
    paths[0].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    paths[1].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return paths


def configuration(folder, *, plain, secure, page, key, cert):
    """Write the guide's example as a whole configuration; return its path."""
    text = block("nginx")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        ("http://127.0.0.1:8501;", f"http://127.0.0.1:{page};"),
        ("/etc/ssl/certs/lab.example.org.pem", str(cert)),
        ("/etc/ssl/private/lab.example.org.key", str(key)),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    kept = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;\n" if os.getuid() == 0 else ""
    file = folder / "nginx.conf"
    file.write_text(
        f"{user}daemon off;\nworker_processes 1;\npid {folder}/pid;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{kept}{text}}}\n",
        encoding="utf-8",
    )
    return file


class Through(http.client.HTTPConnection):
    """A connection to the lab's name, which leads to this machine."""

    def __init__(self, port, trusted=None):
        super().__init__(NAME, port, timeout=HANG_SECONDS)
        self._trusted = trusted

    def connect(self):
        self.sock = socket.create_connection(("127.0.0.1", self.port))
        if self._trusted is not None:
            self.sock = self._trusted.wrap_socket(self.sock, server_hostname=NAME)

    def ask(self, path, **headers):
        try:
            self.request("GET", path, headers=headers)
            found = self.getresponse()
            return found.status, found.read(), found.headers
        finally:
            self.close()


@pytest.fixture
def processes(tmp_path):
    """Start programs, and end them after the test."""
    started = []
    log = (tmp_path / "log").open("wb")

    def start(*command, **environment):
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, **environment}
        )
        started.append(process)

    yield start
    for process in started:
        process.terminate()
        process.wait(HANG_SECONDS)
    log.close()


@pytest.mark.slow(10)
def test_nginx__passes_the_page_on_below_its_path(tmp_path, processes):
    program = nginx()
    plain, secure, page = free_ports(3)
    key, cert = certificate(tmp_path)
    file = configuration(tmp_path, plain=plain, secure=secure, page=page, key=key, cert=cert)
    url = f"https://{NAME}:{secure}/genie3"
    processes(program, "-e", "stderr", "-p", str(tmp_path), "-c", str(file))
    processes(
        *(sys.executable, "-m", "genie3_engine", "app"),
        *("--port", str(page), "--base-url", url, "--home", str(tmp_path / "home")),
        GENIE3_TOKEN=TOKEN,
        GENIE3_WARM_UP="off",
    )
    trusted = ssl.create_default_context(cafile=cert)

    def is_healthy():
        try:
            return Through(secure, trusted).ask("/genie3/_stcore/health")[:2] == (200, b"ok")
        except OSError:
            return False

    wait_until(is_healthy, shown=lambda: (tmp_path / "log").read_text())
    status, _, headers = Through(plain).ask("/genie3/network?run=a")
    assert (status, headers["Location"]) == (301, f"https://{NAME}/genie3/network?run=a")
    status, _, headers = Through(secure, trusted).ask("/genie3/")
    assert (status, headers["Server"]) == (403, "nginx")
    assert headers["Strict-Transport-Security"]
    assert Through(secure, trusted).ask("/")[0] == 404  # nothing of the page outside its path

    status, _, headers = Through(secure, trusted).ask(f"/genie3/network?token={TOKEN}")
    assert (status, headers["Location"]) == (303, "/genie3/network")
    cookie = headers["Set-Cookie"]
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/genie3"} <= set(cookie.split("; "))
    own = {"Cookie": cookie.split(";")[0]}
    status, body, _ = Through(secure, trusted).ask("/genie3/network", **own)
    assert (status, b"<html" in body) == (200, True)
    assert Through(secure, trusted).ask("/genie3/", Host="evil.example", **own)[0] == 421

    def stream(origin, **headers):
        return connect(
            f"wss://{NAME}:{secure}/genie3/_stcore/stream",
            sock=socket.create_connection(("127.0.0.1", secure)),
            ssl=trusted,
            origin=origin,
            additional_headers=headers,
            subprotocols=["streamlit"],
        )

    with stream(f"https://{NAME}:{secure}", **own) as opened:
        assert opened.subprotocol == "streamlit"
    for origin, headers in ((f"https://{NAME}:{secure}", {}), ("https://evil.example", own)):
        with pytest.raises(InvalidStatus):
            stream(origin, **headers)

    most = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["server"]["maxUploadSize"]
    path = "/genie3/_stcore/upload_file/session/file"
    for megabytes, refused in ((most, False), (most + 2, True)):
        length = str(megabytes * 1024 * 1024)
        connection = Through(secure, trusted)
        connection.putrequest("PUT", path)
        for name, value in {**own, "Content-Length": length}.items():
            connection.putheader(name, value)
        connection.endheaders()
        assert (connection.getresponse().status == 413) is refused
        connection.close()
