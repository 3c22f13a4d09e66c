"""POL-01: a skip names a rule, gives a reason and has not expired."""
