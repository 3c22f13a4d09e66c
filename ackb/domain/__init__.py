"""Knowledge of the field as plain Python: sizes, limits, names, addresses, quality of service.

The leaf of the import graph: no module here imports pulumi or another package of this project, so
components, policies, the sandbox and the command line all share one definition of each rule.
"""
