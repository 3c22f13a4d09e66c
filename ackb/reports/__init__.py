"""Reports on a running stack: plain computation over what one look at it found.

`live` says what is looked at, one module for each report computes it, `pages` tells it in words,
tables and plots of either language, for a browser and for a terminal.
"""
