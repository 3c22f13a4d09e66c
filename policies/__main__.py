"""The policy pack, as `pulumi preview --policy-pack policies` starts it."""

from pulumi_policy import PolicyPack

from policies.pack import NAME, policies

PolicyPack(NAME, policies())
