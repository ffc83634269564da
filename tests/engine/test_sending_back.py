"""Sending back to a chosen step: everything after it runs again, or straight back to whoever sent it back."""

from __future__ import annotations

import pytest

from tests.engine.drawing import Drawing, answers, joint_decision, simple_loop
from tests.engine.test_fold import moved, state_tasks
from tests.engine.test_instance import Run, line_of
from workflows.engine.definition import parse
from workflows.engine.instance import CannotReturn, Instance, OpenStep, Return


class Office(Run):
    """A run in which steps are sent back, too."""

    def token(self, step: str) -> str:
        return next(each.token for each in self.instance.open_steps() if each.step == step)

    def passed(self, step: str) -> list[str]:
        return list(self.instance.passed_from(self.token(step)))

    def send_back(self, step: str, to: str, straight: bool = False) -> Return:
        what = self.instance.send_back(self.token(step), to, straight)
        self._advance()
        return what


def joint_then_sign() -> Drawing:
    """choose → joint decision of two → sign, beside nothing."""
    drawing = joint_decision().without("joint_to_founded").step("sign")
    return drawing.line("joint", "sign", "founded")


def two_branches() -> Drawing:
    """draft → (left, then left_on | right, then right_on) → close"""
    drawing = Drawing().start().step("draft").parallel("split").step("left").step("left_on").step("right")
    drawing.step("right_on").parallel("join").step("close").end().line("start", "draft", "split")
    drawing.line("split", "left", "left_on", "join").line("split", "right", "right_on", "join")
    return drawing.line("join", "close", "end")


def test_everything_after_the_chosen_step_is_done_again() -> None:
    run = Office(line_of("first", "second", "third", "fourth")).do("first").do("second").do("third")
    assert run.passed("fourth") == ["first", "second", "third"]
    assert run.send_back("fourth", "second") == Return("second", False, ("second", "third"), (), ())
    assert run.open == ["second"]
    assert run.outcomes == {"first": "done"}
    assert run.do("second").do("third").do("fourth").instance.end == "end"


def test_sending_back_closes_the_branches_that_opened_after_the_chosen_step() -> None:
    run = Office(two_branches()).do("draft").do("left")
    right = run.token("right")
    what = run.send_back("left_on", "draft")
    assert what == Return("draft", False, ("draft", "left"), (OpenStep(right, "right"),), ())
    assert run.open == ["draft"]
    assert run.outcomes == {}
    assert right not in {each.token for each in run.do("draft").instance.open_steps()}


def test_sending_back_within_a_branch_leaves_the_other_branch_alone() -> None:
    run = Office(two_branches()).do("draft").do("left").do("right").do("right_on")
    assert run.passed("left_on") == ["draft", "left"]
    run.send_back("left_on", "left")
    assert run.open == ["left"]
    assert run.outcomes == {"draft": "done", "right": "done", "right_on": "done"}
    assert run.do("left").do("left_on").do("close").instance.end == "end"


@pytest.mark.parametrize("last", ["left", "right"])
def test_after_branches_have_joined_one_of_them_can_be_done_again(last: str) -> None:
    run = Office(two_branches()).do("draft")
    for branch in ("left", "right") if last == "right" else ("right", "left"):
        run.do(branch).do(f"{branch}_on")
    assert run.passed("close") == ["draft", "left", "right", "left_on", "right_on"]
    assert run.send_back("close", "left").again == ("left", "left_on")
    assert run.open == ["left"]
    assert run.outcomes == {"draft": "done", "right": "done", "right_on": "done"}
    assert run.do("left").open == ["left_on"]
    assert run.do("left_on").open == ["close"]
    assert run.do("close").instance.end == "end"


def test_a_subprocess_that_was_done_is_entered_again_and_watches_for_its_errors_again() -> None:
    for what in ("approve", "return"):
        run = Office(joint_then_sign()).do("choose").do("superior", "approve").do("staffing", "approve")
        assert run.passed("sign") == ["choose", "superior", "staffing"]
        run.send_back("sign", "superior")
        assert run.open == ["superior"]
        assert run.outcomes == {"choose": "done", "staffing": "approve"}
        run.do("superior", what)
        assert run.open == (["sign"] if what == "approve" else ["choose"])
        assert run.outcomes == (
            {"choose": "done", "staffing": "approve", "superior": "approve"} if what == "approve" else {}
        )


