"""Group articles that report one event into stories."""
