"""Options that commands share: bundles of them, their types, and files of ids."""
