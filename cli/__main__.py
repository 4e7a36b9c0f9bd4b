"""``python -m sada.cli`` does what ``sada`` does."""

import sys

from sada.cli.main import main

sys.exit(main())
