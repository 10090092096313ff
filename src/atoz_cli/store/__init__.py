"""Where facts live: one DuckDB file. `reading` and `writing` open it, `merge` puts rows in, `Duck.ask` gets them out."""
