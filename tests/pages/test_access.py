"""Every address and action of a server with login, tried by people who have no right to it."""

from __future__ import annotations

import http.client
import io
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import WebSocketException

from genie3_engine import administration, runs
from genie3_engine.datasets.uploads import keep_upload
from genie3_engine.errors import Genie3Error
from genie3_engine.jobs import user_directory
from genie3_engine.model import JobState, RunSpec
from genie3_engine.networks.saved_views import save_view
from genie3_engine.people import group, homes, links
from genie3_engine.people.group import Shared
from genie3_engine.people.person import Person, identifier_of
from tests.browser.login import login_server
from tests.pages.people import ADA, GRACE, served
from tests.pages.protocol import XSRF, Session, login_cookie
from tests.small_views import small_saved_view
from tests.waiting import HANG_SECONDS
from ui import uploads

Row = tuple[str, Callable[[], bool]]
SECRETS = (b"a finished run", b"small *data*", b"small \\*data", b"gene00", b"upload-of-ada")
PAGES = (
    *("home", "data", "regulators", "infer", "runs", "network", "regulons", "compare"),
    *("accuracy", "speedup", "storage", "sagemaker", "people"),
)


class Lab:
    """A server with login in which one person has everything, and others have nothing."""

    def __init__(self, folder, finished) -> None:
        provider = SimpleNamespace(
            issuer="http://localhost:9", client_secret="s" * 32, redirect_uris=set()
        )
        self.issuer = provider.issuer
        self.server = login_server(folder, provider)
        self.server.start()
        self.finished = finished

    def prepare(self) -> None:
        """Read the server's secret, and give Ada what she has."""
        self.url = self.server.url
        self.secret = (self.server.home / "page" / "cookie-secret").read_text().strip()
        self.ada = Person(identifier_of(self.issuer, "ada"), "Ada")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(user_directory.SERVER_VARIABLE, str(self.server.home))
            self.fill(self.finished)

    def fill(self, finished) -> None:
        """Give Ada a finished run with a view, its data, an upload and three links."""
        self.home = homes.prepare_home(self.ada, server_home=self.server.home)
        shutil.copytree(finished, self.home / "runs" / "done")
        shutil.copytree(finished.parents[1] / "data", self.home / "data")
        self.data = next(each.name for each in (self.home / "data").glob("[0-9a-f]*"))
        view = small_saved_view("View of Ada", run=self.home / "runs" / "done")
        self.view = save_view(self.home / "runs" / "done", view).id
        self.upload = keep_upload(
            [("upload-of-ada.tsv", io.BytesIO(b"gene\ts1\ngene00\t1\n"))], home=self.home
        ).id
        self.shared, self.revoked, self.expired = (self.link() for _ in range(3))
        taken, old = (links._hash(token) for token in (self.revoked, self.expired))
        links.take_back(taken, owner=self.ada)
        about = self.server.home / "links" / old / "link.json"
        about.write_text(about.read_text().replace('"expires": ', '"expires": -'))

    def link(self) -> str:
        return links.make_link(
            "<p>story</p>",
            policy="default-src 'none'",
            run="done",
            title="Story",
            days=1,
            owner=self.ada,
        )

    def cookie(self, subject: str, *, secret: str = "", origin: str = "", **more: object) -> str:
        claims = {
            "iss": self.issuer,
            "sub": subject,
            "name": subject.title(),
            "email": f"{subject}@lab.example",
            "email_verified": True,
            "iat": time.time(),
            **more,
        }
        return login_cookie(claims, secret or self.secret, origin=origin or self.url)

    def file_of(self, session: str) -> str:
        """Return the address to which a session's files are sent."""
        return f"/_stcore/upload_file/{session}/file"

    def http(self, path: str, *, method: str = "GET", cookie: str = "", whole: bool = False):
        """Return status and body of a request, whose path is sent as it is."""
        parts = urlsplit(self.url)
        client = http.client.HTTPConnection(parts.netloc, timeout=HANG_SECONDS)
        try:
            headers = {"Cookie": cookie or f"_streamlit_xsrf={XSRF}", "X-Xsrftoken": XSRF}
            client.request(method, path if whole else parts.path + path, headers=headers)
            answer = client.getresponse()
            return answer.status, answer.read()
        finally:
            client.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory, finished) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"), finished)
    try:
        lab.prepare()
        yield lab
    finally:
        lab.server.stop()


