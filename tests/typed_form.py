"""A form as a browser without scripts would fill it in and send it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import html
from starlette.testclient import TestClient

ACTION = "/ke-hoach/tu-van-ban/sua"


@dataclass
class TypedForm:
    """The correcting page of one visitor: what stands in its fields may be typed over."""

    client: TestClient
    answer: Any
    action: str = ACTION

    @classmethod
    def opened(cls, client: TestClient, name: str, raw: bytes) -> TypedForm:
        """The page after a document was handed in."""
        token = html.fromstring(client.get("/ke-hoach/tu-van-ban").text).forms[0].fields["csrf"]
        answer = client.post("/ke-hoach/tu-van-ban", data={"csrf": token}, files={"tep": (name, raw)})
        return cls(client, answer)

    @property
    def page(self) -> str:
        """The page's source."""
        return str(self.answer.text)

    @property
    def text(self) -> str:
        """What people read, one blank between words."""
        return " ".join(html.fromstring(self.page).text_content().split())

    @property
    def fields(self) -> dict[str, str]:
        """The form's fields as they stand."""
        form = html.fromstring(self.page).forms[-1]
        return {name: value or "" for name, value in form.form_values()}

    def row(self, name: str) -> str:
        """The path of the unit with that name."""
        paths = [path for path, value in self.fields.items() if value == name and path.endswith(".name")]
        assert len(paths) == 1, (name, paths)
        return paths[0].removesuffix(".name")

    def press(self, deed: str, **typed: str) -> TypedForm:
        """Type over some fields and press a button."""
        unknown = {name for name in typed if name not in self.fields}
        assert not unknown, unknown
        answer = self.client.post(self.action, data=self.fields | typed | {"viec": deed})
        return TypedForm(self.client, answer, self.action)

    def problem(self, path: str) -> str:
        """The sentence beside a field."""
        found = html.fromstring(self.page).xpath(f'//*[@id="{path}-sai"]')
        return found[0].text_content().strip() if found else ""

    def dangling(self) -> set[str]:
        """Addresses within the page, and names that labels and hints go by, that lead nowhere."""
        ids = re.findall(r'\sid="([^"]+)"', self.page)
        assert len(ids) == len(set(ids))
        wanted = re.findall(r'(?:href="#|for="|data-finding=")([^"]+)"', self.page)
        described = re.findall(r'aria-describedby="([^"]+)"', self.page)
        return {*wanted, *(one for names in described for one in names.split())} - set(ids)
