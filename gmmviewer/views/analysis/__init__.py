"""Tables of fits and of what is known about one: comparisons, optima, standard errors, confusion."""