def test_sending_back_out_of_a_subprocess_closes_it() -> None:
    run = Office(joint_decision()).do("choose")
    assert [each.step for each in run.send_back("staffing", "choose").steps] == ["superior"]
    assert run.open == ["choose"]
    run.do("choose").do("superior", "approve").do("staffing", "approve")
    assert run.instance.end == "founded"


def test_a_part_that_was_left_by_an_error_is_not_on_the_way() -> None:
    drawing = joint_decision().without("caught_return_to_choose").step("mend")
    run = Office(drawing.line("caught_return", "mend", "choose"))
    run.do("choose").do("superior", "approve").do("staffing", "return")
    assert run.open == ["mend"]
    assert run.passed("mend") == ["choose"]
    for step in ("superior", "staffing"):
        with pytest.raises(CannotReturn, match="left before it was finished"):
            run.send_back("mend", step)
    run.send_back("mend", "choose")
    assert run.outcomes == {}


def test_answers_of_operations_and_of_child_cases_are_given_up_and_calls_end() -> None:
    drawing = Drawing().start().step("draft").operation("looking", "look", "verdict").parallel("split")
    drawing.call("child", "other").call("done_child", "other").step("wait").parallel("join").end()
    drawing.line("start", "draft", "looking", "split", "wait", "join", "end")
    drawing.line("split", "child", "join").line("split", "done_child", "join")
    run = Office(drawing, {"look": "eligible"}).do("draft")
    child, done = run.instance.open_calls()
    run.instance.complete_call(done.token, "founded")
    run._advance()
    assert run.outcomes == {"draft": "done", "verdict": "eligible", "done_child": "founded"}
    assert run.send_back("wait", "draft").calls == (child,)
    assert run.outcomes == {}
    assert run.instance.open_calls() == ()
    run.do("draft")
    assert len(run.calls) == 2
    assert {call.token for call in run.instance.open_calls()}.isdisjoint({child.token, done.token})


def test_straight_back_to_the_returner_without_doing_again_what_lies_between() -> None:
    run = Office(two_branches()).do("draft").do("left")
    right = run.token("right")
    assert run.send_back("left_on", "draft", straight=True) == Return("draft", True, ("draft",), (), ())
    assert run.open == ["draft", "right"]
    assert run.token("right") == right
    assert run.outcomes == {"draft": "done", "left": "done"}
    assert run.do("draft").open == ["right", "left_on"]
    assert run.token("right") == right
    assert run.outcomes == {"draft": "done", "left": "done"}
    assert run.do("left_on").do("right").do("right_on").do("close").instance.end == "end"


def test_what_was_sent_back_straight_can_be_sent_back_further() -> None:
    run = Office(line_of("first", "second", "third", "fourth")).do("first").do("second").do("third")
    run.send_back("fourth", "third", straight=True)
    assert run.passed("third") == ["first", "second"]
    run.send_back("third", "first", straight=True)
    assert run.open == ["first"]
    assert run.do("first").open == ["third"]
    assert run.do("third").open == ["fourth"]
    run.send_back("fourth", "third", straight=True)
    assert run.send_back("third", "second").again == ("second", "third")
    assert run.open == ["second"]
    assert run.do("second").do("third").do("fourth").instance.end == "end"


def test_who_was_sent_back_to_straight_and_decides_otherwise_takes_the_way_that_is_drawn() -> None:
    drawing = Drawing().start().step("draft").step("check", "approve", "refuse").gate("checked", "checked_to_stopped")
    drawing.step("between").step("sign").end("stopped").end("signed")
    drawing.line("start", "draft", "check", "checked", "stopped").line("between", "sign", "signed")
    drawing.flow("checked", "between", 'check == "approve"')
    for what, end in (("approve", "signed"), ("refuse", "stopped")):
        run = Office(drawing).do("draft").do("check", "approve").do("between")
        run.send_back("sign", "check", straight=True)
        run.do("check", what)
        if what == "approve":
            run.do("sign")
        assert run.instance.end == end
        assert ("between" in run.outcomes) == (what == "approve")


