"""Heads of the event chains, kept where the database's own administrator does not reach."""

from __future__ import annotations

import contextlib
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tests.cases.conftest import Office, office  # noqa: F401 - the fixture
from workflows import anchor, events

NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


def test_every_commit_leaves_the_heads_of_the_chains_it_changed(office: Office, tmp_path: Path) -> None:  # noqa: F811
    place = tmp_path / "elsewhere" / "anchor.log"
    anchor.follow(office.db, str(place))
    office.start()
    office.decide("zone_secretary", "file")
    heads = anchor.heads_at(str(place))
    assert [(head.chain, head.sequence) for head in heads] == [(f"case:{office.case_id}", n) for n in (1, 2)]
    assert heads[-1].hash == office.case().last_hash


def test_a_head_that_was_undone_within_the_transaction_is_not_left(office: Office, tmp_path: Path) -> None:  # noqa: F811
    place = tmp_path / "anchor.log"
    anchor.follow(office.db, str(place))
    with office.db.write() as session:
        events.record(session, events.LEDGER, "kept", {}, now=NOW)
        session.flush()
        with contextlib.suppress(KeyError), session.begin_nested():
            events.record(session, events.LEDGER, "undone", {}, now=NOW)
            session.flush()
            raise KeyError
    assert [(head.chain, head.sequence) for head in anchor.heads_at(str(place))] == [(events.LEDGER, 1)]


def test_nothing_is_left_before_the_whole_transaction_is_committed(office: Office, tmp_path: Path) -> None:  # noqa: F811
    place = tmp_path / "anchor.log"
    anchor.follow(office.db, str(place))
    with office.db.write() as session:
        events.record(session, events.LEDGER, "undone", {}, now=NOW)
        with session.begin_nested():
            session.flush()
        assert not anchor.heads_at(str(place))
        session.rollback()
    assert not anchor.heads_at(str(place))


def test_a_web_address_gets_the_same_line(office: Office) -> None:  # noqa: F811
    received: list[str] = []
    arrived = threading.Event()

    class Keeper(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()
            arrived.set()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Keeper)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        anchor.follow(office.db, f"http://127.0.0.1:{server.server_port}/heads")
        office.start()
        assert arrived.wait(10)
    finally:
        server.shutdown()
        server.server_close()
    assert received[0].split()[1:] == [f"case:{office.case_id}", "1", office.case().last_hash]


def test_a_keeper_that_does_not_answer_stops_nobody(office: Office) -> None:  # noqa: F811
    anchor.follow(office.db, "http://127.0.0.1:9/heads")
    office.start()
    assert office.waits() == ["file"]


def test_a_cut_or_foreign_line_is_passed_over(tmp_path: Path) -> None:
    place = tmp_path / "anchor.log"
    place.write_text("2026-03-09T01:00:00+00:00 case:1 7 abc\nnonsense\n2026-03-09T01:00:01+00:00 case:1 8", "utf-8")
    assert anchor.heads_at(str(place)) == [anchor.Head("case:1", 7, "abc")]
