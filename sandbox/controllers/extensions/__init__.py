"""What add-ons and marketplace charts bring to a cluster, as long as they are installed there."""
