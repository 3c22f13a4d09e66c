"""GPU nodes: what they offer, and the plug-in that offers it."""
