package workflows

import "github.com/isobar-dev/isobar/spec/asl"

// eachPath visits the paths that a state itself has, those of the graphs in it aside.
func eachPath(s *asl.State, visit func(*asl.Path)) {
	paths := []*asl.Path{s.InputPath, s.OutputPath}
	var values []asl.Value
	switch b := s.Body.(type) {
	case *asl.Task:
		values, paths = append(values, b.Parameters), append(paths, b.Timeout.Path)
	case *asl.Parallel:
		values = append(values, b.Parameters)
	case *asl.Map:
		values, paths = append(values, b.ItemSelector), append(paths, b.ItemsPath, b.MaxConcurrencyPath)
	case *asl.Pass:
		values = append(values, b.Parameters)
	case *asl.Wait:
		values, paths = append(values, b.Timestamp), append(paths, b.Seconds.Path)
	case *asl.Fail:
		values = append(values, b.Error, b.Cause)
	case *asl.Choice:
		for _, r := range b.Rules {
			eachOperand(r.Condition, func(v asl.Value) { values = append(values, v) })
		}
	}
	if o := s.Outcome(); o != nil {
		values = append(values, o.ResultSelector)
	}
	for _, p := range paths {
		if p != nil {
			visit(p)
		}
	}
	for _, v := range values {
		asl.EachPath(v, visit)
	}
}

// eachOperand visits what a condition compares.
func eachOperand(c asl.Condition, visit func(asl.Value)) {
	switch c := c.(type) {
	case *asl.All:
		for _, o := range c.Of {
			eachOperand(o, visit)
		}
	case *asl.Any:
		for _, o := range c.Of {
			eachOperand(o, visit)
		}
	case *asl.Not:
		eachOperand(c.Of, visit)
	case *asl.Comparison:
		visit(c.Variable)
		visit(c.With)
	}
}
