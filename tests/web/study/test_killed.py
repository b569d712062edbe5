from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from random import Random

import httpx

from tests.web.study.serving import Server, servers_of
from tests.web.study.visiting import TOKEN
from tissuegan.web.study.reading import collected, tiles_csv

ROUNDS = 20


class Person:
    """Answers page after page until the server is gone, and remembers what was acknowledged."""

    def __init__(self, code: str) -> None:
        self.code, self.known = code, False
        self.acknowledged: dict[int, set[str]] = {}
        self.drafted: tuple[int, set[str]] = (0, set())

    def work(self, server: Server) -> None:
        random = Random(f"{self.code} {server.process}")
        with httpx.Client(base_url=server.address, timeout=20) as client:
            try:
                self.enter(client)
                while True:
                    self.one_page(client, random)
            except httpx.TransportError:
                return  # killed

    def enter(self, client: httpx.Client) -> None:
        if self.known:
            assert client.post("/resume", data={"code": self.code}).status_code == 303
            return
        fields = {"form": f"form-{self.code}", "code": self.code, "expert": "1", "consent": "1"}
        assert client.post("/begin", data=fields).status_code == 303
        self.known = True

    def one_page(self, client: httpx.Client, random: Random) -> None:
        page = client.get("/page/1", follow_redirects=True)
        if page.url.path == "/training":
            page = client.get("/page/1")
            number = 1
        else:
            number = int(page.url.path.rpartition("/")[2])
        tiles = TOKEN.findall(page.text)
        assert len(tiles) == 9
        assert number not in self.acknowledged
        assert number > max(self.acknowledged, default=0)
        if self.drafted[0] == number:
            assert {token for token, checked in tiles if checked} == self.drafted[1]
        ticked = {token for token, _ in tiles if random.random() < 0.5}
        self.drafted = (0, set())
        if client.post(f"/draft/{number}", data={"synthetic": list(ticked)}).status_code == 204:
            self.drafted = (number, ticked)
        answer = client.post(f"/page/{number}", data={"synthetic": list(ticked)})
        assert answer.status_code == 303
        self.acknowledged[number] = ticked


def test_twenty_rounds_of_kill_9_during_answers_lose_none(
    phantom_folder: Path, made_folder: Path, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.sqlite"
    words = ["study", "serve", "--real", str(phantom_folder), "--synthetic", str(made_folder)]
    words += ["--answers", str(answers), "--crop", "64", "--pages", "1000"]
    people, random = [Person("kim"), Person("lee")], Random(4)
    with servers_of(words, tmp_path) as servers:
        for _ in range(ROUNDS):
            server = servers.start()
            threads = [threading.Thread(target=person.work, args=(server,)) for person in people]
            for thread in threads:
                thread.start()
            _wait_for(people, more=random.randrange(1, 4))
            time.sleep(random.uniform(0, 0.02))
            os.kill(server.process, signal.SIGKILL)
            for thread in threads:
                thread.join(20)
    _check(answers, people)


def _wait_for(people: list[Person], more: int) -> None:
    """Until so many more pages are acknowledged."""
    before, deadline = _told(people), time.monotonic() + 30
    while _told(people) < before + more:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def _told(people: list[Person]) -> int:
    return sum(len(person.acknowledged) for person in people)


def _check(answers: Path, people: list[Person]) -> None:
    found = collected(answers)
    told = _told(people)
    assert told >= ROUNDS
    assert found.came == 2
    assert told <= found.pages <= told + ROUNDS * len(people)
    import sqlite3

    with sqlite3.connect(answers) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = connection.execute(
            "SELECT code, page, group_concat(CASE WHEN ticked THEN token END) FROM tiles "
            "JOIN participants ON number = participant WHERE NOT example GROUP BY code, page"
        ).fetchall()
    connection.close()
    kept = {(code, page): set((tokens or "").split(",")) - {""} for code, page, tokens in rows}
    for person in people:
        for page, ticked in person.acknowledged.items():
            assert kept[person.code, page] == ticked
    assert tiles_csv(answers).count("\n") == 1 + 9 * found.pages
