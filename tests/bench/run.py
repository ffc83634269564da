"""One database measured: every action in turns over HTTP, at the level of `workflows`, and as the bare floor."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from flask.testing import FlaskClient

from tests.bench import acting
from tests.bench.counting import Sent, counted
from tests.bench.floor import Floor
from tests.bench.measures import Times
from tests.bench.site import KeptAlive, Visitor, served
from tests.bench.world import APPLICANT, PARTY, ROUND, SUPERIOR, World, add_open_cases, built, size
from tests.e2e.server import free_port
from webapp import create_app
from webapp.config import Settings

WARMING = 5  # rounds before anything counts
READS = 60
MONITORED = 2_000  # open cases behind the monitor
PEOPLE = (APPLICANT, SUPERIOR, PARTY)


@dataclass
class Levels:
    """One kind of action at the three levels."""

    http: Times = field(default_factory=Times)
    workflows: Times = field(default_factory=Times)
    floor: Times = field(default_factory=Times)


@dataclass
class Found:
    """Everything measured on one database."""

    name: str
    start: Levels = field(default_factory=Levels)
    complete: Levels = field(default_factory=Levels)
    sent: dict[str, list[Sent]] = field(default_factory=dict)
    open_cases: int = 0
    my_work: dict[str, Levels] = field(default_factory=dict)
    my_work_length: dict[str, int] = field(default_factory=dict)
    my_work_sent: dict[str, Sent] = field(default_factory=dict)
    monitor: Levels = field(default_factory=Levels)
    monitor_sent: Sent = field(default_factory=Sent)
    state_bytes: int = 0
    bare_state_bytes: int = 0
    bytes_per_case: float = 0
    finished: int = 0


def run(
    name: str, new_url: Callable[[], str], folder: Path, *, rounds: int, open_cases: int, tell: Callable[[str], None]
) -> Found:
    """Measure one kind of database; `new_url` makes an empty one and answers its address."""
    found = Found(name)
    with ExitStack() as stack:
        tell(f"{name}: counting")
        _count(stack.enter_context(built(new_url())), found)
        on_the_web, ours, bare = (stack.enter_context(built(new_url())) for _ in range(3))
        data = folder / f"served-{name}"
        data.mkdir()
        port = stack.enter_context(
            served(data, on_the_web.database.url.render_as_string(hide_password=False), free_port())
        )
        visitors = {who: Visitor(KeptAlive(port), who) for who in PEOPLE}
        floor = Floor(bare, ours)
        stack.callback(floor.close)
        for number in range(-WARMING, rounds):
            if number == 0:
                found.start, found.complete, before = Levels(), Levels(), size(ours.database)
            if number % 20 == 0:
                tell(f"{name}: round {number} of {rounds}")
            _round(found, on_the_web, visitors, ours, floor)
        found.finished = rounds
        found.bytes_per_case = (size(ours.database) - before) / rounds
        _monitor(found, on_the_web, visitors[SUPERIOR], tell)
        _my_work(found, on_the_web, visitors, open_cases, tell)
    return found


def _round(found: Found, on_the_web: World, visitors: dict[str, Visitor], ours: World, floor: Floor) -> None:
    form = visitors[APPLICANT].start_form("review")
    found.start.http.measure(lambda: visitors[APPLICANT].start("review", form))
    web_case = acting.newest_case(on_the_web)
    case = found.start.workflows.measure(lambda: acting.start(ours))
    found.start.floor.measure(floor.start(case))
    for doing in ROUND:
        web_task = acting.open_task(on_the_web, web_case, doing.step)
        sent = visitors[doing.who].task_form(web_task, doing.outcome, doing.answers)
        found.complete.http.measure(lambda: visitors[doing.who].decide(web_task, sent))  # noqa: B023 - called at once
        task = acting.open_task(ours, case, doing.step)
        found.complete.workflows.measure(lambda: acting.complete(ours, task, doing))  # noqa: B023
        found.complete.floor.measure(floor.complete(case, task, doing.step, doing.outcome))
        if doing.step == "review":
            found.state_bytes, found.bare_state_bytes = acting.state_size(ours, case), floor.state_size(case)


def _count(world: World, found: Found) -> None:
    """Statements, commits and tables of a round at both levels, in a process that has done a round before."""
    app = create_app(Settings(secret_key="for-counting-only"), store=world.database)
    visitors = {who: Visitor(InProcess(app.test_client()), who) for who in PEOPLE}
    for _ in range(2):
        found.sent = {"start workflows": [], "start http": [], "complete workflows": [], "complete http": []}
        _count_round(world, visitors, found.sent)


def _count_round(world: World, visitors: dict[str, Visitor], sent: dict[str, list[Sent]]) -> None:
    with counted(world.database) as each:
        case = acting.start(world)
    sent["start workflows"].append(each)
    for doing in ROUND:
        task = acting.open_task(world, case, doing.step)
        with counted(world.database) as each:
            acting.complete(world, task, doing)
        sent["complete workflows"].append(each)
    form = visitors[APPLICANT].start_form("review")
    with counted(world.database) as each:
        visitors[APPLICANT].start("review", form)
    sent["start http"].append(each)
    case = acting.newest_case(world)
    for doing in ROUND:
        task = acting.open_task(world, case, doing.step)
        filled = visitors[doing.who].task_form(task, doing.outcome, doing.answers)
        with counted(world.database) as each:
            visitors[doing.who].decide(task, filled)
        sent["complete http"].append(each)


def _monitor(found: Found, world: World, leader: Visitor, tell: Callable[[str], None]) -> None:
    """The first page of the monitor: numbers, and the ten worst with their reasons."""
    tell(f"{found.name}: monitor, {MONITORED} open cases")
    add_open_cases(world, MONITORED)
    size(world.database)
    for _ in range(3):
        leader.get("/monitor/")
        acting.worst(world)
    with counted(world.database) as found.monitor_sent:
        acting.worst(world)
    for _ in range(READS):
        found.monitor.http.measure(lambda: leader.get("/monitor/"))
        found.monitor.workflows.measure(lambda: acting.worst(world))


def _my_work(
    found: Found, world: World, visitors: dict[str, Visitor], open_cases: int, tell: Callable[[str], None]
) -> None:
    tell(f"{found.name}: {open_cases} open cases")
    add_open_cases(world, open_cases, MONITORED)
    size(world.database)  # on PostgreSQL this also gathers statistics, as its own service does sooner or later
    found.open_cases = open_cases
    for who in (SUPERIOR, PARTY):
        levels = found.my_work[who] = Levels()
        for _ in range(3):
            visitors[who].get("/work/")
            acting.my_work(world, who)
        with counted(world.database) as sent:
            found.my_work_length[who] = acting.my_work(world, who)
        found.my_work_sent[who] = sent
        for _ in range(READS):
            levels.http.measure(lambda: visitors[who].get("/work/"))  # noqa: B023
            levels.workflows.measure(lambda: acting.my_work(world, who))  # noqa: B023


class InProcess:
    """The site without a network, to count what it sends to the database."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def send(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, str]:
        response = self._client.open(path, method=method, data=body or None, content_type=kind or None)
        return response.status_code, response.headers.get("Location", ""), response.get_data(as_text=True)
