"""What a program would create, as plain data: the plan, made without engine, cloud or credentials.

The program really runs, on the Pulumi SDK, against a monitor that records each registration and is
as strict about properties as the providers are. `ackb check`, policies and unit tests read it.
"""

from ackb.planning.plan import Plan, PlanError, PlannedResource, Secret
from ackb.planning.run import plan_program, plan_stack

__all__ = ["Plan", "PlanError", "PlannedResource", "Secret", "plan_program", "plan_stack"]