def shows_nothing(content: bytes) -> bool:
    return not any(secret in content for secret in SECRETS)


def files(lab: Lab, own: Session) -> Iterator[Row]:
    """Yield requests for a file that a session of Ada's has made, which she gets."""
    name = own.download(own.files[0]).rpartition("/")[2]
    assert not shows_nothing(lab.http(f"/media/{name}", cookie=lab.cookie("ada"))[1])
    for who, cookie in (("a stranger", ""), ("another person", lab.cookie("grace"))):

        def tried(cookie: str = cookie) -> bool:
            file = f"/media/{own.download(own.files[0]).rpartition('/')[2]}"
            is_refused = lab.http(file, cookie=cookie)[0] in (403, 404)
            return is_refused and lab.http(file, cookie=lab.cookie("ada"))[0] == 200

        yield f"{who}: a file that a session has made", tried
        for spelling in (
            f"//media/{name}",
            f"/media//{name}",
            f"/%6dedia/{name}",
            f"/media/./{name}",
            f"/media/x/../{name}",
            f"/network/media/{name}",
            f"/component/../media/{name}",
            f"/media/{name}/",
            f"/media/{name}%00",
            f"/media/{name.upper()}",
        ):
            yield (
                f"{who}: that file as {spelling.replace(name, 'FILE')}",
                lambda spelling=spelling, cookie=cookie: shows_nothing(
                    lab.http(spelling, cookie=cookie)[1]
                ),
            )
        yield (
            f"{who}: that file outside of the server's path",
            lambda cookie=cookie: shows_nothing(
                lab.http(f"/media/{name}", cookie=cookie, whole=True)[1]
            ),
        )
        yield (
            f"{who}: HEAD of that file",
            lambda cookie=cookie: (
                lab.http(f"/media/{name}", method="HEAD", cookie=cookie)[0] in (403, 404)
            ),
        )


def addresses(lab: Lab, session: str) -> Iterator[Row]:
    """Yield requests by HTTP of strangers and of another person who is logged in."""
    grace = lab.cookie("grace")

    def refused(path: str, **options: object) -> Callable[[], bool]:
        return lambda: lab.http(path, **options)[0] in range(400, 500)

    def only_the_page(path: str, **options: object) -> Callable[[], bool]:
        """Refused, or answered by the empty page that everyone gets."""

        def tried() -> bool:
            status, body = lab.http(path, **options)
            return status in range(400, 500) or (
                b"<title>Streamlit</title>" in body and shows_nothing(body)
            )

        return tried

    file = lab.file_of(session)
    for who, cookie in (("a stranger", ""), ("another person", grace)):
        for method in ("PUT", "DELETE"):
            yield (
                f"{who}: {method} a file of a session",
                refused(file, method=method, cookie=cookie),
            )
        yield (
            f"{who}: POST to the agent",
            refused("/_stcore/agent/interact", method="POST", cookie=cookie),
        )
        for trick in (
            "/media/../log.jsonl",
            "/media/%2e%2e/%2e%2e/etc/passwd",
            "/component/x/../../../../etc/passwd",
            "/_stcore/bidi-components/x/%2e%2e/%2e%2e/app.py",
            "/static/%2e%2e/%2e%2e/app.py",
            "/app/static/%2e%2e/login.toml",
            f"/people/{lab.ada.identifier}/runs/done/spec.json",
            "//etc/passwd",
        ):
            yield (
                f"{who}: {trick.partition(lab.ada.identifier)[0]}",
                only_the_page(trick, cookie=cookie),
            )
        for inner in (f"upload_file/{session}/file", "metrics"):
            for before in ("", "/network", f"{urlsplit(lab.url).path}/network"):
                yield (
                    f"{who}: {before.rpartition('/')[2]}/_stcore/{inner[:11]} outside of its path",
                    lambda before=before, inner=inner, cookie=cookie: (
                        lab.http(
                            f"{before}/_stcore/{inner}", method="PUT", cookie=cookie, whole=True
                        )[0]
                        not in (200, 201, 204)
                    ),
                )
    for path in ("metrics", "script-health-check", "agent/openapi.json", "bidi-components/x"):
        yield f"a stranger: _stcore/{path}", refused(f"/_stcore/{path}")
    yield "a stranger: POST to the agent's tools", refused("/_stcore/agent/mcp", method="POST")
    known = links._hash(lab.shared)
    for name, token in (
        ("no token", ""),
        ("another token", "a" * 43),
        ("the hash of a token", known),
        ("a link taken back", lab.revoked),
        ("an expired link", lab.expired),
        ("a longer token", f"{lab.shared}x"),
        ("something below a link", f"{lab.shared}/link.json"),
        ("a folder above", "../log.jsonl"),
        ("an encoded folder above", f"%2e%2e/links/{known}/document.html"),
    ):
        yield f"a shared link: {name}", refused(f"/shared/{token}")
    for method in ("HEAD", "OPTIONS", "PROPFIND"):
        for name, token in (("taken back", lab.revoked), ("expired", lab.expired)):
            yield f"a link {name}: {method}", refused(f"/shared/{token}", method=method)
    for method in ("POST", "PUT", "DELETE"):
        yield f"a shared link: {method}", refused(f"/shared/{lab.shared}", method=method)


