"""The stores of a node in SQL: SQLite now, and tables that PostgreSQL takes as they are."""
