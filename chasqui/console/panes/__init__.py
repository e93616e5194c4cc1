"""A file for each pane: its columns, and how a row of the snapshot becomes cells."""