def sessions(lab: Lab, session: str) -> Iterator[Row]:
    """Yield pages that strangers and another person ask for."""

    def seen(page: str, cookie: str = "", **query: str) -> bool:
        with Session(lab.url, cookie) as tried:
            return shows_nothing(tried.ask(page, **query))

    def asks_for_login(cookie: str, *, page: str = "runs", **options: str) -> bool:
        with suppress(WebSocketException), Session(lab.url, cookie, **options) as tried:
            found = tried.ask(page, run="done", data=lab.data)
            return b"Log in" in found and b"Log out" not in found and shows_nothing(found)
        return True  # no session at all

    for page in PAGES:
        yield f"a stranger: the page {page}", lambda page=page: asks_for_login("", page=page)
    for name, forged in (
        ("another secret", lab.cookie("ada", secret="another secret of more than 32 letters")),
        ("a changed letter", lab.cookie("ada")[:-1] + "~"),
        ("another site", lab.cookie("ada", origin="http://evil.example")),
        ("an old login", lab.cookie("ada", iat=time.time() - 40 * 86_400)),
        ("no time", lab.cookie("ada", iat=None)),
        ("not logged in", lab.cookie("ada", is_logged_in=False)),
        ("plain JSON", '_streamlit_user={"is_logged_in": true}'),
    ):
        yield f"a forged cookie: {name}", lambda forged=forged: asks_for_login(forged)
    for name, more in (
        ("an address that is not verified", {"email_verified": False}),
        ("an address of elsewhere", {"email": "ada@elsewhere.example"}),
        ("no subject", {"sub": ""}),
        ("no issuer", {"iss": ""}),
    ):
        cookie = lab.cookie("eve", **more)
        yield f"a login with {name}", lambda cookie=cookie: seen("runs", cookie, run="done")
    evil = "http://evil.example"
    yield "a session of another site", lambda: asks_for_login(lab.cookie("ada"), origin=evil)
    grace = lab.cookie("grace")

    def takes_over() -> bool:
        with Session(lab.url, grace, takes_over=session) as tried:
            return shows_nothing(tried.ask("runs", run="done")) and tried.id != session

    yield "another person: a session that is open", takes_over
    path = f"../../{lab.ada.identifier}/runs/done"
    asked: tuple[tuple[str, dict[str, str]], ...] = (
        ("home", {}),
        ("runs", {"run": "done"}),
        ("runs", {"run": path}),
        ("runs", {"run": str(lab.home / "runs" / "done")}),
        ("runs", {"run": "done", "whose": "group"}),
        ("runs", {"run": "done", "whose": lab.ada.identifier}),
        ("network", {"run": "done", "view": lab.view}),
        ("network", {"run": "done", "sets": lab.upload}),
        ("network", {"run": path, "gene": "gene00"}),
        ("network", {"run": "done", "whose": "group"}),
        ("data", {"data": lab.data}),
        ("data", {"data": f"../../{lab.ada.identifier}/data/{lab.data}"}),
        ("data", {"upload": lab.upload}),
        ("data", {"upload": f"../../{lab.ada.identifier}/uploads/{lab.upload}"}),
        ("data", {"data": lab.data, "whose": "group"}),
        ("regulators", {"data": lab.data}),
        ("infer", {"data": lab.data, "like": "done"}),
        ("infer", {"like": path}),
        ("regulons", {"run": "done"}),
        ("compare", {"compare": "runs", "run": "done", "second": "done"}),
        ("compare", {"comparison": "done"}),
        ("compare", {"comparison": path, "data": lab.data}),
        ("accuracy", {"run": "done", "gold": lab.upload, "with": "done"}),
        ("speedup", {"experiment": path}),
        ("storage", {"item": f"run {path}"}),
        ("people", {}),
        ("regulons", {"run": "done", "whose": "group"}),
        ("accuracy", {"run": "done", "whose": "group"}),
        ("compare", {"run": "done", "whose": "group"}),
        ("network", {"run": "done", "view": lab.view, "whose": "group"}),
        ("regulators", {"data": lab.data, "whose": "group"}),
        ("infer", {"like": "done", "whose": "group"}),
        ("compare", {"comparison": f"{lab.home}/runs/done", "whose": "group"}),
        ("data", {"data": lab.data, "whose": f"../people/{lab.ada.identifier}"}),
        ("runs", {"run": "done", "whose": f"people/{lab.ada.identifier}"}),
    )
    for page, query in asked:
        words = ", ".join(f"{key}={'…' if '/' in value else value}" for key, value in query.items())
        yield (
            f"another person: {page} {words}",
            lambda page=page, query=query: seen(page, grace, **query),
        )


