"""Running a procedure: what opens, what closes, what is remembered and what is forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.engine.drawing import Drawing, answers, joint_decision, simple_loop
from workflows.engine.checks import structure
from workflows.engine.definition import Definition, parse
from workflows.engine.folder import read
from workflows.engine.instance import Instance


class Run:
    """An instance that is saved and read again after every move, as a case does it."""

    def __init__(self, drawing: Drawing, given: dict[str, object] | None = None) -> None:
        self.definition: Definition = parse(drawing.files())
        self.calls, self.call = answers(given)
        self.instance = Instance.start(self.definition, {"case_id": 1, "zone_id": 7})
        self._advance()

    def _advance(self) -> None:
        self.instance.advance(self.call)
        self.instance = Instance.restore(self.definition, self.instance.save())

    def do(self, step: str, outcome: str = "done") -> Run:
        token = next(open_step.token for open_step in self.instance.open_steps() if open_step.step == step)
        self.instance.complete(token, outcome)
        self._advance()
        return self

    @property
    def open(self) -> list[str]:
        return [open_step.step for open_step in self.instance.open_steps()]

    @property
    def outcomes(self) -> dict[str, object]:
        return {name: value for name, value in self.instance.data().items() if name not in ("case_id", "zone_id")}


def line_of(*elements: str) -> Drawing:
    drawing = Drawing().start()
    for element in elements:
        drawing.step(element)
    return drawing.end().line("start", *elements, "end")


def test_a_straight_procedure_opens_one_step_after_the_other_and_ends() -> None:
    run = Run(line_of("first", "second"))
    assert run.open == ["first"]
    assert run.do("first").open == ["second"]
    assert not run.instance.finished
    assert run.instance.end is None
    run.do("second")
    assert run.instance.finished
    assert run.instance.end == "end"
    assert run.outcomes == {"first": "done", "second": "done"}
    assert run.open == []


def test_a_gateway_reads_the_outcome() -> None:
    drawing = Drawing().start().step("review", "approve", "refuse").gate("decided", "decided_to_refused")
    drawing.end("refused").end("approved").line("start", "review", "decided", "refused")
    drawing.flow("decided", "approved", 'review == "approve"')
    assert Run(drawing).do("review", "approve").instance.end == "approved"
    assert Run(drawing).do("review", "refuse").instance.end == "refused"


def test_parallel_steps_are_open_at_once_in_the_order_of_the_diagram_whatever_is_done_first() -> None:
    drawing = Drawing().start().parallel("split").step("b").step("a").step("c").parallel("join").end()
    drawing.line("start", "split").line("join", "end")
    for step in ("b", "a", "c"):
        drawing.line("split", step, "join")
    run = Run(drawing)
    assert run.open == ["b", "a", "c"]
    assert run.do("a").open == ["b", "c"]
    assert run.do("c").open == ["b"]
    assert run.do("b").instance.finished
    assert run.outcomes == {"a": "done", "b": "done", "c": "done"}


def test_a_token_stays_the_same_until_its_step_is_done_and_never_comes_back() -> None:
    run = Run(joint_decision()).do("choose")
    superior, staffing = run.instance.open_steps()
    run.do("superior", "approve")
    assert run.instance.open_steps() == (staffing,)
    for gone in (superior.token, "no token", "", "0" * 32):
        with pytest.raises(KeyError):
            run.instance.complete(gone, "approve")
    run.do("staffing", "return").do("choose")
    assert {step.token for step in run.instance.open_steps()}.isdisjoint({superior.token, staffing.token})


def test_a_step_cannot_be_done_with_an_outcome_it_does_not_have() -> None:
    run = Run(simple_loop()).do("fill_in")
    with pytest.raises(ValueError, match="no outcome 'refuse'"):
        run.instance.complete(run.instance.open_steps()[0].token, "refuse")
    assert run.open == ["review"]


def test_operations_are_called_with_evaluated_parameters_and_their_answers_are_kept() -> None:
    drawing = (
        Drawing()
        .start()
        .step("review", "approve")
        .operation(
            "registering",
            "register",
            "union_id",
            zone_id="zone_id",
            form='"general_union"',
            decided="review",
            missing="later",
        )
    )
    drawing.step("later").operation("announcing", "announce").end()
    drawing.line("start", "review", "registering", "later", "announcing", "end")
    run = Run(drawing, {"register": 42, "announce": "unused"}).do("review", "approve")
    assert run.calls == [("register", {"zone_id": 7, "form": "general_union", "decided": "approve", "missing": None})]
    assert run.outcomes == {"review": "approve", "union_id": 42}
    run.do("later")
    assert run.calls[1:] == [("announce", {})]
    assert run.outcomes == {"review": "approve", "union_id": 42, "later": "done"}


def test_a_gateway_reads_what_an_operation_answered() -> None:
    drawing = (
        Drawing().start().operation("looking", "look", "verdict").gate("which", "which_to_no").end("no").end("yes")
    )
    drawing.step("ask").line("start", "ask", "looking", "which", "no").flow("which", "yes", 'verdict == "eligible"')
    assert Run(drawing, {"look": "eligible"}).do("ask").instance.end == "yes"
    assert Run(drawing, {"look": "band"}).do("ask").instance.end == "no"


def test_an_operation_that_fails_is_the_callers_to_see() -> None:
    drawing = Drawing().start().operation("trying", "attempt").step("later").end()
    drawing.line("start", "trying", "later", "end")
    instance = Instance.start(parse(drawing.files()), {})

    def fail(name: str, parameters: dict[str, object]) -> object:
        raise LookupError(name)

    with pytest.raises(LookupError, match="attempt"):
        instance.advance(fail)


def test_an_operation_answers_with_json_only() -> None:
    drawing = (
        Drawing().start().step("ask").operation("looking", "look", "seen").end().line("start", "ask", "looking", "end")
    )
    with pytest.raises(TypeError, match="JSON"):
        Run(drawing, {"look": object()}).do("ask")
    assert Run(drawing, {"look": (1, 2)}).do("ask").outcomes["seen"] == [1, 2]


def test_both_have_to_approve() -> None:
    for order in (("superior", "staffing"), ("staffing", "superior")):
        run = Run(joint_decision()).do("choose")
        assert run.open == ["superior", "staffing"]
        assert run.do(order[0], "approve").open == [order[1]]
        run.do(order[1], "approve")
        assert run.instance.end == "founded"
        assert run.outcomes == {"choose": "done", "superior": "approve", "staffing": "approve"}


@pytest.mark.parametrize("who", ["superior", "staffing"])
@pytest.mark.parametrize("what", ["refuse", "return"])
@pytest.mark.parametrize("other_has_approved", [True, False])
def test_the_first_refusal_or_return_closes_the_other_branch_at_once(
    who: str, what: str, other_has_approved: bool
) -> None:
    run = Run(joint_decision()).do("choose")
    if other_has_approved:
        run.do("staffing" if who == "superior" else "superior", "approve")
    run.do(who, what)
    assert run.open == ["choose"]
    assert run.outcomes == {}


def test_what_was_decided_in_a_subprocess_is_known_after_it_also_when_it_was_left_by_an_error() -> None:
    drawing = joint_decision().without("caught_return_to_choose")
    drawing.operation("noting", "note", superior="superior", staffing="staffing").end("given_up")
    drawing.line("caught_return", "noting", "given_up")
    run = Run(drawing).do("choose").do("superior", "approve").do("staffing", "return")
    assert run.calls == [("note", {"superior": "approve", "staffing": "return"})]
    assert run.instance.end == "given_up"
    assert run.outcomes == {"choose": "done", "superior": "approve", "staffing": "return"}


def test_no_gateway_reads_an_approval_of_an_earlier_round() -> None:
    run = Run(joint_decision()).do("choose").do("superior", "approve").do("staffing", "refuse").do("choose")
    assert run.outcomes == {"choose": "done"}
    assert run.do("staffing", "approve").open == ["superior"]
    assert run.do("superior", "refuse").open == ["choose"]


def with_a_shortcut() -> Drawing:
    """first → second → third, which returns to second or first; from second one may skip third if it has approved."""
    drawing = Drawing().start().step("first").step("second").gate("known", "known_to_third")
    drawing.step("third", "approve", "return", "refuse").gate("decided", "decided_to_end").end().end("skipped")
    drawing.line("start", "first", "second", "known", "third", "decided", "end")
    drawing.flow("known", "skipped", 'third in ("approve", "return", "refuse")')
    drawing.flow("decided", "second", 'third == "return"').flow("decided", "first", 'third == "refuse"')
    return drawing


def test_going_back_forgets_what_will_be_done_again_and_keeps_what_came_before() -> None:
    run = Run(with_a_shortcut()).do("first").do("second").do("third", "return")
    assert run.open == ["second"]
    assert run.outcomes == {"first": "done"}
    assert run.do("second").open == ["third"]
    assert run.do("third", "refuse").open == ["first"]
    assert run.outcomes == {}
    assert run.do("first").do("second").do("third", "approve").instance.end == "end"


def test_going_back_forgets_the_answers_of_operations_of_the_round() -> None:
    drawing = Drawing().start().operation("before", "early", "kept").step("fill_in").operation("within", "late", "lost")
    drawing.step("review", "approve", "return").gate("decided", "decided_to_end").end()
    drawing.line("start", "before", "fill_in", "within", "review", "decided", "end")
    drawing.flow("decided", "fill_in", 'review == "return"')
    run = Run(drawing, {"early": 1, "late": 2}).do("fill_in")
    assert run.outcomes == {"kept": 1, "fill_in": "done", "lost": 2}
    assert run.do("review", "return").outcomes == {"kept": 1}


def test_an_operation_before_the_step_that_opens_again_keeps_its_new_answer() -> None:
    drawing = Drawing().start().operation("looking", "look", "verdict").step("review", "approve", "return")
    drawing.gate("decided", "decided_to_end").end().line("start", "looking", "review", "decided", "end")
    drawing.flow("decided", "looking", 'review == "return"')
    run = Run(drawing, {"look": "eligible"}).do("review", "return")
    assert len(run.calls) == 2
    assert run.outcomes == {"verdict": "eligible"}


def test_a_gateway_on_the_way_back_still_reads_why() -> None:
    drawing = Drawing().start().gate("back").gate("why", "why_to_fill_in").step("fill_in").step("mend")
    drawing.step("review", "approve", "return").gate("decided", "decided_to_end").end().gate("on")
    drawing.line("start", "back", "why", "fill_in", "on", "review", "decided", "end").line("mend", "on")
    drawing.flow("why", "mend", 'review == "return"').flow("decided", "back", 'review == "return"')
    run = Run(drawing).do("fill_in").do("review", "return")
    assert run.open == ["mend"]
    assert run.outcomes == {}
    assert run.do("mend").do("review", "approve").instance.finished


def test_a_way_back_inside_one_of_two_branches_leaves_the_other_alone() -> None:
    drawing = (
        Drawing()
        .start()
        .parallel("split")
        .step("write")
        .step("check", "approve", "return")
        .gate("checked", "checked_to_join")
    )
    drawing.step("collect").parallel("join").end()
    drawing.line("start", "split", "write", "check", "checked", "join", "end").line("split", "collect", "join")
    drawing.flow("checked", "write", 'check == "return"')
    run = Run(drawing).do("collect").do("write").do("check", "return")
    assert run.open == ["write"]
    assert run.outcomes == {"collect": "done"}
    run = Run(drawing).do("write").do("check", "return").do("write").do("check", "approve")
    assert run.open == ["collect"]
    assert run.do("collect").instance.end == "end"


def test_a_terminating_end_closes_everything() -> None:
    drawing = Drawing().start().parallel("split").step("stop").step("other").end("stopped", terminate=True).end("late")
    drawing.line("start", "split", "stop", "stopped").line("split", "other", "late")
    run = Run(drawing).do("stop")
    assert run.instance.finished
    assert run.instance.end == "stopped"
    assert run.open == []


def test_a_cancelled_run_has_nothing_open_and_reached_no_end() -> None:
    for moves in ((), (("choose", "done"),)):
        run = Run(joint_decision())
        for step, outcome in moves:
            run.do(step, outcome)
        run.instance.cancel()
        restored = Instance.restore(run.definition, run.instance.save())
        assert restored.finished
        assert restored.end is None
        assert restored.open_steps() == ()
        restored.advance(run.call)
        assert restored.open_steps() == ()


def test_an_error_is_caught_by_the_nearest_subprocess_that_knows_it() -> None:
    drawing = Drawing().start().subprocess("outer").end("fine").line("start", "outer", "fine")
    drawing.start("outer_start", "outer").subprocess("inner", "outer").end("outer_end", "outer")
    drawing.line("outer_start", "inner", "outer_end", within="outer")
    drawing.start("inner_start", "inner").step("act", "done", "near", "far", within="inner").gate(
        "g", "g_to_inner_end", "inner"
    )
    drawing.end("inner_end", "inner").end("near_end", "inner", error="near").end("far_end", "inner", error="far")
    drawing.line("inner_start", "act", "g", "inner_end", within="inner")
    for what in ("near", "far"):
        drawing.flow("g", f"{what}_end", f'act == "{what}"', "inner")
    drawing.boundary("near_caught", "inner", "near", "outer").end("near_ended", "outer")
    drawing.flow("near_caught", "near_ended", within="outer")
    drawing.boundary("near_caught_outside", "outer", "near").end("wrong").flow("near_caught_outside", "wrong")
    drawing.boundary("far_caught", "outer", "far").end("gone_far").flow("far_caught", "gone_far")
    unreachable = {finding.element for finding in structure(read(drawing.files()))}
    assert unreachable == {"near_caught_outside", "wrong"}
    drawing.without("near_caught_outside", "wrong", "near_caught_outside_to_wrong")
    assert Run(drawing).do("act", "done").instance.end == "fine"
    assert Run(drawing).do("act", "near").instance.end == "fine"
    assert Run(drawing).do("act", "far").instance.end == "gone_far"


def test_cases_of_one_definition_run_beside_each_other_in_many_threads() -> None:
    definition = parse(joint_decision().files())

    def run(number: int) -> dict[str, object]:
        instance = Instance.start(definition, {"case_id": number})
        instance.advance(answers()[1])
        who = ("superior", "staffing")[number % 2]
        for step, outcome in (("choose", "done"), (who, "return"), ("choose", "done"), (who, "approve")):
            token = next(open_step.token for open_step in instance.open_steps() if open_step.step == step)
            instance.complete(token, outcome)
            instance.advance(answers()[1])
            instance = Instance.restore(definition, instance.save())
        return instance.data()

    with ThreadPoolExecutor(8) as pool:
        for number, data in enumerate(pool.map(run, range(200))):
            who = ("superior", "staffing")[number % 2]
            assert data == {"case_id": number, "choose": "done", who: "approve"}
