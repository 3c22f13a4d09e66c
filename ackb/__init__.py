"""Elastic Kubernetes on Alibaba Cloud: domain rules, planning, engine and command line."""
