"""`python -m atoz_cli` is `atoz`."""

from atoz_cli.cli import main

if __name__ == "__main__":
    main()
