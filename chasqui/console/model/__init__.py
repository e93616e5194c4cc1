"""What the console works out before it draws: pure code, without Textual, threads or clocks."""
