"""A Pulumi provider for Kubernetes that drives the control planes of the sandbox.

It serves the resource types of pulumi-kubernetes and follows the behaviour of the official plugin,
which is not downloadable everywhere; `docs/NOT_SIMULATED.md` lists where it differs. It works only
with API servers on the loopback, so that it never changes a real cluster.
"""