class TestAddresses:
    @pytest.mark.slow(60)
    def test_addresses__are_refused_without_right(self, lab):
        ada = lab.cookie("ada")
        with Session(lab.url, ada) as own:
            seen = own.ask("network", run="done")
            assert not shows_nothing(seen)  # what others must not see is there
            with Session(lab.url, ada) as other:
                assert not shows_nothing(other.ask("data", data=lab.data))
            with Session(lab.url, lab.cookie("grace")) as other:
                assert b"Log out" in other.ask("home")  # she is logged in, and has nothing
            assert lab.http(lab.file_of(own.id), method="DELETE", cookie=ada)[0] == 204
            rows = [*files(lab, own), *addresses(lab, own.id), *sessions(lab, own.id)]
            allowed = [name for name, is_refused in rows if not is_refused()]
        assert allowed == []
        assert len(rows) >= 140
        status, body = lab.http(f"/shared/{lab.shared}")
        assert (status, body) == (200, b"<p>story</p>")


def test_list__holds_at_the_next_click_of_an_open_session(lab):
    file = lab.server.home.with_name("login.toml")
    before = file.read_text()
    ada = lab.cookie("ada")
    with Session(lab.url, ada) as own:
        assert not shows_nothing(own.ask("network", run="done"))
        try:
            file.write_text(before.replace("lab.example", "other.example"))
            seen = own.ask("network", run="done")
            assert shows_nothing(seen)
            assert b"may not use this page" in seen
            assert lab.http(lab.file_of(own.id), method="PUT", cookie=ada)[0] == 403
            file.write_text(before + '\nadministrators = ["ada@lab.example"]')
            assert b"people" in own.ask("people")
            file.write_text(before + "\nadministrators = [")
            assert b"settings before the change hold" in own.ask("people")
            assert not shows_nothing(own.ask("network", run="done"))
        finally:
            file.write_text(before)
    entries = (lab.server.home / "log.jsonl").read_text()
    assert entries.count("who may log in changed") >= 2


