"""Widgets that draw themselves line by line and repaint only the lines that changed."""
