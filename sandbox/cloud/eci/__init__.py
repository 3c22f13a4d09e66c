"""ECI 2018-08-08: container groups."""
