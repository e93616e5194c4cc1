"""The tasks that wait: choosing some by a filter, cancelling them by hand, putting them back."""
