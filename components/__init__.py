"""Reusable components of elastic Kubernetes on Alibaba Cloud, one per module.

Each takes a frozen dataclass of arguments, checked as a whole before anything is registered, and
shows what others need as typed outputs. Components never make a provider for Alibaba Cloud: pass
one with `opts=ResourceOptions(providers=[...])`.
"""
