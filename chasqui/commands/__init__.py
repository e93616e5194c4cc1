"""The subcommands of `chasqui-tui`, one file each."""
