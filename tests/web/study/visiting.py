"""A participant in tests: what a browser does without script."""

from __future__ import annotations

import re
from dataclasses import dataclass

from httpx import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp

TOKEN = re.compile(r'name="synthetic"\s+value="([^"]+)"( checked)?')
PICTURE = re.compile(r'src="/tile/([^"]+)"')


@dataclass
class Visitor:
    """A browser with a cookie jar."""

    client: TestClient

    @classmethod
    def of(cls, app: ASGIApp) -> Visitor:
        return cls(TestClient(app, base_url="http://127.0.0.1:8766", follow_redirects=True))

    def form_name(self) -> str:
        found = re.search(r'name="form" value="([^"]+)"', self.client.get("/").text)
        assert found is not None
        return found[1]

    def begin(self, code: str = "", expert: str = "0", **changed: str) -> Response:
        fields = {"code": code, "expert": expert, "consent": "1", **changed}
        if "form" not in fields:
            fields["form"] = self.form_name()
        answer: Response = self.client.post("/begin", data=fields)
        return answer

    def tokens(self, number: int) -> list[str]:
        return [token for token, _ in TOKEN.findall(self.client.get(f"/page/{number}").text)]

    def ticked(self, number: int) -> list[str]:
        found = TOKEN.findall(self.client.get(f"/page/{number}").text)
        return [token for token, checked in found if checked]

    def send(self, number: int, ticked: list[str], path: str = "page") -> Response:
        answer: Response = self.client.post(f"/{path}/{number}", data={"synthetic": ticked})
        return answer
