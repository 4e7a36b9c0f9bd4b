"""Who is first, who copies whom."""
