"""What a finding rests on: a rule with its source, how sure it is, and the doubt that a reader must see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflows.errors import Invalid, Mistake
from workflows.law.finding import Confidence, Finding, Scalar
from workflows.law.rule_sets import Parameter
from workflows.text import Text

_UNSEEN = frozenset({Confidence.MEDIUM, Confidence.LOW})


@dataclass(frozen=True, slots=True)
class Basis:
    """The rule a finding cites."""

    rule: str
    source: str
    confidence: Confidence

    @classmethod
    def of(cls, parameter: Parameter, rule: str = "") -> Basis:
        """The basis of a parameter; ``rule`` when the finding rests on more than the parameter's own rule."""
        return cls(rule or parameter.rule, parameter.source, parameter.confidence)

    def finding(
        self,
        verdict: str,
        title: Text,
        numbers: Mapping[str, Scalar],
        *reasons: Text,
        flags: Iterable[Text] = (),
        alternatives: Iterable[Text] = (),
        missing: Iterable[Text] = (),
    ) -> Finding:
        return Finding(
            verdict=verdict,
            title=title,
            rule=self.rule,
            numbers=dict(numbers),
            reasons=reasons,
            source=self.source,
            confidence=self.confidence.value,
            flags=tuple(flags),
            alternatives=tuple(alternatives),
            missing=tuple(missing),
        )


def doubt(*parameters: Parameter) -> tuple[Text, ...]:
    """One warning for each parameter that rests on an open point, on a choice, or on a text that was not seen."""
    return tuple(text for parameter in parameters for text in _doubt(parameter))


def _doubt(parameter: Parameter) -> tuple[Text, ...]:
    title, point = parameter.title, parameter.open_point
    if parameter.overridden:
        return (
            Text(f"“{title.zh}”由本单位设定为 {parameter.value}。", f"“{title.en}” was set to {parameter.value} here."),
        )
    cited = (f"（{point}）", f" ({point})") if point else ("", "")
    if parameter.confidence is Confidence.CHOSEN:
        return (
            Text(
                f"“{title.zh}”是本系统的约定{cited[0]}：{parameter.source}。",
                f"“{title.en}” is a convention of this system{cited[1]}.",
            ),
        )
    if parameter.confidence in _UNSEEN:
        return (
            Text(
                f"“{title.zh}”：{parameter.confidence.label.zh}{cited[0]}。",
                f"“{title.en}”: {parameter.confidence.label.en}{cited[1]}.",
            ),
        )
    if point:
        return (
            Text(
                f"“{title.zh}”：各项规定说法不一，按 {point} 的取法。",
                f"“{title.en}”: the texts differ; this follows {point}.",
            ),
        )
    return ()


def negative(**counts: int | None) -> list[Mistake]:
    """A mistake at each count below zero; None is a count that is not known."""
    return [
        Mistake(f"/{name}", Text("数字不能小于 0。", "A count is not below 0."))
        for name, count in counts.items()
        if count is not None and count < 0
    ]


def refuse(mistakes: Iterable[Mistake]) -> None:
    """Raise Invalid when numbers cannot be true together: such counts are refused, never judged."""
    found = tuple(mistakes)
    if found:
        raise Invalid(found, Text("这些数字不可能成立，请核对。", "These numbers cannot be true: please check them."))
