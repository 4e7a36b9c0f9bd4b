"""The same job by Sada: python sada_peer.py FILE. Every copy with its kept article."""

import sys

from common import report

from sada.cluster import find_copies
from sada.indexes import read_articles


def main() -> None:
    """Report every verified pair of a kept article and its copy."""
    copies = find_copies(read_articles(sys.argv[1]), containment=None)
    report((group.kept, member.id) for group in copies.groups for member in group.members[1:])


main()
