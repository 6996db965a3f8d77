"""Commands of the command line, one a module: `add(subparsers)` declares it, `run(options)` gives the exit code."""
