"""A simulated Alibaba Cloud: services and verbs bear the names of the real API and its actions.

Verbs know nothing of Pulumi or HTTP. State lies in SQLite, so that it survives a kill at any point
and several processes may use it at once. What is not simulated is in docs/NOT_SIMULATED.md.
"""
