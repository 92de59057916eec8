package change

// Rules are what is known of the properties of a type, by path.
type Rules map[string]Rule

// About adds what properties are about; those that are there keep their effect.
func (r Rules) About(class Class, properties ...string) Rules {
	for _, p := range properties {
		rule := r[p]
		rule.Class = class
		r[p] = rule
	}
	return r
}

// Worse adds which turns of properties are for the worse; those that are there keep the rest.
func (r Rules) Worse(turn Turn, properties ...string) Rules {
	return r.Loses(turn, "", properties...)
}

// Loses adds by which turns of properties something is lost, though the resource stays.
func (r Rules) Loses(turn Turn, lost Content, properties ...string) Rules {
	for _, p := range properties {
		rule := r[p]
		rule.Worse, rule.Lost = turn, lost
		r[p] = rule
	}
	return r
}

// And adds the rules of another table.
func (r Rules) And(more Rules) Rules {
	for p, rule := range more {
		r[p] = rule
	}
	return r
}
