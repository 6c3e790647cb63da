"""Run a web scanner against the page with a login, and print what it finds.

The scanner is Wapiti, installed in an environment of its own (``pip install wapiti3``; ``--wapiti``
names its program). It looks at the page twice: as a stranger and with the cookies of a person who
has logged in. Modules that would contact machines elsewhere are left out, and so are Streamlit's
own scripts, which are the same files for everyone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import sync_playwright

from tests.browser.driver import FLAGS, Server, chromium
from tests.browser.login import log_in, login_server
from tools.openid_provider import ACCOUNTS, Provider

MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,ldap,methods,permanentxss,"
    "redirect,shellshock,sql,timesql,upload,xss"
)
LEVELS = ("none", "low", "medium", "high", "critical")
ADDRESSES = (
    "",
    "data?data=x",
    "runs?run=x",
    "network?run=x&gene=x&cut=10&view=x",
    "storage",
    "shared/x",
    "media/x.png",
    "auth/login?provider=x",
    "auth/logout",
    "oauth2callback?code=x&state=x",
    "static/index.html",
    "component/x/y",
    "_stcore/health",
    "_stcore/host-config",
    "_stcore/upload_file/x/y",
    "_stcore/agent/openapi.json",
    "_stcore/agent/interact",
    "_stcore/agent/mcp",
    "_stcore/bidi-components/x/y",
)


def cookies(server: Server) -> dict[str, str]:
    """Return the cookies of a person who has logged in."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page()
        log_in(page, server, ACCOUNTS[0])
        found = {each["name"]: each["value"] for each in page.context.cookies()}
        browser.close()
    return found


def scan(
    wapiti: str, server: Server, *, seconds: int, headers: Mapping[str, str]
) -> Mapping[str, Any]:
    """Return the scanner's report.

    Parameters
    ----------
    wapiti : str
        Its program.
    server : Server
        What it looks at.
    seconds : int
        For the crawl, and at most for each module.
    headers : mapping of str to str
        Sent with each request.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [wapiti, "--url", f"{server.url}/", "--scope", "folder", "--module", MODULES]
        for address in ADDRESSES:
            command += ["--start", f"{server.url}/{address}"]
        for name, value in headers.items():
            command += ["--header", f"{name}: {value}"]
        command += ["--exclude", f"{server.url}/static/*"]
        command += ["--max-scan-time", str(seconds), "--max-attack-time", str(seconds)]
        command += ["--tasks", "4", "--flush-session", "--store-session", folder, "--no-bugreport"]
        command += ["--verbose", "0", "--format", "json", "--output", str(report)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found: Mapping[str, Any] = json.loads(report.read_text("utf-8"))
    return found


def findings(report: Mapping[str, Any]) -> Iterator[tuple[int, str, str]]:
    """Yield the level, the kind and the text of each finding.

    Parameters
    ----------
    report : mapping
        Of the scanner.
    """
    for kind in ("vulnerabilities", "anomalies", "additionals"):
        for name, items in report.get(kind, {}).items():
            for item in items:
                yield (
                    int(item.get("level") or 0),
                    name,
                    f"{item['method']} {item['path']} {item.get('parameter') or ''} {item['info']}",
                )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--wapiti", default="wapiti", help="the scanner's program")
    parser.add_argument("--seconds", type=int, default=30, help="for each module at most")
    options = parser.parse_args()
    worst = 0
    with tempfile.TemporaryDirectory() as folder, Provider() as provider:
        server = login_server(Path(folder) / "lab", provider)
        server.start()
        try:
            own = "; ".join(f"{name}={value}" for name, value in cookies(server).items())
            for who, headers in (("a stranger", {}), ("a person", {"Cookie": own})):
                report = scan(options.wapiti, server, seconds=options.seconds, headers=headers)
                kinds: dict[tuple[int, str], list[str]] = {}
                for level, kind, text in sorted(set(findings(report))):
                    kinds.setdefault((level, kind), []).append(text.replace(server.url, ""))
                    worst = max(worst, level)
                print(f"as {who}: {report['infos'].get('crawled_pages_nbr', '?')} addresses")
                for (level, kind), texts in sorted(kinds.items(), reverse=True):
                    print(f"  {LEVELS[level]:<9}{kind}: {len(texts)}, such as {texts[0][:150]}")
            n_tracebacks = server.log.read_text("utf-8", "replace").count("Traceback")
            print(f"tracebacks in the server's log: {n_tracebacks}")
        finally:
            server.stop()
    return 1 if worst > LEVELS.index("low") or n_tracebacks else 0


if __name__ == "__main__":
    sys.exit(main())