def test_a_detour_ends_with_the_branch_of_the_returner() -> None:
    drawing = Drawing().start().step("draft").subprocess("joint").end().line("start", "draft", "joint", "end")
    drawing.start("in", "joint").parallel("split", "joint").parallel("join", "joint").end("out", "joint")
    drawing.step("a", within="joint").step("b", within="joint").step("c", "done", "stop", within="joint")
    drawing.gate("g", "g_to_join", "joint").end("thrown", "joint", error="stop")
    drawing.line("in", "split", "a", "b", "join", "out", within="joint")
    drawing.line("split", "c", "g", "join", within="joint").flow("g", "thrown", 'c == "stop"', "joint")
    drawing.boundary("caught", "joint", "stop").step("after").line("caught", "after").end("stopped")
    drawing.line("after", "stopped")
    run = Office(drawing).do("draft").do("a")
    run.send_back("b", "a", straight=True)
    assert run.open == ["a", "c"]
    waiting = run.token("a")
    run.do("c", "stop")
    assert run.open == ["after"]
    assert not run.instance.is_open(waiting)

    run = Office(drawing).do("draft").do("a")
    run.send_back("b", "draft", straight=True)
    assert run.open == ["draft", "c"]
    with pytest.raises(CannotReturn, match="being done again"):
        run.send_back("c", "draft", straight=True)
    what = run.send_back("c", "draft")
    assert [each.step for each in what.steps] == ["draft"]
    assert what.again == ("draft", "a")
    assert run.open == ["draft"]


def test_a_step_that_cannot_be_chosen_is_refused_with_the_reason_and_nothing_changes() -> None:
    run = Office(two_branches()).do("draft").do("right")
    state = run.instance.save()
    left = run.token("left")
    for token, step, reason in (
        (left, "left_on", "not been done yet"),
        (left, "close", "not been done yet"),
        (left, "left", "not been done yet"),
        (left, "right", "another branch"),
        (left, "nobody", "no such step"),
        ("0" * 32, "draft", "no longer open"),
    ):
        for straight in (False, True):
            with pytest.raises(CannotReturn, match=reason) as refused:
                run.instance.send_back(token, step, straight)
            assert refused.value.reason.zh
    assert run.instance.save() == state


@pytest.mark.parametrize("straight", [False, True])
def test_a_thousand_times_costs_no_more_than_once(straight: bool) -> None:
    definition = parse(joint_then_sign().files())
    instance = Instance.start(definition, {"case_id": 1})
    instance.advance(answers()[1])
    back_to = ("superior", "choose", "staffing")
    tasks = size = 0
    for number in range(1000):
        while "sign" not in (open_now := [each.step for each in instance.open_steps()]):
            instance = moved(instance, open_now[-1], "done" if open_now == ["choose"] else "approve")
        instance.send_back(instance.open_steps()[0].token, back_to[number % 3], straight)
        instance.advance(answers()[1])
        instance = Instance.restore(definition, instance.save())
        tasks, size = max(tasks, state_tasks(instance)), max(size, len(instance.save()))
    assert tasks <= 40
    assert size <= 1500
    while not instance.finished:
        open_now = [each.step for each in instance.open_steps()]
        instance = moved(instance, open_now[-1], "approve" if open_now[-1] in ("superior", "staffing") else "done")
    assert instance.end == "founded"


def test_a_thousand_returns_of_both_kinds_mixed_with_returns_that_are_drawn() -> None:
    definition = parse(simple_loop().files())
    instance = Instance.start(definition, {"case_id": 1})
    instance.advance(answers()[1])
    tasks = 0
    for number in range(1000):
        instance = moved(instance, "fill_in", "done")
        if number % 3 == 2:
            instance = moved(instance, "review", "return")
            continue
        instance.send_back(instance.open_steps()[0].token, "fill_in", straight=number % 3 == 1)
        if number % 3 == 1:
            instance = moved(instance, "fill_in", "done")
            instance = moved(instance, "review", "return")
        tasks = max(tasks, state_tasks(instance))
    assert tasks <= 20
