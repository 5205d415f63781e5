"""`python -m aichef` is the command line."""

from aichef.cli import main

main()
