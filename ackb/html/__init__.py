"""Self-contained HTML pages: text, key figures, tables and plots in one file without a network."""
