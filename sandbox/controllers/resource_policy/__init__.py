"""ResourcePolicy of ACK's scheduler: pods fill the units in order, and leave in reverse."""
