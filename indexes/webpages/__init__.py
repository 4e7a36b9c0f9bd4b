"""What an HTML page holds: its blocks, what it says of itself, related headlines, its article."""
