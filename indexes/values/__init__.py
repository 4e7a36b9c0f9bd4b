"""The values that an index may hold: of which kind each setting and each row of the catalog is."""
