"""规则计算: ask the rules without a case."""

from webapp.calculator.views import blueprint

__all__ = ["blueprint"]
