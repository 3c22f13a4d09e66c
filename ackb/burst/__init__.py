"""`ackb burst`: thousands of ECI pods at once. Planned first, then run, checked and reported.

`plan` is arithmetic over a design, `design` reads that from a stack, `course` is what was seen,
`conduct` runs it on a cluster, `report` and `page` tell of it.
"""
