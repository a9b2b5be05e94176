"""`python -m station`: the same as `station`."""

from station.cli.main import main

raise SystemExit(main())
