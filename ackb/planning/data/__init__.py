"""Data of the planner."""
