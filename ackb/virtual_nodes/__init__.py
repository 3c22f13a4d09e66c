"""Taking self-managed virtual nodes out of a cluster in an order that loses no pod."""
