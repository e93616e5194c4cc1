"""Speed as ratios: Chasqui and a peer do the same in turn, in one process."""
