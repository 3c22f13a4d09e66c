"""Kinds of objects as they stand in the store."""

CONTAINER_GROUP = "eci.ContainerGroup"
USAGE = "eci.Usage"
"""vCPUs in use, by region."""
IMAGE_CACHE = "eci.ImageCache"
"""Image caches that ECI has made by itself."""
SPOT_NOTICE = "eci.SpotNotice"
"""Announced releases of spot instances, until the virtual kubelet has dealt with them."""
