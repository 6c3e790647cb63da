"""A server with a login on this machine, and how people log in there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.driver import Server
from tools.openid_provider import CLIENT_ID, Account, Provider

PATH = "/lab/genie3"  # below which the page is served, as behind a proxy


def login_server(folder: Path, provider: Provider, *, more: Sequence[str] = ()) -> Server:
    """Return a server that lets in whom a provider knows, if the address ends with @lab.example.

    Parameters
    ----------
    folder : Path
        Where its home and settings lie.
    provider : Provider
        The provider, which is told the server's address.
    more : sequence of str
        Other lines of the settings.
    """
    folder.mkdir(exist_ok=True)
    file = folder / "login.toml"
    server = Server(folder / "home", path=PATH)
    server.options = [f"--login={file}", f"--base-url={server.url}"]
    file.touch(0o600)
    lines = [
        f'issuer = "{provider.issuer}"',
        f'client_id = "{CLIENT_ID}"',
        f'client_secret = "{provider.client_secret}"',
        'allowed_domains = ["lab.example"]',
        *more,
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    provider.redirect_uris.add(f"{server.url}/oauth2callback")
    return server


def log_in(page: Page, server: Server, account: Account) -> None:
    """Log a person in, from the page that asks for it to what the server shows next."""
    page.goto(server.url)
    page.get_by_role("button", name="Log in").click()
    enter(page, account)
    expect(page.get_by_role("button", name="Log out")).to_be_attached()


def enter(page: Page, account: Account) -> None:
    """Fill in the provider's form, and send it."""
    page.get_by_label("Email").fill(account.email)
    page.get_by_label("Password").fill(account.subject)
    page.get_by_role("button", name="Log in").click()
