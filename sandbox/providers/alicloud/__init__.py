"""Stands in for the official alicloud provider, on the simulated cloud.

It checks, plans, waits and retries as the official provider does, including that provider's hazards
(a new ClientToken at each retry of some creations, none on others).
"""
