"""Private DNS (PrivateZone)."""
