"""Ways of paying: the provider's newer names and the APIs' own."""

CHARGE_TYPES = {"PayAsYouGo": "PostPaid", "Subscription": "PrePaid"}


def payment_type(charge_type: str) -> str:
    """`Subscription` of `PrePaid`."""
    return next(name for name, value in CHARGE_TYPES.items() if value == charge_type)
