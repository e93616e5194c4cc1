"""What carries out the actions of the main screen: an object for each pane or subject."""