class TestActions:
    """What a session of another person calls, as callbacks do, with what belongs to Ada."""

    def test_actions__are_refused_without_right(self, home, monkeypatch, finished, tmp_path):
        (tmp_path / "open").mkdir()
        with served(home, monkeypatch, folders=(tmp_path / "open",)) as server:
            data = server.give(ADA, finished)
            theirs = homes.home_of(ADA)
            token = links.make_link("story", policy="", run="done", title="", days=1, owner=ADA)
            with server.person(ADA):
                group.share(Shared("runs", "done"), needs=[Shared("data", data)], owner=ADA)
                upload = keep_upload([("of-ada.tsv", io.BytesIO(b"x"))]).id
            before = sorted((each, each.stat().st_mtime_ns) for each in theirs.rglob("*"))
            with server.person(GRACE):
                assert self.allowed(server, theirs, data=data, upload=upload) == []
            server.at_work = None
            assert self.allowed_without_login(data) == []
            after = sorted((each, each.stat().st_mtime_ns) for each in theirs.rglob("*"))
            assert after == before
            assert links.open_link(token) is not None

    def allowed(self, server, theirs, *, data: str, upload: str) -> list[str]:
        run, shared = theirs / "runs" / "done", group.group_home() / "runs" / "done"
        own_link = links.links_of(ADA)[0].id
        of_group = group.group_home()
        view = small_saved_view("mine", run=shared)
        job = administration.JobAtWork(ADA, "run", "done", JobState.DONE, 0.0)
        file = ("x.tsv", io.BytesIO(b"x"))
        actions: dict[str, Callable[[], object]] = {
            "a path in the home of another": lambda: uploads.keep_path(str(run / "spec.json")),
            "a path of the server": lambda: uploads.keep_path("/etc/passwd"),
            "a path with ..": lambda: uploads.keep_path(f"{server.home}/../open/../home"),
            "the log of the server": lambda: uploads.keep_path(f"{server.home}/log.jsonl"),
            "the data of another": lambda: runs.open_dataset(data),
            "the properties of such data": lambda: runs.dataset_info(data),
            "a new name of such data": lambda: runs.label_dataset(data, name="mine"),
            "the deletion of such data": lambda: runs.delete_data(data),
            "an upload of another": lambda: runs.open_upload(upload),
            "gene sets of another": lambda: runs.open_gene_sets(upload),
            "a run on such data": lambda: runs.start(RunSpec(data)),
            "the link of another, taken back": lambda: links.take_back(own_link, owner=GRACE),
            "a run of another, shared": lambda: group.share(Shared("runs", "done"), owner=GRACE),
            "all links of another": lambda: administration.take_back_links(ADA, by=GRACE),
            "the end of a job": lambda: administration.end_job(job, by=GRACE),
            "a shared run, renamed": lambda: runs.label(shared, name="mine"),
            "a shared run, deleted": lambda: runs.delete(shared),
            "a shared run, resumed": lambda: runs.resume(shared),
            "a shared run with more evidence": lambda: runs.add_confidence(shared),
            "a view of a shared run": lambda: save_view(shared, view),
            "shared data, renamed": lambda: runs.label_dataset(data, name="x", home=of_group),
            "shared data, deleted": lambda: runs.delete_data(data, home=of_group),
            "regulators of shared data": lambda: runs.choose_regulators(data, [], home=of_group),
            "an upload for the group": lambda: keep_upload([file], home=of_group),
        }
        return [name for name, act in actions.items() if not is_refused(act)]

    def allowed_without_login(self, data: str) -> list[str]:
        actions: dict[str, Callable[[], object]] = {
            "a home": user_directory.home,
            "the runs": runs.history,
            "the data sets": runs.list_datasets,
            "a data set": lambda: runs.open_dataset(data),
            "an upload": lambda: keep_upload([("x.tsv", io.BytesIO(b"x"))]),
            "saved options": lambda: runs.saved_options("local"),
        }
        return [name for name, act in actions.items() if not is_refused(act)]


def is_refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except Genie3Error:
        return True
    return False
