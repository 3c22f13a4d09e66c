"""The program of every stack: reads its settings and builds the blueprint they name."""

from blueprints.program import main

main()
