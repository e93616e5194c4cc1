"""One pane a file: its columns, and how a row of the snapshot becomes cells."""
