"""Who answers: each engine knows maps and nothing else."""
