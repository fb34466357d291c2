"""`python -m talentcalc` is the command line."""

from talentcalc.cli import main

raise SystemExit(main())
