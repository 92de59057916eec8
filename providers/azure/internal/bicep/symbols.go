package bicep

// Symbols calls yield for each name that a statement's values refer to, as often as it does. What it declares is not among them.
func Symbols(s Statement, yield func(Symbol)) {
	switch s := s.(type) {
	case Param:
		for _, r := range s.Rules {
			symbols(r.Value, yield)
		}
		symbols(s.Default, yield)
	case Var:
		symbols(s.Value, yield)
	case Resource:
		symbols(s.Body, yield)
	case Module:
		symbols(s.Body, yield)
	case Output:
		symbols(s.Value, yield)
	case Assignment:
		symbols(s.Value, yield)
	}
}

func symbols(e Expr, yield func(Symbol)) {
	switch e := e.(type) {
	case Symbol:
		yield(e)
	case Interpolation:
		each(e, yield)
	case Array:
		each(e, yield)
	case Object:
		for _, p := range e {
			symbols(p.Value, yield)
		}
	case KeyFrom:
		each(e.Key, yield)
		symbols(e.Value, yield)
	case Call:
		each(e.Args, yield)
	case Member:
		symbols(e.Of, yield)
	case Conditional:
		each([]Expr{e.If, e.Then, e.Else}, yield)
	}
}

func each(list []Expr, yield func(Symbol)) {
	for _, e := range list {
		symbols(e, yield)
	}
}
