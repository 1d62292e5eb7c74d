"""A browser of the bench: one kept connection, cookies, forms sent with their hidden fields."""

import http.client
import time
import uuid
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from html5lib import HTMLParser

from tools.run import PASSWORD


class Answer:
    """A response read to its end, and the seconds it took."""

    def __init__(self, response: http.client.HTTPResponse, body: bytes, seconds: float) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = body
        self.seconds = seconds


class Browser:
    """Speaks HTTP/1.1 on one connection to 127.0.0.1."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """Send one request and read its answer."""
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        began = time.perf_counter()
        self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - began
        for line in response.headers.get_all("Set-Cookie") or ():
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return Answer(response, content, seconds)

    def get(self, path: str, **headers: str) -> Answer:
        """Open an address; ``If_None_Match`` becomes its header."""
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def form(self, path: str, action: str) -> dict[str, str]:
        """Open a page and return the hidden fields of its form that leads to ``action`` (its end)."""
        page = HTMLParser(namespaceHTMLElements=False).parse(self.get(path).body)
        for form in page.iter("form"):
            if (form.get("action") or path).endswith(action):
                fields = form.iter("input")
                return {f.get("name", ""): f.get("value", "") for f in fields if f.get("type") == "hidden"}
        raise LookupError(f"No form of {path} leads to {action}.")

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a plain form."""
        body = urlencode(fields).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def upload(self, path: str, fields: dict[str, str], name: str, filename: str, content: bytes) -> Answer:
        """Send a form with one PDF."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        parts += [f"{head}Content-Type: application/pdf\r\n\r\n".encode(), content, f"\r\n--{boundary}--\r\n".encode()]
        return self.ask("POST", path, b"".join(parts), {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def sign_in(self, email: str) -> None:
        """Sign in as a person of the demo."""
        fields = self.form("/connexion", "/connexion") | {"email": email, "password": PASSWORD}
        answer = self.post("/connexion", fields)
        if answer.status not in {302, 303}:
            raise RuntimeError(f"{email} could not sign in: {answer.status}")
