"""Nothing but reading, the least that any peer must do: python orjson_peer.py FILE."""

import sys

from common import rows


def main() -> None:
    """Parse every line."""
    for _ in rows(sys.argv[1]):
        pass


main()
