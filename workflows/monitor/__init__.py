"""监控: for managers. Where cases wait, for whom, how long against which limit, and why; read from stored rows alone.

`scope` says whose cases a manager sees, `waits` are the open ones, `stuck` tells them row by row, `figures` count what
was, `saved` keeps lists under a name.
"""

from workflows.monitor.scope import Scope, scope_of

__all__ = ["Scope", "scope_of"]
