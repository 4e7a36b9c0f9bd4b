from __future__ import annotations

import gzip
import json

from conftest_cli import ROWS
