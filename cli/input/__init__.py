"""What commands read: articles, queries, ids."""
