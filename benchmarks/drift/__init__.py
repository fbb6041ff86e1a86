"""How much of what goes wrong on a router a check finds: mutants, judged by packets and knocks."""
