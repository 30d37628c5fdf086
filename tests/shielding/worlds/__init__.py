"""Two worlds that differ in one fact, driven in lockstep: what ordinary people see is the same."""
