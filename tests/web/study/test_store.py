from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tissuegan.errors import UserError
from tissuegan.web.study.draws import draw_tiles
from tissuegan.web.study.plan import Study
from tissuegan.web.study.reading import collected, recorded_seed, tiles_csv
from tissuegan.web.study.store import Outcome, Participant, Shown, Store, StudyFullError, open_store


def someone(
    store: Store, form: str = "form-1", code: str = "", expert: bool = False
) -> Participant:
    who = store.begin(form, code, expert)
    assert who is not None
    return who


def shown(store: Store, study: Study, who: Participant, page: int = 1) -> tuple[Shown, ...]:
    return store.show(who, page, False, lambda: draw_tiles(study, who.number, page))


def test_a_form_sent_twice_makes_one_participant(store: Store) -> None:
    assert someone(store) == someone(store)
    assert someone(store, "form-2").number == 2


def test_a_code_belongs_to_one_person(store: Store) -> None:
    first = someone(store, "form-1", "kim")
    assert store.begin("form-2", "kim", False) is None
    assert store.begin("form-1", "lee", False) is None
    assert store.by_code("kim") == first == store.by_session(first.session)
    assert store.by_code("nobody") is None


def test_codes_and_sessions_that_are_made_up_are_all_different(store: Store) -> None:
    people = [someone(store, f"form-{k}") for k in range(40)]
    assert len({p.code for p in people} | {p.session for p in people}) == 80


def test_no_more_than_so_many_can_begin(answers: Path, study: Study) -> None:
    open_store(answers, study.settings).close()
    store = Store(sqlite3.connect(answers, isolation_level=None), most=2)
    someone(store, "form-1")
    someone(store, "form-2")
    with pytest.raises(StudyFullError):
        store.begin("form-3", "", False)
    store.close()


def test_a_page_once_shown_stays_what_it_is(store: Store, study: Study) -> None:
    who = someone(store)
    first = shown(store, study, who)
    assert store.show(who, 1, False, lambda: ()) == first
    assert [s.tile for s in first] == list(draw_tiles(study, who.number, 1))
    assert store.tile(first[3].token) == first[3].tile
    assert store.tile("no-such-token") is None


def test_drafts_stay_and_the_first_answer_counts(store: Store, study: Study) -> None:
    who = someone(store)
    tokens = [s.token for s in shown(store, study, who)]
    assert store.draft(who, 1, frozenset(tokens[:2])) is Outcome.SAVED
    assert [s.ticked for s in shown(store, study, who)] == [True] * 2 + [False] * 7
    assert store.next_page(who) == 1
    assert store.answer(who, 1, frozenset(tokens[1:3])) is Outcome.SAVED
    assert store.answer(who, 1, frozenset()) is Outcome.REPEATED
    assert store.draft(who, 1, frozenset(tokens)) is Outcome.REPEATED
    assert [s.ticked for s in shown(store, study, who)] == [False, True, True] + [False] * 6
    assert store.next_page(who) == 2


def test_ticks_that_are_not_of_the_page_are_refused(store: Store, study: Study) -> None:
    who, other = someone(store), someone(store, "form-2")
    shown(store, study, who)
    foreign = shown(store, study, other)[0].token
    assert store.answer(who, 1, frozenset({foreign})) is Outcome.REFUSED
    assert store.answer(who, 2, frozenset()) is Outcome.REFUSED
    assert store.next_page(who) == 1


def test_twenty_threads_that_answer_at_once_are_one_answer(store: Store, study: Study) -> None:
    who = someone(store)
    tokens = [s.token for s in shown(store, study, who)]
    with ThreadPoolExecutor(20) as pool:
        found = list(
            pool.map(lambda k: store.answer(who, 1, frozenset(tokens[k : k + 1])), range(20))
        )
    assert found.count(Outcome.SAVED) == 1
    assert found.count(Outcome.REPEATED) == 19


def test_a_file_opened_again_goes_on(answers: Path, study: Study, store: Store) -> None:
    who = someone(store, code="kim", expert=True)
    tokens = [s.token for s in shown(store, study, who)]
    store.answer(who, 1, frozenset(tokens[:1]))
    store.close()
    again = open_store(answers, study.settings)
    assert again.by_code("kim") == who
    assert again.next_page(who) == 2
    again.close()
    found = collected(answers)
    assert (found.came, found.pages, len(found.answers)) == (1, 1, 9)
    assert [a.ticked for a in found.answers] == [True] + [False] * 8
    assert {a.expert for a in found.answers} == {True}
    assert recorded_seed(answers) == study.seed == 7


def test_csv_has_every_answered_tile_and_no_code(answers: Path, study: Study, store: Store) -> None:
    who = someone(store, code="somebody-i-know")
    shown(store, study, who)
    assert tiles_csv(answers).count("\n") == 1
    store.answer(who, 1, frozenset())
    lines = tiles_csv(answers).splitlines()
    assert len(lines) == 10
    assert "somebody-i-know" not in "".join(lines)
    row = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    tile = draw_tiles(study, 1, 1)[0]
    assert (row["system"], row["y"], row["x"]) == (tile.system, str(tile.y), str(tile.x))


def test_another_study_is_not_mixed_into_the_file(
    answers: Path, study: Study, store: Store
) -> None:
    assert store.identity
    for key, value, told in (("mode", "label", "mode"), ("seed", 8, "seed"), ("crop", 32, "tile")):
        with pytest.raises(UserError, match=told):
            open_store(answers, {**study.settings, key: value})


def test_other_files_are_left_alone(tmp_path: Path, study: Study) -> None:
    text, database, empty = (tmp_path / name for name in ("text", "database", "empty"))
    text.write_text("a text that is rather longer than the header of a database" * 9)
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE mine (a)")
    connection.close()
    empty.touch()
    for path in (text, database):
        before = path.read_bytes()
        for use in (lambda p: open_store(p, study.settings), collected, recorded_seed):
            with pytest.raises(UserError, match=str(path)):
                use(path)
        assert path.read_bytes() == before
    with pytest.raises(UserError, match="is empty"):
        collected(empty)
    assert recorded_seed(empty) is None
    open_store(empty, study.settings).close()


def test_missing_files_and_places_are_told(tmp_path: Path, study: Study) -> None:
    with pytest.raises(UserError, match="does not exist"):
        collected(tmp_path / "nothing")
    with pytest.raises(UserError, match="cannot be"):
        open_store(tmp_path, study.settings)
